/** Charts of whatever holds rows. */
import { isArrowTable, type Table } from "../../arrow.ts";
import type { Chart } from "../../chart/chart.ts";
import { type ChartRow, createSpecChart, objectRows, tableRows, thinRows } from "../../chart/chart-rows.ts";
import type { ChartSpec, VegaLiteSpec } from "../../chart/chart-spec.ts";
import { isVegaLiteSpec, unknownFields } from "../../chart/spec-fields.ts";
import { refusePlot } from "./plot-options.ts";
import { refusePlotColumn } from "./plot-source.ts";
import { noteSample, refuseForeignFields } from "./plot-spec.ts";

/** A frame, as far as a chart needs one. */
export interface Plottable {
  plot(spec: VegaLiteSpec): Promise<Chart>;
}

/** An Arrow table of any copy of apache-arrow, plain objects, or a frame. */
export type PlotData = Plottable | Table | readonly object[];

/**
 * A chart of a Vega-Lite specification without data, and the rows to draw. Of more than 5,000 rows an even sample is
 * drawn, and the note under the chart says so. Times are drawn as the clock shows them, the same in every time zone.
 *
 * ```ts
 * await plot({ mark: "tick", encoding: { x: { field: "price", type: "quantitative" } } }, read("demo.sales"));
 * ```
 *
 * @throws DlfLanceError InvalidInput, in the words of Vega-Lite; TableColumnNotFound for a field that is not a column.
 * @see https://vega.github.io/vega-lite/docs/
 */
export async function plot(spec: VegaLiteSpec, data: PlotData): Promise<Chart> {
  if (!isVegaLiteSpec(spec)) {
    throw refusePlot(
      'the first argument is a Vega-Lite specification, which says what is drawn, as in { mark: "bar" }',
    );
  }
  if (isPlottable(data)) return data.plot(spec);
  refuseForeignFields(spec);
  if (isArrowTable(data)) {
    refuseUnknownFields(
      spec,
      data.schema.fields.map(({ name }) => name),
      "the table",
    );
    return chartOf(spec, tableRows(data));
  }
  if (!Array.isArray(data))
    throw refusePlot("the second argument is a frame, an Arrow table or an array of rows");
  refuseUnknownFields(spec, [...new Set(data.flatMap((row: object) => Object.keys(row ?? {})))], "the rows");
  return chartOf(spec, objectRows(data));
}

/** Without rows there are no names to compare with. @throws DlfLanceError TableColumnNotFound */
function refuseUnknownFields(spec: ChartSpec, names: readonly string[], source: string): void {
  const [unknown] = names.length === 0 ? [] : unknownFields(spec, names);
  if (unknown !== undefined) throw refusePlotColumn(source, unknown, names);
}

function chartOf(spec: ChartSpec, rows: readonly ChartRow[]): Promise<Chart> {
  const shown = thinRows(rows);
  return createSpecChart(spec, shown, noteSample(shown.length, rows.length));
}

function isPlottable(data: unknown): data is Plottable {
  return typeof data === "object" && data !== null && typeof (data as Partial<Plottable>).plot === "function";
}
