/** Parts of dates and times, for all that 64 bits can hold. */
import { civilDate } from "../../../src/display/text/civil-date.ts";
import { floorDivide, type TimeUnit, zoneOffsetSeconds } from "../../../src/display/text/time-text.ts";
import type { DateUnit } from "../../../src/frame/expression/expression-node.ts";
import type { ColumnKind } from "../../../src/frame/types/column-kind.ts";

const secondsPerDay = 86_400n;

/** A moment on the wall clock of its own zone. */
export interface ClockTime {
  /** Since 1970-01-01. */
  readonly days: bigint;
  /** Since midnight. */
  readonly seconds: number;
}

export type DateTimeKind = Extract<ColumnKind, { kind: "timestamp" | "date" }>;

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

/** Days since 1970-01-01. */
function daysOf(year: number, month: number, day: number): bigint {
  const shiftedYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(shiftedYear / 400);
  const yearOfEra = shiftedYear - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return BigInt(era * 146_097 + dayOfEra - 719_468);
}

/** 1 Monday … 7 Sunday. */
export function weekday(days: bigint): number {
  return Number((((days + 3n) % 7n) + 7n) % 7n) + 1;
}

export function dayOfYear(days: bigint): number {
  return Number(days - daysOf(civilDate(Number(days)).year, 1, 1)) + 1;
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
  const { year, month } = civilDate(Number(days));
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
