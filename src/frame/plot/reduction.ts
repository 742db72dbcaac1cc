/** Plans that make few rows of many: what a chart asks of a frame. */
import type { Table } from "../../arrow.ts";
import { type AxisValue, readAxisValues } from "../../chart/axis-values.ts";
import { mostPoints } from "../../chart/chart-model.ts";
import type {
  AggregateNode,
  ArithmeticOperator,
  ExpressionNode,
  NamedExpression,
} from "../expression/expression-node.ts";
import { toLiteral } from "../expression/literal.ts";
import { createPlan, type Plan } from "../plan/plan.ts";

export function columnNode(name: string): ExpressionNode {
  return { node: "column", name };
}

export function literalNode(value: string | number | bigint): ExpressionNode {
  return toLiteral(value, "plot");
}

export function callNode(name: string, ...operands: readonly ExpressionNode[]): ExpressionNode {
  return { node: "call", function: name, arguments: operands };
}

export function arithmeticNode(
  operator: ArithmeticOperator,
  left: ExpressionNode,
  right: ExpressionNode,
): ExpressionNode {
  return { node: "arithmetic", operator, left, right };
}

/**
 * @param type as displays name it
 * @param orNull whether what does not fit the type is null
 */
export function castNode(operand: ExpressionNode, type: string, orNull = false): ExpressionNode {
  return { node: "cast", operand, type, orNull };
}

export function presentNode(operand: ExpressionNode): ExpressionNode {
  return { node: "not", operand: { node: "isNull", operand } };
}

/** True for what is neither NaN nor infinite: NaN is greater than every number. */
export function finiteNode(operand: ExpressionNode, greatest: number): ExpressionNode {
  return {
    node: "and",
    operands: [
      { node: "comparison", operator: "gte", left: operand, right: literalNode(-greatest) },
      { node: "comparison", operator: "lte", left: operand, right: literalNode(greatest) },
    ],
  };
}

export function aggregateNode(
  name: string,
  operand: ExpressionNode | null,
  fraction: number | null = null,
): AggregateNode {
  return { node: "aggregate", function: name, operand, fraction };
}

export interface Reduction {
  /** Rows that count; all when empty. */
  readonly predicates: readonly ExpressionNode[];
  readonly keys: readonly NamedExpression[];
  readonly aggregates: readonly NamedExpression[];
}

export function reductionPlan(input: Plan, { predicates, keys, aggregates }: Reduction): Plan {
  const rows: Plan = predicates.length === 0 ? input : { step: "filter", predicates, input };
  return createPlan({ step: "aggregate", keys, aggregates, input: rows });
}

/** As many rows as are drawn, chosen evenly, the same ones each time. */
export function samplePlan(input: Plan, columns: readonly NamedExpression[]): Plan {
  return createPlan({
    step: "sample",
    fraction: null,
    rows: mostPoints,
    seed: 1,
    input: { step: "project", columns, input },
  });
}

/** The numbers of a result's column; null where there is none. */
export function readNumbers(table: Table, name: string): readonly (number | null)[] {
  return readColumn(table, name, "quantitative") as (number | null)[];
}

export function readColumn(
  table: Table,
  name: string,
  type: "quantitative" | "temporal" | "nominal",
): readonly AxisValue[] {
  const field = table.schema.fields.find((candidate) => candidate.name === name);
  const column = table.getChild(name);
  return field === undefined || column === null ? [] : readAxisValues(field, column, type);
}
