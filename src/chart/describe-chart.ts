/** A chart in words, for people who do not see it and for places that show no pictures. */
import { formatCount } from "../display/text/number-text.ts";
import { showText } from "../display/text/visible-text.ts";
import type { AxisValue } from "./axis-values.ts";
import type { ChartAxis, ChartKind, ChartModel } from "./chart-model.ts";

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
      point[field],
      point[`${field}2`],
      ...(field === measured ? [point.low, point.high, point.outlier] : []),
    ]);
  const lines = [
    `${kindNames[kind]}: ${title}`,
    describeAxis("x", model.x, ends("x")),
    describeAxis("y", model.y, ends("y")),
    ...(model.color === undefined
      ? []
      : [
          describeAxis(
            "color",
            model.color,
            points.map((point) => point.color),
          ),
        ]),
  ];
  for (const facet of [model.column, model.row])
    if (facet !== undefined) lines.push(`  panels: ${facet.title}, ${facet.values.length} values`);
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
  const sorted = isTime ? present.map(String).toSorted() : present.map(Number).toSorted((a, b) => a - b);
  return `${start}, from ${showValue(sorted[0] ?? null)} to ${showValue(sorted.at(-1) ?? null)}`;
}

const isoTime = /^([+-]?\d{4,6}-\d\d-\d\d)T(\d\d:\d\d)(:\d\d)?(\.\d+)?Z$/;

/** A number to four digits behind the point; a time without the parts that are zero. */
function showValue(value: AxisValue): string {
  if (typeof value === "string") return showTime(value) ?? value;
  if (value === null) return "null";
  if (Number.isInteger(value) && Math.abs(value) < 1e15)
    return value < 0 ? `-${formatCount(-value)}` : formatCount(value);
  return String(Number(value.toPrecision(5)));
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
  const isLying = y.type === "nominal";
  const bars = points.map((point) => ({
    label: showText(labelOf(isLying ? point.y : point.x, isLying ? point.y2 : point.x2), 24),
    value: Number((isLying ? point.x : point.y) ?? 0),
  }));
  const highest = Math.max(...bars.map(({ value }) => value));
  if (!(highest > 0) || bars.some(({ value }) => value < 0) || (isLying ? x : y).type !== "quantitative")
    return [];
  const labelWidth = Math.max(...bars.map(({ label }) => label.length));
  return bars.map(({ label, value }) => {
    const length = Math.round((value / highest) * barWidth);
    return `  ${label.padEnd(labelWidth)} ${"█".repeat(length).padEnd(barWidth)} ${showValue(value)}`;
  });
}

function labelOf(begin: AxisValue, end: AxisValue | undefined): string {
  // Ranges of time are as long as the unit that their note names.
  if (typeof begin !== "number" || typeof end !== "number") return showValue(begin);
  const middle = begin + 0.5;
  const isOneNumber = Number.isInteger(middle) && end === begin + 1;
  return isOneNumber ? showValue(middle) : `${showValue(begin)} – ${showValue(end)}`;
}
