/**
 * TPC-DS's queries over tables of a lake give what DuckDB gives from Python over its own tables: rollups, windows,
 * unions, subqueries that name outer columns, and WITH in WITH, over 24 tables.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { sizes } from "../sizes.ts";
import type { TemporaryLake } from "../temporary-lake.ts";
import { type ExpectedAnswer, expectAnswer } from "./expect-answer.ts";
import { openBenchmark } from "./open-benchmark.ts";

interface Query extends ExpectedAnswer {
  readonly text: string;
}

let temporary: TemporaryLake;
let queries: readonly Query[];

beforeAll(async () => {
  ({ temporary, queries } = await openBenchmark<Query>("tpcds", "tpc.py", "tpcds", String(sizes.tpcdsScale)));
}, 240_000);
afterAll(() => temporary.close());

const numbers = Array.from({ length: 99 }, (_, index) => index + 1);

test("there are 99 queries, and most have rows", () => {
  expect(queries).toHaveLength(numbers.length);
  expect(queries.filter(({ rows }) => rows.length > 0).length).toBeGreaterThan(60);
});

test.each(numbers.filter((number) => number % sizes.tpcdsStep === 0))("query %i", async (number) => {
  const query = queries[number - 1];
  if (query === undefined) throw new Error(`no query ${number}`);
  await expectAnswer(temporary.lake.sql(Object.assign([query.text], { raw: [query.text] })), query);
});
