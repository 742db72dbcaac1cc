/**
 * Conditions as the SQL text that Lance reads. They must have been checked against the schema.
 *
 * Lance refuses a constant that the column's type cannot hold and overflows on some dates, so such comparisons are
 * written as what they come to. It takes time exponential in nested NOTs, so NOT is carried down to the comparisons.
 */
import { DlfLanceError } from "../../../errors.ts";
import { comparisonSigns, mirrored } from "../../expression/comparison.ts";
import { describeExpression } from "../../expression/describe-expression.ts";
import type {
  CallNode,
  ComparisonNode,
  ComparisonOperator,
  ExpressionNode,
  IsInNode,
} from "../../expression/expression-node.ts";
import type { LiteralNode } from "../../expression/literal.ts";
import { findScalar } from "../../functions/scalar-functions.ts";
import type { Predicate } from "../../plan/plan.ts";
import { type ColumnKind, isTickKind, type TickKind } from "../../types/column-kind.ts";
import { checkedTicks } from "../../types/ticks.ts";
import { type Compared, findCompared } from "./float-sql.ts";
import { type FindTableField, findPlace, type Place } from "./place.ts";
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

export type { FindTableField } from "./place.ts";

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
  const isPlace = (operand: ExpressionNode | undefined) =>
    operand !== undefined && findPlace(operand, find) !== undefined;
  switch (node.node) {
    case "literal":
      return node.type === "boolean";
    case "column":
    case "field":
      return isPlace(node);
    case "comparison": {
      const sides = turnToPlace(node);
      const [left, right] = [findCompared(sides.left, find), findCompared(sides.right, find)];
      if (left === undefined) return false;
      if (sides.right.node === "literal") return sides.right.type !== "null" && !isUnknown(left.kind);
      return right !== undefined && areAlike(left.kind, right.kind);
    }
    case "isNull":
      return isPlace(node.operand);
    case "isIn":
      return isPlace(node.operand) && !isUnknown(kindAt(find, node.operand));
    case "like":
      return isPlace(node.operand) && !node.ignoreCase;
    case "call": {
      const [operand, ...constants] = node.arguments;
      if (operand === undefined || findScalar(node.function).lance === undefined) return false;
      return isPlace(operand) && !isUnknown(kindAt(find, operand)) && constants.every(isText);
    }
    case "not":
      return isExact(node.operand, find);
    case "and":
    case "or":
      return node.operands.every((operand) => isExact(operand, find));
    default:
      return false;
  }
}

function isText(node: ExpressionNode): node is LiteralNode {
  return node.node === "literal" && node.type === "string";
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

/** The comparison with what is read of the table on its left, if there is such a side. */
function turnToPlace(comparison: ComparisonNode): ComparisonNode {
  const { left, right, operator } = comparison;
  const isPlace = ({ node }: ExpressionNode) => ["column", "field", "arithmetic"].includes(node);
  if (isPlace(left) || !isPlace(right)) return comparison;
  return { node: "comparison", left: right, operator: mirrored[operator], right: left };
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
    case "field":
      return not + placeAt(find, condition).sql;
    case "comparison":
      return writeComparison(turnToPlace(condition), isNegated, find);
    case "isNull":
      return `${placeAt(find, condition.operand).sql} IS ${not}NULL`;
    case "isIn":
      return writeIsIn(condition, isNegated, placeAt(find, condition.operand));
    case "like":
      return `${placeAt(find, condition.operand).sql} ${not}LIKE ${stringSql(condition.pattern)}`;
    case "call":
      return not + callSql(condition, find);
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
  return findPlace(node, find)?.kind ?? { kind: "other" };
}

function placeAt(find: FindTableField, node: ExpressionNode): Place {
  const place = findPlace(node, find);
  if (place !== undefined) return place;
  throw unexpected(node);
}

function comparedAt(find: FindTableField, node: ExpressionNode): Compared {
  const compared = findCompared(node, find);
  if (compared !== undefined) return compared;
  throw unexpected(node);
}

function callSql(call: CallNode, find: FindTableField): string {
  const [operand, ...constants] = call.arguments;
  const write = findScalar(call.function).lance;
  if (operand === undefined || write === undefined) throw unexpected(call);
  const texts = constants.filter(isText).map(({ text }) => stringSql(text));
  return write(placeAt(find, operand).sql, texts);
}

function writeComparison(comparison: ComparisonNode, isNegated: boolean, find: FindTableField): string {
  const operator = isNegated ? opposites[comparison.operator] : comparison.operator;
  const { left, right } = comparison;
  const { sql, kind } = comparedAt(find, left);
  if (right.node !== "literal") return writePlaces(comparedAt(find, left), operator, comparedAt(find, right));
  if (isTickKind(kind)) return writeTicks(sql, operator, right, kind);
  if (kind.kind === "float") return writeFloat(sql, operator, Number(right.text));
  return `${sql} ${comparisonSigns[operator]} ${literalSql(right, kind)}`;
}

const leastFloat = "CAST('-Infinity' AS DOUBLE)";

/** Lance takes a NaN whose sign bit is set for less than every number; NaN is greater, whatever its bits. */
function writeFloat(name: string, operator: ComparisonOperator, constant: number): string {
  if (Number.isNaN(constant)) return writeNaN(name, operator);
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

function writeNaN(name: string, operator: ComparisonOperator): string {
  switch (operator) {
    case "eq":
    case "gte":
      return `isnan(${name})`;
    case "neq":
    case "lt":
      return `NOT isnan(${name})`;
    case "gt":
      return never(name);
    case "lte":
      return always(name);
    default:
      return operator satisfies never;
  }
}

/**
 * Between columns Lance tells 0 from -0, and one NaN from another, and compares int64 with float as float; adding 0.0 makes
 * -0 a 0.
 */
function writePlaces(left: Compared, operator: ComparisonOperator, right: Compared): string {
  const isFloat = left.kind.kind === "float" || right.kind.kind === "float";
  const side = ({ sql }: Compared) =>
    isFloat ? `nanvl(CAST(${sql} AS DOUBLE) + 0.0, CAST('NaN' AS DOUBLE))` : sql;
  return `${side(left)} ${comparisonSigns[operator]} ${side(right)}`;
}

/** True where the column is not null, null where it is. */
const always = (name: string) => `${name} = ${name}`;
const never = (name: string) => `${name} <> ${name}`;

function writeTicks(
  name: string,
  operator: ComparisonOperator,
  literal: LiteralNode,
  kind: TickKind,
): string {
  const { floor, isExact } = checkedTicks(kind, literal);
  if (operator === "eq" || operator === "neq") {
    if (isExact && holds(kind, floor)) return `${name} ${comparisonSigns[operator]} ${tickSql(floor, kind)}`;
    return operator === "eq" ? never(name) : always(name);
  }
  const isUpward = operator === "gt" || operator === "gte";
  const whole = isExact ? operator : isUpward ? "gt" : "lte";
  const isBelowAll = floor < kind.min || (floor === kind.min && (whole === "gte" || whole === "lt"));
  const isAboveAll = floor > kind.max || (floor === kind.max && (whole === "gt" || whole === "lte"));
  if (isBelowAll) return isUpward ? always(name) : never(name);
  if (isAboveAll) return isUpward ? never(name) : always(name);
  return `${name} ${comparisonSigns[whole]} ${tickSql(floor, kind)}`;
}

function holds(kind: TickKind, tick: bigint): boolean {
  return tick >= kind.min && tick <= kind.max;
}

function writeIsIn({ operand, values }: IsInNode, isNegated: boolean, place: Place): string {
  const { sql: name, kind } = place;
  if (values.length === 0) return String(isNegated);
  if (kind.kind === "float" && values.some(({ text }) => text === "NaN")) {
    const numbers = writeIsIn(
      { node: "isIn", operand, values: values.filter(({ text }) => text !== "NaN") },
      isNegated,
      place,
    );
    return isNegated ? `(${numbers} AND NOT isnan(${name}))` : `(${numbers} OR isnan(${name}))`;
  }
  const texts = isTickKind(kind)
    ? values.flatMap((value) => {
        const { floor, isExact } = checkedTicks(kind, value);
        return isExact && holds(kind, floor) ? [tickSql(floor, kind)] : [];
      })
    : values.map((value) => literalSql(value, kind));
  if (texts.length === 0) return isNegated ? always(name) : never(name);
  const list = `IN (${[...new Set(texts)].join(", ")})`;
  if (!isNegated) return `${name} ${list}`;
  // Of two lists with nothing in common, joined by OR, Lance makes a plain true, which keeps nulls.
  return `${name} IS NOT NULL AND ${name} NOT ${list}`;
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
