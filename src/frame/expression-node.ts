/** Expressions as data: plain frozen objects that survive JSON. Only columns and constants are compared. */
import type { LiteralNode } from "./literal.ts";

export type ExpressionNode = LiteralNode | ConditionNode;

/** What can be true, false or null. A column and a literal count as conditions when they are boolean. */
export type ConditionNode =
  | ColumnNode
  | LiteralNode
  | ComparisonNode
  | IsNullNode
  | IsInNode
  | LikeNode
  | StartsWithNode
  | NotNode
  | LogicalNode;

export interface ColumnNode {
  readonly node: "column";
  readonly name: string;
}

export type ComparisonOperator = "eq" | "neq" | "gt" | "gte" | "lt" | "lte";

export interface ComparisonNode {
  readonly node: "comparison";
  readonly column: string;
  readonly operator: ComparisonOperator;
  readonly value: LiteralNode | ColumnNode;
}

export interface IsNullNode {
  readonly node: "isNull";
  readonly column: string;
}

export interface IsInNode {
  readonly node: "isIn";
  readonly column: string;
  readonly values: readonly LiteralNode[];
}

export interface LikeNode {
  readonly node: "like";
  readonly column: string;
  readonly pattern: string;
}

export interface StartsWithNode {
  readonly node: "startsWith";
  readonly column: string;
  readonly prefix: string;
}

export interface NotNode {
  readonly node: "not";
  readonly operand: ConditionNode;
}

export interface LogicalNode {
  readonly node: "and" | "or";
  readonly operands: readonly ConditionNode[];
}

/** The names of all columns a condition reads. */
export function columnsOf(condition: ConditionNode): ReadonlySet<string> {
  switch (condition.node) {
    case "literal":
      return new Set();
    case "column":
      return new Set([condition.name]);
    case "comparison":
      return new Set([
        condition.column,
        ...(condition.value.node === "column" ? [condition.value.name] : []),
      ]);
    case "isNull":
    case "isIn":
    case "like":
    case "startsWith":
      return new Set([condition.column]);
    case "not":
      return columnsOf(condition.operand);
    case "and":
    case "or":
      return new Set(condition.operands.flatMap((operand) => [...columnsOf(operand)]));
    default:
      return condition satisfies never;
  }
}
