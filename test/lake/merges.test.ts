/** What a merge takes for one key, also when several are under way. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { arrow } from "../../src/arrow.ts";
import { type Connection, connect } from "../../src/index.ts";
import { refusal } from "../refusal.ts";
import { sizes } from "../sizes.ts";
import { openTemporaryLake, type TemporaryLake } from "../temporary-lake.ts";

let temporary: TemporaryLake;
let lake: Connection;
let made = 0;

beforeAll(async () => {
  temporary = await openTemporaryLake({ faults: true });
  lake = temporary.lake;
});

afterAll(() => temporary?.close());

async function makeTable(data: Parameters<Connection["createTable"]>[1]) {
  const name = `default.merged_${++made}`;
  await lake.createTable(name, data);
  return lake.table(name);
}

test("merges of a new key at the same time, on any connection of a process, insert it once", async () => {
  const table = await makeTable([{ id: 0, x: 0 }]);
  const other = await connect(temporary.local.config);
  const values = Array.from({ length: 8 }, (_, index) => index + 1);
  const results = await Promise.all(
    values.map((x) => (x % 2 === 0 ? table : other.table(table.name)).merge("id", [{ id: 9, x }])),
  );
  expect(results.map(({ rowsInserted }) => rowsInserted)).toEqual([1, 0, 0, 0, 0, 0, 0, 0]);
  const rows = await table.read().where("id = 9").toObjects();
  expect(rows).toEqual([{ id: 9n, x: 8n }]);
  await other.close();
});

test("a merge that fails, or is stopped while it waits, lets the next one pass", async () => {
  const table = await makeTable([{ id: 0, x: 0 }]);
  const controller = new AbortController();
  const first = table.merge("id", [{ id: 1, x: 1 }]);
  const stopped = table.merge("id", [{ id: 2, x: 2 }], { signal: controller.signal });
  const refused = table.merge("nope", [{ id: 3, x: 3 }]);
  const last = table.merge("id", [{ id: 4, x: 4 }]);
  controller.abort();
  expect(await refusal(() => stopped)).toMatch(/^Interrupted: .*Nothing was changed/);
  expect(await refusal(() => refused)).toMatch(/^TableColumnNotFound/);
  expect([(await first).rowsInserted, (await last).rowsInserted]).toEqual([1, 1]);
  const ids = (await table.read().sort("id").toObjects()).map(({ id }) => id);
  expect(ids).toEqual([0n, 1n, 4n]);
});

test("updates and deletes at the same time in one process are each made once", async () => {
  const table = await makeTable([{ id: 0, x: 0 }]);
  const other = await connect(temporary.local.config);
  const results = await Promise.all(
    Array.from({ length: 6 }, (_, at) =>
      (at % 2 === 0 ? table : other.table(table.name)).update({ x: { sql: "x + 1" } }),
    ),
  );
  expect(results.map(({ rowsUpdated }) => rowsUpdated)).toEqual([1, 1, 1, 1, 1, 1]);
  expect(await table.read().toObjects()).toEqual([{ id: 0n, x: 6n }]);
  const deleted = await Promise.all([table.delete("id = 0"), table.delete("id = 0")]);
  expect(deleted.map(({ rowsDeleted }) => rowsDeleted)).toEqual([1, 0]);
  await other.close();
});

test("of processes that insert one new key at the same time, the last to commit is told", async () => {
  const table = await makeTable([{ id: 0, x: 0 }]);
  const script = fileURLToPath(new URL("./merge-child.ts", import.meta.url));
  const children = [1, 2].map((x) =>
    fork(script, [JSON.stringify(temporary.local.config), table.name, String(x)]),
  );
  await Promise.all(children.map((child) => once(child, "message")));
  // Both have read the table before either commits.
  const faults = [
    { on: "oss", method: "PUT", path: `_versions`, times: 2, fault: { kind: "delay", milliseconds: 1_000 } },
  ];
  await temporary.orderFaults(faults);
  const outcomes = await Promise.all(
    children.map(async (child) => {
      const answered = once(child, "message");
      child.send("merge");
      const [outcome] = await answered;
      child.kill();
      return String(outcome);
    }),
  );
  const rows = await table.read().where("id = 9").count();
  // Who wins is the machine's affair; that a duplicate is told of is not.
  if (rows === 1) expect(outcomes).toEqual(["merged", "merged"]);
  else {
    expect(outcomes.filter((outcome) => outcome === "merged")).toHaveLength(1);
    expect(outcomes.find((outcome) => outcome !== "merged")).toMatch(
      /^ConcurrentModification: .*two rows or more of id = 9; delete\(\) the rows of these keys and merge them again$/,
    );
    await table.delete({ id: 9 });
    expect((await table.merge("id", [{ id: 9, x: 3 }])).rowsInserted).toBe(1);
  }
});

test("a merge that cannot look for duplicates says that it is done", async () => {
  const table = await makeTable([{ id: 1, x: 1 }]);
  const other = await connect(temporary.local.config);
  try {
    // What a connection starts for its first write would take longer than the merge is held.
    await other.append(table.name, [{ id: 2, x: 0 }]);
    const held = { on: "oss", method: "PUT", path: "data", times: 1 };
    await temporary.orderFaults([{ ...held, fault: { kind: "delay", milliseconds: 3_000 } }]);
    const merging = refusal(() => table.merge("id", [{ id: 3, x: 3 }]));
    await delay(1_500);
    await other.append(table.name, [{ id: 100, x: 0 }]);
    const failing = { on: "oss", method: "GET", path: "data", times: 1_000 };
    await temporary.orderFaults([{ ...failing, fault: { kind: "status", status: 503 } }]);
    expect(await merging).toMatch(
      /^ServiceUnavailable: Cannot tell whether "merge into .*" left duplicates: it is done, as version 4, .* do not repeat it/,
    );
    await temporary.orderFaults([]);
    expect(await table.read().where("id = 3").count()).toBe(1);
  } finally {
    await temporary.orderFaults([]);
    await other.close();
  }
});

test("a commit that others' came between is looked at for the keys that it inserted", async () => {
  const { refuseDuplicates, collectKeys } = await import("../../src/lake/edit/merge-keys.ts");
  const table = await makeTable([{ id: 1 }, { id: 9 }, { id: 9 }, { id: 1 }]);
  const handle = { scan: () => table.read().batches() } as never;
  const merged = collectKeys(
    [new arrow.Table({ id: arrow.vectorFromArray([9n], new arrow.Int64()) })],
    ["id"],
    "",
  );
  expect(await refusal(() => refuseDuplicates(handle, merged, ["id"], "merge into t", 5))).toBe(
    "ConcurrentModification: Cannot merge into t without a duplicate: another writer inserted the same keys meanwhile, " +
      "and since version 5 there are two rows or more of id = 9; delete() the rows of these keys and merge them again",
  );
});

test.each([
  ["0 over 0", 0, 0],
  ["-0 over 0", 0, -0],
  ["0 over -0", -0, 0],
  ["-0 over -0", -0, -0],
  ["NaN over NaN", Number.NaN, Number.NaN],
])("%s is one key", async (_, before, key) => {
  const table = await makeTable([
    { k: before, other: 1, x: 1 },
    { k: 0.5, other: 1, x: 1 },
  ]);
  const merged = await table.merge("k", [
    { k: 0.5, x: 2 },
    { k: key, x: 2 },
  ]);
  expect([merged.rowsInserted, merged.rowsUpdated]).toEqual([0, 2]);
  expect((await table.merge(["other", "k"], [{ k: key, other: 1, x: 3 }])).rowsInserted).toBe(0);
  expect((await table.merge(["other", "k"], [{ k: key, other: 2, x: 4 }])).rowsInserted).toBe(1);
  expect((await table.read().toObjects()).map(({ x }) => x).sort()).toEqual([2n, 3n, 4n]);
});

test.each([
  ["a number", [{ k: 7 }, { k: 8 }, { k: 7 }], "rows 1 and 3 of the data have the same key, k = 7"],
  ["zeros", [{ k: 0.5 }, { k: 0 }, { k: -0 }], "rows 2 and 3 of the data have the same key, k = 0"],
  ["NaN", [{ k: Number.NaN }, { k: Number.NaN }], "rows 1 and 2 of the data have the same key, k = NaN"],
])("two rows of one key (%s) are refused, of which both would be inserted", async (_, rows, told) => {
  const table = await makeTable([{ k: 0.25 }]);
  expect(await refusal(() => table.merge("k", rows))).toContain(told);
  expect(await table.read().count()).toBe(1);
});

test("a key that the data do not have is named", async () => {
  const table = await makeTable([{ id: 1, x: 1 }]);
  const told = /the data have no column id, which is the key/;
  expect(await refusal(() => table.merge("id", [{ x: 1 }]))).toMatch(told);
  const options = { where: "x = 1", on: "id" };
  expect(await refusal(() => lake.insertOverwrite(table.name, [{ x: 1 }], options))).toMatch(told);
});

test("any merges are those of a map by key", { timeout: 1_200_000 }, async () => {
  const key = fc.constantFrom(0, -0, 1, 0.5, Number.NaN, Infinity, -1);
  const merges = fc.array(fc.uniqueArray(key, { minLength: 1, comparator: "SameValueZero" }), {
    minLength: 1,
    maxLength: 4,
  });
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(key, { minLength: 1, comparator: "SameValueZero" }),
      merges,
      async (first, all) => {
        const table = await makeTable({ k: Float64Array.from(first), x: first.map(() => 0) });
        const wanted = new Map(first.map((k) => [k, 0n]));
        for (const [index, keys] of all.entries()) {
          await table.merge(
            "k",
            keys.map((k) => ({ k, x: index + 1 })),
          );
          for (const k of keys) wanted.set(k, BigInt(index + 1));
        }
        const rows = await table.read().toObjects();
        expect(rows).toHaveLength(wanted.size);
        expect(new Map(rows.map(({ k, x }) => [Number(k), x]))).toEqual(wanted);
      },
    ),
    { numRuns: sizes.generatedTables },
  );
});

test("blob columns are merged as they are appended, and stay where the data do not name them", async () => {
  const bytes = new arrow.Field("data", new arrow.LargeBinary(), true);
  const logical = new arrow.Struct([bytes, new arrow.Field("uri", new arrow.Utf8(), true)]);
  const blob = new arrow.Field("b", logical, true, new Map([["ARROW:extension:name", "lance.blob.v2"]]));
  const table = await makeTable(
    new arrow.Table(new arrow.Schema([new arrow.Field("id", new arrow.Int64(), true), blob])),
  );
  await table.append([
    { id: 1, b: Uint8Array.of(1) },
    { id: 2, b: Uint8Array.of(2) },
  ]);
  await table.merge("id", [
    { id: 1, b: Uint8Array.of(1, 1) },
    { id: 3, b: Uint8Array.of(3) },
    { id: 4, b: null },
  ]);
  await table.merge("id", [{ id: 2 }]);
  await lake.insertOverwrite(table.name, [{ id: 5, b: Uint8Array.of(5).buffer }], {
    where: "id = 4",
    on: "id",
  });
  const ids = (await table.read().select("id").toObjects()).map(({ id }) => Number(id));
  const blobs = await table.fetchBlobs(
    "b",
    ids.map((_, index) => index),
  );
  expect(Object.fromEntries(ids.map((id, index) => [id, blobs[index] && [...blobs[index]]]))).toEqual({
    1: [1, 1],
    2: [2],
    3: [3],
    5: [5],
  });
});
