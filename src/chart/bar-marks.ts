/** Bars and histograms. */
import { encodeAxis, encodeRanges, stackOf } from "./chart-axes.ts";
import { type ChartModel, type ChartPoint, isLying } from "./chart-model.ts";
import { singleColor } from "./chart-theme.ts";
import { encodeColor, seriesOrder, stackInOrder } from "./encode-color.ts";
import type { ChartSpec, Encoding } from "./vega-lite-spec.ts";

export function drawBars(model: ChartModel): ChartSpec {
  const { transform, ...order } = stackInOrder(model, isLying(model));
  return {
    mark: {
      type: "bar",
      tooltip: true,
      orient: isLying(model) ? "horizontal" : "vertical",
      ...narrowBars(model),
    },
    ...(transform === undefined ? {} : { transform }),
    encoding: { ...encodeBars(model), ...order },
  };
}

/** Narrower bars, in pixels, are hardly more than the gap after them. */
const narrow = 6;

/** Bars over ranges that are short compared with the whole axis, such as years in which one is 9999, have no gap, and an edge. */
function narrowBars(model: ChartModel): Encoding {
  const isFlat = isLying(model);
  const ends = model.points.flatMap(({ x, y, x2, y2 }) => {
    const [begin, end] = isFlat ? [placeOf(y), placeOf(y2)] : [placeOf(x), placeOf(x2)];
    return begin === undefined || end === undefined ? [] : [{ begin, end }];
  });
  if (ends.length === 0) return {};
  const span = Math.max(...ends.map(({ end }) => end)) - Math.min(...ends.map(({ begin }) => begin));
  const shortest = Math.min(...ends.map(({ begin, end }) => end - begin));
  const pixels = ((isFlat ? model.height : model.width) * shortest) / span;
  if (!(pixels < narrow)) return {};
  return { binSpacing: 0, ...(model.color === undefined ? { stroke: singleColor, strokeWidth: 1 } : {}) };
}

function placeOf(value: unknown): number | undefined {
  const place = typeof value === "string" ? Date.parse(value) : value;
  return typeof place === "number" && Number.isFinite(place) ? place : undefined;
}

function encodeBars(model: ChartModel): Encoding {
  const { x, y, color, isStacked, points } = model;
  const [along, across] = isLying(model) ? (["y", "x"] as const) : (["x", "y"] as const);
  const [alongAxis, acrossAxis] = isLying(model) ? [y, x] : [x, y];
  const isBeside = color !== undefined && !isStacked;
  return {
    ...encodeRanges(along, alongAxis, model),
    [across]: {
      ...encodeAxis(across, acrossAxis, model),
      ...(isBeside || model.isNormalized ? stackOf(model) : {}),
    },
    ...(isBeside && alongAxis.type === "nominal"
      ? { [`${along}Offset`]: { field: "color", type: "nominal", sort: seriesOrder(model) } }
      : {}),
    ...(isBeside && alongAxis.type !== "nominal" ? { opacity: { value: 0.6 } } : partialOpacity(points)),
    ...encodeColor(model),
  };
}

/** What is less because its time is shorter is paler. */
function partialOpacity(points: readonly ChartPoint[]): Encoding {
  if (points.every(({ isPartial }) => isPartial !== true)) return {};
  return { opacity: { condition: { test: "datum.isPartial === true", value: 0.45 }, value: 1 } };
}
