import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type * as LanceDb from "@lancedb/lancedb";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { arrow } from "../../src/arrow.ts";
import { scanTable } from "../../src/table/native/scan.ts";
import { readRanges } from "../../src/table/native/scan-ranges.ts";
import { sizes } from "../sizes.ts";

const rows = 500_000;

let folder: string;
let database: LanceDb.Connection;
let table: LanceDb.Table;
/** The values that are left, in the table's order. */
let left: Int32Array;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dlf-lance-scan-"));
  process.env.LANCEDB_LOG ??= "error";
  const lancedb = createRequire(import.meta.url)("@lancedb/lancedb") as typeof LanceDb;
  database = await lancedb.connect(folder, { readConsistencyInterval: 0 });
  const columns = (begin: number, count: number) =>
    new arrow.Table({
      a: arrow.vectorFromArray(Int32Array.from({ length: count }, (_, row) => begin + row)),
    });
  table = await database.createTable("t", columns(0, 250_000));
  await table.add(columns(250_000, rows - 250_000));
  await table.delete("a % 1000 = 3 OR (a > 270000 AND a < 300000)");
  left = Int32Array.from({ length: rows }, (_, row) => row).filter(
    (value) => value % 1_000 !== 3 && !(value > 270_000 && value < 300_000),
  );
});

afterAll(async () => {
  database.close();
  await rm(folder, { recursive: true });
});

async function scan(
  request: Parameters<typeof scanTable>[2],
  during?: () => Promise<unknown>,
): Promise<number[]> {
  const values: number[] = [];
  for await (const batch of scanTable("t", table, request)) {
    if (values.length === 0) await during?.();
    for (const value of batch.getChild("a") ?? []) values.push(value);
  }
  return values;
}

test("batches that pass give their memory back when the next is asked for, and no others do", async () => {
  expect(await scan({ isPassing: true })).toEqual([...left]);
  expect(await scan({ isPassing: true, filter: "a > 5" })).toEqual([...left].filter((value) => value > 5));
  for (const isPassing of [true, false]) {
    const buffers: ArrayBufferLike[] = [];
    for await (const batch of scanTable("t", table, { isPassing })) {
      expect(buffers.map(({ byteLength }) => byteLength > 0)).toEqual(buffers.map(() => !isPassing));
      buffers.push(batch.data.children[0]?.values.buffer);
    }
    expect(buffers.length).toBeGreaterThan(4);
  }
});

test("a large scan delivers all rows in order, whatever offset and limit", async () => {
  expect(await scan({})).toEqual([...left]);
  for (const [offset, limit] of [
    [0, 300_000],
    [50_001, undefined],
    [150_000, 290_000],
    [left.length - 10, undefined],
    [left.length + 5, 500_000],
  ] as const) {
    const request = { offset, ...(limit === undefined ? {} : { limit }) };
    const end = limit === undefined ? undefined : offset + limit;
    expect(await scan(request)).toEqual([...left.slice(offset, end)]);
  }
});

test("a scan reads one version, whatever is committed meanwhile", async () => {
  const later = await database.openTable("t");
  const before = await table.version();
  expect(await scan({}, () => later.delete("a >= 0"))).toEqual([...left]);
  expect(await scan({})).toEqual([]);
  await later.checkout(before);
  await later.restore();
  expect((await scan({})).length).toBe(left.length);
});

test("a scan ends by its signal, and may be left at any batch", async () => {
  const controller = new AbortController();
  const work = scan({ signal: controller.signal }, async () => controller.abort());
  await expect(work).rejects.toMatchObject({ code: "Interrupted" });
  for await (const batch of scanTable("t", table, {})) {
    expect(batch.numRows).toBeGreaterThan(0);
    break;
  }
});

test("ranges are delivered in order however they are cut and whenever they come; the first failure ends them", async () => {
  const runs = fc.record({
    end: fc.integer({ min: 0, max: 200 }),
    begin: fc.integer({ min: 0, max: 20 }),
    step: fc.integer({ min: 1, max: 30 }),
    size: fc.constantFrom(1, 1 << 20, 5 << 20, 20 << 20),
    rowBytes: fc.constantFrom(0, 1, 1 << 20, 5 << 20, 20 << 20),
    failing: fc.option(fc.integer({ min: 0, max: 200 })),
    pauses: fc.infiniteStream(fc.constantFrom(0, 0, 0, 1)),
  });
  await fc.assert(
    fc.asyncProperty(runs, async ({ end, begin, step, size, rowBytes, failing, pauses }) => {
      let open = 0;
      let most = 0;
      async function* read(from: number, to: number) {
        most = Math.max(most, ++open);
        try {
          for (let at = from; at < to; at += step) {
            if (pauses.next().value === 1) await setTimeout(0);
            if (failing !== null && failing >= at && failing < Math.min(to, at + step))
              throw new Error("broken");
            yield Object.defineProperty(Buffer.from([at, Math.min(to, at + step)]), "length", {
              value: size,
            });
          }
        } finally {
          open -= 1;
        }
      }
      const seen: number[] = [];
      const work = async () => {
        for await (const message of readRanges(read, begin, end, { step, rowBytes })) {
          for (let row = message.readUInt8(0); row < message.readUInt8(1); row++) seen.push(row);
        }
      };
      const error = await work().catch((reason: unknown) => reason);
      const wanted = Array.from({ length: Math.max(0, end - begin) }, (_, index) => begin + index);
      if (failing !== null && failing >= begin && failing < end) {
        expect(error).toEqual(new Error("broken"));
        expect(seen).toEqual(wanted.slice(0, seen.length));
        expect(seen).not.toContain(failing);
      } else {
        expect([error, seen]).toEqual([undefined, wanted]);
      }
      expect(most).toBeLessThanOrEqual(4);
    }),
    { numRuns: sizes.generatedCases },
  );
});

test.each([
  ["small rows are begun together", 1_000, 4],
  ["large rows wait for the first, which tells how large they are", 10 << 20, 1],
])("%s", async (_, rowBytes, together) => {
  let begun = 0;
  async function* read(from: number, to: number) {
    begun++;
    await setTimeout(0);
    yield Buffer.from([from, to]);
  }
  const messages = readRanges(read, 0, 100, { step: 10, rowBytes });
  const first = messages.next();
  expect(begun).toBe(together);
  await first;
  await messages.return();
});

test("what waits of a range is bounded, however large its rows turn out to be", async () => {
  let made = 0;
  async function* read(from: number, to: number) {
    for (let at = from; at < to; at += 10) {
      made++;
      yield Object.defineProperty(Buffer.from([0]), "length", { value: 4 << 20 });
    }
  }
  const messages = readRanges(read, 0, 640, { step: 10, rowBytes: 1 });
  await messages.next();
  await setTimeout(5);
  expect(made).toBeGreaterThan(8);
  expect(made).toBeLessThan(24);
  for await (const _ of messages);
  expect(made).toBe(64);
});
