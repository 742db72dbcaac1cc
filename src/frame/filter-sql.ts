/**
 * Conditions as the SQL text that Lance reads. They must have been checked against the schema.
 *
 * Lance refuses a constant that the column's type cannot hold and overflows on some dates, so such comparisons are
 * written as what they come to. It takes time exponential in nested NOTs, so NOT is carried down to the comparisons.
 */
import type { Field, Schema } from "../arrow.ts";
import { type ColumnKind, isTickKind, kindOf, type TickKind } from "./column-kind.ts";
import type {
  ColumnNode,
  ComparisonNode,
  ComparisonOperator,
  ConditionNode,
  IsInNode,
} from "./expression-node.ts";
import type { LiteralNode } from "./literal.ts";
import type { Predicate } from "./plan.ts";
import { tickSql } from "./tick-sql.ts";
import { checkedTicks } from "./ticks.ts";

/** Lance's parser gives up at about fifty. */
const deepestNesting = 24;

const signs: Readonly<Record<ComparisonOperator, string>> = {
  eq: "=",
  neq: "<>",
  gt: ">",
  gte: ">=",
  lt: "<",
  lte: "<=",
};

const opposites: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  eq: "neq",
  neq: "eq",
  gt: "lte",
  gte: "lt",
  lt: "gte",
  lte: "gt",
};

/** Whether Lance can read the predicate; if not, it is for the memory engine. */
export function isPushable(predicate: Predicate): boolean {
  return predicate.node === "sql" || nesting(predicate) <= deepestNesting;
}

/** One text that is true where all predicates are. */
export function filterSql(predicates: readonly Predicate[], schema: Schema): string {
  const fields = new Map(schema.fields.map((field) => [field.name, field]));
  const texts = predicates.map((predicate) => {
    const isAlone = predicates.length === 1;
    if (predicate.node !== "sql") return write(predicate, false, fields, isAlone ? "none" : "and");
    return isAlone ? predicate.text : `(${predicate.text})`;
  });
  return texts.join(" AND ");
}

/** Names in backticks. One that holds a backtick never comes here: Lance cannot read such a column at all. */
export function nameSql(name: string): string {
  return `\`${name.replaceAll("`", "``")}\``;
}

export function stringSql(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

type Fields = ReadonlyMap<string, Field>;

function write(
  condition: ConditionNode,
  isNegated: boolean,
  fields: Fields,
  outer: "and" | "or" | "none",
): string {
  const not = isNegated ? "NOT " : "";
  switch (condition.node) {
    case "literal":
      return String((condition.text === "true") !== isNegated);
    case "column":
      return not + nameSql(condition.name);
    case "comparison":
      return writeComparison(condition, isNegated, fields);
    case "isNull":
      return `${nameSql(condition.column)} IS ${not}NULL`;
    case "isIn":
      return writeIsIn(condition, isNegated, kindAt(fields, condition.column));
    case "like":
      return `${nameSql(condition.column)} ${not}LIKE ${stringSql(condition.pattern)}`;
    case "startsWith":
      return `${not}starts_with(${nameSql(condition.column)}, ${stringSql(condition.prefix)})`;
    case "not":
      return write(condition.operand, !isNegated, fields, outer);
    case "and":
    case "or": {
      const own = (condition.node === "and") === isNegated ? "or" : "and";
      const text = condition.operands
        .map((operand) => write(operand, isNegated, fields, own))
        .join(own === "and" ? " AND " : " OR ");
      return outer === own || outer === "none" ? text : `(${text})`;
    }
    default:
      return condition satisfies never;
  }
}

function nesting(condition: ConditionNode): number {
  if (condition.node === "not") return nesting(condition.operand);
  if (condition.node !== "and" && condition.node !== "or") return 0;
  return 1 + condition.operands.reduce((deepest, operand) => Math.max(deepest, nesting(operand)), 0);
}

function kindAt(fields: Fields, column: string): ColumnKind {
  const field = fields.get(column);
  return field === undefined ? { kind: "other" } : kindOf(field);
}

function writeComparison(comparison: ComparisonNode, isNegated: boolean, fields: Fields): string {
  const operator = isNegated ? opposites[comparison.operator] : comparison.operator;
  const { column, value } = comparison;
  const kind = kindAt(fields, column);
  if (value.node === "column") return writeColumns(column, operator, value, kind, kindAt(fields, value.name));
  if (isTickKind(kind)) return writeTicks(column, operator, value, kind);
  return `${nameSql(column)} ${signs[operator]} ${literalSql(value, kind)}`;
}

/** Between columns Lance tells 0 from -0, and compares int64 with float as float; adding 0.0 makes -0 a 0. */
function writeColumns(
  column: string,
  operator: ComparisonOperator,
  other: ColumnNode,
  kind: ColumnKind,
  otherKind: ColumnKind,
): string {
  const isFloat = kind.kind === "float" || otherKind.kind === "float";
  const side = (name: string) => (isFloat ? `CAST(${nameSql(name)} AS DOUBLE) + 0.0` : nameSql(name));
  return `${side(column)} ${signs[operator]} ${side(other.name)}`;
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
    if (isExact && holds(kind, floor)) return `${nameSql(column)} ${signs[operator]} ${tickSql(floor, kind)}`;
    return operator === "eq" ? never(column) : always(column);
  }
  const isUpward = operator === "gt" || operator === "gte";
  const whole = isExact ? operator : isUpward ? "gt" : "lte";
  const isBelowAll = floor < kind.min || (floor === kind.min && (whole === "gte" || whole === "lt"));
  const isAboveAll = floor > kind.max || (floor === kind.max && (whole === "gt" || whole === "lte"));
  if (isBelowAll) return isUpward ? always(column) : never(column);
  if (isAboveAll) return isUpward ? never(column) : always(column);
  return `${nameSql(column)} ${signs[whole]} ${tickSql(floor, kind)}`;
}

function holds(kind: TickKind, tick: bigint): boolean {
  return tick >= kind.min && tick <= kind.max;
}

function writeIsIn({ column, values }: IsInNode, isNegated: boolean, kind: ColumnKind): string {
  if (values.length === 0) return String(isNegated);
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
  const number = Number(text);
  return Number.isFinite(number) ? String(number) : `CAST('${number}' AS DOUBLE)`;
}
