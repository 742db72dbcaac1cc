/** The user's own Vega-Lite specification, over an even sample where there are too many rows to draw. */
import type { Chart } from "../../chart/chart.ts";
import { mostPoints } from "../../chart/chart-model.ts";
import { createSpecChart, tableRows } from "../../chart/chart-rows.ts";
import {
  columnsInSpec,
  fieldTypes,
  markNames,
  unknownFields,
  unknownMarks,
  unknownTypes,
} from "../../chart/spec-fields.ts";
import type { ChartSpec } from "../../chart/vega-lite-spec.ts";
import { noteSample } from "../../chart/whole-spec.ts";
import { findNearest } from "../../nearest.ts";
import { refusePlot } from "./plot-options.ts";
import { countRows, findPlotColumn, type PlotSource } from "./plot-source.ts";
import { columnNode, samplePlan } from "./reduction.ts";

/** @throws DlfLanceError TableColumnNotFound, InvalidInput */
export async function plotSpec(source: PlotSource, spec: ChartSpec): Promise<Chart> {
  const names = source.schema.fields.map(({ name }) => name);
  refuseForeignFields(spec);
  const [unknown] = unknownFields(spec, names);
  if (unknown !== undefined) findPlotColumn(source, unknown);
  const used = columnsInSpec(spec, names);
  const read = used.length === 0 ? names : used.map((name) => findPlotColumn(source, name).field.name);
  const columns = read.map((name) => ({ name, expression: columnNode(name) }));
  const table = await source.collect((input) => samplePlan(input, columns));
  const total = table.numRows < mostPoints ? table.numRows : await countRows(source, []);
  return createSpecChart(spec, tableRows(table), noteSample(table.numRows, total));
}

/** What a chart of columns takes, and a specification says in `encoding`. */
const columnOptions = ["x", "y", "color", "aggregate", "bins"] as const;

/** Refuses what vega-lite would drop without a word, or fail over in words of its source. @throws DlfLanceError InvalidInput */
export function refuseForeignFields(spec: ChartSpec): void {
  if ("data" in spec)
    throw refusePlot(
      "leave data out of the specification: the rows are passed separately; show() draws a specification with its data",
    );
  refuseUnknown(["Vega-Lite has no mark", "the marks are"], unknownMarks(spec), markNames);
  refuseUnknown(["an encoding has no type", "the types are"], unknownTypes(spec), fieldTypes);
  const option = columnOptions.find((name) => name in spec);
  if (option === undefined || !("mark" in spec)) return;
  throw refusePlot(
    `${option} is an option of a chart of columns, and mark makes this a Vega-Lite specification; ` +
      'write kind in place of mark, as in { kind: "bar", x: "price" }, or encoding: { x: { field: "price" } }',
  );
}

/** @param words of a name that is not known, and of those that are */
function refuseUnknown(
  words: readonly [unknown: string, known: string],
  [name]: readonly string[],
  known: readonly string[],
): void {
  if (name === undefined) return;
  const nearest = findNearest(name, known);
  const next = nearest === undefined ? `${words[1]} ${known.join(", ")}` : `did you mean ${nearest}?`;
  throw refusePlot(`${words[0]} ${JSON.stringify(name)}; ${next}`);
}
