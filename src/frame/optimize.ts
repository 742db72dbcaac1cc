/**
 * Plan in, equivalent plan out. Where it ends, every select stands above every filter and limit, and neighbours of
 * one kind are one step.
 *
 * It leaves alone:
 * - a filter above a limit: the limit counts rows that the filter drops;
 * - a filter above a select that does not keep its columns, and a select of columns that the one below does not
 *   keep: such plans are wrong, and the check of the plan says so;
 * - an exclude, and what stands above it: which columns it keeps is known with the schema only;
 * - two limits whose offsets add up to more than a number holds exactly.
 */
import { columnsOf } from "./expression-node.ts";
import {
  excludePlan,
  filterPlan,
  limitPlan,
  type Plan,
  type Predicate,
  type ProjectPlan,
  projectPlan,
} from "./plan.ts";

export function optimize(plan: Plan): Plan {
  switch (plan.step) {
    case "scan":
      return plan;
    case "filter":
      return filterOver(optimize(plan.input), plan.predicates);
    case "project":
      return projectOver(optimize(plan.input), plan.columns);
    case "exclude":
      return excludePlan(optimize(plan.input), plan.columns);
    case "limit":
      return limitOver(optimize(plan.input), plan.count, plan.offset);
    default:
      return plan satisfies never;
  }
}

function filterOver(input: Plan, predicates: readonly Predicate[]): Plan {
  if (input.step === "filter") return filterPlan(input.input, [...input.predicates, ...predicates]);
  if (input.step === "project" && predicates.every((predicate) => reads(predicate, input))) {
    return projectPlan(filterOver(input.input, predicates), input.columns);
  }
  return filterPlan(input, predicates);
}

/** SQL text sees the table's own columns by definition, so a select below it never hides one. */
function reads(predicate: Predicate, { columns }: ProjectPlan): boolean {
  return predicate.node === "sql" || [...columnsOf(predicate)].every((column) => columns.includes(column));
}

function projectOver(input: Plan, columns: readonly string[]): Plan {
  const isNarrower = input.step === "project" && columns.every((column) => input.columns.includes(column));
  return projectPlan(isNarrower ? input.input : input, columns);
}

function limitOver(input: Plan, count: number | null, offset: number): Plan {
  if (input.step === "project") return projectPlan(limitOver(input.input, count, offset), input.columns);
  if (input.step !== "limit" || !Number.isSafeInteger(input.offset + offset)) {
    return limitPlan(input, count, offset);
  }
  const left = input.count === null ? Number.POSITIVE_INFINITY : Math.max(0, input.count - offset);
  const least = Math.min(left, count ?? Number.POSITIVE_INFINITY);
  return limitPlan(input.input, least === Number.POSITIVE_INFINITY ? null : least, input.offset + offset);
}
