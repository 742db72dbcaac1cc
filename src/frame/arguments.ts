/** What a user hands to a frame, checked at the call. */
import { z } from "zod";
import { DlfLanceError } from "../errors.ts";
import { col, conditionOf, type Expression, isExpression } from "./expr.ts";
import type { LiteralInput } from "./literal.ts";
import type { Predicate } from "./plan.ts";
import { checkSqlText } from "./sql-text.ts";

/** A condition: an expression, text in Lance's SQL dialect, or values that the named columns must equal. */
export type Condition = Expression | string | Readonly<Record<string, LiteralInput | null>>;

const rowNumber = z.int("must be a whole number of rows").nonnegative("must not be negative");
const limitOptions = z.strictObject({ offset: rowNumber.default(0) }).prefault({});
const columnNames = z
  .array(z.string("a column name is a text"))
  .nonempty("name at least one column")
  .refine((names) => new Set(names).size === names.length, "a column is named twice");
const values = z.record(
  z.string(),
  z.unknown(),
  'a condition is an expression such as col("f0").gt(201), a text in Lance\'s SQL, or an object of column: value',
);

/** @throws DlfLanceError InvalidInput */
export function parseRowNumber(value: unknown, action: string): number {
  return parse(rowNumber, value, action);
}

/** @throws DlfLanceError InvalidInput */
export function parseLimitOptions(value: unknown): { readonly offset: number } {
  return parse(limitOptions, value, "limit rows");
}

/** @throws DlfLanceError InvalidInput */
export function parseColumnNames(value: unknown, action: string): readonly string[] {
  return parse(columnNames, value, action);
}

/** @throws DlfLanceError InvalidInput */
export function parseCondition(condition: unknown): readonly Predicate[] {
  if (isExpression(condition)) return [conditionOf(condition, "where")];
  if (typeof condition === "string") {
    checkSqlText(condition);
    return [Object.freeze({ node: "sql", text: condition })];
  }
  const entries = Object.entries(parse(values, condition, "apply where"));
  if (entries.length === 0) {
    throw new DlfLanceError(
      "InvalidInput",
      "Cannot apply where to an empty object: leave it out to keep all rows.",
    );
  }
  return entries.map(([name, value]) =>
    conditionOf(value === null ? col(name).isNull() : col(name).eq(value as LiteralInput), "where"),
  );
}

function parse<T>(schema: z.ZodType<T>, value: unknown, action: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const place = issue === undefined || issue.path.length === 0 ? "" : ` (${issue.path.join(".")})`;
  throw new DlfLanceError("InvalidInput", `Cannot ${action}: ${issue?.message ?? "invalid value"}${place}.`);
}
