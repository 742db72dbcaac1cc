/** Parts of dates and times, for all that 64 bits can hold. */
import { type TimeUnit, zoneOffsetSeconds } from "../../../display/time-text.ts";
import type { ColumnKind } from "../../column-kind.ts";
import type { DateUnit } from "../../expression-node.ts";

const secondsPerDay = 86_400n;

/** A moment on the wall clock of its own zone. */
export interface ClockTime {
  /** Since 1970-01-01. */
  readonly days: bigint;
  /** Since midnight. */
  readonly seconds: number;
}

interface CivilDate {
  readonly year: bigint;
  readonly month: number;
  readonly day: number;
}

export type DateTimeKind = Extract<ColumnKind, { kind: "timestamp" | "date" }>;

export function floorDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend % divisor < 0n ? quotient - 1n : quotient;
}

function ticksPerSecond(unit: TimeUnit): bigint {
  return 1000n ** BigInt(unit);
}

/** Seconds since 1970 on the clock of the type's own zone. */
function localSeconds(tick: bigint, kind: DateTimeKind): bigint {
  if (kind.kind === "date") return kind.unit === "day" ? tick * secondsPerDay : floorDivide(tick, 1000n);
  const seconds = floorDivide(tick, ticksPerSecond(kind.unit));
  return kind.zone === null ? seconds : seconds + BigInt(zoneOffsetSeconds(kind.zone, seconds));
}

export function clockTime(tick: bigint, kind: DateTimeKind): ClockTime {
  const seconds = localSeconds(tick, kind);
  const days = floorDivide(seconds, secondsPerDay);
  return { days, seconds: Number(seconds - days * secondsPerDay) };
}

/** The date that is so many days after 1970-01-01, in the Gregorian calendar without end. */
export function civilDate(daysSinceEpoch: bigint): CivilDate {
  const shifted = daysSinceEpoch + 719_468n;
  const era = floorDivide(shifted, 146_097n);
  const dayOfEra = Number(shifted - era * 146_097n);
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return {
    year: BigInt(yearOfEra) + era * 400n + (month <= 2 ? 1n : 0n),
    month,
    day: dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1,
  };
}

/** Days since 1970-01-01. */
export function daysOf(year: bigint, month: number, day: number): bigint {
  const shiftedYear = month <= 2 ? year - 1n : year;
  const era = floorDivide(shiftedYear, 400n);
  const yearOfEra = Number(shiftedYear - era * 400n);
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097n + BigInt(dayOfEra) - 719_468n;
}

/** 1 Monday … 7 Sunday. */
export function weekday(days: bigint): number {
  return Number((((days + 3n) % 7n) + 7n) % 7n) + 1;
}

export function dayOfYear(days: bigint): number {
  return Number(days - daysOf(civilDate(days).year, 1, 1)) + 1;
}

/** The number of the week by ISO 8601: it belongs to the year of its Thursday. */
export function isoWeek(days: bigint): number {
  const thursday = days - BigInt(weekday(days)) + 4n;
  return Math.floor((dayOfYear(thursday) - 1) / 7) + 1;
}

const clockUnits: Readonly<Partial<Record<DateUnit, number>>> = { hour: 3600, minute: 60, second: 1 };

/** The beginning of the unit that the moment lies in, as a tick of the same type. */
export function truncate(tick: bigint, kind: DateTimeKind, unit: DateUnit): bigint {
  const { days, seconds } = clockTime(tick, kind);
  const perUnit = clockUnits[unit];
  if (perUnit === undefined) return tickAt(startOf(days, unit), 0, kind);
  return tickAt(days, seconds - (seconds % perUnit), kind);
}

function startOf(days: bigint, unit: DateUnit): bigint {
  const { year, month } = civilDate(days);
  switch (unit) {
    case "year":
      return daysOf(year, 1, 1);
    case "quarter":
      return daysOf(year, month - ((month - 1) % 3), 1);
    case "month":
      return daysOf(year, month, 1);
    case "week":
      return days - BigInt(weekday(days)) + 1n;
    default:
      return days;
  }
}

function tickAt(days: bigint, seconds: number, kind: DateTimeKind): bigint {
  const local = days * secondsPerDay + BigInt(seconds);
  if (kind.kind === "date") return kind.unit === "day" ? days : local * 1000n;
  if (kind.zone === null) return local * ticksPerSecond(kind.unit);
  // The offset at the local time itself is known only once the moment is.
  const near = local - BigInt(zoneOffsetSeconds(kind.zone, local));
  const moment = local - BigInt(zoneOffsetSeconds(kind.zone, near));
  return moment * ticksPerSecond(kind.unit);
}
