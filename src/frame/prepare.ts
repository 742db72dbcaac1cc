import type { Field, Schema } from "../arrow.ts";
import { checkPlan } from "./check-plan.ts";
import { type Counting, countPlan } from "./count-plan.ts";
import { optimize } from "./optimize.ts";
import type { Plan } from "./plan.ts";
import { type ScanPlanning, toScan } from "./to-scan.ts";

/** A plan that fits the table, ready to run in every way a frame runs. */
export interface PreparedPlan {
  /** Of the result, in their order. */
  readonly fields: readonly Field[];
  readonly optimized: Plan;
  readonly scan: ScanPlanning;
  readonly counting: Counting;
}

/** @throws DlfLanceError TableColumnNotFound, InvalidInput or Unsupported when the plan does not fit. */
export function preparePlan(plan: Plan, schema: Schema): PreparedPlan {
  const checked = checkPlan(plan, schema);
  const optimized = optimize(checked.plan);
  return {
    fields: checked.fields,
    optimized,
    scan: toScan(optimized, schema),
    counting: countPlan(optimized, schema, checked.fields[0]?.name ?? ""),
  };
}
