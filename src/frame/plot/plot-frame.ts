/** Charts of frames: the rows are reduced where they are, and only what is drawn is fetched. */
import { Chart } from "../../chart/chart.ts";
import { buildSpec, finishSpec } from "../../chart/chart-spec.ts";
import { preloadCompiler } from "../../chart/compile-spec.ts";
import { describeChart } from "../../chart/describe-chart.ts";
import { plotBoxes } from "./plot-boxes.ts";
import { plotFacets } from "./plot-facets.ts";
import { plotHeatmap } from "./plot-heatmap.ts";
import type { ParsedPlotOptions } from "./plot-options.ts";
import { plotPoints } from "./plot-points.ts";
import { createPlotRequest, type PlotRequest, type PlottedModel } from "./plot-request.ts";
import { plotSeries } from "./plot-series.ts";
import type { PlotSource } from "./plot-source.ts";

/** @throws DlfLanceError TableColumnNotFound, InvalidInput */
export async function plotFrame(source: PlotSource, options: ParsedPlotOptions): Promise<Chart> {
  const request = createPlotRequest(source, options);
  preloadCompiler();
  const model = await plotFacets(request, reduce);
  const { summary, text } = describeChart(model);
  return Chart.create({ spec: finishSpec(buildSpec(model), summary), note: model.note, description: text });
}

function reduce(request: PlotRequest): Promise<PlottedModel> {
  switch (request.kind) {
    case "bar":
    case "histogram":
    case "line":
    case "area":
      return plotSeries(request);
    case "point":
      return plotPoints(request);
    case "heatmap":
      return plotHeatmap(request);
    case "box":
      return plotBoxes(request);
    default:
      return request.kind satisfies never;
  }
}
