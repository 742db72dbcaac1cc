/** Daft on Ray keeps the order of a sort, and no other: what would need another is refused. */
import type { Plan, StepName } from "../../plan/plan.ts";
import { inputsOf } from "../../plan/plan.ts";
import { refuseStep } from "./compile-aggregate.ts";

/** After these nothing is promised of the order, here neither. */
const unordered: readonly StepName[] = ["aggregate", "distinct", "join", "unpivot"];

/** Keep what order there is, on Ray too. */
const passing: readonly StepName[] = ["limit", "sort", "top"];

/** @throws DlfLanceError Unsupported for a limit whose rows depend on an order, and for steps after a sort. */
export function refuseLostOrder(plan: Plan): void {
  if (plan.step === "limit" && !isSettled(plan.input))
    throw refuseStep("limit() and offset() over rows without sort()", "put sort() before them");
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

/** Whether any rows are as good as others, or their order is that of a sort. */
function isSettled(plan: Plan): boolean {
  if (unordered.includes(plan.step) || isSorted(plan)) return true;
  const isRowLocal = plan.step === "filter" || plan.step === "project" || plan.step === "explode";
  return isRowLocal && inputsOf(plan).every(isSettled);
}
