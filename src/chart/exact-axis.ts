/** Axes of numbers with more digits than doubles: what is drawn are distances from an origin, what is read are their sums. */
import { formatUnscaled } from "../display/text/number-text.ts";
import type { AxisValue } from "./axis-values.ts";
import { type ChartAxis, type ChartModel, type ChartPoint, isAroundWhole } from "./chart-model.ts";
import type { ChartSpec, Encoding } from "./vega-lite-spec.ts";

/** @returns the sum of two decimal numbers by all its digits, without zeros at the end of a fraction. */
export function addExactly(origin: string, distance: number): string {
  const [a, b] = [readDecimal(origin), readDecimal(String(distance))];
  const scale = Math.max(a.scale, b.scale);
  const [left, right] = [a, b].map(({ unscaled, scale: own }) => unscaled * 10n ** BigInt(scale - own));
  const text = formatUnscaled((left ?? 0n) + (right ?? 0n), scale);
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

interface Decimal {
  readonly unscaled: bigint;
  /** Digits behind the point. */
  readonly scale: number;
}

/** Of the text of a finite number: `-1.5`, `1e-7`. */
function readDecimal(text: string): Decimal {
  const [digits = "", exponent = "0"] = text.split("e");
  const [whole = "", fraction = ""] = digits.split(".");
  const scale = fraction.length - Number(exponent);
  const unscaled = BigInt(whole + fraction);
  return scale < 0 ? { unscaled: unscaled * 10n ** BigInt(-scale), scale: 0 } : { unscaled, scale };
}

/** The same with thousands separators: `9,007,199,254,740,993.5`. */
export function showExactly(origin: string, distance: number): string {
  const [whole = "", fraction] = addExactly(origin, distance).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** What the numbers of an axis are like. */
export interface NumberRange {
  readonly least: number;
  readonly greatest: number;
  readonly isWhole: boolean;
}

/** Of a label, in pixels, about. */
const letterWidth = 6.5;
/** Between two labels next to each other. */
const labelGap = 24;
/** Between two labels below each other. */
const labelHeight = 40;
/** So many labels, at least, tell how far apart the others are. */
const leastLabels = 2;

/**
 * Ticks at round numbers, as many as their labels have room for.
 * @param range of the distances of the marks from the origin
 * @param room pixels of the axis
 * @param isLying whether labels stand next to each other
 */
export function exactAxis(origin: string, range: NumberRange, room: number, isLying: boolean): Encoding {
  const labelRoom = isLying
    ? showExactly(origin, range.greatest).length * letterWidth + labelGap
    : labelHeight;
  const values = chooseTicks(range, Math.max(leastLabels, Math.floor(room / labelRoom)));
  const labels = values.map((value) => `'${showExactly(origin, value)}'`);
  const labelExpr = `[${labels.join(", ")}][indexof([${values.join(", ")}], datum.value)]`;
  // Vega's own would tell the distances.
  const description = `axis from ${showExactly(origin, range.least)} to ${showExactly(origin, range.greatest)}`;
  return { axis: { values, labelExpr, labelLimit: 0, description } };
}

/** Round numbers of a range, at most so many of them; the only one of a range of one. */
function chooseTicks({ least, greatest, isWhole }: NumberRange, most: number): number[] {
  if (!(greatest > least)) return [least];
  const lowest = Math.max((greatest - least) / most, isWhole ? 1 : 0);
  const power = 10 ** Math.floor(Math.log10(lowest));
  const step = ([1, 2, 5].find((digit) => digit * power >= lowest) ?? 10) * power;
  const first = Math.ceil(least / step);
  const count = Math.floor(greatest / step) - first + 1;
  // Without the digits of the product alone, as of 3 times 0.1.
  return Array.from({ length: count }, (_, at) => Number(((first + at) * step).toPrecision(15)));
}

/** Fields of what marks are said to stand at in place of distances. */
const texts = { x: "exactX", y: "exactY" } as const;

function hasOrigin({ x, y }: ChartModel): boolean {
  return x.origin !== undefined || y.origin !== undefined;
}

/** The points, on axes with an origin with the texts of their places. */
export function addExactTexts(model: ChartModel): readonly ChartPoint[] {
  const { points, x, y } = model;
  if (!hasOrigin(model)) return points;
  const textOf = (origin: string | undefined, begin: AxisValue, end: AxisValue | undefined) => {
    if (origin === undefined || typeof begin !== "number") return undefined;
    if (typeof end !== "number") return showExactly(origin, begin);
    if (isAroundWhole(begin, end)) return showExactly(origin, begin + 0.5);
    return `${showExactly(origin, begin)} – ${showExactly(origin, end)}`;
  };
  return points.map((point) => ({
    ...point,
    [texts.x]: textOf(x.origin, point.x, point.x2),
    [texts.y]: textOf(y.origin, point.y, point.y2),
  }));
}

/** Marks on an axis with an origin say where they stand with all digits, under the pointer and to a screen reader. */
export function sayExactTexts(spec: ChartSpec, model: ChartModel): ChartSpec {
  if (!hasOrigin(model)) return spec;
  const { x, y, color } = model;
  const place = (field: "x" | "y", { type, title, origin }: ChartAxis) =>
    origin === undefined ? { field, type, title } : { field: texts[field], type: "nominal", title };
  const shown = [
    place("x", x),
    place("y", y),
    ...(color === undefined ? [] : [{ field: "color", type: color.type, title: color.title }]),
  ];
  const said = shown.map(({ field, title }) => `${JSON.stringify(`${title}: `)} + datum.${field}`);
  return {
    ...spec,
    mark: { ...(spec.mark as ChartSpec), description: { expr: said.join(` + "; " + `) } },
    encoding: { ...(spec.encoding as ChartSpec), tooltip: shown },
  };
}
