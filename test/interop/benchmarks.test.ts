/** Queries of other benchmarks as frames over tables of a lake give what DuckDB gives from Python over its own tables. */
import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fromRows } from "../../src/index.ts";
import { openTemporaryLake, type TemporaryLake } from "../temporary-lake.ts";
import { benchmarkFrames } from "./benchmark-frames.ts";
import { type ExpectedAnswer, expectAnswer } from "./expect-answer.ts";
import { runPython } from "./run-python.ts";

interface Query extends ExpectedAnswer {
  readonly name: string;
}

let temporary: TemporaryLake;
let queries: readonly Query[];

beforeAll(async () => {
  temporary = await openTemporaryLake();
  const folder = await mkdtemp(join(tmpdir(), "dlf-lance-benchmarks-"));
  try {
    const made = JSON.parse(await runPython({}, "benchmarks.py", folder)) as {
      readonly tables: readonly string[];
      readonly queries: readonly Query[];
    };
    queries = made.queries;
    await temporary.lake.createNamespace("bench");
    for (const table of made.tables) {
      await temporary.lake.createTable(`bench.${table}`, createReadStream(join(folder, `${table}.arrows`)));
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}, 120_000);
afterAll(() => temporary.close());

const names = Object.keys(benchmarkFrames(() => fromRows([{ any: 1 }])));

test("each query has its frame, and each has rows", () => {
  expect(queries.map(({ name }) => name)).toEqual(names);
  for (const { rows } of queries) expect(rows.length).toBeGreaterThan(0);
});

test.each(names)("%s", async (name) => {
  const frame = benchmarkFrames((table) => temporary.lake.read(`bench.${table}`))[name];
  const query = queries.find((one) => one.name === name);
  if (frame === undefined || query === undefined) throw new Error(`no ${name}`);
  await expectAnswer(frame, query);
});
