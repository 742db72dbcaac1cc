/** Queries of other benchmarks as frames over tables of a lake give what DuckDB gives from Python over its own tables. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { fromRows } from "../../src/index.ts";
import type { TemporaryLake } from "../temporary-lake.ts";
import { benchmarkFrames } from "./benchmark-frames.ts";
import { type ExpectedAnswer, expectAnswer } from "./expect-answer.ts";
import { openBenchmark } from "./open-benchmark.ts";

interface Query extends ExpectedAnswer {
  readonly name: string;
}

let temporary: TemporaryLake;
let queries: readonly Query[];

beforeAll(async () => {
  ({ temporary, queries } = await openBenchmark<Query>("bench", "benchmarks.py"));
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
