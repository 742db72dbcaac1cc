/** Heat maps. */
import { encodeRanges } from "./chart-axes.ts";
import type { ChartModel } from "./chart-model.ts";
import type { ChartSpec } from "./vega-lite-spec.ts";

export function drawTiles(model: ChartModel): ChartSpec {
  const { x, y, color } = model;
  return {
    mark: { type: "rect", tooltip: true },
    encoding: {
      ...encodeRanges("x", x, model),
      ...encodeRanges("y", y, model),
      ...(color === undefined ? {} : { color: { field: "color", type: "quantitative", title: color.title } }),
    },
  };
}
