/** New values of an update as SQL that Lance reads, exact for the type of their column. */

import { arrow, type Field } from "../../arrow.ts";
import { describeValue } from "../../check-options.ts";
import { fieldTypeName } from "../../display/arrow/type-name.ts";
import { countOf } from "../../display/text/number-text.ts";
import { DlfLanceError } from "../../errors.ts";
import type { Untyped } from "../../frame/builder/frame-types.ts";
import type { InputValue } from "../../frame/builder/lake-tables.ts";
import { readColumns } from "../../frame/check/refuse-texts.ts";
import { loadSqlReader } from "../../frame/engines/engines.ts";
import { stringSql } from "../../frame/engines/lance/filter-sql.ts";
import { tickSql } from "../../frame/engines/lance/tick-sql.ts";
import { describeExpression } from "../../frame/expression/describe-expression.ts";
import { isExpression } from "../../frame/expression/expression-build.ts";
import type { ExpressionLike } from "../../frame/expression/expression-types.ts";
import { type LiteralInput, toLiteral } from "../../frame/expression/literal.ts";
import { checkSqlText } from "../../frame/expression/sql-text.ts";
import { listNames } from "../../frame/plan/columns.ts";
import { isTickKind, kindOf } from "../../frame/types/column-kind.ts";
import { lacksZone, literalTicks } from "../../frame/types/ticks.ts";
import { asBytes, asList } from "../../table/columns/value-class.ts";

/** An expression in Lance's SQL dialect over the columns of the row, as in `{ sql: "price * 2" }`. */
export interface SqlExpression {
  readonly sql: string;
}

/** The new value of a column: a value of its type, null, the numbers of a vector, or an expression. */
export type UpdateValue =
  | LiteralInput
  | ExpressionLike
  | null
  | ArrayBuffer
  | readonly number[]
  | Float32Array
  | Float64Array
  | SqlExpression;

/** New values by column. */
export type UpdateValues<C> = C extends Untyped ? Readonly<Record<string, UpdateValue>> : NewValues<C>;

type NewValues<C> = {
  readonly [K in keyof C]?: Exclude<InputValue<C[K]>, undefined> | SqlExpression | Constant<C[K]>;
};

/** A value in `lit()`, which stores a text that reads as an expression. */
type Constant<T> = ExpressionLike<T, unknown>;

const plainNumber = /^\s*[-+]?\d{1,15}(?:\.\d+)?\s*$/;

/** @throws DlfLanceError InvalidInput for what the column cannot hold */
export function updateSql(value: UpdateValue, field: Field, action: string): string {
  const refuse = (why: string) =>
    new DlfLanceError(
      "InvalidInput",
      `Cannot ${action}: column ${field.name} is ${fieldTypeName(field)}${field.nullable ? "" : " not null"}; ${why}`,
    );
  if (isSqlExpression(value)) {
    checkSqlText(value.sql, field.name);
    // Lance casts 1.7 to 1 for a column of whole numbers.
    if (plainNumber.test(value.sql)) return updateSql(Number(value.sql), field, action);
    return value.sql;
  }
  const node = isExpression(value) ? value.node : undefined;
  if (node !== undefined && node.node !== "literal") {
    throw refuse(
      `its new value is the expression ${describeExpression(node)}; pass SQL, as in { sql: "price * 2" }`,
    );
  }
  if (value === null || node?.type === "null") {
    if (!field.nullable) throw refuse("it takes no nulls");
    return "NULL";
  }
  const bytes = asBytes(value);
  const numbers = bytes === undefined ? asList(value) : undefined;
  if (numbers !== undefined) return vectorSql(Array.from(numbers), field, refuse);
  const literal = node ?? toLiteral(bytes ?? value, action);
  const kind = kindOf(field);
  if (isTickKind(kind)) {
    const ticks = literalTicks(kind, literal);
    if (ticks?.isExact && ticks.floor >= kind.min && ticks.floor <= kind.max) {
      return tickSql(ticks.floor, kind);
    }
    const isOpen = literal.type === "string" && lacksZone(kind, literal.text);
    throw refuse(
      isOpen
        ? `${describe(value)} names no zone; write one, as in "2024-05-01T00:00:00+08:00", or pass a Date`
        : `it cannot hold ${describe(value)}`,
    );
  }
  const { type, text } = literal;
  switch (kind.kind) {
    case "float":
      if (type !== "number" && type !== "integer") break;
      if (type === "integer" && BigInt(Number(text)) !== BigInt(text))
        throw refuse(`${text}n is not exact as a float; pass a number for the nearest one`);
      return `CAST('${text}' AS DOUBLE)`;
    case "text":
      if (type !== "string") break;
      return stringSql(text);
    case "boolean":
      if (type !== "boolean") break;
      return text;
    case "bytes":
      if (type !== "bytes") break;
      return `x'${text}'`;
    case "nested":
    case "other":
      throw refuse('a new value for it is written as an expression, such as { sql: "…" }, or by a merge');
    default:
      return kind satisfies never;
  }
  throw refuse(`it cannot hold ${describe(value)}`);
}

/**
 * Refuses texts that read as an expression over the columns: they are rather meant to be computed than to be stored.
 * @throws DlfLanceError InvalidInput with both ways out
 */
export async function refuseTextExpressions(
  entries: readonly (readonly [column: string, value: UpdateValue])[],
  fields: readonly Field[],
  action: string,
): Promise<void> {
  const read = async (text: string) => (await loadSqlReader()).expression(text);
  for (const [column, value] of entries) {
    if (typeof value !== "string") continue;
    const used = await readColumns(value, fields, read);
    if (used === undefined) continue;
    const quoted = JSON.stringify(value);
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot ${action}: the new value of column ${column} is the text ${quoted}, which reads as an expression over ` +
        `${listNames(used)}; compute it with { sql: ${quoted} }, or store the text with lit(${quoted})`,
    );
  }
}

export function isSqlExpression(value: UpdateValue): value is SqlExpression {
  return (
    typeof value === "object" && value !== null && typeof (value as Partial<SqlExpression>).sql === "string"
  );
}

function vectorSql(
  numbers: readonly unknown[],
  field: Field,
  refuse: (why: string) => DlfLanceError,
): string {
  const { type } = field;
  const isVector = arrow.DataType.isFixedSizeList(type) && arrow.DataType.isFloat(type.children[0]?.type);
  if (!isVector) throw refuse("it holds no vectors");
  if (numbers.length !== type.listSize) {
    throw refuse(
      `its vectors have ${countOf(type.listSize, "number")}, and the one given has ${numbers.length}`,
    );
  }
  const written = numbers.map((number, item) => {
    if (typeof number !== "number" || !Number.isFinite(number)) {
      throw refuse(`item ${item + 1} of the vector is ${describeValue(number)}; pass finite numbers`);
    }
    return Number.isInteger(number) ? number.toFixed(1) : String(number);
  });
  return `[${written.join(", ")}]`;
}

function describe(value: UpdateValue): string {
  if (isExpression(value)) return describeExpression(value.node);
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  return value instanceof Date ? value.toISOString() : String(value);
}
