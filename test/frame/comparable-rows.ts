/** Rows as texts that are equal where the rows are. */
import { isError } from "../../src/errors.ts";
import type { Frame } from "../../src/frame/frame.ts";
import type { RowObject } from "../../src/frame/rows/row-objects.ts";
import { readPlainly } from "./plain-engine/run-plain.ts";

function describeRow(row: RowObject): string {
  const show = (value: unknown): unknown => {
    if (typeof value === "bigint") return `${value}n`;
    // Sums of floats depend on their order by a last digit; NaN, infinities and zeros are told apart or not as in SQL.
    if (typeof value === "number") return value === 0 ? "0" : String(Number(value.toPrecision(12)));
    if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
    if (value instanceof Date) return value.toISOString();
    if (Array.isArray(value)) return value.map(show);
    if (typeof value === "object" && value !== null)
      return Object.entries(value).map(([name, inner]) => [name, show(inner)]);
    return value;
  };
  return JSON.stringify(Object.entries(row).map(([name, value]) => [name, show(value)]));
}

/** In their order, or sorted where it means nothing. */
export function comparable(rows: readonly RowObject[], isOrdered: boolean): readonly string[] {
  const lines = rows.map(describeRow);
  return isOrdered ? lines : lines.sort();
}

/** The rows of the plain engine, or undefined where the plan fails on them. */
export async function runPlainly(frame: Frame): Promise<readonly RowObject[] | undefined> {
  try {
    return await readPlainly(frame);
  } catch (error) {
    if (isError(error, "InvalidInput")) return undefined;
    throw error;
  }
}
