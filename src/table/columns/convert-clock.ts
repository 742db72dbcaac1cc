/** Conversions of times of day and of durations, which JavaScript has no values for. */
import type { DataType } from "../../arrow.ts";
import type { Conversion } from "./convert-value.ts";
import { describeValue, ValueMismatch } from "./value-mismatch.ts";

const nanosecondsPerSecond = 1_000_000_000n;
const secondsPerDay = 86_400n;
const clock = /^(-?)(?:(\d+)d )?(\d+):([0-5]\d):([0-5]\d)(?:\.(\d{1,9}))?$/;

type TimeType = DataType & { unit: number; bitWidth: number };

/** Takes text like `08:30:00.123`, or a whole number in the column's own unit. */
export function convertTime(type: TimeType): Conversion<number | bigint> {
  const highest = secondsPerDay * 1000n ** BigInt(type.unit);
  return (value, row) => {
    const time = readClock(value, type.unit, row, "08:30:00.123");
    if (time < 0n || time >= highest)
      throw new ValueMismatch(row, `${describeValue(value)} is not within a day`);
    return type.bitWidth === 32 ? Number(time) : time;
  };
}

/** Takes text like `2d 08:30:00.123`, or a whole number in the column's own unit. */
export function convertDuration(type: DataType & { unit: number }): Conversion<bigint> {
  return (value, row) => {
    const duration = readClock(value, type.unit, row, "2d 08:30:00");
    if (BigInt.asIntN(64, duration) !== duration) {
      throw new ValueMismatch(row, `${describeValue(value)} is beyond what the column's unit can hold`);
    }
    return duration;
  };
}

function readClock(value: unknown, unit: number, row: number, example: string): bigint {
  if (typeof value === "bigint") return value;
  if (Number.isSafeInteger(value)) return BigInt(value as number);
  const match = typeof value === "string" ? clock.exec(value) : null;
  if (match === null) {
    const wanted = `text like ${example}, or a whole number in the column's unit`;
    throw new ValueMismatch(row, `${describeValue(value)} is not ${wanted}`);
  }
  const [, sign, days = "0", hours = "", minutes = "", seconds = "", fraction = ""] = match;
  const whole =
    BigInt(days) * secondsPerDay + BigInt(hours) * 3600n + BigInt(minutes) * 60n + BigInt(seconds);
  const nanoseconds = whole * nanosecondsPerSecond + BigInt(fraction.padEnd(9, "0"));
  const step = nanosecondsPerSecond / 1000n ** BigInt(unit);
  if (nanoseconds % step !== 0n) {
    throw new ValueMismatch(row, `${describeValue(value)} is finer than the column's unit`);
  }
  return (sign === "-" ? -nanoseconds : nanoseconds) / step;
}
