/** Parts of expressions as SQL, and how they become values of another type. */
import { arrow, type DataType, type Field, Types } from "../../arrow.ts";
import { typeName } from "../../display/arrow/type-name.ts";
import type { ExpressionNode } from "../expression/expression-node.ts";
import { type ColumnKind, kindOf, kindOfType } from "../types/column-kind.ts";
import { mostDigits } from "../types/common-type.ts";
import { literalSql, nullSql, typeSql } from "./sql-type.ts";

/** A part of an expression, written. */
export interface Operand {
  readonly node: ExpressionNode;
  /** What it gives. */
  readonly field: Field;
  /** In the stored form (sql-type.ts). */
  readonly sql: string;
}

export const int64 = (): DataType => new arrow.Int64();
export const float64 = (): DataType => new arrow.Float64();
export const bool = (): DataType => new arrow.Bool();
export const utf8 = (): DataType => new arrow.Utf8();

export function decimalOf(scale: number): DataType {
  return new arrow.Decimal(scale, mostDigits, 128);
}

export function kindOfOperand({ field }: Operand): ColumnKind {
  return kindOf(field);
}

export function plainType(type: DataType): DataType {
  return Types.isDictionary(type) ? type.dictionary : type;
}

/** The operand as a value of a type that holds it. A constant becomes one of that type at once. */
export function convertOperand({ node, field, sql }: Operand, type: DataType): string {
  return node.node === "literal" ? literalSql(node, type) : convertSql(sql, field.type, type);
}

/** Widens a value: where several types become one, the type holds them all. */
export function convertSql(sql: string, from: DataType, to: DataType): string {
  const plain = plainType(from);
  if (typeName(plain) === typeName(to)) return sql;
  if (Types.isNull(plain)) return nullSql(to);
  const [a, b] = [kindOfType(plain), kindOfType(to)];
  if (a.kind === b.kind && (a.kind === "text" || a.kind === "bytes")) return sql;
  if ((a.kind === "timestamp" || a.kind === "duration") && b.kind === a.kind)
    return scaleSql(sql, b.unit - a.unit);
  if (a.kind === "time" && b.kind === "time")
    return `CAST(${scaleSql(`CAST(${sql} AS BIGINT)`, b.unit - a.unit)} AS ${typeSql(to)})`;
  // In two steps what int64 may not hold, so that an error tells it from a cast that was written.
  const isNarrowed = a.kind === "integer" && b.kind === "integer" && a.max > b.max;
  return `CAST(${isNarrowed ? `CAST(${sql} AS HUGEINT)` : sql} AS ${typeSql(to)})`;
}

/** Ticks of a unit in one that is finer by thousands; what int64 cannot hold is an error. */
export function scaleSql(sql: string, thousands: number): string {
  return thousands === 0 ? sql : `(${sql} * CAST(${1000 ** thousands} AS BIGINT))`;
}

export function doubleSql(operand: Operand): string {
  return convertOperand(operand, float64());
}

/** As int64 where the result is one, as a decimal of 38 digits where it is a decimal, else as float64. */
export function numberSql(operand: Operand, result: DataType): string {
  if (!Types.isDecimal(result)) return convertOperand(operand, result);
  const kind = kindOfOperand(operand);
  return convertOperand(operand, decimalOf(kind.kind === "decimal" ? kind.scale : literalScale(operand)));
}

/** Of a constant next to a decimal: as many digits as it is written with. */
export function literalScale({ node }: Operand): number {
  if (node.node !== "literal") return 0;
  const [mantissa = "", exponent = "0"] = node.text.toLowerCase().split("e");
  const fraction = mantissa.split(".")[1]?.length ?? 0;
  return Math.max(0, fraction - Number(exponent));
}
