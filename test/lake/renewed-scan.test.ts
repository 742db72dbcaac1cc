/** One scan that lasts longer than its tokens; by itself, as it is a setting of the process that slows the scan down. */
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { col } from "../../src/index.ts";
import { sizes } from "../sizes.ts";
import { openTemporaryLake, type TemporaryLake } from "../temporary-lake.ts";

// The native library would else have read all of it before the first token ends.
process.env.LANCE_DEFAULT_IO_BUFFER_SIZE = "1000000";

const [parts, rows] = [24, 20];

/** 2 MB in each part. */
async function createTable({ lake }: TemporaryLake): Promise<void> {
  const part = () => ({ text: Array.from({ length: rows }, () => randomBytes(50_000).toString("hex")) });
  await lake.createTable("default.long", part());
  for (let made = 1; made < parts; made++) await lake.append("default.long", part());
}

test("tokens that end in the middle of a scan are renewed", { timeout: 120_000 }, async () => {
  const temporary = await openTemporaryLake({ tokenLifetime: sizes.tokenSeconds });
  try {
    await createTable(temporary);
    let seen = 0;
    for await (const batch of temporary.lake.read("default.long").batches()) {
      seen += batch.numRows;
      await sleep((sizes.slowScanSeconds * 1_000 * batch.numRows) / (parts * rows));
    }
    expect(seen).toBe(parts * rows);
  } finally {
    await temporary.close();
  }
});

test("the scan of a reader that waits waits too", { timeout: 60_000 }, async () => {
  const temporary = await openTemporaryLake({ faults: true });
  const { lake } = temporary;
  try {
    await createTable(temporary);
    const batches = lake.read("default.long").batches();
    await batches.next();
    // A scan that did not wait would have read everything by then.
    await sleep(2_000);
    await temporary.orderFaults([{ on: "oss", times: 1_000, fault: { kind: "status", status: 503 } }]);
    await expect(async () => {
      for await (const _ of batches);
    }).rejects.toThrow(/^Cannot read default\.long/);
  } finally {
    await temporary.close();
  }
});

describe("a scan whose token a store calls expired goes on behind the last row", () => {
  let temporary: TemporaryLake;
  const made = 8;

  beforeAll(async () => {
    temporary = await openTemporaryLake({ faults: true });
    const part = (first: number) => {
      const numbers = Array.from({ length: rows }, (_, index) => first + index);
      return { id: numbers, text: numbers.map(() => randomBytes(50_000).toString("hex")) };
    };
    await temporary.lake.createTable("default.cut", part(0));
    for (let at = 1; at < made; at++) await temporary.lake.append("default.cut", part(at * rows));
  }, 60_000);

  afterAll(() => temporary?.close());

  const all = () => temporary.lake.read("default.cut");

  test.each<readonly [string, () => ReturnType<typeof all>, (id: number) => boolean]>([
    ["all rows", () => all(), () => true],
    ["a filter", () => all().where(col("id").gte(7)), (id) => id >= 7],
    ["a limit and an offset", () => all().offset(5).limit(120), (id) => id >= 5 && id < 125],
    ["a filter and a limit", () => all().where(col("id").neq(30)).limit(120), (id) => id !== 30 && id <= 120],
    ["a function of JavaScript over the rows", () => all().mapBatches((batch) => batch), () => true],
  ])("%s", { timeout: 60_000 }, async (_, frame, isWanted) => {
    const wanted = Array.from({ length: made * rows }, (_, id) => id).filter(isWanted);
    for (const after of [1, 3]) {
      const seen: number[] = [];
      let batches = 0;
      for await (const batch of frame().batches()) {
        for (const id of batch.getChild("id") ?? []) seen.push(Number(id));
        if (++batches === after) {
          await temporary.expireTokens();
          // A commit meanwhile is of another version, and none of its rows is read.
          await temporary.lake.append("default.cut", { id: [1_000], text: ["x"] });
        }
      }
      expect(seen).toEqual(wanted);
      await temporary.lake.table("default.cut").delete("id = 1000");
    }
  });

  const dropped = "the table was dropped meanwhile";
  const remade = `${dropped}, and another was made under its name; run it again to read that one`;

  test.each<readonly [string, versions: number, isExpired: boolean, message: string]>([
    ["that is made again under its name, once its token expires", made, true, remade],
    ["that is made again under its name, once its files are missing", made, false, remade],
    ["that is made again with fewer versions, once its token expires", 1, true, remade],
    ["that is made again with fewer versions, once its files are missing", 1, false, remade],
    ["that is dropped, once its token expires", 0, true, dropped],
    ["that is dropped, once its files are missing", 0, false, dropped],
  ])("a table %s is not read on", async (_, versions, isExpired, message) => {
    const { lake } = temporary;
    const part = (first: number) => ({
      id: Array.from({ length: rows }, (_, index) => first + index),
      text: Array.from({ length: rows }, () => randomBytes(50_000).toString("hex")),
    });
    const make = async (first: number, count: number) => {
      for (let at = 0; at < count; at++)
        await lake[at === 0 ? "createTable" : "append"]("default.remade", part(first + at * rows));
    };
    await make(0, made);
    const batches = lake.read("default.remade").batches();
    await batches.next();
    await lake.dropTable("default.remade");
    await make(1_000, versions);
    try {
      if (isExpired) await temporary.expireTokens();
      await expect(async () => {
        for await (const _ of batches);
      }).rejects.toMatchObject({ code: "TableNotFound", message: `Cannot read default.remade: ${message}` });
    } finally {
      if (versions > 0) await lake.dropTable("default.remade");
    }
  });

  test("a store that calls every token expired is reported in the end", async () => {
    const batches = all().batches();
    await batches.next();
    const fault = { on: "oss", times: 10_000, fault: { kind: "status", status: 403 } };
    await temporary.orderFaults([fault]);
    try {
      await expect(async () => {
        for await (const _ of batches);
      }).rejects.toMatchObject({ code: "Unauthenticated" });
    } finally {
      await temporary.orderFaults([]);
    }
  });
});
