/** Ranges of whole numbers and decimals of more digits than a double has: values are compared by all of theirs. */
import { Types } from "../../arrow.ts";
import type { AxisValue } from "../../chart/axis-values.ts";
import { showExactly } from "../../chart/exact-axis.ts";
import { formatUnscaled } from "../../display/text/number-text.ts";
import type { ExpressionNode } from "../expression/expression-node.ts";
import type { PlotColumn } from "./plot-source.ts";
import { arithmeticNode, callNode, castNode, columnNode, literalNode } from "./reduction.ts";

/** The lowest and the highest value, in units of the last digit that the column holds. */
export interface ExactEnds {
  readonly min: bigint;
  readonly max: bigint;
}

/** A quotient of two numbers below it is never rounded up to a whole number. */
export const greatestDivided = 2 ** 52;
/** The ends of ranges further from zero, counted in ranges, may have more digits than a double. */
const farthest = 10n ** 12n;
/** Digits of the distance from the origin of an axis, counted in ranges: more than there are ranges. */
const originDigits = 5;
const greatestInt64 = 2n ** 63n - 1n;
/** A wider one is more than decimals hold. */
const widest = 5n * 10n ** 37n;
/** Decimals of more digits behind the point are no multiples of those that doubles hold. */
const longestScale = 15;

/** Undefined where doubles tell all values between the two apart, and where there are none. */
export function readExactEnds(min: AxisValue, max: AxisValue, column: PlotColumn): ExactEnds | undefined {
  if (typeof min !== "string" || typeof max !== "string" || !hasLongDigits(column)) return undefined;
  const ends = { min: BigInt(min.replace(".", "")), max: BigInt(max.replace(".", "")) };
  const isShort = scaleOf(column) <= longestScale && largest(ends.min, ends.max) < BigInt(greatestDivided);
  return isShort ? undefined : ends;
}

/** Of whole numbers and decimals alone. */
export function hasLongDigits({ field: { type } }: PlotColumn): boolean {
  return (Types.isInt(type) && type.bitWidth === 64) || Types.isDecimal(type);
}

export interface ExactBins {
  /** 1, 2 or 5 times a power of ten, in units of the last digit. */
  readonly width: bigint;
  /** The ranges of the lowest and the highest value, counted from zero. */
  readonly first: bigint;
  readonly last: bigint;
  /** Whether the last one also holds the number at its end, as the last bin of NumPy does. */
  readonly isClosed: boolean;
}

/** The narrowest round width with which at most `most` ranges hold everything from `min` to `max`. */
export function chooseExactBins({ min, max }: ExactEnds, most: number): ExactBins {
  const count = BigInt(most);
  for (let lowest = -((min - max) / count) || 1n; ; ) {
    const width = roundUp(lowest);
    const [first, last] = [floorDivide(min, width), floorDivide(max, width)];
    if (last - first < count) return { width, first, last, isClosed: false };
    // Ranges of one unit have no end that is in the next one.
    if (last - first === count && max === last * width && width > 1n)
      return { width, first, last: last - 1n, isClosed: true };
    // Ends that are not multiples of the width need one more range.
    if (most === 1 || width === widest) return { width, first, last, isClosed: false };
    lowest = width + 1n;
  }
}

/** The narrowest 1, 2 or 5 times a power of ten that is not below `lowest`, as far as decimals hold it. */
function roundUp(lowest: bigint): bigint {
  const power = 10n ** BigInt(String(lowest).length - 1);
  const width = ([1n, 2n, 5n, 10n].find((digit) => digit * power >= lowest) ?? 10n) * power;
  return width < widest ? width : widest;
}

function floorDivide(value: bigint, by: bigint): bigint {
  return value / by - (value % by < 0n ? 1n : 0n);
}

/** The size of the number that is further from zero. */
function largest(a: bigint, b: bigint): bigint {
  const [one, other] = [a < 0n ? -a : a, b < 0n ? -b : b];
  if (one > other) return one;
  return other;
}

/** The places of a key (see `PlotKey`), with the first and the last of them. */
export interface ExactPlaces {
  readonly expression: ExpressionNode;
  readonly placeOf?: (value: AxisValue) => AxisValue;
  readonly begin: (key: AxisValue) => AxisValue;
  readonly end: (key: AxisValue) => AxisValue;
  readonly step: string;
  readonly origin?: string;
  readonly first: number;
  readonly last: number;
}

/** At most `most` ranges from the lowest to the highest value, which engines compute by remainders: these are exact. */
export function placeExactly(column: PlotColumn, ends: ExactEnds, most: number): ExactPlaces {
  const { width, first, last, isClosed } = chooseExactBins(ends, most);
  const scale = scaleOf(column);
  const origin = largest(first, last) < farthest ? 0n : chooseOrigin(ends.min, width);
  const place = (range: bigint) => Number(range - origin / width);
  const lastPlace = place(last);
  // Ranges of one whole number stand around it.
  const middle = Types.isInt(column.field.type) && width === 1n ? -0.5 : 0;
  const at = (shift: number) => (key: AxisValue) =>
    key === null ? null : Number(formatUnscaled(BigInt(Number(key) + shift) * width, scale)) + middle;
  return {
    expression: placeNode(column, width, origin, ends.min < 0n),
    ...(isClosed ? { placeOf: (value) => (value === null ? null : Math.min(lastPlace, Number(value))) } : {}),
    begin: at(0),
    end: at(1),
    step: showExactly(formatUnscaled(width, scale), 0),
    ...(origin === 0n ? {} : { origin: formatUnscaled(origin, scale) }),
    first: place(first),
    last: lastPlace + 1,
  };
}

function scaleOf({ field: { type } }: PlotColumn): number {
  return Types.isDecimal(type) ? Math.max(0, type.scale) : 0;
}

/** A round multiple of the width near the lowest value, and no further from zero, where its type ends. */
function chooseOrigin(min: bigint, width: bigint): bigint {
  const step = 10n ** BigInt(String(width).length - 1 + originDigits);
  return (min / step) * step;
}

/** The range of a value, counted from the origin. */
function placeNode(column: PlotColumn, width: bigint, origin: bigint, hasNegatives: boolean): ExpressionNode {
  const { type } = column.field;
  const scale = scaleOf(column);
  const isInt64 = Types.isInt(type) && type.isSigned && width <= greatestInt64;
  const decimal = `decimal128(38, ${scale})`;
  const constant = (value: bigint) =>
    isInt64 ? literalNode(value) : castNode(literalNode(formatUnscaled(value, scale)), decimal);
  const stored = columnNode(column.field.name);
  const value = isInt64 ? stored : castNode(stored, decimal);
  const rest = arithmeticNode("modulo", value, constant(width));
  const begin = arithmeticNode("subtract", value, rest);
  const offset = origin === 0n ? begin : arithmeticNode("subtract", begin, constant(origin));
  // A multiple of the width, and a quotient far below 2^53: rounding it undoes that of the division.
  const quotient = arithmeticNode("divide", offset, literalNode(Number(formatUnscaled(width, scale))));
  const range = callNode("floor", arithmeticNode("add", quotient, literalNode(0.5)));
  if (!hasNegatives) return range;
  const isBelow: ExpressionNode = {
    node: "comparison",
    operator: "lt",
    left: rest,
    right: constant(0n),
  };
  // A remainder has the sign of its value.
  const below = arithmeticNode("subtract", range, literalNode(1));
  return { node: "case", branches: [{ when: isBelow, value: below }], otherwise: range };
}
