/**
 * TPC-DS's queries over tables of a lake give what DuckDB gives from Python over its own tables: rollups, windows,
 * unions, subqueries that name outer columns, and WITH in WITH, over 24 tables.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { translateFrame } from "../frame/translate/run-steps.ts";
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

/** Parts of these statements that no steps of a plan stand for. */
const refused: Readonly<Record<number, RegExp>> = {
  2: /^the function round\(\) /,
  4: /DuckDB divides by -0 otherwise than by 0/,
  6: /^ORDER BY, DISTINCT or LIMIT of a subquery that is a value /,
  14: /^a subquery that may have several rows as a value /,
  41: /^a subquery that reads the query around it by other than equal columns /,
  44: /^a subquery that may have several rows as a value /,
  54: /^ORDER BY, DISTINCT or LIMIT of a subquery that is a value /,
  58: /^a subquery that may have several rows as a value /,
  72: /^d1\.d_date \+ 5 /,
  78: /^the function round\(\) /,
};

test.each(numbers)(
  "query %i becomes steps for Daft, with the same rows, or is refused by its part",
  async (number) => {
    const query = queries[number - 1];
    if (query === undefined) throw new Error(`no query ${number}`);
    const statement = temporary.lake.sql(Object.assign([query.text], { raw: [query.text] }));
    const { reason, frame } = await translateFrame(statement);
    const why = refused[number];
    if (why !== undefined) return expect(reason).toMatch(why);
    expect(reason).toBeUndefined();
    await expectAnswer(frame, query);
  },
);
