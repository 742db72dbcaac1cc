/** Whose rows are few enough to be brought here from Daft, for steps that it does not do. */
import { inputsOf, type Plan } from "./plan.ts";

export const fewRows = {
  /** More rows are not brought here: that would be the work that Daft is to save. */
  limit: 1_000_000,
  /** Of rows that differ in more columns than these there may be as many as in the table. */
  distinctColumns: 4,
} as const;

/**
 * Whether the rows are few by their kind, whatever the tables hold: groups, different values of a few columns and the rows of a
 * limit, also after steps that add none.
 * @param countColumns of what `distinct` over all columns stands on
 */
export function hasFewRows(plan: Plan, countColumns: (plan: Plan) => number): boolean {
  switch (plan.step) {
    case "aggregate":
      return true;
    case "distinct":
      if ((plan.on?.length ?? countColumns(plan.input)) <= fewRows.distinctColumns) return true;
      return hasFewRows(plan.input, countColumns);
    case "limit":
    case "top":
      if (plan.count !== null && plan.count <= fewRows.limit) return true;
      return hasFewRows(plan.input, countColumns);
    case "filter":
    case "project":
    case "sort":
      return hasFewRows(plan.input, countColumns);
    case "concat":
      return inputsOf(plan).every((input) => hasFewRows(input, countColumns));
    default:
      return false;
  }
}
