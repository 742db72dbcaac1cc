/** The columns of a checked plan's result, by their names. */
import type { InputPlan, MapBatchesPlan, Plan, ScanPlan, SearchPlan, SqlPlan } from "./plan.ts";

/** Steps whose columns the plan itself does not tell. */
export type LeafPlan = ScanPlan | InputPlan | SqlPlan;

/** The columns of such a step, in their order. */
export type LeafColumns = (leaf: LeafPlan) => readonly string[];

export function planColumns(plan: Plan, leafColumns: LeafColumns): readonly string[] {
  const columnsOf = (input: Plan) => planColumns(input, leafColumns);
  switch (plan.step) {
    case "scan":
    case "input":
    case "sql":
      return leafColumns(plan);
    case "search":
      return [...columnsOf(plan.input), searchColumn(plan)];
    case "project":
      return plan.columns.map(({ name }) => name);
    case "join":
      if (plan.kind === "semi" || plan.kind === "anti") return columnsOf(plan.input);
      return [...columnsOf(plan.input), ...columnsOf(plan.other)];
    case "aggregate":
      return [...plan.keys, ...plan.aggregates].map(({ name }) => name);
    case "window":
    case "apply":
      return [...columnsOf(plan.input), ...plan.functions.map(({ name }) => name)];
    case "unpivot":
      return [...plan.keys, plan.nameColumn, plan.valueColumn];
    case "mapBatches":
      return mappedColumns(plan) ?? columnsOf(plan.input);
    default:
      return columnsOf(plan.input);
  }
}

/** The column that a search adds. */
export function searchColumn({ search }: SearchPlan): string {
  if (search.nearest === null) return "_score";
  return search.text === null ? "_distance" : "_relevance_score";
}

function mappedColumns({ columns }: MapBatchesPlan): readonly string[] | undefined {
  return columns?.map(({ name }) => name);
}
