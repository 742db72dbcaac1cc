/** The chart that suits the columns it is asked to show. */
import type { AxisType } from "../../chart/axis-values.ts";
import type { ChartKind } from "../../chart/chart-model.ts";

export function chooseKind(x: AxisType | undefined, y: AxisType | undefined): ChartKind {
  if (x === undefined || y === undefined) return (x ?? y) === "nominal" ? "bar" : "histogram";
  if (x === "nominal" || y === "nominal")
    return x === "quantitative" || y === "quantitative" ? "bar" : "heatmap";
  return x === "temporal" && y === "quantitative" ? "line" : "point";
}
