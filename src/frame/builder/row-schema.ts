import { DlfLanceError } from "../../errors.ts";
import type { NamedExpression } from "../expression/expression-node.ts";
import { plainColumn } from "../plan/plan.ts";
import type { RowObject } from "../rows/row-objects.ts";

/** The part of a zod object schema that is used: its columns, and its check of a row. */
export interface RowSchema<T> {
  readonly shape: Readonly<Record<string, unknown>>;
  parse(row: unknown): T;
}

/** @throws DlfLanceError InvalidInput for what is not an object schema. */
export function parseRowSchema<T>(schema: RowSchema<T>) {
  const { shape } = (schema ?? {}) as Partial<RowSchema<T>>;
  if (typeof shape !== "object" || shape === null || typeof schema.parse !== "function") {
    throw new DlfLanceError(
      "InvalidInput",
      "Cannot type rows: as() takes a zod object schema such as z.object({ f0: z.bigint() })",
    );
  }
  const columns: readonly NamedExpression[] = Object.keys(shape).map(plainColumn);
  return {
    columns,
    /** @throws DlfLanceError InvalidInput naming the first row and value that do not fit. */
    parseRows: (rows: readonly RowObject[]): T[] => rows.map((row, index) => parseRow(schema, row, index)),
  };
}

function parseRow<T>(schema: RowSchema<T>, row: RowObject, index: number): T {
  try {
    return schema.parse(row);
  } catch (error) {
    const [issue] =
      (error as { issues?: readonly { message: string; path: readonly PropertyKey[] }[] }).issues ?? [];
    if (issue === undefined) throw error;
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot read row ${index + 1} as typed: ${issue.path.map(String).join(".") || "the row"}: ${issue.message}`,
    );
  }
}
