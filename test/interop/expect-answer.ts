import { expect } from "vitest";
import type { Frame } from "../../src/index.ts";

/** What a query gives. */
export interface Answer extends Pick<Frame, "schema"> {
  toObjects(): Promise<readonly object[]>;
}

/** What DuckDB gives from Python. Values are text but for floats and nulls. */
export interface ExpectedAnswer {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

export async function expectAnswer(answer: Answer, { columns, rows }: ExpectedAnswer): Promise<void> {
  const { fields } = await answer.schema();
  const isFloat = new Set(fields.filter(({ type }) => String(type) === "Float64").map(({ name }) => name));
  const found = (await answer.toObjects()).map((row) =>
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
