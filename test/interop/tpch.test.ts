/** TPC-H's queries over tables of a lake, as SQL and as frames, give what DuckDB gives from Python over its own tables. */
import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sizes } from "../sizes.ts";
import { openTemporaryLake, type TemporaryLake } from "../temporary-lake.ts";
import { type ExpectedAnswer, expectAnswer } from "./expect-answer.ts";
import { runPython } from "./run-python.ts";
import { tpchFrames } from "./tpch-frames.ts";

interface Query extends ExpectedAnswer {
  readonly text: string;
}

interface Benchmark {
  readonly tables: readonly string[];
  readonly queries: readonly Query[];
}

let temporary: TemporaryLake;
let queries: readonly Query[];

beforeAll(async () => {
  temporary = await openTemporaryLake();
  const folder = await mkdtemp(join(tmpdir(), "dlf-lance-tpch-"));
  try {
    const printed = await runPython({}, "tpch.py", String(sizes.tpchScale), folder);
    const benchmark = JSON.parse(printed) as Benchmark;
    queries = benchmark.queries;
    await temporary.lake.createNamespace("tpch");
    for (const table of benchmark.tables) {
      await temporary.lake.createTable(`tpch.${table}`, createReadStream(join(folder, `${table}.arrows`)));
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}, 240_000);
afterAll(() => temporary.close());

test("there are 22 queries, and all have rows", () => {
  expect(queries).toHaveLength(22);
  for (const { rows } of queries) expect(rows.length).toBeGreaterThan(0);
});

const numbers = Array.from({ length: 22 }, (_, index) => index + 1);

test.each(numbers)("query %i", async (number) => {
  const query = queryOf(number);
  await expectAnswer(temporary.lake.sql(Object.assign([query.text], { raw: [query.text] })), query);
});

test.each(numbers)("query %i as a frame", async (number) => {
  const frame = tpchFrames((name) => temporary.lake.read(`tpch.${name}`))[number - 1];
  if (frame === undefined) throw new Error(`no frame ${number}`);
  await expectAnswer(frame(), queryOf(number));
});

function queryOf(number: number): Query {
  const query = queries[number - 1];
  if (query === undefined) throw new Error(`no query ${number}`);
  return query;
}
