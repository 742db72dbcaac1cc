/** How the axes of a chart are laid out, and what is drawn over its marks, where the user asked for it. */
import type { AxisValue } from "../../chart/axis-values.ts";
import type { ChartModel } from "../../chart/chart-model.ts";
import { type PlotAggregate, refusePlot } from "./plot-options.ts";
import { nameChart, type PlotRequest } from "./plot-request.ts";

/** @throws DlfLanceError InvalidInput for what the kind of chart does not have */
export function readScales(
  { options, kind, x, y, color }: PlotRequest,
  aggregate: PlotAggregate | undefined,
): Pick<ChartModel, "log" | "isNormalized" | "trend"> {
  const { log, stack, trend } = options;
  if (log !== undefined && kind !== "point" && kind !== "line") {
    const lacks =
      kind === "heatmap" || kind === "box"
        ? "has no logarithmic axes"
        : "begins at zero, which a logarithm does not have";
    throw refusePlot(`${nameChart(kind)} ${lacks}; take { kind: "point" } or "line"`);
  }
  for (const [axis, column] of [
    ["x", x],
    ["y", y],
  ] as const) {
    if ((log === axis || log === "both") && column?.type !== "quantitative") {
      throw refusePlot(`${axis} shows no numbers, so it has no logarithm`);
    }
  }
  const isPart = aggregate === "count" || aggregate === "sum";
  if (
    stack !== undefined &&
    !((kind === "bar" || kind === "histogram" || kind === "area") && color !== undefined && isPart)
  ) {
    throw refusePlot("shares of a whole need bars or areas, a color, and counts or sums");
  }
  if (trend !== undefined && (kind !== "point" || x?.type !== "quantitative" || y?.type !== "quantitative")) {
    throw refusePlot("a trend needs a scatter plot with numbers on both axes");
  }
  return { log, isNormalized: stack === "normalize", trend };
}

/** True for a point that a logarithmic axis has no place for. */
export function isOffLog({ options: { log } }: PlotRequest, x: AxisValue, y: AxisValue): boolean {
  const isOff = (value: AxisValue) => typeof value === "number" && value <= 0;
  return ((log === "x" || log === "both") && isOff(x)) || ((log === "y" || log === "both") && isOff(y));
}
