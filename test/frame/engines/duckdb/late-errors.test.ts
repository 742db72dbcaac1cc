/** An error behind the rows that have been delivered is an error, and not the end of the rows. */
import { mkdtemp, readFile as readBytes, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { col, count, type Frame, fromRows, readFile } from "../../../../src/index.ts";
import { refusal } from "../../../refusal.ts";
import { openTemporaryLake } from "../../../temporary-lake.ts";

const rows = 300_000;
/** Of the row that goes wrong: behind those that DuckDB computes ahead of its reader. */
const place = 280_000;
const values = fromRows({
  text: Array.from({ length: rows }, (_, row) => (row === place ? "x" : String(row))),
  row: Array.from({ length: rows }, (_, row) => row),
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dlf-lance-late-"));
});
afterAll(() => rm(folder, { recursive: true }));

const toInteger = col("text").cast("int64").as("n");
const late: Readonly<Record<string, readonly [frame: Frame, told: RegExp]>> = {
  "a cast of SQL": [values.sql("SELECT text::BIGINT AS n FROM frame"), /cannot cast "x" \(string\) to int64/],
  "an overflow of SQL": [
    values.sql(
      `SELECT row::BIGINT + CASE WHEN row = ${place} THEN 9223372036854775807 ELSE 0 END AS n FROM frame`,
    ),
    /does not fit INT64; cast one of them/,
  ],
  "an error that SQL asks for": [
    values.sql(`SELECT CASE WHEN row = ${place} THEN error('that one') ELSE row END AS n FROM frame`),
    /that one/,
  ],
  "a cast above a sort": [values.sort("text").select(toInteger), /Cannot cast "x" \(string\) to int64/],
  "a cast above distinct": [values.distinct().select(toInteger), /Cannot cast "x" \(string\) to int64/],
  "a cast above numbered rows": [
    values.withRowIndex("index").select("index", toInteger),
    /Cannot cast "x" \(string\) to int64/,
  ],
};

test.each(Object.entries(late))("%s", async (_, [frame, told]) => {
  expect(await refusal(() => frame.collect())).toMatch(told);
  expect(await refusal(() => frame.sort("n").collect())).toMatch(told);
  expect(await refusal(() => frame.groupBy("n").agg(count().as("many")).collect())).toMatch(told);
});

const csv = (line: string) => `a,b\n${"1,k\n".repeat(120_000)}${line}\n${"1,k\n".repeat(3)}`;

test.each([
  ["another type", "abc,z", /row 120001, column a holds "abc"/],
  ["too few values", "1", /line 120002 has 1 value/],
  ["a quote in the wrong place", '1,"z', /quote/],
])("a CSV file with %s far down", async (_, line, told) => {
  const path = join(folder, "late.csv");
  await writeFile(path, csv(line));
  const frame = readFile(path);
  const parts: readonly (() => Promise<unknown>)[] = [
    () => frame.collect(),
    () => frame.agg(count().as("n"), col("a").sum().as("a")).collect(),
    () => frame.sort("a").collect(),
    () => frame.profile(),
    () => frame.toJson(join(folder, "late.json")),
  ];
  for (const part of parts) expect(await refusal(part)).toMatch(told);
  const temporary = await openTemporaryLake();
  try {
    expect(await refusal(() => temporary.lake.createTable("default.late", frame))).toMatch(told);
    expect(await temporary.lake.listTables("default")).toEqual([]);
  } finally {
    await temporary.close();
  }
});

test("memory that is full behind the first rows", async () => {
  const wide = fromRows({
    row: Array.from({ length: 100_000 }, (_, row) => row),
    text: Array.from({ length: 100_000 }, (_, row) => `${row} ${"long ".repeat(250)}`),
  });
  // Rows of the first part come while the second collects a list, which no disk takes.
  const frame = wide.sql("SELECT row::BIGINT AS n FROM frame UNION ALL SELECT len(list(text)) FROM frame");
  const limit = { memoryLimit: 1e6 };
  const told = /Unsupported: .*it needs more memory than its limit/;
  const read = async () => {
    for await (const _ of frame.batches(limit));
  };
  const parts: readonly (() => Promise<unknown>)[] = [
    read,
    () => frame.collect(limit),
    () => frame.where(col("n").gte(0)).collect(limit),
    () => frame.toParquet(join(folder, "memory.parquet"), limit as never),
  ];
  for (const part of parts) expect(await refusal(part)).toMatch(told);
});

test("a page of a Parquet file that is not whole, behind whole ones", async () => {
  const many = 600_000;
  const path = join(folder, "whole.parquet");
  await fromRows({
    row: Array.from({ length: many }, (_, row) => (row * 7_919) % 1_000_003),
    text: Array.from({ length: many }, (_, row) => `row ${(row * 104_729) % 999_983}`),
  }).toParquet(path);
  const bytes = await readBytes(path);
  const told = /InvalidInput: Cannot .*it is not a whole Parquet file; write it again/;
  let refused = 0;
  for (const part of [0.5, 0.6, 0.7, 0.8, 0.9]) {
    const broken = join(folder, `broken-${part}.parquet`);
    const begin = Math.floor(bytes.length * part);
    await writeFile(broken, Buffer.from(bytes).fill(0, begin, begin + 200));
    const frame = readFile(broken);
    const json = join(folder, `broken-${part}.json`);
    const reads: readonly (() => Promise<number>)[] = [
      async () => (await frame.collect()).numRows,
      async () => (await frame.sort("text").collect()).numRows,
      async () => {
        await frame.toJson(json);
        return (await readFile(json).collect()).numRows;
      },
      async () => (await frame.profile()).rows,
    ];
    for (const read of reads) {
      // Files without checksums may hold other values after that, but never fewer rows.
      const found = await read().catch((error: unknown) => String((error as Error).message));
      if (found === many) continue;
      expect(`InvalidInput: ${found}`).toMatch(told);
      refused += 1;
    }
  }
  expect(refused).toBeGreaterThan(4);
});
