/** Scatter plots, and the curve through their points. */
import { encodeAxis, isLog, pointPadding } from "./chart-axes.ts";
import { type ChartModel, canHaveTrend } from "./chart-model.ts";
import { trendColor } from "./chart-theme.ts";
import { encodeColor } from "./encode-color.ts";
import type { ChartSpec, Encoding } from "./vega-lite-spec.ts";

/** The fewer marks, the larger. */
const marksOf = [
  { most: 30, size: 60, opacity: 0.8 },
  { most: 300, size: 36, opacity: 0.7 },
  { most: 1_500, size: 25, opacity: 0.6 },
];
/** More would cover each other. */
const dense = { size: 9, opacity: 0.35 };

export function drawPoints(model: ChartModel): ChartSpec {
  const panels = (model.column?.values.length ?? 1) * (model.row?.values.length ?? 1);
  const { size, opacity } = marksOf.find(({ most }) => model.points.length / panels <= most) ?? dense;
  const marks = {
    // Else Vega leaves out points whose color is null.
    mark: { type: "point", filled: true, tooltip: true, size, opacity, invalid: null },
    encoding: { x: padAxis("x", model), y: padAxis("y", model), ...encodeColor(model) },
  };
  if (model.trend === undefined || !canHaveTrend(model.points)) return marks;
  return { layer: [marks, drawTrend(model)] };
}

/** Marks at the ends of an axis are whole. */
function padAxis(field: "x" | "y", model: ChartModel): Encoding {
  const encoding = encodeAxis(field, model[field], model);
  if (model[field].type === "nominal") return encoding;
  // A logarithm and a time have no zero.
  const own = encoding.scale === undefined ? { zero: false } : (encoding.scale as object);
  return { ...encoding, scale: { padding: pointPadding, nice: false, ...own } };
}

/** Of the logarithms where the axis is one: a line is straight as it is drawn, and never below zero. */
function drawTrend(model: ChartModel): ChartSpec {
  const logged = (["x", "y"] as const).filter((field) => isLog(field, model));
  const [on, of] = (["x", "y"] as const).map((field) => (logged.includes(field) ? `log ${field}` : field));
  const from = logged.map((field) => ({ calculate: `log(datum.${field})`, as: `log ${field}` }));
  const back = logged.map((field) => ({ calculate: `exp(datum["log ${field}"])`, as: field }));
  const curve = model.trend === "loess" ? { loess: of, on } : { regression: of, on };
  const axes = { x: { field: "x", type: "quantitative" }, y: { field: "y", type: "quantitative" } };
  return {
    mark: { type: "line", color: trendColor, size: 2.5 },
    transform: [...from, curve, ...back],
    encoding: axes,
  };
}
