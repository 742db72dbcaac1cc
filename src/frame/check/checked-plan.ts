import type { Field } from "../../arrow.ts";
import type { Plan } from "../plan/plan.ts";

/** A plan of core steps alone, and the fields of its result in their order. */
export interface CheckedPlan {
  readonly plan: Plan;
  readonly fields: readonly Field[];
}
