/**
 * Expressions as data: plain frozen objects that survive JSON.
 *
 * Null is SQL's: what is computed from null is null, with the exceptions below. NaN equals NaN and is greater than every
 * number; 0 equals -0.
 */
import type { LiteralNode } from "./literal.ts";

/** An expression as data: computed from one row or, with an aggregate or a window in it, from many. */
export type ExpressionNode = ScalarNode | FunctionNode | AggregateNode | WindowNode;

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
 * a decimal of 38 digits, exact, and what has more is an error; with a float, float64. `divide` always gives float64 (by zero, whether 0 or -0: infinite with the sign of the dividend,
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

/** Two or more operands. `and` is false when one is false, `or` true when one is true, whatever else is null. */
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

export const dateUnits = ["year", "quarter", "month", "week", "day", "hour", "minute", "second"] as const;
export type DateUnit = (typeof dateUnits)[number];

/** A function of a row. Which there are, what they take and what they mean stands in the table: functions/scalar-functions.ts. */
export interface CallNode {
  readonly node: "call";
  readonly function: string;
  readonly arguments: readonly ExpressionNode[];
}

/**
 * A JavaScript function of a row's values. The function itself hangs on the description of it, where JSON does not see it
 * (expression/value-function.ts).
 */
export interface FunctionNode {
  readonly node: "function";
  readonly function: FunctionDescription;
  readonly arguments: readonly ExpressionNode[];
}

export interface FunctionDescription {
  /** No other function of this process has it. */
  readonly id: string;
  /** For people. */
  readonly name: string;
  /** What it gives, as displays name types. */
  readonly type: string;
  /** Whether it is called for null too; otherwise null gives null. */
  readonly takesNull: boolean;
}

/** A function of many rows. Which there are and what they mean stands in the table: functions/aggregate-functions.ts. */
export interface AggregateNode {
  readonly node: "aggregate";
  readonly function: string;
  /** Holds no aggregate and no window. Null for `count` of rows alone. */
  readonly operand: ExpressionNode | null;
  /** From 0 to 1, for quantiles alone; null otherwise. */
  readonly fraction: number | null;
  /** What the function takes after its operand. */
  readonly others?: readonly ExpressionNode[] | undefined;
  /** Only rows for which it is true count. */
  readonly condition?: ExpressionNode | undefined;
}

/**
 * `rank` leaves gaps after equals, `denseRank` none; these and `rowNumber` count from 1 and give int64, as does `ntile`,
 * which deals the rows out to so many groups. `percentRank` (0 for the first) and `cumeDist` (1 for the last) give float64.
 */
export const rankingFunctions = [
  "rowNumber",
  "rank",
  "denseRank",
  "ntile",
  "percentRank",
  "cumeDist",
] as const;
export type RankingFunction = (typeof rankingFunctions)[number];

/** What a window computes for each row. */
export type WindowFunctionNode = AggregateNode | RankingNode | ShiftNode;

export interface RankingNode {
  readonly node: "ranking";
  readonly function: RankingFunction;
  /** Groups, for `ntile` alone. */
  readonly count?: number | undefined;
}

/**
 * The value some rows before (`lag`) or after (`lead`), whatever the frame; `nthValue` is that of a row of the frame,
 * counted from 1. `forwardFill` and `backwardFill` are the nearest value that is not null, of this row and of so many before
 * or after, or of all with offset 0.
 */
export const shiftFunctions = ["lag", "lead", "nthValue", "forwardFill", "backwardFill"] as const;
export interface ShiftNode {
  readonly node: "shift";
  readonly function: (typeof shiftFunctions)[number];
  readonly operand: ExpressionNode;
  readonly offset: number;
  /** Where that row is missing. */
  readonly otherwise: LiteralNode | null;
  /** Whether rows with null are left out before they are counted. */
  readonly ignoreNulls?: boolean | undefined;
}

export interface SortKey {
  readonly expression: ExpressionNode;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** From `start` to `end`, counted from the current row, negative before it; null: to the end of the partition. */
export interface WindowFrame {
  readonly start: number | null;
  readonly end: number | null;
  /** What is counted: rows when left out, differences of the one sort key, or microseconds of it where it is a time. */
  readonly range?: "number" | "microseconds" | undefined;
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
