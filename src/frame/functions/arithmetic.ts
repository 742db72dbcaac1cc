/** What the arithmetic operators give, and their form in DuckDB. */
import { type DataType, type Field, Types } from "../../arrow.ts";
import { typeName } from "../../display/type-name.ts";
import { DlfLanceError } from "../../errors.ts";
import type { ArithmeticOperator, ExpressionNode } from "../expression/expression-node.ts";
import { kindOf } from "../types/column-kind.ts";
import { isNullType } from "../types/common-type.ts";
import {
  convertOperand,
  decimalOf,
  doubleSql,
  float64,
  int64,
  kindOfOperand,
  literalScale,
  mostDigits,
  type Operand,
} from "./operand.ts";

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
 * A constant beside a decimal counts as it is written. `divide` always gives float64.
 * @throws DlfLanceError InvalidInput for a product of more than 38 digits behind the point.
 */
export function arithmeticType(operator: ArithmeticOperator, left: TypedNode, right: TypedNode): DataType {
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
  if (Types.isDecimal(result)) {
    const [a, b] = [left, right].map((operand) => {
      const kind = kindOfOperand(operand);
      return convertOperand(operand, decimalOf(kind.kind === "decimal" ? kind.scale : literalScale(operand)));
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
