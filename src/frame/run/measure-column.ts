/** What is asked of each column of a frame, as aggregates of one run. */
import type { Field } from "../../arrow.ts";
import type { AggregateNode, NamedExpression } from "../expression/expression-node.ts";
import { isCarried } from "../types/carried-type.ts";
import { type ColumnKind, kindOf } from "../types/column-kind.ts";

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

/** The kind that tells what can be asked of a column: what no engine computes with, such as decimals of 60 digits, is only counted. */
export function measuredKind(field: Field): ColumnKind["kind"] {
  return isCarried(field.type) ? "other" : kindOf(field).kind;
}
