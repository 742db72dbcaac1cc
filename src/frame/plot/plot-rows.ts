/** Charts of rows of the program, by a specification of the user's. */
import { isArrowTable, type Table } from "../../arrow.ts";
import type { Chart } from "../../chart/chart.ts";
import { type ChartRow, createSpecChart, objectRows, tableRows, thinRows } from "../../chart/chart-rows.ts";
import { unknownFields } from "../../chart/spec-fields.ts";
import type { ChartSpec, VegaLiteSpec } from "../../chart/vega-lite-spec.ts";
import { noteSample } from "../../chart/whole-spec.ts";
import { refusePlot } from "./plot-options.ts";
import { refusePlotColumn } from "./plot-source.ts";
import { refuseForeignFields } from "./plot-spec.ts";

/** @throws DlfLanceError as `plot` does */
export function plotRows(spec: VegaLiteSpec, data: Table | readonly object[]): Promise<Chart> {
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

/** Without rows, no names are known. @throws DlfLanceError TableColumnNotFound */
function refuseUnknownFields(spec: ChartSpec, names: readonly string[], source: string): void {
  const [unknown] = names.length === 0 ? [] : unknownFields(spec, names);
  if (unknown !== undefined) throw refusePlotColumn(source, unknown, names);
}

function chartOf(spec: ChartSpec, rows: readonly ChartRow[]): Promise<Chart> {
  const shown = thinRows(rows);
  return createSpecChart(spec, shown, noteSample(shown.length, rows.length));
}
