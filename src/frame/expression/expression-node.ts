/**
 * Expressions as data: plain frozen objects that survive JSON.
 *
 * Null is SQL's: what is computed from null is null, unless said otherwise. NaN equals NaN and is greater than every
 * number; 0 equals -0.
 */
import type { LiteralNode } from "./literal.ts";

/** Anything with a value: from one row, or, with an aggregate or a window in it, from many. */
export type ExpressionNode = ScalarNode | AggregateNode | WindowNode;

/** What has a value for each row by itself, when its operands have. */
export type ScalarNode =
  | ColumnNode
  | LiteralNode
  | ComparisonNode
  | ArithmeticNode
  | IsNullNode
  | IsInNode
  | LikeNode
  | NotNode
  | LogicalNode
  | CastNode
  | CaseNode
  | FieldNode
  | CallNode;

export interface ColumnNode {
  readonly node: "column";
  readonly name: string;
}

export const comparisonOperators = ["eq", "neq", "gt", "gte", "lt", "lte"] as const;
export type ComparisonOperator = (typeof comparisonOperators)[number];

export interface ComparisonNode {
  readonly node: "comparison";
  readonly operator: ComparisonOperator;
  readonly left: ExpressionNode;
  readonly right: ExpressionNode;
}

export const arithmeticOperators = ["add", "subtract", "multiply", "divide", "intDivide", "modulo"] as const;
export type ArithmeticOperator = (typeof arithmeticOperators)[number];

/**
 * Whole numbers of any width give int64, and what does not fit int64 is an error; with a decimal among them the result is
 * a decimal of 38 digits, exact, and what has more is an error; with a float, float64. `divide` always gives float64 (by zero, be it 0 or -0: infinite with the sign of the dividend,
 * or NaN). `intDivide` takes whole numbers and drops what is behind the point (7 by -2 is -3); `modulo` has the sign of
 * the dividend (-7 by 2 is -1). Both give null for a whole number by zero; a float modulo zero is NaN.
 */
export interface ArithmeticNode {
  readonly node: "arithmetic";
  readonly operator: ArithmeticOperator;
  readonly left: ExpressionNode;
  readonly right: ExpressionNode;
}

/** Never null itself. */
export interface IsNullNode {
  readonly node: "isNull";
  readonly operand: ExpressionNode;
}

export interface IsInNode {
  readonly node: "isIn";
  readonly operand: ExpressionNode;
  /** With none of them the answer is false; none of them is null. */
  readonly values: readonly LiteralNode[];
}

/** `%` is any text, `_` one character, a backslash takes the next character as it is. */
export interface LikeNode {
  readonly node: "like";
  readonly operand: ExpressionNode;
  readonly pattern: string;
  /** As `ilike` in SQL. */
  readonly ignoreCase: boolean;
}

export interface NotNode {
  readonly node: "not";
  readonly operand: ExpressionNode;
}

/** Two or more operands. `and` is false when one is false, `or` true when one is true, whatever is null beside it. */
export interface LogicalNode {
  readonly node: "and" | "or";
  readonly operands: readonly ExpressionNode[];
}

/**
 * A value as another type. What the type cannot hold is an error, or null with `orNull`. A float becomes a whole
 * number by dropping what is behind the point.
 */
export interface CastNode {
  readonly node: "cast";
  readonly operand: ExpressionNode;
  /** As displays name types: `int64`, `double`, `string`, `timestamp[us, UTC]`, `decimal128(12, 2)`, `list<int64>`. */
  readonly type: string;
  readonly orNull: boolean;
}

/** The value of the first branch whose condition is true. */
export interface CaseNode {
  readonly node: "case";
  readonly branches: readonly { readonly when: ExpressionNode; readonly value: ExpressionNode }[];
  /** Null when left out. */
  readonly otherwise: ExpressionNode | null;
}

/** A field of a struct; null where the struct is. */
export interface FieldNode {
  readonly node: "field";
  readonly operand: ExpressionNode;
  readonly name: string;
}

/**
 * Functions of a row. Positions and lengths of text count Unicode code points, and start at 0.
 *
 * - numbers: `negate`, `abs`, `sign`, `floor`, `ceil`, `trunc`, `round(x, digits)` (halves away from zero; `digits` a
 *   whole constant) keep whole numbers int64, floats float64 and decimals exact; `sqrt`, `exp`, `ln`, `log10`, `log2`, `power(x, y)` give
 *   float64, and NaN where there is no real number; `isNaN`; `greatest`, `least` of two or more, ignoring null.
 * - texts: `length`, `upper`, `lower`, `trim`, `trimStart`, `trimEnd` (spaces only), `concat` of two or more, `slice(text,
 *   start, count?)`, `contains`, `startsWith`, `endsWith`, `replace(text, searched, by)` everywhere,
 *   `regexpMatch(text, pattern)` anywhere in the text, `regexpReplace(text, pattern, by)` everywhere,
 *   `regexpExtract(text, pattern, group)` (null without a match), `split(text, separator)` to a list, `reverse`.
 * - dates and timestamps, in the time zone of their type: `year`, `quarter`, `month`, `week` (ISO), `day`, `dayOfWeek`
 *   (1 Monday … 7 Sunday), `dayOfYear`, `hour`, `minute`, `second` give int64; `dateTrunc(unit, x)` keeps the type, with a
 *   constant unit of {@link dateUnits}; `toDate` gives date32.
 * - lists: `listLength`, `listGet(list, index)` (from the end when negative; null beyond), `listContains(list, value)`.
 * - `coalesce` of one or more: the first that is not null; `nullIf(x, y)`: null where both are equal, else x.
 */
export const scalarFunctions = [
  "negate",
  "abs",
  "sign",
  "floor",
  "ceil",
  "trunc",
  "round",
  "sqrt",
  "exp",
  "ln",
  "log10",
  "log2",
  "power",
  "isNaN",
  "greatest",
  "least",
  "length",
  "upper",
  "lower",
  "trim",
  "trimStart",
  "trimEnd",
  "concat",
  "slice",
  "contains",
  "startsWith",
  "endsWith",
  "replace",
  "regexpMatch",
  "regexpReplace",
  "regexpExtract",
  "split",
  "reverse",
  "year",
  "quarter",
  "month",
  "week",
  "day",
  "dayOfWeek",
  "dayOfYear",
  "hour",
  "minute",
  "second",
  "dateTrunc",
  "toDate",
  "listLength",
  "listGet",
  "listContains",
  "coalesce",
  "nullIf",
] as const;
export type ScalarFunction = (typeof scalarFunctions)[number];

export const dateUnits = ["year", "quarter", "month", "week", "day", "hour", "minute", "second"] as const;
export type DateUnit = (typeof dateUnits)[number];

export interface CallNode {
  readonly node: "call";
  readonly function: ScalarFunction;
  readonly arguments: readonly ExpressionNode[];
}

/**
 * Functions of many rows; null values are left out, except by `count` without operand and by `list`, `first`, `last`.
 *
 * - `count`, `countDistinct`: int64, 0 for no rows. `count` without operand counts rows.
 * - `sum`: int64 for whole numbers (an error beyond int64), the same type for decimals with precision 38, else float64.
 * - `mean`, `stddev` and `variance` (of a sample: by n - 1), `stddevPopulation`, `median` (between the two in the middle),
 *   `approxQuantile`: float64.
 * - `min`, `max`: the type of the operand. `list`: all values in the order of rows. `first`, `last`: of the order of rows.
 *
 * All but the counts give null when there is no value; `list` gives an empty list.
 */
export const aggregateFunctions = [
  "count",
  "countDistinct",
  "sum",
  "mean",
  "min",
  "max",
  "stddev",
  "stddevPopulation",
  "variance",
  "median",
  "approxQuantile",
  "list",
  "first",
  "last",
] as const;
export type AggregateFunction = (typeof aggregateFunctions)[number];

export interface AggregateNode {
  readonly node: "aggregate";
  readonly function: AggregateFunction;
  /** Holds no aggregate and no window. Null for `count` of rows alone. */
  readonly operand: ExpressionNode | null;
  /** From 0 to 1, for `approxQuantile` alone; null otherwise. */
  readonly fraction: number | null;
}

/** `rank` leaves gaps after equals, `denseRank` none; all three count from 1 and give int64. */
export const rankingFunctions = ["rowNumber", "rank", "denseRank"] as const;
export type RankingFunction = (typeof rankingFunctions)[number];

/** What a window computes for each row. */
export type WindowFunctionNode = AggregateNode | RankingNode | ShiftNode;

export interface RankingNode {
  readonly node: "ranking";
  readonly function: RankingFunction;
}

/** The value some rows before (`lag`) or after (`lead`), whatever the frame. */
export interface ShiftNode {
  readonly node: "shift";
  readonly function: "lag" | "lead";
  readonly operand: ExpressionNode;
  readonly offset: number;
  /** Where there is no such row. */
  readonly otherwise: LiteralNode | null;
}

export interface SortKey {
  readonly expression: ExpressionNode;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** Rows from `start` to `end`, counted from the current one, negative before it; null: to the end of the partition. */
export interface WindowFrame {
  readonly start: number | null;
  readonly end: number | null;
}

export interface WindowSpecification {
  /** All rows are one partition when empty. */
  readonly partitionBy: readonly ExpressionNode[];
  readonly orderBy: readonly SortKey[];
  /**
   * For aggregates. Null: without an order the whole partition, with one all rows up to the current one and its equals.
   */
  readonly frame: WindowFrame | null;
}

export interface WindowNode extends WindowSpecification {
  readonly node: "window";
  readonly function: WindowFunctionNode;
}

export interface NamedExpression {
  readonly name: string;
  readonly expression: ExpressionNode;
}
