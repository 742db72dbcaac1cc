/** Charts of specifications that hold their own data. */
import { isPlainObject } from "../display/cell/value-cell.ts";
import { countOf, formatCount } from "../display/text/number-text.ts";
import { Chart } from "./chart.ts";
import { createSpecChart, objectRows, thinRows } from "./chart-rows.ts";
import { finishSpec } from "./chart-spec.ts";
import type { ChartSpec } from "./vega-lite-spec.ts";

/** @throws DlfLanceError InvalidInput in the words of vega-lite. */
export async function createWholeSpecChart(spec: ChartSpec): Promise<Chart> {
  const { data, ...rest } = spec;
  const values = isPlainObject(data) && Object.keys(data).length === 1 ? data.values : undefined;
  if (Array.isArray(values) && values.every(isPlainObject)) {
    const rows = objectRows(values);
    const shown = thinRows(rows);
    return createSpecChart(rest, shown, noteSample(shown.length, rows.length));
  }
  const { $schema: _, description, ...drawn } = spec;
  const text = typeof description === "string" ? description : "Chart";
  return Chart.create({ spec: finishSpec(drawn, text), note: undefined, description: text });
}

/** What is drawn of more rows than a chart holds. */
export function noteSample(shown: number, total: number): string | undefined {
  if (total === shown) return undefined;
  return `an even sample of ${formatCount(shown)} of ${countOf(total, "row")}: counts and sums are those of the sample`;
}
