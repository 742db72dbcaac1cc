/** What the engines share of comparison operators. */
import type { ComparisonOperator } from "./expression-node.ts";

type OfOperator<T> = Readonly<Record<ComparisonOperator, T>>;

/** As SQL writes them, in Lance and in DuckDB. */
export const comparisonSigns: OfOperator<string> = {
  eq: "=",
  neq: "<>",
  gt: ">",
  gte: ">=",
  lt: "<",
  lte: "<=",
};

/** The operator that says the same with the sides exchanged. */
export const mirrored: OfOperator<ComparisonOperator> = {
  eq: "eq",
  neq: "neq",
  gt: "lt",
  gte: "lte",
  lt: "gt",
  lte: "gte",
};
