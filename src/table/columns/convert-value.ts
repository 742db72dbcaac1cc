/** Conversions of single JavaScript values to the numbers Arrow stores. None rounds, wraps or guesses. */
import { types } from "node:util";
import { arrow, type DataType } from "../../arrow.ts";
import { toHalfBits } from "./half-bits.ts";
import { describeValue, ValueMismatch } from "./value-mismatch.ts";

/** Turns one value that is not null into the number stored for it; `row` is for the refusal. */
export type Conversion<T extends number | bigint> = (value: unknown, row: number) => T;

type IntegerType = DataType & { bitWidth: number; isSigned: boolean };

export function convertInteger(type: IntegerType): Conversion<number | bigint> {
  const bits = BigInt(type.bitWidth);
  const lowest = type.isSigned ? -(2n ** (bits - 1n)) : 0n;
  const highest = type.isSigned ? 2n ** (bits - 1n) - 1n : 2n ** bits - 1n;
  const [low, high] = [Number(lowest), Number(highest)];
  const is64 = type.bitWidth === 64;
  return (value, row) => {
    if (Number.isSafeInteger(value) && (value as number) >= low && (value as number) <= high) {
      return is64 ? BigInt(value as number) : (value as number);
    }
    const whole = readWhole(value, row);
    if (whole < lowest || whole > highest) {
      throw new ValueMismatch(row, `${whole} is outside ${lowest} to ${highest}`);
    }
    return is64 ? whole : Number(whole);
  };
}

function readWhole(value: unknown, row: number): bigint {
  if (typeof value === "bigint") return value;
  if (typeof value !== "number") {
    throw new ValueMismatch(row, `${describeValue(value)} is not a number`, "pass a number or a bigint");
  }
  if (!Number.isInteger(value)) {
    throw new ValueMismatch(row, `${value} is not a whole number`, "pass a whole number or a bigint");
  }
  if (!Number.isSafeInteger(value)) {
    throw new ValueMismatch(
      row,
      `${value} may have lost digits as a number`,
      `write it as a bigint, ${BigInt(value)}n`,
    );
  }
  return BigInt(value);
}

const infiniteHalf = 0x7c00;

type FloatType = DataType & { precision: number };

export function convertFloat(type: FloatType): Conversion<number> {
  const { Precision } = arrow;
  return (value, row) => {
    if (typeof value === "bigint" && BigInt(Number(value)) === value) return Number(value);
    if (typeof value === "bigint") throw new ValueMismatch(row, `${value}n is not exact as a float`);
    if (typeof value !== "number")
      throw new ValueMismatch(row, `${describeValue(value)} is not a number`, "pass a number");
    if (type.precision === Precision.DOUBLE) return value;
    const isHalf = type.precision === Precision.HALF;
    const stored = isHalf ? toHalfBits(value) : Math.fround(value);
    const isInfinite = isHalf ? (stored & 0x7fff) === infiniteHalf : Math.abs(stored) === Infinity;
    if (isInfinite && Number.isFinite(value)) {
      throw new ValueMismatch(row, `${value} is beyond ${isHalf ? 16 : 32}-bit floats`);
    }
    return stored;
  };
}

const dayMilliseconds = 86_400_000;

export function convertDate(type: DataType & { unit: number }): Conversion<number | bigint> {
  return (value, row) => {
    const isDay = typeof value === "string" && /^\d{4}-\d\d-\d\d$/.test(value);
    const moment = types.isDate(value) ? value.getTime() : isDay ? parseUtc(`${value}T00:00:00`) : Number.NaN;
    if (Number.isNaN(moment)) {
      throw new ValueMismatch(row, `${describeValue(value)} is not a Date or a text like 2026-01-31`);
    }
    if (moment % dayMilliseconds !== 0) {
      throw new ValueMismatch(row, `${describeValue(value)} has a time of day, and the column holds days`);
    }
    return type.unit === arrow.DateUnit.DAY ? moment / dayMilliseconds : BigInt(moment);
  };
}

/** Units in one second, by Arrow's time unit: second, millisecond, microsecond, nanosecond. */
const unitsPerSecond = [1n, 1_000n, 1_000_000n, 1_000_000_000n] as const;
const isoMoment = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)?$/;

type TimestampType = DataType & { unit: number; timezone?: string | null | undefined };

/**
 * Takes a `Date` (an instant, so only for columns with a zone or read as UTC), a text in ISO 8601 with up to
 * nine digits of a second, or a bigint in the column's own unit. Text carries an offset exactly when the
 * column has a zone.
 */
export function convertTimestamp(type: TimestampType): Conversion<bigint> {
  const scale = unitsPerSecond[type.unit] ?? 1n;
  return (value, row) => {
    const moment = typeof value === "bigint" ? value : countUnits(value, type, scale, row);
    if (BigInt.asIntN(64, moment) !== moment) {
      throw new ValueMismatch(row, `${describeValue(value)} is beyond what the column's unit can hold`);
    }
    return moment;
  };
}

function countUnits(value: unknown, type: TimestampType, scale: bigint, row: number): bigint {
  const nanoseconds = types.isDate(value) ? readInstant(value, row) : readMoment(value, type, row);
  const unit = 1_000_000_000n / scale;
  if (nanoseconds % unit !== 0n) {
    throw new ValueMismatch(row, `${describeValue(value)} is finer than the column's unit`, "round it first");
  }
  return nanoseconds / unit;
}

function readInstant(value: Date, row: number): bigint {
  const milliseconds = value.getTime();
  if (Number.isNaN(milliseconds)) throw new ValueMismatch(row, "the Date is invalid");
  return BigInt(milliseconds) * 1_000_000n;
}

function readMoment(value: unknown, type: TimestampType, row: number): bigint {
  const match = typeof value === "string" ? isoMoment.exec(value) : null;
  if (match === null) {
    throw new ValueMismatch(
      row,
      `${describeValue(value)} is not a Date, a bigint or a text like 2026-01-31T08:00:00Z`,
    );
  }
  const [, seconds, fraction = "", zone] = match;
  if ((type.timezone ?? null) === null && zone !== undefined) {
    throw new ValueMismatch(
      row,
      `${describeValue(value)} has an offset, and the column has no zone`,
      "leave the offset out: the column holds wall-clock times",
    );
  }
  if ((type.timezone ?? null) !== null && zone === undefined) {
    throw new ValueMismatch(
      row,
      `${describeValue(value)} has no offset, and the column's zone is ${type.timezone}`,
      "add it: 2026-01-31T08:00:00Z, or …T16:00:00+08:00",
    );
  }
  const whole = Date.parse(`${seconds}${zone ?? "Z"}`);
  if (Number.isNaN(whole) || Number.isNaN(parseUtc(seconds ?? "")))
    throw new ValueMismatch(row, `${describeValue(value)} is not a moment in time`);
  return BigInt(whole) * 1_000_000n + BigInt(fraction.padEnd(9, "0"));
}

/** Milliseconds of a moment like 2026-01-31T08:00:00 in UTC, else NaN: `Date.parse` reads 31 February as 3 March. */
function parseUtc(text: string): number {
  const moment = Date.parse(`${text}Z`);
  return !Number.isNaN(moment) && new Date(moment).toISOString().startsWith(text) ? moment : Number.NaN;
}
