/** What order the rows of plans have on Daft in this machine's process, and which steps depend on it. */
import { inputsOf, type Plan, type StepName, type WindowPlan } from "../../plan/plan.ts";

/** After these nothing is promised of the order, here neither. */
export const unordered: readonly StepName[] = ["aggregate", "distinct", "join", "unpivot"];

/** Whether the rows have an order that is worth keeping. */
export function isOrdered(plan: Plan): boolean {
  if (unordered.includes(plan.step)) return false;
  const inputs = inputsOf(plan);
  return plan.step === "sort" || plan.step === "top" || inputs.length === 0 || inputs.some(isOrdered);
}

/** Whether rows that are equal in the order of the window, or all where it has none, count in their own order. */
export function readsOrder({ functions, frame }: WindowPlan): boolean {
  const isFramed = frame !== null && (frame.start !== null || frame.end !== null);
  return functions.some(({ function: part }) => {
    if (part.node === "shift") return true;
    if (part.node === "ranking") return part.function === "rowNumber" || part.function === "ntile";
    return isFramed || part.function === "first" || part.function === "last";
  });
}
