/** A chart in words, for people who do not see it and for places that show no pictures. */
import { countOf, formatCount } from "../display/text/number-text.ts";
import { showText } from "../display/text/visible-text.ts";
import type { AxisValue } from "./axis-values.ts";
import {
  type ChartAxis,
  type ChartKind,
  type ChartModel,
  type ChartPoint,
  isAroundWhole,
  isLying,
} from "./chart-model.ts";
import { seriesOrder } from "./encode-color.ts";
import { showExactly } from "./exact-axis.ts";
import { digitsToTell, looksLikeYears } from "./labels.ts";

const kindNames: Readonly<Record<ChartKind, string>> = {
  bar: "Bar chart",
  line: "Line chart",
  area: "Area chart",
  point: "Scatter plot",
  histogram: "Histogram",
  heatmap: "Heat map",
  box: "Box plot",
};

const mostNames = 8;
const barWidth = 24;
const mostBars = 30;
/** Letters in front of a bar of text. */
const longestLabel = 24;
/** The same of a range, which is not cut: two numbers of all digits, 38 in a decimal. */
const longestRange = 110;

export interface ChartText {
  /** The title and each axis with its range. */
  readonly summary: string;
  /** The same, one a line, with the note; bars and histograms also as bars of text. */
  readonly text: string;
}

export function describeChart(model: ChartModel): ChartText {
  const { kind, title, points, note } = model;
  // Boxes may lie.
  const measured = kind === "box" && model.y.type === "nominal" ? "x" : "y";
  const ends = <K extends "x" | "y">(field: K) =>
    points.flatMap((point) => [
      ...rangeOf(point[field], point[`${field}2`]),
      ...(field === measured ? [point.low, point.high, point.outlier] : []),
    ]);
  const shared = model.isNormalized === true ? (isLying(model) ? "x" : "y") : undefined;
  const describe = (name: "x" | "y") =>
    name === shared ? describeShares(name, model) : describeAxis(name, model[name], ends(name));
  const lines = [
    `${kindNames[kind]}: ${title}`,
    describe("x"),
    describe("y"),
    ...(model.color === undefined
      ? []
      : [
          describeAxis(
            "color",
            model.color,
            model.color.type === "nominal" ? seriesOrder(model) : points.map((point) => point.color),
          ),
        ]),
  ];
  for (const facet of [model.column, model.row])
    if (facet !== undefined) lines.push(`  panels: ${facet.title}, ${countOf(facet.values.length, "value")}`);
  return {
    summary: lines.map((line) => line.trim()).join("; "),
    text: [...lines, ...drawTextBars(model), ...(note === undefined ? [] : [note])].join("\n"),
  };
}

function describeAxis(name: string, axis: ChartAxis, values: readonly (AxisValue | undefined)[]): string {
  const present = values.filter((value) => value !== null && value !== undefined);
  const start = axis.title === "" ? `  ${name}` : `  ${name}: ${axis.title}`;
  if (present.length === 0) return `${start}, no values`;
  if (axis.type === "nominal") {
    const names = [...new Set(present.map(String))];
    const rest = names.length > mostNames ? `, … ${formatCount(names.length - mostNames)} more` : "";
    return `${start}: ${names.slice(0, mostNames).join(", ")}${rest}`;
  }
  const isTime = axis.type === "temporal";
  const sorted = isTime
    ? present.map(String).toSorted((a, b) => Date.parse(a) - Date.parse(b))
    : present.map(Number).toSorted((a, b) => a - b);
  const [least = null, greatest = null] = [sorted[0], sorted.at(-1)];
  const isYears = name !== "color" && axis.origin === undefined && areYears(sorted);
  const digits = isTime ? usualDigits : digitsToTell([least, greatest].map(Number), usualDigits, showNumber);
  const show = (value: AxisValue) => (isYears ? String(value) : showOn(axis, value, digits));
  return `${start}, from ${show(least)} to ${show(greatest)}`;
}

/** A number on an axis with an origin is shown with all digits. */
function showOn({ origin }: ChartAxis, value: AxisValue, digits: number): string {
  return origin !== undefined && typeof value === "number"
    ? showExactly(origin, value)
    : showValue(value, digits);
}

function areYears(sorted: readonly (string | number)[]): boolean {
  return looksLikeYears(Number(sorted[0]), Number(sorted.at(-1))) && sorted.every(Number.isInteger);
}

/** The ends of a range; of one around a single whole number that number. */
function rangeOf(begin: AxisValue, end: AxisValue | undefined): readonly (AxisValue | undefined)[] {
  const isOne = typeof begin === "number" && typeof end === "number" && isAroundWhole(begin, end);
  return isOne ? [begin + 0.5] : [begin, end];
}

/** What the marks are drawn as: parts of the whole of their place. */
function describeShares(name: "x" | "y", { points, ...axes }: ChartModel): string {
  const place = name === "x" ? "y" : "x";
  const placeOf = (point: ChartPoint) => JSON.stringify([point[place], point.column, point.row]);
  const wholes = new Map<string, number>();
  for (const point of points)
    wholes.set(placeOf(point), (wholes.get(placeOf(point)) ?? 0) + Number(point[name]));
  const percents = points.map((point) =>
    Math.round((100 * Number(point[name])) / (wholes.get(placeOf(point)) || 1)),
  );
  const start = `  ${name}: ${axes[name].title}`;
  if (percents.length === 0) return `${start}, no values`;
  return `${start}, from ${Math.min(...percents)} % to ${Math.max(...percents)} %`;
}

const isoTime = /^([+-]?\d{4,6}-\d\d-\d\d)T(\d\d:\d\d)(:\d\d)?(\.\d+)?Z$/;

const usualDigits = 6;

/** A number to six digits, and all those in front of the point; a time without the parts that are zero. */
function showValue(value: AxisValue, digits = usualDigits): string {
  if (typeof value === "string") return showTime(value) ?? value;
  return value === null ? "null" : showNumber(value, digits);
}

function showNumber(value: number, digits: number): string {
  const size = Math.abs(value);
  if (size >= 1e15) return Number(value.toPrecision(digits)).toExponential();
  if (Number.isInteger(value)) return `${value < 0 ? "-" : ""}${formatCount(size)}`;
  if (size < 1e5) return String(Number(value.toPrecision(digits)));
  const [whole = "", fraction = ""] = size
    .toFixed(Math.max(0, digits - String(Math.floor(size)).length))
    .split(".");
  const rest = fraction.replace(/0+$/, "");
  return `${value < 0 ? "-" : ""}${formatCount(Number(whole))}${rest === "" ? "" : `.${rest}`}`;
}

/** Undefined for a text that is not a time. */
function showTime(text: string): string | undefined {
  const [, date, minutes, seconds = "", fraction = ""] = isoTime.exec(text) ?? [];
  if (date === undefined) return undefined;
  const rest = /[1-9]/.test(fraction) ? seconds + fraction : seconds === ":00" ? "" : seconds;
  return minutes === "00:00" && rest === "" ? date : `${date} ${minutes}${rest}`;
}

/** Only of bars that are one series from zero up. */
function drawTextBars({ kind, points, color, x, y, column, row }: ChartModel): string[] {
  if (column !== undefined || row !== undefined) return [];
  if ((kind !== "bar" && kind !== "histogram") || color !== undefined || points.length > mostBars) return [];
  const areLying = y.type === "nominal";
  const along = areLying ? y : x;
  const places = points.map((point): readonly [begin: AxisValue, end: AxisValue | undefined] =>
    areLying ? [point.y, point.y2] : [point.x, point.x2],
  );
  const ends = places.flat().filter((end) => typeof end === "number");
  const digits = digitsToTell(ends, usualDigits, showNumber);
  const longest = ends.length > 0 ? longestRange : longestLabel;
  const bars = points.map((point, index) => ({
    label: showText(labelOf(along, places[index]?.[0] ?? null, places[index]?.[1], digits), longest),
    value: Number((areLying ? point.x : point.y) ?? 0),
  }));
  const highest = Math.max(...bars.map(({ value }) => value));
  if (!(highest > 0) || bars.some(({ value }) => value < 0) || (areLying ? x : y).type !== "quantitative")
    return [];
  const labelWidth = Math.max(...bars.map(({ label }) => label.length));
  return bars.map(({ label, value }) => {
    const length = Math.round((value / highest) * barWidth);
    return `  ${label.padEnd(labelWidth)} ${"█".repeat(length).padEnd(barWidth)} ${showValue(value)}`;
  });
}

function labelOf(axis: ChartAxis, begin: AxisValue, end: AxisValue | undefined, digits: number): string {
  // Ranges of time are as long as the unit that their note names.
  if (typeof begin !== "number" || typeof end !== "number") return showOn(axis, begin, digits);
  return isAroundWhole(begin, end)
    ? showOn(axis, begin + 0.5, digits)
    : `${showOn(axis, begin, digits)} – ${showOn(axis, end, digits)}`;
}
