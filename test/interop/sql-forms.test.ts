/** Forms of SQL that people type elsewhere give over a table of a lake what DuckDB gives from Python over its own. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { TemporaryLake } from "../temporary-lake.ts";
import { openBenchmark } from "./open-benchmark.ts";

interface Form {
  readonly name: string;
  readonly text: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

let temporary: TemporaryLake;
let forms: readonly Form[];

beforeAll(async () => {
  ({ temporary, queries: forms } = await openBenchmark<Form>("forms", "sql_forms.py"));
  temporary.lake.use("forms");
}, 120_000);
afterAll(() => temporary.close());

/** Whole numbers and decimals as text, and of floats twelve digits, which sums in any order have in common. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : value.toPrecision(12);
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  if (value instanceof Map) return plain(Object.fromEntries(value));
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each)]));
}

test("every form gives the columns and rows that DuckDB gives", async () => {
  const different: unknown[] = [];
  for (const { name, text, columns, rows } of forms) {
    const expected = { columns, rows: rows.map(plain) };
    const found = await temporary.lake
      .sql(text)
      .toObjects()
      .then(
        (objects) => ({
          columns: Object.keys(objects[0] ?? {}),
          rows: objects.map((row) => plain(Object.values(row))),
        }),
        (error) => String(error),
      );
    if (JSON.stringify(found) !== JSON.stringify(expected)) different.push({ name, text, found, expected });
  }
  expect(different).toEqual([]);
  expect(forms.length).toBeGreaterThan(90);
}, 120_000);
