/**
 * Conditions as the SQL text that Lance reads. They must have been checked against the schema.
 *
 * Lance refuses a constant that the column's type cannot hold and overflows on some dates, so such comparisons are
 * written as what they come to. It takes time exponential in nested NOTs, so NOT is carried down to the comparisons.
 */
import type { Field } from "../../../arrow.ts";
import { DlfLanceError } from "../../../errors.ts";
import { comparisonSigns, mirrored } from "../../expression/comparison.ts";
import { describeExpression } from "../../expression/describe-expression.ts";
import type {
  CallNode,
  ColumnNode,
  ComparisonNode,
  ComparisonOperator,
  ExpressionNode,
  IsInNode,
} from "../../expression/expression-node.ts";
import type { LiteralNode } from "../../expression/literal.ts";
import type { Predicate } from "../../plan/plan.ts";
import { type ColumnKind, isTickKind, kindOf, type TickKind } from "../../types/column-kind.ts";
import { checkedTicks } from "../../types/ticks.ts";
import { tickSql } from "./tick-sql.ts";

/** Lance's parser gives up at about fifty. */
const deepestNesting = 24;

const opposites: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  eq: "neq",
  neq: "eq",
  gt: "lte",
  gte: "lt",
  lt: "gte",
  lte: "gt",
};

/** The field of a column of the table, or undefined when there is none. */
export type FindTableField = (column: string) => Field | undefined;

/** Whether Lance reads the predicate as it is meant; if not, it is for another engine. */
export function isPushable(predicate: Predicate, find: FindTableField): boolean {
  return predicate.node === "sql" || (nesting(predicate) <= deepestNesting && isExact(predicate, find));
}

/** One text that is true where all predicates are. */
export function filterSql(predicates: readonly Predicate[], find: FindTableField): string {
  const texts = predicates.map((predicate) => {
    const isAlone = predicates.length === 1;
    if (predicate.node !== "sql") return write(predicate, false, find, isAlone ? "none" : "and");
    return isAlone ? predicate.text : `(${predicate.text})`;
  });
  return texts.join(" AND ");
}

function isExact(node: ExpressionNode, find: FindTableField): boolean {
  const isColumn = (operand: ExpressionNode | undefined) =>
    operand?.node === "column" && find(operand.name) !== undefined;
  switch (node.node) {
    case "literal":
      return node.type === "boolean";
    case "column":
      return isColumn(node);
    case "comparison": {
      const { left, right } = turnToColumn(node);
      if (!isColumn(left)) return false;
      if (right.node === "literal") return right.type !== "null" && !isUnknown(kindAt(find, left));
      return isColumn(right) && areAlike(kindAt(find, left), kindAt(find, right));
    }
    case "isNull":
      return isColumn(node.operand);
    case "isIn":
      return (
        node.operand.node === "column" && isColumn(node.operand) && !isUnknown(kindAt(find, node.operand))
      );
    case "like":
      return isColumn(node.operand) && !node.ignoreCase;
    case "call":
      return (
        node.function === "startsWith" && isColumn(node.arguments[0]) && node.arguments[1]?.node === "literal"
      );
    case "not":
      return isExact(node.operand, find);
    case "and":
    case "or":
      return node.operands.every((operand) => isExact(operand, find));
    default:
      return false;
  }
}

function isUnknown({ kind }: ColumnKind): boolean {
  return ["other", "nested", "time", "duration"].includes(kind);
}

/** Whether Lance compares two columns without a cast that rounds. */
function areAlike(left: ColumnKind, right: ColumnKind): boolean {
  const isNumber = (kind: ColumnKind) => kind.kind === "integer" || kind.kind === "float";
  if (isNumber(left)) return isNumber(right);
  switch (left.kind) {
    case "decimal":
      return right.kind === "decimal" && right.precision === left.precision && right.scale === left.scale;
    case "timestamp":
      return right.kind === "timestamp" && right.unit === left.unit;
    case "date":
      return right.kind === "date" && right.unit === left.unit;
    case "time":
    case "duration":
    case "nested":
    case "other":
      return false;
    default:
      return right.kind === left.kind;
  }
}

/** The comparison with a column on its left, if there is one. */
function turnToColumn(comparison: ComparisonNode): ComparisonNode {
  const { left, right, operator } = comparison;
  if (left.node === "column" || right.node !== "column") return comparison;
  return { node: "comparison", left: right, operator: mirrored[operator], right: left };
}

/** Names in backticks. One that holds a backtick never comes here: Lance cannot read such a column at all. */
export function nameSql(name: string): string {
  return `\`${name.replaceAll("`", "``")}\``;
}

export function stringSql(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function write(
  condition: ExpressionNode,
  isNegated: boolean,
  find: FindTableField,
  outer: "and" | "or" | "none",
): string {
  const not = isNegated ? "NOT " : "";
  switch (condition.node) {
    case "literal":
      return String((condition.text === "true") !== isNegated);
    case "column":
      return not + nameSql(condition.name);
    case "comparison":
      return writeComparison(turnToColumn(condition), isNegated, find);
    case "isNull":
      return `${columnSql(condition.operand)} IS ${not}NULL`;
    case "isIn":
      return writeIsIn(condition, isNegated, kindAt(find, condition.operand));
    case "like":
      return `${columnSql(condition.operand)} ${not}LIKE ${stringSql(condition.pattern)}`;
    case "call":
      return not + callSql(condition);
    case "not":
      return write(condition.operand, !isNegated, find, outer);
    case "and":
    case "or": {
      const own = (condition.node === "and") === isNegated ? "or" : "and";
      const text = condition.operands
        .map((operand) => write(operand, isNegated, find, own))
        .join(own === "and" ? " AND " : " OR ");
      return outer === own || outer === "none" ? text : `(${text})`;
    }
    default:
      throw unexpected(condition);
  }
}

function nesting(condition: ExpressionNode): number {
  if (condition.node === "not") return nesting(condition.operand);
  if (condition.node !== "and" && condition.node !== "or") return 0;
  return 1 + condition.operands.reduce((deepest, operand) => Math.max(deepest, nesting(operand)), 0);
}

function unexpected(node: ExpressionNode): DlfLanceError {
  return new DlfLanceError(
    "Internal",
    `Cannot write ${describeExpression(node)} for Lance: Lance cannot read this condition; report this`,
  );
}

function kindAt(find: FindTableField, node: ExpressionNode): ColumnKind {
  const field = node.node === "column" ? find(node.name) : undefined;
  return field === undefined ? { kind: "other" } : kindOf(field);
}

function columnSql(node: ExpressionNode): string {
  if (node.node === "column") return nameSql(node.name);
  throw unexpected(node);
}

function callSql(call: CallNode): string {
  const [text, prefix] = call.arguments;
  if (call.function !== "startsWith" || text === undefined || prefix?.node !== "literal")
    throw unexpected(call);
  return `starts_with(${columnSql(text)}, ${stringSql(prefix.text)})`;
}

function writeComparison(comparison: ComparisonNode, isNegated: boolean, find: FindTableField): string {
  const operator = isNegated ? opposites[comparison.operator] : comparison.operator;
  const { left, right } = comparison;
  if (left.node !== "column") throw unexpected(comparison);
  const kind = kindAt(find, left);
  if (right.node === "column") return writeColumns(left.name, operator, right, kind, kindAt(find, right));
  if (right.node !== "literal") throw unexpected(comparison);
  if (isTickKind(kind)) return writeTicks(left.name, operator, right, kind);
  if (kind.kind === "float") return writeFloat(left.name, operator, Number(right.text));
  return `${nameSql(left.name)} ${comparisonSigns[operator]} ${literalSql(right, kind)}`;
}

const leastFloat = "CAST('-Infinity' AS DOUBLE)";

/** Lance takes a NaN whose sign bit is set for less than every number; NaN is greater, whatever its bits. */
function writeFloat(column: string, operator: ComparisonOperator, constant: number): string {
  const name = nameSql(column);
  if (Number.isNaN(constant)) return writeNaN(column, operator);
  const comparison = `${name} ${comparisonSigns[operator]} ${floatSql(constant)}`;
  switch (operator) {
    case "lt":
    case "lte":
      return `(${comparison} AND ${name} >= ${leastFloat})`;
    case "gt":
    case "gte":
      return `(${comparison} OR ${name} < ${leastFloat})`;
    default:
      return comparison;
  }
}

function writeNaN(column: string, operator: ComparisonOperator): string {
  switch (operator) {
    case "eq":
    case "gte":
      return `isnan(${nameSql(column)})`;
    case "neq":
    case "lt":
      return `NOT isnan(${nameSql(column)})`;
    case "gt":
      return never(column);
    case "lte":
      return always(column);
    default:
      return operator satisfies never;
  }
}

/**
 * Between columns Lance tells 0 from -0, and one NaN from another, and compares int64 with float as float; adding 0.0 makes
 * -0 a 0.
 */
function writeColumns(
  column: string,
  operator: ComparisonOperator,
  other: ColumnNode,
  kind: ColumnKind,
  otherKind: ColumnKind,
): string {
  const isFloat = kind.kind === "float" || otherKind.kind === "float";
  const side = (name: string) =>
    isFloat ? `nanvl(CAST(${nameSql(name)} AS DOUBLE) + 0.0, CAST('NaN' AS DOUBLE))` : nameSql(name);
  return `${side(column)} ${comparisonSigns[operator]} ${side(other.name)}`;
}

/** True where the column is not null, null where it is. */
const always = (column: string) => `${nameSql(column)} = ${nameSql(column)}`;
const never = (column: string) => `${nameSql(column)} <> ${nameSql(column)}`;

function writeTicks(
  column: string,
  operator: ComparisonOperator,
  literal: LiteralNode,
  kind: TickKind,
): string {
  const { floor, isExact } = checkedTicks(kind, literal);
  if (operator === "eq" || operator === "neq") {
    if (isExact && holds(kind, floor))
      return `${nameSql(column)} ${comparisonSigns[operator]} ${tickSql(floor, kind)}`;
    return operator === "eq" ? never(column) : always(column);
  }
  const isUpward = operator === "gt" || operator === "gte";
  const whole = isExact ? operator : isUpward ? "gt" : "lte";
  const isBelowAll = floor < kind.min || (floor === kind.min && (whole === "gte" || whole === "lt"));
  const isAboveAll = floor > kind.max || (floor === kind.max && (whole === "gt" || whole === "lte"));
  if (isBelowAll) return isUpward ? always(column) : never(column);
  if (isAboveAll) return isUpward ? never(column) : always(column);
  return `${nameSql(column)} ${comparisonSigns[whole]} ${tickSql(floor, kind)}`;
}

function holds(kind: TickKind, tick: bigint): boolean {
  return tick >= kind.min && tick <= kind.max;
}

function writeIsIn({ operand, values }: IsInNode, isNegated: boolean, kind: ColumnKind): string {
  if (operand.node !== "column") throw unexpected(operand);
  const { name: column } = operand;
  if (values.length === 0) return String(isNegated);
  if (kind.kind === "float" && values.some(({ text }) => text === "NaN")) {
    const numbers = writeIsIn(
      { node: "isIn", operand, values: values.filter(({ text }) => text !== "NaN") },
      isNegated,
      kind,
    );
    const nan = `isnan(${nameSql(column)})`;
    return isNegated ? `(${numbers} AND NOT ${nan})` : `(${numbers} OR ${nan})`;
  }
  const texts = isTickKind(kind)
    ? values.flatMap((value) => {
        const { floor, isExact } = checkedTicks(kind, value);
        return isExact && holds(kind, floor) ? [tickSql(floor, kind)] : [];
      })
    : values.map((value) => literalSql(value, kind));
  if (texts.length === 0) return isNegated ? always(column) : never(column);
  const list = `IN (${[...new Set(texts)].join(", ")})`;
  if (!isNegated) return `${nameSql(column)} ${list}`;
  // Of two lists with nothing in common, joined by OR, Lance makes a plain true, which keeps nulls.
  return `${nameSql(column)} IS NOT NULL AND ${nameSql(column)} NOT ${list}`;
}

function literalSql({ type, text }: LiteralNode, kind: ColumnKind): string {
  if (type === "string") return stringSql(text);
  if (type === "bytes") return `x'${text}'`;
  if (kind.kind !== "float") return text;
  return floatSql(Number(text));
}

export function floatSql(number: number): string {
  return Number.isFinite(number) ? String(number) : `CAST('${number}' AS DOUBLE)`;
}
