/** What a sample of a column tells: quartiles, a histogram, and the most frequent values. */
import { arrow, type Field, type Vector } from "../../arrow.ts";
import { readCell } from "../../display/arrow/read-cell.ts";
import { formatCell } from "../../display/cell/format.ts";
import { formatUnscaled, integerFromWords } from "../../display/text/number-text.ts";
import { plainData } from "../rows/plain-data.ts";
import { measuredKind } from "../run/measure-column.ts";
import type { ColumnKind } from "../types/column-kind.ts";

/** One of the most frequent values of a profiled column. */
export interface FrequentValue {
  /** As displays show it. */
  readonly value: string;
  /** Of the values that are not null, from 0 to 1. */
  readonly share: number;
}

/** How the values of a profiled column are spread. */
export interface Histogram {
  /** Of ranges of one width, from the lowest to the highest value that was sampled. */
  readonly counts: readonly number[];
  readonly from: string;
  readonly to: string;
}

export interface SampledColumn {
  /** Different values of the sample, where they were compared. */
  readonly distinct: number | undefined;
  /** As displays show them, without nulls. */
  readonly first: string | null;
  readonly median: string | null;
  readonly third: string | null;
  readonly histogram: Histogram | null;
  readonly frequent: readonly FrequentValue[];
}

const mostFrequent = 3;
const bins = 16;
/** Ranges of more whole numbers are seen to be of one width though one holds a number more. */
const mostUneven = 10;
const kindsOfNumbers: readonly ColumnKind["kind"][] = ["integer", "float", "decimal"];
const kindsWithOrder: readonly ColumnKind["kind"][] = [
  ...kindsOfNumbers,
  "timestamp",
  "date",
  "time",
  "duration",
];
const kindsWithValues: readonly ColumnKind["kind"][] = [...kindsWithOrder, "text", "boolean"];

interface SampledValue {
  readonly text: string;
  readonly number: number;
  /** The same as it is stored: a bigint where a number would round it. */
  readonly stored: number | bigint;
}

export function profileSample(field: Field, sample: readonly (Vector | null)[]): SampledColumn {
  const kind = measuredKind(field);
  const none = { distinct: undefined, first: null, median: null, third: null, histogram: null, frequent: [] };
  if (!kindsWithValues.includes(kind)) return none;
  const isOrdered = kindsWithOrder.includes(kind);
  const values = sample.flatMap((column) => readValues(field, column, isOrdered));
  if (values.length === 0) return { ...none, distinct: 0 };
  const counts = new Map<string, number>();
  for (const { text } of values) counts.set(text, (counts.get(text) ?? 0) + 1);
  const frequent = [...counts]
    .filter(([, count]) => count > 1 && count / values.length >= 0.01)
    .toSorted(byCount)
    .slice(0, mostFrequent)
    .map(([value, count]) => ({ value, share: count / values.length }));
  const sorted = isOrdered
    ? values.toSorted((a, b) => compareNumbers(a.number, b.number) || compareStored(a.stored, b.stored))
    : [];
  const at = (part: number) => findQuantile(sorted, part, kind);
  return {
    distinct: counts.size,
    first: at(0.25),
    median: at(0.5),
    third: at(0.75),
    histogram: isOrdered ? countRanges(sorted, wholeStep(field)) : countValues(counts),
    frequent,
  };
}

/** Of numbers as `quantile` has it, between the two values next to the place; of times the value before it. */
function findQuantile(
  sorted: readonly SampledValue[],
  part: number,
  kind: ColumnKind["kind"],
): string | null {
  const place = part * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  if (low === undefined || high === undefined) return null;
  if (!kindsOfNumbers.includes(kind) || low.text === high.text || Number.isInteger(place)) return low.text;
  const share = place - Math.floor(place);
  const [from, to] = [Number(low.text), Number(high.text)];
  // Whole numbers that JavaScript would round: the text of the rounded one may be beyond the maximum.
  if (kind === "integer" && !(Number.isSafeInteger(from) && Number.isSafeInteger(to)))
    return String(betweenWhole(BigInt(low.text), BigInt(high.text), share));
  if (kind === "decimal") return betweenDecimals(low.text, high.text, share);
  const between = from + (to - from) * share;
  // Without the last digits, which are those of the computation.
  return String(Number(between.toPrecision(15)));
}

/** With a decimal digit more than the two have, for the middle of them, and two for quarters, as far as they are needed. */
function betweenDecimals(low: string, high: string, part: number): string {
  const scale = Math.max(...[low, high].map((text) => text.split(".")[1]?.length ?? 0)) + 2;
  const unscaled = (text: string) => {
    const [whole = "", fraction = ""] = text.split(".");
    return BigInt(whole + fraction.padEnd(scale, "0"));
  };
  const text = formatUnscaled(betweenWhole(unscaled(low), unscaled(high), part), scale);
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** Parts of the way are counted in steps of a millionth. */
const steps = 1_000_000;

function betweenWhole(low: bigint, high: bigint, part: number): bigint {
  return low + ((high - low) * BigInt(Math.round(part * steps))) / BigInt(steps);
}

function readValues(field: Field, column: Vector | null, isOrdered: boolean): SampledValue[] {
  if (column === null) return [];
  const stored = isOrdered ? column.data.flatMap((data) => storedOf(plainData(data))) : [];
  return Array.from({ length: column.length }, (_, row) => row).flatMap((row) => {
    const cell = readCell(field, column, row);
    if (cell.kind === "null") return [];
    const [text, value] = [formatCell(cell), stored[row] ?? Number.NaN];
    // One value with 0, as everywhere.
    const shown = Object.is(value, -0) ? text.replace(/^-/, "") : text;
    return [{ text: shown, number: Number(value), stored: value }];
  });
}

/** Where on a line of numbers the values stand: of decimals in units of their last digit. */
function storedOf(data: Vector["data"][number]): (number | bigint)[] {
  const { type, values } = data;
  if (arrow.DataType.isDecimal(type)) {
    const words = type.bitWidth / 32;
    return Array.from({ length: data.length }, (_, row) =>
      integerFromWords((values as Uint32Array).subarray(row * words, (row + 1) * words)),
    );
  }
  if (arrow.DataType.isFloat(type) && type.precision === 0)
    return Array.from(values as Uint16Array, (bits) => arrow.util.uint16ToFloat64(bits));
  return Array.from(values as ArrayLike<number | bigint>);
}

function compareNumbers(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a - b;
}

/** Of values that are one number to JavaScript. */
function compareStored(a: number | bigint, b: number | bigint): number {
  return Number(a > b) - Number(a < b);
}

/** How far whole numbers and days are apart, as Arrow holds them; zero for what is not whole. */
function wholeStep(field: Field): number {
  if (arrow.DataType.isInt(field.type)) return 1;
  if (!arrow.DataType.isDate(field.type)) return 0;
  return field.type.unit === arrow.DateUnit.DAY ? 1 : 86_400_000;
}

/** How many of `count` whole numbers a range holds: so many that the last one holds no fewer, if that is at most twice as many. */
function evenWidth(count: number): number {
  const least = Math.ceil(count / bins);
  // Also of endless many, where values are not whole.
  if (!(least < mostUneven)) return least;
  for (let width = least; width <= 2 * least; width++) if (count % width === 0) return width;
  return least;
}

/** @param step of whole numbers and days between them; zero for other values */
function countRanges(sorted: readonly SampledValue[], step: number): Histogram | null {
  const finite = sorted.filter(({ number }) => Number.isFinite(number));
  const [low, high] = [finite[0], finite.at(-1)];
  if (low === undefined || high === undefined) return null;
  const isFloat = step === 0 && typeof low.stored === "number";
  const counts = isFloat
    ? countFloats(finite.map(({ number }) => number))
    : countWhole(
        finite.map(({ stored }) => BigInt(stored)),
        step,
      );
  return { counts, from: low.text, to: high.text };
}

/** Of sorted values. */
function countFloats(values: readonly number[]): number[] {
  const counts = new Array<number>(bins).fill(0);
  const [low = 0, high = 0] = [values[0], values.at(-1)];
  // The difference itself may be beyond all numbers.
  const half = high / 2 - low / 2;
  for (const value of values) {
    const place = Math.floor(((value / 2 - low / 2) / half) * bins);
    const bin = half > 0 ? Math.min(bins - 1, place) : bins >> 1;
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts;
}

/**
 * Of sorted values, by all their digits. Where whole numbers and days are few, each has its own range, or each range as
 * many of them: others would hold one number or two.
 */
function countWhole(values: readonly bigint[], step: number): number[] {
  const [low = 0n, high = 0n] = [values[0], values.at(-1)];
  const span = high - low;
  const isFew = step > 0 && span > 0n && span < BigInt(step * bins * mostUneven);
  const width = isFew ? BigInt(step * evenWidth(Number(span) / step + 1)) : 0n;
  const ranges = isFew ? Number(span / width) + 1 : bins;
  const counts = new Array<number>(ranges).fill(0);
  for (const value of values) {
    const place = isFew ? (value - low) / width : ((value - low) * BigInt(bins)) / (span || 1n);
    const bin = span > 0n ? Math.min(ranges - 1, Number(place)) : bins >> 1;
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts;
}

/** The most frequent values first, in one order whatever the order of rows. */
function byCount([a, m]: readonly [string, number], [b, n]: readonly [string, number]): number {
  return n - m || a.localeCompare(b, "en") || (a < b ? -1 : 1);
}

/** A bar for each value, where they are few. */
function countValues(counts: ReadonlyMap<string, number>): Histogram | null {
  if (counts.size > bins) return null;
  const sorted = [...counts].toSorted(byCount);
  return {
    counts: sorted.map(([, count]) => count),
    from: sorted[0]?.[0] ?? "",
    to: sorted.at(-1)?.[0] ?? "",
  };
}
