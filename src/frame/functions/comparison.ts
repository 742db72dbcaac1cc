/** Comparisons in DuckDB's SQL, exact between all types that can be compared. */
import type { DataType } from "../../arrow.ts";
import { comparisonSigns, mirrored } from "../expression/comparison.ts";
import type { ComparisonOperator } from "../expression/expression-node.ts";
import type { LiteralNode } from "../expression/literal.ts";
import {
  type ColumnKind,
  type DurationKind,
  isTickKind,
  type TickKind,
  type TimeKind,
  type TimestampKind,
} from "../types/column-kind.ts";
import { isNullType, mostDigits } from "../types/common-type.ts";
import { checkedTicks } from "../types/ticks.ts";
import { doubleSql, kindOfOperand, type Operand, plainType } from "./operand.ts";
import { literalSql, tickSql } from "./sql-type.ts";

export function comparisonSql(operator: ComparisonOperator, left: Operand, right: Operand): string {
  if (right.node.node === "literal") return literalComparisonSql(operator, left, right.node);
  if (left.node.node === "literal") return literalComparisonSql(mirrored[operator], right, left.node);
  const sign = comparisonSigns[operator];
  if (isNullType(left.field.type) || isNullType(right.field.type)) return "CAST(NULL AS BOOLEAN)";
  const [a, b] = [kindOfOperand(left), kindOfOperand(right)];
  if (a.kind === "float" || b.kind === "float") return `(${doubleSql(left)} ${sign} ${doubleSql(right)})`;
  if (a.kind === "decimal" || b.kind === "decimal") return decimalComparisonSql(sign, left, right);
  if (isClock(a) && isClock(b) && a.unit !== b.unit) {
    const finest = Math.max(a.unit, b.unit);
    const scaled = [left, right].map(({ sql }, index) =>
      wideTicks(sql, 1000n ** BigInt(finest - (index === 0 ? a : b).unit)),
    );
    return `(${scaled[0]} ${sign} ${scaled[1]})`;
  }
  if (a.kind === "date" && b.kind === "date" && a.unit !== b.unit) {
    const [one, other] = [[left, a] as const, [right, b] as const].map(([{ sql }, { unit }]) =>
      wideTicks(sql, unit === "day" ? 86_400_000n : 1n),
    );
    return `(${one} ${sign} ${other})`;
  }
  return `(${left.sql} ${sign} ${right.sql})`;
}

function isClock(kind: ColumnKind): kind is TimestampKind | TimeKind | DurationKind {
  return kind.kind === "timestamp" || kind.kind === "time" || kind.kind === "duration";
}

function wideTicks(sql: string, factor: bigint): string {
  return factor === 1n ? `CAST(${sql} AS HUGEINT)` : `(CAST(${sql} AS HUGEINT) * ${factor})`;
}

/** By one scale where 38 digits hold both, else first by what is before the point and then by what is behind it. */
function decimalComparisonSql(sign: string, left: Operand, right: Operand): string {
  const shapes = [left, right].map((operand) => {
    const kind = kindOfOperand(operand);
    return kind.kind === "decimal" ? kind : { precision: 20, scale: 0 };
  });
  const scale = Math.max(...shapes.map((shape) => shape.scale));
  const whole = Math.max(...shapes.map((shape) => shape.precision - shape.scale));
  const wide = (operand: Operand, index: number) =>
    `CAST(${operand.sql} AS DECIMAL(${mostDigits}, ${shapes[index]?.scale}))`;
  if (whole + scale <= mostDigits) {
    const all = (operand: Operand) => `CAST(${operand.sql} AS DECIMAL(${mostDigits}, ${scale}))`;
    return `(${all(left)} ${sign} ${all(right)})`;
  }
  const parts = (operand: Operand, index: number) => {
    const value = wide(operand, index);
    const floor = `CAST(floor(${value}) AS DECIMAL(${mostDigits}, 0))`;
    const fraction = `CAST(${value} - floor(${value}) AS DECIMAL(${mostDigits}, ${scale}))`;
    // A row with null in it is compared as if null were a value. Each side stands alone: joins look for such comparisons.
    return `CASE WHEN ${value} IS NOT NULL THEN (${floor}, ${fraction}) END`;
  };
  return `(${parts(left, 0)} ${sign} ${parts(right, 1)})`;
}

/** With a constant in the unit of the values, or what the comparison comes to for a constant between or beyond them. */
function literalComparisonSql(operator: ComparisonOperator, operand: Operand, literal: LiteralNode): string {
  if (literal.type === "null") return "CAST(NULL AS BOOLEAN)";
  const { sql, field } = operand;
  if (isNullType(field.type)) return "CAST(NULL AS BOOLEAN)";
  const kind = kindOfOperand(operand);
  const type = plainType(field.type);
  if (isTickKind(kind)) return tickComparisonSql(sql, operator, kind, type, literal);
  return `(${sql} ${comparisonSigns[operator]} ${literalSql(literal, type)})`;
}

function tickComparisonSql(
  sql: string,
  operator: ComparisonOperator,
  kind: TickKind,
  type: DataType,
  literal: LiteralNode,
): string {
  const { floor, isExact } = checkedTicks(kind, literal);
  const always = `(${sql} IS NOT NULL OR NULL)`;
  const never = `(${sql} IS NULL AND NULL)`;
  const isHeld = floor >= kind.min && floor <= kind.max;
  if (operator === "eq" || operator === "neq") {
    if (isExact && isHeld) return `(${sql} ${comparisonSigns[operator]} ${tickSql(floor, type)})`;
    return operator === "eq" ? never : always;
  }
  const isUpward = operator === "gt" || operator === "gte";
  if (floor < kind.min) return isUpward ? always : never;
  if (floor > kind.max) return isUpward ? never : always;
  const whole = isExact ? operator : isUpward ? "gt" : "lte";
  return `(${sql} ${comparisonSigns[whole]} ${tickSql(floor, type)})`;
}

/** Whether the operand is one of the constants: false without any, and null where it is null. */
export function isInSql(operand: Operand, values: readonly LiteralNode[]): string {
  if (values.length === 0) return "false";
  if (isNullType(operand.field.type)) return "CAST(NULL AS BOOLEAN)";
  const kind = kindOfOperand(operand);
  const type = plainType(operand.field.type);
  const texts = values.flatMap((value) => {
    if (!isTickKind(kind)) return literalSql(value, type);
    const { floor, isExact } = checkedTicks(kind, value);
    return isExact && floor >= kind.min && floor <= kind.max ? tickSql(floor, type) : [];
  });
  if (texts.length === 0) return `(${operand.sql} IS NULL AND NULL)`;
  return `(${operand.sql} IN (${[...new Set(texts)].join(", ")}))`;
}
