/** Axes of charts: where values stand, and how they are labelled. */
import { textWidth } from "../display/text/text-width.ts";
import type { AxisValue } from "./axis-values.ts";
import { type ChartAxis, type ChartModel, type ChartPoint, isAroundWhole, isLying } from "./chart-model.ts";
import { dayTicks } from "./day-ticks.ts";
import { exactAxis, type NumberRange } from "./exact-axis.ts";
import { looksLikeYears } from "./labels.ts";
import { sortNames } from "./name-order.ts";
import type { Encoding } from "./vega-lite-spec.ts";
import { wrapText } from "./wrap-text.ts";

/** Pixels, about. */
const letterWidth = 6.5;
/** Of a letter of an axis's title. */
const titleLetterWidth = 7.5;
/** Pixels that a name next to a horizontal bar may take. */
const longNameWidth = 260;
/** Pixels that a name at an angle may take. */
const slantedNameWidth = 140;
/** Marks at the ends of an axis are whole. */
export const pointPadding = 8;

export type AxisField = "x" | "y";

/** An axis without ranges. */
export function encodeAxis(field: AxisField, { type, title }: ChartAxis, model: ChartModel): Encoding {
  const shared = { field, type, title: wrapTitle(field, title, model) };
  switch (type) {
    case "nominal": {
      const limit = field === "x" ? slantedNameWidth : longNameWidth;
      const layout =
        field === "x"
          ? { labelAngle: nameAngle(model), ...(isCrowded(model) ? { labelOverlap: "greedy" } : {}) }
          : { maxExtent: longNameWidth + 20, labelOverlap: "greedy" };
      return {
        ...shared,
        sort: orderOf(field, model),
        axis: { ...layout, ...fitLabels(limit) },
      };
    }
    case "temporal":
      return {
        ...shared,
        scale: { type: "utc" },
        axis: {
          labelOverlap: "parity",
          labelSeparation: 8,
          labelExpr: timeLabel,
          ...dayTicks(timesOn(field, model)),
        },
      };
    case "quantitative": {
      const { origin } = model[field];
      if (origin !== undefined) {
        const room = field === "x" ? model.width : model.height;
        return { ...shared, ...exactAxis(origin, measureNumbers(field, model), room, field === "x") };
      }
      const scale = scaleOf(field, model);
      return { ...shared, ...(scale === undefined ? {} : { scale }), ...numberAxis(field, model) };
    }
    default:
      return type satisfies never;
  }
}

/** A longer line would make the picture wider, or higher, than what it shows. */
function wrapTitle(
  field: AxisField,
  title: string,
  { width, height }: ChartModel,
): string | readonly string[] {
  const lines = wrapText(
    title,
    Math.max(20, Math.floor((field === "x" ? width : height) / titleLetterWidth)),
  );
  return lines.length === 1 ? title : lines;
}

/** Names of one kind differ at their ends, which Vega would cut. @param limit pixels */
export function fitLabels(limit: number): { readonly labelLimit: number; readonly labelExpr: string } {
  const longest = Math.floor(limit / letterWidth) - 3;
  const half = Math.floor((longest - 1) / 2);
  const labelExpr =
    `length(datum.label) > ${longest} ? ` +
    `slice(datum.label, 0, ${half}) + '…' + slice(datum.label, -${half}) : datum.label`;
  return { labelLimit: limit, labelExpr };
}

/** Names in the order of the data, which is that of importance; where no axis measures anything, in their own. */
function orderOf(field: AxisField, { kind, points }: ChartModel): readonly AxisValue[] | null {
  if (kind !== "heatmap" && kind !== "point") return null;
  return sortNames([...new Set(points.map((point) => point[field]))]);
}

function timesOn(field: AxisField, { points }: ChartModel): readonly number[] {
  return points.flatMap((point) =>
    [point[field], point[`${field}2`]].flatMap((value) =>
      typeof value === "string" ? Date.parse(value) : [],
    ),
  );
}

const clock = "utchours(datum.value) || utcminutes(datum.value) || utcseconds(datum.value)";
/**
 * As finely as the tick stands: `2024`, `Mar 2024`, `Mar 05`, `14:30`. The first one has its day or its year below, which
 * Vega's own labels never say.
 */
const timeLabel =
  "datum.index === 0 && " +
  `(${clock} || utcdate(datum.value) > 1) ? ` +
  `[utcFormat(datum.value, ${clock} ? '%H:%M' : '%b %d'), utcFormat(datum.value, ${clock} ? '%b %d, %Y' : '%Y')] : ` +
  "utcFormat(datum.value, utcmilliseconds(datum.value) ? '%H:%M:%S.%L' : utcseconds(datum.value) ? '%H:%M:%S' : " +
  `${clock} ? '%H:%M' : utcdate(datum.value) > 1 ? '%b %d' : utcmonth(datum.value) ? '%b %Y' : '%Y')`;

function measureNumbers(field: AxisField, { points }: ChartModel): NumberRange {
  const ofPlaces = [field, `${field}2`] as const;
  const ofBoxes = ["low", "high"] as const;
  let [least, greatest, isWhole] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, true];
  for (const point of points) {
    const isBox = point.median !== undefined && point[field] === null;
    const isOutlier = point.outlier !== undefined && point[field] === null;
    for (const name of isBox ? ofBoxes : isOutlier ? (["outlier"] as const) : ofPlaces) {
      const value = point[name];
      if (typeof value !== "number") continue;
      greatest = Math.max(greatest, value);
      least = Math.min(least, value);
      isWhole &&= Number.isInteger(value) || isAroundWhole(Number(point[field]), Number(point[`${field}2`]));
    }
  }
  return { least, greatest, isWhole };
}

/** Numbers whose zeros would fill the axis are written with exponents; of whole numbers no others are written. */
export function numberAxis(field: AxisField, model: ChartModel): Encoding {
  const { least, greatest, isWhole } = measureNumbers(field, model);
  const size = Math.max(Math.abs(least), Math.abs(greatest));
  if (size >= 1e12 && Number.isFinite(size)) {
    // Ticks are at least a twentieth of the axis apart.
    const digits = Math.ceil(Math.log10(size / (greatest - least))) + 2;
    return { axis: { format: `.${greatest > least ? Math.min(17, Math.max(4, digits)) : 4}~g` } };
  }
  // By its format, 0.0000045 would stand next to 5e-7.
  if (size > 0 && size < 1e-4)
    return { axis: { labelExpr: "datum.value === 0 ? '0' : format(datum.value, '.4~e')" } };
  // Those of a logarithm are chosen by Vega.
  if (!isWhole || model.isNormalized === true || isLog(field, model)) return {};
  const isYears = !isMeasure(field, model) && looksLikeYears(least, greatest);
  // JupyterLab's Vega puts ticks at halves also where steps are whole.
  const labelExpr = `datum.value % 1 ? '' : format(datum.value, '${isYears ? "d" : ",d"}')`;
  return { axis: { tickMinStep: 1, labelExpr } };
}

/** Undefined for the usual scale. */
function scaleOf(field: AxisField, model: ChartModel): Encoding | undefined {
  const single = model.kind === "box" ? undefined : domainOfOne(field, model);
  if (!isLog(field, model)) return single;
  return { type: "log", ...single };
}

/** An axis of a single number has it in its middle: Vega would label it with a rounded one. Undefined for others. */
export function domainOfOne(field: AxisField, model: ChartModel): Encoding | undefined {
  const { least, greatest, isWhole } = measureNumbers(field, model);
  const startsAtZero = isMeasure(field, model) && model.kind !== "line" && model.kind !== "box";
  if (least !== greatest || startsAtZero || hasEnds(field, model.points) || model.isNormalized)
    return undefined;
  if (model.points.some(({ low }) => low !== undefined) && model.kind === "line") return undefined;
  if (isLog(field, model)) return { domain: [least / 10, least * 10], nice: false };
  const around = isWhole && Math.abs(least) < 2 ** 52 ? 1 : Math.abs(least) / 10;
  return { domain: [least - around, least + around], nice: false };
}

/** Whether the axis has the lengths of bars, areas, boxes or a line, and not their places. */
function isMeasure(field: AxisField, model: ChartModel): boolean {
  if (model.kind === "heatmap" || model.kind === "point") return false;
  return field === (isLying(model) ? "x" : "y");
}

export function isLog(field: AxisField, { log }: ChartModel): boolean {
  return log === field || log === "both";
}

/** Of a name at an angle, in pixels. */
const leastNameWidth = 9;

/** In a narrow panel, names would cover each other, also at an angle. */
function isCrowded({ points, width }: ChartModel): boolean {
  return new Set(points.map(({ x }) => x)).size * leastNameWidth > width;
}

/** Names stand upright where they fit side by side. */
function nameAngle({ points, width }: ChartModel): number {
  const names = [...new Set(points.map(({ x }) => String(x)))];
  const longest = Math.max(0, ...names.map((name) => textWidth(name)));
  return names.length * (longest + 2) * letterWidth <= width ? 0 : -40;
}

/** An axis of ranges that are given by their two ends, where the points have them. */
export function encodeRanges(field: AxisField, of: ChartAxis, model: ChartModel): Encoding {
  const encoding = encodeAxis(field, of, model);
  if (!hasEnds(field, model.points)) return { [field]: encoding };
  return { [field]: { ...encoding, bin: "binned" }, [`${field}2`]: { field: `${field}2` } };
}

function hasEnds(field: AxisField, points: readonly ChartPoint[]): boolean {
  return points.some((point) => point[`${field}2`] !== undefined);
}

/** Adds to an axis what does not take its own scale from it: a logarithm and a time have no zero. */
export function addToAxis(encoding: Encoding, other: Encoding): Encoding {
  return { ...encoding, ...other, ...(encoding.scale === undefined ? {} : { scale: encoding.scale }) };
}

/** Of an axis of lengths: whether they lie on one another, or make up a whole. */
export function stackOf({ isStacked, isNormalized }: ChartModel): Encoding {
  if (isNormalized === true) return { stack: "normalize", axis: { format: "%" } };
  return isStacked ? {} : { stack: null };
}
