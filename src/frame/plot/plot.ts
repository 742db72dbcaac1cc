/** Charts of whatever holds rows. */
import type { Table } from "../../arrow.ts";
import type { Chart } from "../../chart/chart.ts";
import { isVegaLiteSpec } from "../../chart/spec-fields.ts";
import type { VegaLiteSpec } from "../../chart/vega-lite-spec.ts";
import { refusePlot } from "./plot-options.ts";

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
  const { plotRows } = await import("./plot-rows.ts");
  return plotRows(spec, data);
}

function isPlottable(data: unknown): data is Plottable {
  return typeof data === "object" && data !== null && typeof (data as Partial<Plottable>).plot === "function";
}
