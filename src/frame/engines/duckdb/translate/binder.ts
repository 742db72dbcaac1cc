import type { ComparisonOperator, ExpressionNode } from "../../../expression/expression-node.ts";
import type { LiteralNode } from "../../../expression/literal.ts";
import type { Columns } from "./columns.ts";
import type { Scope } from "./scope.ts";
import type { Tree } from "./tree.ts";

/** Makes expressions of frames of a statement's expressions, at one place of it. */
export interface Binder {
  readonly columns: Columns;
  readonly parameters: readonly LiteralNode[];
  readonly scope: Scope;
  /** For the operands of an aggregate, where a name is a column first. */
  readonly ofColumns: Binder;
  /** @throws DlfLanceError Unsupported, naming the part, for what means something else in frames. */
  bind(tree: Tree): ExpressionNode;
  /** Of a filter, where null is as good as false. */
  bindFilter(tree: Tree): ExpressionNode;
  checkCondition(node: ExpressionNode, tree: Tree): ExpressionNode;
  compare(operator: ComparisonOperator, left: Tree, right: Tree): ExpressionNode;
}
