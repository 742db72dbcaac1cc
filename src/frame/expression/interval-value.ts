/** A length of time as a value: what it is next to a time, and by itself. */
import { DlfLanceError } from "../../errors.ts";
import type { CallNode, CastNode, ExpressionNode } from "./expression-node.ts";
import type { LiteralNode } from "./literal.ts";

/** Months, days and nanoseconds, each whole and of either sign. */
export type IntervalParts = readonly [months: bigint, days: bigint, nanoseconds: bigint];

export const intervalBrand: unique symbol = Symbol.for("dlf-lance.interval") as never;

/** What `interval()` makes, as expressions take it. */
export interface IntervalLike {
  readonly [intervalBrand]: IntervalParts;
}

/** True for an interval, also one made by another copy of this package. */
export function isInterval(value: unknown): value is IntervalLike {
  return typeof value === "object" && value !== null && intervalBrand in value;
}

/** A time moved by an interval, on the clock of its type. */
export function movedNode(time: ExpressionNode, interval: IntervalLike, sign: 1n | -1n): CallNode {
  const parts = interval[intervalBrand].map((part) => wholeLiteral(part * sign));
  return { node: "call", function: "offsetBy", arguments: [time, ...parts] };
}

const nanosecondsPerDay = 86_400_000_000_000n;
const durationUnits = [
  ["s", 1_000_000_000n],
  ["ms", 1_000_000n],
  ["us", 1000n],
  ["ns", 1n],
] as const;

/**
 * The interval as a duration, in the coarsest unit that holds it exactly; a day has 24 hours.
 * @throws DlfLanceError InvalidInput with months in it.
 */
export function durationNode(interval: IntervalLike, action: string): CastNode {
  const [months, days, nanoseconds] = interval[intervalBrand];
  if (months !== 0n) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot ${action}: months differ in length, so ${String(interval)} is not a duration; add it to a date or timestamp, or count in days`,
    );
  }
  const all = days * nanosecondsPerDay + nanoseconds;
  const [unit, size] = durationUnits.find(([, each]) => all % each === 0n) ?? ["ns", 1n];
  return { node: "cast", operand: wholeLiteral(all / size), type: `duration[${unit}]`, orNull: false };
}

function wholeLiteral(value: bigint): LiteralNode {
  return { node: "literal", type: "integer", text: String(value) };
}

const partUnits = [
  [
    ["years", 12n],
    ["months", 1n],
  ],
  [["days", 1n]],
  [
    ["hours", 3_600_000_000_000n],
    ["minutes", 60_000_000_000n],
    ["seconds", 1_000_000_000n],
    ["milliseconds", 1_000_000n],
    ["microseconds", 1000n],
    ["nanoseconds", 1n],
  ],
] as const;

/** `{ months: 1, days: -2 }`: the object that makes such an interval. */
export function describeOffset(parts: readonly bigint[]): string {
  const named = parts.flatMap((part, index) => {
    const unit = partUnits[index]?.find(([, size]) => part % size === 0n);
    return part === 0n || unit === undefined ? [] : [`${unit[0]}: ${part / unit[1]}`];
  });
  return `{ ${named.join(", ") || "days: 0"} }`;
}
