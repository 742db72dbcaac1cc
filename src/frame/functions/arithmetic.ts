/** What the arithmetic operators give, and their form in DuckDB. */
import { arrow, type DataType, type Field, Types } from "../../arrow.ts";
import { typeName } from "../../display/arrow/type-name.ts";
import { DlfLanceError } from "../../errors.ts";
import type { ArithmeticOperator, ExpressionNode } from "../expression/expression-node.ts";
import { type ColumnKind, kindOf } from "../types/column-kind.ts";
import { isNullType, mostDigits } from "../types/common-type.ts";
import {
  convertOperand,
  decimalOf,
  doubleSql,
  float64,
  int64,
  kindOfOperand,
  literalScale,
  type Operand,
  plainType,
  scaleSql,
} from "./operand.ts";
import { typeSql } from "./sql-type.ts";

const greatestInt64 = 2n ** 63n - 1n;

const signs: Readonly<Record<ArithmeticOperator, string>> = {
  add: "+",
  subtract: "-",
  multiply: "*",
  divide: "/",
  intDivide: "//",
  modulo: "%",
};

interface TypedNode {
  readonly node: ExpressionNode;
  readonly field: Field;
}

/**
 * Whole numbers give int64; with a decimal among them the result is a decimal of 38 digits, exact; with a float, float64.
 * A constant next to a decimal counts as it is written. `divide` always gives float64.
 * @throws DlfLanceError InvalidInput for a product of more than 38 digits behind the point.
 */
export function arithmeticType(operator: ArithmeticOperator, left: TypedNode, right: TypedNode): DataType {
  const times = timeType(operator, left.field, right.field);
  if (times !== undefined) return times;
  if (operator === "divide") return float64();
  const scales = [scaleOf(left, right), scaleOf(right, left)];
  if (scales.includes("float")) return float64();
  if (scales.every((scale) => scale === "whole")) return int64();
  const [a, b] = scales.map((scale) => (typeof scale === "number" ? scale : 0)) as [number, number];
  const scale = operator === "multiply" ? a + b : Math.max(a, b);
  if (scale <= mostDigits) return decimalOf(scale);
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot multiply ${typeName(left.field.type)} by ${typeName(right.field.type)}: the product has ${scale} digits behind the point, ` +
      `and a decimal has ${mostDigits} in all; cast one of them to a decimal with fewer, or to double`,
  );
}

/** Of dates, timestamps and durations: undefined for numbers alone. */
function timeType(operator: ArithmeticOperator, left: Field, right: Field): DataType | undefined {
  const [a, b] = [kindOf(left), kindOf(right)];
  if (![a, b].some(({ kind }) => timeKinds.includes(kind))) return undefined;
  const isSum = operator === "add" || operator === "subtract";
  if (a.kind === "date" && b.kind === "date" && a.unit === b.unit && operator === "subtract") return int64();
  if (a.kind === "date" && b.kind === "integer" && isSum) return plainType(left.type);
  if (
    a.kind === "timestamp" &&
    b.kind === "timestamp" &&
    operator === "subtract" &&
    (a.zone === null) === (b.zone === null)
  )
    return new arrow.Duration(finer(a, b));
  if (a.kind === "timestamp" && b.kind === "duration" && isSum)
    return new arrow.Timestamp(finer(a, b), a.zone);
  if (a.kind === "duration" && b.kind === "timestamp" && operator === "add")
    return new arrow.Timestamp(finer(a, b), b.zone);
  if (a.kind === "duration" && b.kind === "duration") {
    if (isSum || operator === "modulo") return new arrow.Duration(finer(a, b));
    if (operator === "divide") return float64();
  }
  if (a.kind === "duration" && b.kind === "integer" && operator === "multiply") return plainType(left.type);
  if (a.kind === "integer" && b.kind === "duration" && operator === "multiply") return plainType(right.type);
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot compute ${typeName(left.type)} ${signs[operator]} ${typeName(right.type)}: ${
      a.kind === "timestamp" && b.kind === "timestamp" && operator === "subtract"
        ? "one of the two has a time zone and the other has none; give it one with replaceTimeZone()"
        : "these types do not go together; " +
          "move dates and timestamps with add(interval({ days: 1 })), and count between them with dateDiff()"
    }`,
  );
}

const timeKinds: readonly string[] = ["date", "timestamp", "duration", "time"];

function finer(
  left: { readonly unit: 0 | 1 | 2 | 3 },
  right: { readonly unit: 0 | 1 | 2 | 3 },
): 0 | 1 | 2 | 3 {
  return Math.max(left.unit, right.unit) as 0 | 1 | 2 | 3;
}

/** The whole numbers that times are stored as, in one unit. */
function timeSql(
  operator: ArithmeticOperator,
  left: Operand,
  right: Operand,
  result: DataType,
): string | undefined {
  const [a, b] = [left, right].map(kindOfOperand) as [ColumnKind, ColumnKind];
  if (![a, b].some(({ kind }) => timeKinds.includes(kind))) return undefined;
  const unit = Math.max(
    ...[a, b].map((kind) => ("unit" in kind && typeof kind.unit === "number" ? kind.unit : 0)),
  );
  if (a.kind === "date" && a.unit === "millisecond") {
    const perDay = 86_400_000;
    return b.kind === "date"
      ? `((${left.sql} - ${right.sql}) // ${perDay})`
      : `(${left.sql} ${signs[operator]} CAST(${right.sql} AS BIGINT) * ${perDay})`;
  }
  const ticks = ({ sql }: Operand, kind: ColumnKind) =>
    "unit" in kind && typeof kind.unit === "number"
      ? scaleSql(sql, unit - kind.unit)
      : `CAST(${sql} AS BIGINT)`;
  const [one, other] = [ticks(left, a), ticks(right, b)];
  if (operator === "divide") return `(CAST(${one} AS DOUBLE) / CAST(${other} AS DOUBLE))`;
  const value = `(${one} ${signs[operator]} ${other})`;
  return Types.isDate(result) ? `CAST(${value} AS ${typeSql(result)})` : value;
}

/** Digits behind the point, of a decimal and of a constant that counts as one. */
function scaleOf(operand: TypedNode, other: TypedNode): number | "whole" | "float" {
  const { node, field } = operand;
  if (isNullType(field.type)) return "whole";
  const kind = kindOf(field);
  if (kind.kind === "decimal") return kind.scale;
  if (kind.kind === "integer") return "whole";
  if (node.node !== "literal" || kindOf(other.field).kind !== "decimal") return "float";
  const isNumber = Number.isFinite(Number(node.text)) && node.text !== "-0";
  const scale = literalScale({ ...operand, sql: "" });
  return isNumber && scale <= mostDigits && Math.abs(Number(node.text)) < 10 ** (mostDigits - scale)
    ? scale
    : "float";
}

export function arithmeticSql(
  operator: ArithmeticOperator,
  left: Operand,
  right: Operand,
  result: DataType,
): string {
  const times = timeSql(operator, left, right, result);
  if (times !== undefined) return times;
  if (Types.isDecimal(result)) {
    const [a, b] = [left, right].map((operand) => {
      const kind = kindOfOperand(operand);
      const scale = kind.kind === "decimal" ? kind.scale : literalScale(operand);
      // DuckDB takes the remainder of decimals of two scales as doubles.
      return convertOperand(operand, decimalOf(operator === "modulo" ? result.scale : scale));
    });
    return `CAST(${a} ${signs[operator]} ${b} AS DECIMAL(${mostDigits}, ${result.scale}))`;
  }
  if (!Types.isInt(result)) {
    const divisor = doubleSql(right);
    // A divisor of -0 becomes 0: equal divisors give equal quotients.
    const sign = operator === "divide" ? `(${divisor} + 0.0::DOUBLE)` : divisor;
    return `(${doubleSql(left)} ${signs[operator]} ${sign})`;
  }
  if (![left, right].some(isBeyondInt64))
    return `(${convertOperand(left, int64())} ${signs[operator]} ${convertOperand(right, int64())})`;
  const [a, b] = [left, right].map(({ sql }) => `CAST(${sql} AS HUGEINT)`);
  return `CAST(${a} ${signs[operator]} ${b} AS BIGINT)`;
}

function isBeyondInt64(operand: Operand): boolean {
  const kind = kindOfOperand(operand);
  return kind.kind === "integer" && kind.max > greatestInt64;
}
