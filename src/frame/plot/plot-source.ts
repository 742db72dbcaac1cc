/** The rows behind a chart, and its columns. */
import type { Field, RecordBatch, Schema, Table } from "../../arrow.ts";
import { type AxisType, axisTypeOf, axisZone } from "../../chart/axis-values.ts";
import { showTitle } from "../../chart/labels.ts";
import { fieldTypeName } from "../../display/arrow/type-name.ts";
import { DlfLanceError } from "../../errors.ts";
import { findNearest } from "../../nearest.ts";
import type { ExpressionNode } from "../expression/expression-node.ts";
import type { Plan } from "../plan/plan.ts";
import { refusePlot } from "./plot-options.ts";
import { aggregateNode, readNumbers, reductionPlan } from "./reduction.ts";

/** Rows that are reduced by plans before anything of them is drawn. */
export interface PlotSource {
  /** As in `default.orders`. */
  readonly name: string;
  readonly schema: Schema;
  /** Columns of numbers that are durations. */
  readonly inSeconds?: ReadonlySet<string>;
  /** Whether aggregates of them are computed without bringing the rows here. */
  isReducedInPlace(): Promise<boolean>;
  /** The result of a plan that stands on the rows. */
  collect(build: (input: Plan) => Plan): Promise<Table>;
  /** The same, where rows with NaN and their groups may be left out of it or not: of files, it takes less time. */
  collectNumbers(build: (input: Plan) => Plan): Promise<Table>;
  /** The same, batch by batch, each of which is read only until the next one is asked for. */
  batches(build: (input: Plan) => Plan): AsyncIterable<RecordBatch>;
}

/** A column that a chart shows. */
export interface PlotColumn {
  readonly field: Field;
  readonly type: AxisType;
  /** The name, and the time zone whose wall clock is shown, or the unit. */
  readonly title: string;
}

/** What a chart of a column that is not among these is refused with. */
export function refusePlotColumn(source: string, name: string, names: readonly string[]): DlfLanceError {
  const nearest = findNearest(name, names);
  const hint = nearest === undefined ? `the columns are ${names.join(", ")}` : `did you mean ${nearest}?`;
  return new DlfLanceError("TableColumnNotFound", `Cannot plot ${source}: no column named ${name}; ${hint}`);
}

/** @throws DlfLanceError TableColumnNotFound; InvalidInput for a type that no axis can show. */
export function findPlotColumn(
  source: Pick<PlotSource, "name" | "schema" | "inSeconds">,
  name: string,
): PlotColumn {
  const field = source.schema.fields.find((candidate) => candidate.name === name);
  if (field === undefined) {
    const names = source.schema.fields.map((candidate) => candidate.name);
    throw refusePlotColumn(source.name, name, names);
  }
  const type = axisTypeOf(field);
  if (type === undefined) {
    throw refusePlot(
      `column ${name} is ${fieldTypeName(field)}, which has no place on an axis; make numbers, texts or times of it with withColumn()`,
    );
  }
  const addition = source.inSeconds?.has(name) === true ? "seconds" : axisZone(field);
  return { field, type, title: showTitle(name) + (addition === undefined ? "" : ` (${addition})`) };
}

/** Rows for which all predicates are true. */
export async function countRows(
  source: Pick<PlotSource, "collect">,
  predicates: readonly ExpressionNode[],
): Promise<number> {
  const aggregates = [{ name: "rows", expression: aggregateNode("count", null) }];
  const table = await source.collect((input) => reductionPlan(input, { predicates, keys: [], aggregates }));
  return readNumbers(table, "rows")[0] ?? 0;
}
