/** Window functions of SQL as those of frames. */
import type {
  ExpressionNode,
  RankingFunction,
  WindowFrame,
  WindowFunctionNode,
} from "../../../expression/expression-node.ts";
import type { LiteralNode } from "../../../expression/literal.ts";
import { readConstant } from "../statements/statement-literals.ts";
import { bindAggregate } from "./bind-aggregate.ts";
import { bindSortKey } from "./bind-sort-key.ts";
import type { Binder } from "./binder.ts";
import { refusePart } from "./refuse-part.ts";
import { describeTree, expectAbsent, isTree, type Tree, textAt, treesAt } from "./tree.ts";

const rankings: Readonly<Record<string, RankingFunction>> = {
  row_number: "rowNumber",
  rank: "rank",
  dense_rank: "denseRank",
  percent_rank: "percentRank",
  cume_dist: "cumeDist",
};

export function bindWindow(tree: Tree, bind: Binder): ExpressionNode {
  const words = describeTree(tree);
  expectAbsent(tree, "ignore_nulls", `IGNORE NULLS of ${words}`);
  expectAbsent(tree, "distinct", `DISTINCT in ${words}`);
  expectAbsent(tree, "arg_orders", `ORDER BY inside ${words}`);
  if (tree.exclude_clause !== "NO_OTHER") throw refusePart(`EXCLUDE of ${words}`);
  const orderBy = treesAt(tree, "orders").map((order) => bindSortKey(order, bind));
  const partitionBy = treesAt(tree, "partitions").map((part) => bind.bind(part));
  const function_ = bindFunction(tree, bind);
  const isFramed = function_.node === "aggregate";
  const frame = isFramed ? readFrame(tree, orderBy.length > 0) : null;
  const node: ExpressionNode = { node: "window", function: function_, partitionBy, orderBy, frame };
  bind.columns.fieldOf(node);
  return node;
}

function bindFunction(tree: Tree, bind: Binder): WindowFunctionNode {
  const name = textAt(tree, "function_name").toLowerCase();
  const [first, ...others] = treesAt(tree, "children");
  const ranking = rankings[name];
  if (ranking !== undefined && first === undefined) return { node: "ranking", function: ranking };
  if (name === "ntile" && first !== undefined) {
    const count = readConstant(first);
    if (count?.type === "integer") return { node: "ranking", function: "ntile", count: Number(count.text) };
  }
  if ((name === "lag" || name === "lead") && first !== undefined && others.length === 0) {
    const offset = isTree(tree.offset_expr) ? readConstant(tree.offset_expr) : undefined;
    if (isTree(tree.offset_expr) && (offset?.type !== "integer" || Number(offset.text) < 0))
      throw refusePart(`${name}() by other than a constant number of rows`);
    const otherwise = isTree(tree.default_expr) ? bind.bind(tree.default_expr) : null;
    if (otherwise !== null && otherwise.node !== "literal")
      throw refusePart(`the default of ${name}()`, "use COALESCE, where the values are never null");
    return {
      node: "shift",
      function: name,
      operand: bind.bind(first),
      offset: offset === undefined ? 1 : Number(offset.text),
      otherwise: otherwise?.type === "null" ? null : (otherwise as LiteralNode | null),
    };
  }
  if ((name === "first_value" || name === "last_value") && first !== undefined && others.length === 0) {
    const function_ = name === "first_value" ? "first" : "last";
    return { node: "aggregate", function: function_, operand: bind.bind(first), fraction: null };
  }
  if (tree.type !== "WINDOW_AGGREGATE") throw refusePart(`the window function ${name}()`);
  return bindAggregate(tree, tree.filter_expr, bind);
}

function readFrame(tree: Tree, hasOrder: boolean): WindowFrame | null {
  const [start, end] = [textAt(tree, "start"), textAt(tree, "end")];
  if (start === "UNBOUNDED_PRECEDING" && end === "CURRENT_ROW_RANGE")
    return hasOrder ? null : { start: null, end: null };
  const edges = [edgeOf(tree, start, "start_expr"), edgeOf(tree, end, "end_expr")] as const;
  return { start: edges[0], end: edges[1] };
}

function edgeOf(tree: Tree, edge: string, key: string): number | null {
  const written = tree[key];
  const count = isTree(written) ? readConstant(written) : undefined;
  switch (edge) {
    case "UNBOUNDED_PRECEDING":
    case "UNBOUNDED_FOLLOWING":
      return null;
    case "CURRENT_ROW_ROWS":
      return 0;
    case "EXPR_PRECEDING_ROWS":
    case "EXPR_FOLLOWING_ROWS":
      if (count?.type === "integer" && Number(count.text) >= 0)
        return edge === "EXPR_PRECEDING_ROWS" ? -Number(count.text) : Number(count.text);
      throw refusePart("a window whose rows are counted by other than a constant");
    default:
      throw refusePart("a window with RANGE or GROUPS", "count rows with ROWS BETWEEN …");
  }
}
