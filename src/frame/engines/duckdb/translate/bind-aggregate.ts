/** Aggregates of SQL that frames have. */
import { fieldTypeName } from "../../../../display/arrow/type-name.ts";
import type { AggregateNode, ExpressionNode } from "../../../expression/expression-node.ts";
import { kindOf } from "../../../types/column-kind.ts";
import type { Binder } from "./binder.ts";
import { asDecimals } from "./compute-numbers.ts";
import { castNode } from "./constants.ts";
import { aggregates } from "./function-table.ts";
import { refusePart } from "./refuse-part.ts";
import { isTree, type Tree, textAt, treeAt, treesAt } from "./tree.ts";

/** Aggregates that frames lack, or have with another meaning. */
const others: readonly string[] =
  "any_value arbitrary first last arg_min arg_max min_by max_by median mode quantile quantile_cont quantile_disc list array_agg string_agg group_concat listagg product histogram approx_count_distinct approx_quantile corr covar_samp covar_pop skewness kurtosis entropy bit_and bit_or bit_xor fsum favg count_if countif regr_slope regr_intercept regr_r2 reservoir_quantile".split(
    " ",
  );

export function isAggregateName(name: string): boolean {
  return name === "count_star" || name in aggregates || others.includes(name);
}

/** @param filter its FILTER, which a window has elsewhere */
export function bindAggregate(tree: Tree, filter: unknown, around: Binder): AggregateNode {
  const bind = around.ofColumns;
  const name = textAt(tree, "function_name").toLowerCase();
  const condition = isTree(filter) ? { condition: bind.bindFilter(filter) } : {};
  const children = treesAt(tree, "children");
  const orders = isTree(tree.order_bys) ? treesAt(treeAt(tree, "order_bys"), "orders") : [];
  const isDistinct = tree.distinct === true;
  if (name === "count_star" || (name === "count" && children.length === 0))
    return { node: "aggregate", function: "count", operand: null, fraction: null, ...condition };
  if ((name === "count_if" || name === "countif") && children.length === 1 && !isDistinct)
    return { ...countIf(children[0] as Tree, bind), ...condition };
  const own = aggregates[name];
  const [child, ...more] = children;
  if (own === undefined || child === undefined || more.length > 0 || child.class === "STAR")
    throw refusePart(`the aggregate ${name}()`);
  if (orders.length > 0) throw refusePart(`ORDER BY inside ${name}()`, "leave it out");
  if (isDistinct && !["count", "min", "max"].includes(own))
    throw refusePart(`${name}(DISTINCT …)`, "aggregate a subquery with SELECT DISTINCT");
  const operand = operandOf(own, bind.bind(child), bind, name);
  const function_ = own === "count" && isDistinct ? "countDistinct" : own;
  const node: AggregateNode = {
    node: "aggregate",
    function: function_,
    operand,
    fraction: null,
    ...condition,
  };
  bind.columns.fieldOf(node);
  return node;
}

/** Null where the condition always is, as a sum. */
function countIf(tree: Tree, bind: Binder): AggregateNode {
  const operand = castNode(bind.checkCondition(bind.bind(tree), tree), "int64");
  return { node: "aggregate", function: "sum", operand, fraction: null };
}

function operandOf(
  name: string,
  operand: ExpressionNode,
  { columns }: Binder,
  written: string,
): ExpressionNode {
  const [value] = asDecimals([operand], columns) as [ExpressionNode];
  const field = columns.fieldOf(value);
  const kind = kindOf(field);
  const refuse = () => refusePart(`${written}() of ${fieldTypeName(field)}`);
  if (["sum", "mean", "stddev", "stddevPopulation", "variance", "variancePopulation"].includes(name)) {
    if (kind.kind !== "integer" && kind.kind !== "decimal" && kind.kind !== "float") throw refuse();
    if (kind.kind === "float" && kind.bitWidth === 16) throw refuse();
  }
  if (kind.kind === "nested" || kind.kind === "other") throw refuse();
  return value;
}
