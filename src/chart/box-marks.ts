/** Box plots. */
import { domainOfOne, encodeAxis, numberAxis, pointPadding } from "./chart-axes.ts";
import { type ChartModel, isLying } from "./chart-model.ts";
import { singleColor, textColor } from "./chart-theme.ts";
import type { ChartSpec } from "./vega-lite-spec.ts";

/** A line through the box; of a box without a height all that is seen. */
const medianColor = {
  condition: { test: "datum.first === datum.third", value: singleColor },
  value: "#ffffff",
};

export function drawBoxes(model: ChartModel): ChartSpec {
  const { x, y } = model;
  const [along, across] = isLying(model) ? (["y", "x"] as const) : (["x", "y"] as const);
  const [alongAxis, acrossAxis] = isLying(model) ? [y, x] : [x, y];
  const category = encodeAxis(along, alongAxis, model);
  const boxes = model.points.filter(({ outlier }) => outlier === undefined);
  const room = (along === "x" ? model.width : model.height) / Math.max(1, boxes.length);
  const size = Math.round(Math.min(60, Math.max(8, room * 0.6)));
  const value = (field: string) => ({
    field,
    type: "quantitative",
    title: acrossAxis.title,
    scale: { zero: false, nice: false, padding: pointPadding, ...domainOfOne(across, model) },
    ...numberAxis(across, model),
  });
  const tooltip = [
    { field: along, type: "nominal", title: alongAxis.title },
    ...[
      ["low", "lower whisker"],
      ["first", "first quarter"],
      ["median", "median"],
      ["third", "third quarter"],
      ["high", "upper whisker"],
    ].map(([field, title]) => ({ field, type: "quantitative", title })),
  ];
  const ofBoxes = { transform: [{ filter: "isValid(datum.median)" }] };
  const outlierTip = [tooltip[0], { field: "outlier", type: "quantitative", title: acrossAxis.title }];
  const outliers = {
    transform: [{ filter: "isValid(datum.outlier)" }],
    mark: { type: "point", filled: true, size: 14, opacity: 0.7 },
    encoding: { [across]: value("outlier"), tooltip: outlierTip },
  };
  return {
    encoding: { [along]: category, tooltip },
    layer: [
      // From the box to its ends: a line through the box would be seen through it.
      ...[
        ["low", "first"],
        ["third", "high"],
      ].map(([from = "", to = ""]) => ({
        ...ofBoxes,
        mark: { type: "rule", size: 1.5, color: textColor },
        encoding: { [across]: value(from), [`${across}2`]: { field: to } },
      })),
      {
        ...ofBoxes,
        mark: { type: "bar", size, opacity: 0.85 },
        encoding: { [across]: value("first"), [`${across}2`]: { field: "third" } },
      },
      {
        ...ofBoxes,
        mark: { type: "tick", size, thickness: 2 },
        encoding: { [across]: value("median"), color: medianColor },
      },
      ...(boxes.length < model.points.length ? [outliers] : []),
    ],
  };
}
