/** TPC-H's queries over tables of a lake, as SQL and as frames, give what DuckDB gives from Python over its own tables. */
import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sizes } from "../sizes.ts";
import { openTemporaryLake, type TemporaryLake } from "../temporary-lake.ts";
import { runPython } from "./run-python.ts";
import { type Answer, tpchFrames } from "./tpch-frames.ts";

/** Values are text but for floats and nulls. */
interface Query {
  readonly text: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
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
  const { text } = queryOf(number);
  await expectAnswer(number, temporary.lake.sql(Object.assign([text], { raw: [text] })));
});

test.each(numbers)("query %i as a frame", async (number) => {
  const frame = tpchFrames((name) => temporary.lake.read(`tpch.${name}`))[number - 1];
  if (frame === undefined) throw new Error(`no frame ${number}`);
  await expectAnswer(number, frame());
});

function queryOf(number: number): Query {
  const query = queries[number - 1];
  if (query === undefined) throw new Error(`no query ${number}`);
  return query;
}

async function expectAnswer(number: number, frame: Answer): Promise<void> {
  const { columns, rows } = queryOf(number);
  const { fields } = await frame.schema();
  const isFloat = new Set(fields.filter(({ type }) => String(type) === "Float64").map(({ name }) => name));
  const found = (await frame.toObjects()).map((row) =>
    fields.map(({ name }) => {
      const value: unknown = Reflect.get(row, name);
      if (value === null || isFloat.has(name)) return value;
      return value instanceof Date ? value.toISOString().slice(0, 10) : String(value);
    }),
  );
  expect(fields.map(({ name }) => name)).toEqual(columns);
  expect(found).toEqual(rows.map((row) => row.map(nearly)));
}

/** Sums of floats depend on the order of rows: their first 12 digits are compared. All else must be equal. */
function nearly(value: string | number | null): unknown {
  if (typeof value !== "number") return value;
  const wholeDigits = value === 0 ? 1 : Math.ceil(Math.log10(Math.abs(value)));
  return expect.closeTo(value, 12 - wholeDigits);
}
