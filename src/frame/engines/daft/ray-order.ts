/** Daft on Ray keeps the order of a sort, and no other: what would need another is refused. */
import { inputsOf, type Plan, type StepName } from "../../plan/plan.ts";
import { refuseStep } from "./compile-aggregate.ts";
import { readsOrder, unordered } from "./row-order.ts";

/** Keep what order there is, on Ray too. */
const passing: readonly StepName[] = ["limit", "sort", "top"];

/** @throws DlfLanceError Unsupported for limits and windows whose rows depend on an order, and for steps after a sort. */
export function refuseLostOrder(plan: Plan): void {
  if (plan.step === "limit" && !isSettled(plan.input))
    throw refuseStep("limit() and offset() over rows without sort()", "put sort() before them");
  if (plan.step === "window" && plan.orderBy.length === 0 && readsOrder(plan) && !isFree(plan.input))
    throw refuseStep("windows in the order of the rows", "pass orderBy to over()");
  const isPassing = passing.includes(plan.step) || unordered.includes(plan.step) || isPlainChoice(plan);
  if (!isPassing && inputsOf(plan).some(isSorted))
    throw refuseStep("steps that compute or filter after sort()", "put sort() last");
  for (const input of inputsOf(plan)) refuseLostOrder(input);
}

function isPlainChoice(plan: Plan): boolean {
  return plan.step === "project" && plan.columns.every(({ expression }) => expression.node === "column");
}

function isSorted(plan: Plan): boolean {
  if (plan.step === "sort" || plan.step === "top") return true;
  return (plan.step === "limit" || isPlainChoice(plan)) && inputsOf(plan).some(isSorted);
}

/** Steps over which an order is what it was. */
const rowLocal: readonly StepName[] = ["filter", "project", "explode", "window"];

/** Whether any rows are as good as others, or their order is that of a sort. */
function isSettled(plan: Plan): boolean {
  return isSorted(plan) || isFree(plan);
}

function isFree(plan: Plan): boolean {
  return unordered.includes(plan.step) || (rowLocal.includes(plan.step) && inputsOf(plan).every(isSettled));
}
