/** Takes window expressions out of a selection: each specification becomes a step that adds columns. */
import type { Field } from "../../arrow.ts";
import { DlfLanceError } from "../../errors.ts";
import { describeExpression } from "../expression/describe-expression.ts";
import type { ExpressionNode, NamedExpression, WindowNode } from "../expression/expression-node.ts";
import { expressionKey, holds, mapOperands, operandsOf } from "../expression/expression-parts.ts";
import { takeName } from "../plan/columns.ts";
import type { Plan, WindowPlan } from "../plan/plan.ts";

export interface SeparatedWindows {
  /** Their own inputs do not count: each stands on the one before. */
  readonly windows: readonly WindowPlan[];
  readonly columns: readonly NamedExpression[];
}

/** @throws DlfLanceError InvalidInput for a window inside a window. */
export function separateWindows(
  columns: readonly NamedExpression[],
  fields: readonly Field[],
): SeparatedWindows {
  if (!columns.some(({ expression }) => holds(expression, "window"))) return { windows: [], columns };
  const taken = new Set([...fields, ...columns].map(({ name }) => name));
  const names = new Map<string, string>();
  const steps = new Map<string, WindowPlan>();
  const separate = (node: ExpressionNode): ExpressionNode => {
    if (node.node !== "window") return mapOperands(node, separate);
    refuseNested(node);
    const key = expressionKey(node);
    let name = names.get(key);
    if (name === undefined) {
      name = takeName(describeExpression(node), taken);
      names.set(key, name);
      addFunction(steps, node, name);
    }
    return { node: "column", name };
  };
  const separated = columns.map(({ name, expression }) => ({ name, expression: separate(expression) }));
  return { windows: [...steps.values()], columns: separated };
}

function addFunction(steps: Map<string, WindowPlan>, node: WindowNode, name: string): void {
  const { partitionBy, orderBy, frame } = node;
  const key = JSON.stringify([partitionBy, orderBy, frame]);
  const functions = [...(steps.get(key)?.functions ?? []), { name, function: node.function }];
  const input: Plan = { step: "input", name: "" };
  steps.set(key, { step: "window", input, partitionBy, orderBy, frame, functions });
}

function refuseNested(node: WindowNode): void {
  const isNested = operandsOf(node).some((operand) => {
    const isOwnOperand = holds(operand, "window") || holds(operand, "aggregate");
    return isOwnOperand;
  });
  if (operandsOf(node).some((operand) => holds(operand, "function"))) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot compute ${describeExpression(node)}: a JavaScript function stands in a window; make it a column first, with withColumn()`,
    );
  }
  if (!isNested) return;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot compute ${describeExpression(node)}: a window stands in a window; make the inner one a column first, with withColumn()`,
  );
}
