/** TPC-H's queries over tables of a lake, as SQL and as frames, give what DuckDB gives from Python over its own tables. */
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { stopSidecars } from "../../src/daft/sidecars.ts";
import { translateFrame } from "../frame/translate/run-steps.ts";
import { sizes } from "../sizes.ts";
import type { TemporaryLake } from "../temporary-lake.ts";
import { type ExpectedAnswer, expectAnswer } from "./expect-answer.ts";
import { openBenchmark } from "./open-benchmark.ts";
import { tpchFrames } from "./tpch-frames.ts";

interface Query extends ExpectedAnswer {
  readonly text: string;
}

let temporary: TemporaryLake;
let queries: readonly Query[];

beforeAll(async () => {
  ({ temporary, queries } = await openBenchmark<Query>("tpch", "tpc.py", "tpch", String(sizes.tpchScale)));
}, 240_000);
afterAll(() => temporary.close());

test("there are 22 queries, and all have rows", () => {
  expect(queries).toHaveLength(22);
  for (const { rows } of queries) expect(rows.length).toBeGreaterThan(0);
});

const numbers = Array.from({ length: 22 }, (_, index) => index + 1);

test.each(numbers)("query %i", async (number) => {
  const query = queryOf(number);
  await expectAnswer(statementOf(query), query);
});

test.each(numbers)("query %i as a frame", async (number) => {
  const frame = tpchFrames((name) => temporary.lake.read(`tpch.${name}`))[number - 1];
  if (frame === undefined) throw new Error(`no frame ${number}`);
  await expectAnswer(frame(), queryOf(number));
});

test("each query as a frame gives the same on Daft", async () => {
  process.env.DLF_LANCE_DAFT_PYTHON = inject("testPython");
  try {
    const frames = tpchFrames((name) => temporary.lake.read(`tpch.${name}`).on("daft"));
    expect(frames).toHaveLength(22);
    for (const [index, frame] of frames.entries()) await expectAnswer(frame(), queryOf(index + 1));
  } finally {
    stopSidecars();
    delete process.env.DLF_LANCE_DAFT_PYTHON;
  }
}, 600_000);

test.each(numbers)("query %i as the steps that its statement becomes for Daft", async (number) => {
  const query = queryOf(number);
  const { reason, frame } = await translateFrame(statementOf(query));
  expect(reason).toBeUndefined();
  await expectAnswer(frame, query);
});

test("each query as a statement gives the same on Daft", async () => {
  process.env.DLF_LANCE_DAFT_PYTHON = inject("testPython");
  try {
    for (const number of numbers)
      await expectAnswer(statementOf(queryOf(number)).on("daft"), queryOf(number));
    const told = String(await statementOf(queryOf(6)).on("daft").explain());
    const [, done = ""] = told.split("Optimized");
    expect(done).toMatch(/^ +On Daft/m);
    expect(done).not.toMatch(/^ *sql/m);
  } finally {
    stopSidecars();
    delete process.env.DLF_LANCE_DAFT_PYTHON;
  }
}, 600_000);

function statementOf({ text }: Query) {
  return temporary.lake.sql(Object.assign([text], { raw: [text] }));
}

function queryOf(number: number): Query {
  const query = queries[number - 1];
  if (query === undefined) throw new Error(`no query ${number}`);
  return query;
}
