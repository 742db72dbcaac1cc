/** Takes aggregates out of what is computed with them: `sum(a) / count()` becomes two aggregates and a division. */
import { DlfLanceError } from "../../errors.ts";
import { describeExpression } from "../expression/describe-expression.ts";
import type { ExpressionNode, NamedExpression } from "../expression/expression-node.ts";
import { expressionKey, holds, mapOperands, operandsOf } from "../expression/expression-parts.ts";
import { takeName } from "../plan/columns.ts";
import { type AggregatePlan, plainColumn } from "../plan/plan.ts";

export interface SeparatedAggregates {
  readonly aggregate: Pick<AggregatePlan, "keys" | "aggregates">;
  /** What is computed with the groups afterwards, if anything. */
  readonly after: readonly NamedExpression[] | undefined;
}

/** @throws DlfLanceError InvalidInput for an aggregate of an aggregate or of a window, and for what is not an aggregate. */
export function separateAggregates({ keys, aggregates }: AggregatePlan): SeparatedAggregates {
  for (const { expression } of keys) refuseMany(expression, "group by");
  for (const { expression } of aggregates) checkSeparable(expression);
  if (aggregates.every(({ expression }) => expression.node === "aggregate")) {
    return { aggregate: { keys, aggregates }, after: undefined };
  }
  const taken = new Set([...keys, ...aggregates].map(({ name }) => name));
  const names = new Map<string, string>();
  const found: NamedExpression[] = [];
  const separate = (node: ExpressionNode): ExpressionNode => {
    if (node.node !== "aggregate") return mapOperands(node, separate);
    const key = expressionKey(node);
    let name = names.get(key);
    if (name === undefined) {
      name = takeName(describeExpression(node), taken);
      names.set(key, name);
      found.push({ name, expression: node });
    }
    return { node: "column", name };
  };
  const computed = aggregates.map(({ name, expression }) => ({ name, expression: separate(expression) }));
  return {
    aggregate: { keys, aggregates: found },
    after: [...keys.map(({ name }) => plainColumn(name)), ...computed],
  };
}

function checkSeparable(node: ExpressionNode): void {
  if (node.node === "aggregate") {
    if (node.operand !== null) refuseMany(node.operand, `apply ${node.function} to`);
  } else if (node.node === "window") {
    refuseMany(node, "aggregate");
  } else {
    for (const operand of operandsOf(node)) checkSeparable(operand);
  }
}

function refuseMany(node: ExpressionNode, action: string): void {
  if (!holds(node, "aggregate") && !holds(node, "window")) return;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot ${action} ${describeExpression(node)}: it computes over many rows already; make it a column first, with agg() or withColumn()`,
  );
}
