import { DlfLanceError } from "../../errors.ts";
import { describeExpression } from "../expression/describe-expression.ts";
import type { ExpressionNode } from "../expression/expression-node.ts";
import { holds, operandsOf } from "../expression/expression-parts.ts";
import { inferType } from "../functions/infer-type.ts";
import { finder, refuseSameNames } from "../plan/columns.ts";
import type { ProjectPlan } from "../plan/plan.ts";
import { stepFields } from "../plan/step-fields.ts";
import type { CheckedPlan } from "./checked-plan.ts";
import { separateFunctions } from "./separate-functions.ts";
import { separateWindows } from "./separate-windows.ts";

/**
 * A selection over a checked plan, with its windows and JavaScript functions as steps below it.
 * @throws DlfLanceError as the check of a plan; InvalidInput for two columns of one name and for aggregates.
 */
export function checkProjection(plan: ProjectPlan, input: CheckedPlan): CheckedPlan {
  refuseSameNames(
    plan.columns.map(({ name }) => name),
    "select columns",
    "give one of them another name with as()",
  );
  for (const { expression } of plan.columns) refuseBareAggregate(expression);
  const { windows, columns: computed } = separateWindows(plan.columns, input.fields);
  const find = finder(input.fields, plan.input);
  const isSeparated = windows.length > 0 || computed.some(({ expression }) => holds(expression, "function"));
  if (isSeparated) for (const { expression } of plan.columns) inferType(expression, find);
  const overWindows = windows.reduce<CheckedPlan>(
    (below, window) => ({
      plan: { ...window, input: below.plan },
      fields: stepFields(window, [below.fields]),
    }),
    input,
  );
  const { under, columns } = separateFunctions(computed, overWindows);
  const project: ProjectPlan = { step: "project", input: under.plan, columns };
  return { plan: project, fields: stepFields(project, [under.fields]) };
}

function refuseBareAggregate(node: ExpressionNode): void {
  if (node.node === "window" || !holds(node, "aggregate")) return;
  if (node.node === "aggregate") {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot compute ${describeExpression(node)} for each row: use agg(), or over() for a window`,
    );
  }
  for (const operand of operandsOf(node)) refuseBareAggregate(operand);
}
