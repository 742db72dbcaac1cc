/** What is asked of each column of a frame, as aggregates of one run. */
import type { Field } from "../../arrow.ts";
import type { AggregateNode, NamedExpression } from "../expression/expression-node.ts";

/** The number of rows, as `rows`. */
export const countOfRows: NamedExpression = {
  name: "rows",
  expression: { node: "aggregate", function: "count", operand: null, fraction: null },
};

/** A measure of the column at `index`, under a name that no two of a run share, such as `3 max`. */
export function measureColumn(
  { name }: Field,
  index: number,
  measure: AggregateNode["function"],
): NamedExpression {
  const operand = { node: "column", name } as const;
  return {
    name: `${index} ${measure}`,
    expression: { node: "aggregate", function: measure, operand, fraction: null },
  };
}
