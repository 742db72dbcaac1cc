/**
 * The clocks of time zones, by a table of their offsets from UTC: what a time is there, and when a day begins. The table
 * grows with the years that are asked for.
 */
import { civilDate } from "../../display/text/civil-date.ts";
import { zoneOffsetSeconds } from "../../display/text/time-text.ts";
import type { DateUnit } from "../expression/expression-node.ts";

const secondsPerDay = 86_400;
/** No zone changes its offset twice within these. */
const probeSeconds = 6 * secondsPerDay;
/** Offsets are asked for a year at a time; beyond these years they stay as they are at the end. */
const secondsPerYear = 366 * secondsPerDay;
const greatestSeconds = 8.64e12;

/** Offsets in one stretch of time: from each of `starts` on, in seconds, the offset next to it. */
interface Offsets {
  readonly starts: Float64Array;
  readonly offsets: Int32Array;
}

export class ZoneClock {
  readonly #offsetAt: (seconds: number) => number;
  readonly #years = new Map<number, Offsets>();
  #year = Number.NaN;
  #current: Offsets = { starts: Float64Array.of(0), offsets: Int32Array.of(0) };

  constructor(zone: string) {
    const fixed = fixedOffset(zone);
    this.#offsetAt =
      fixed === undefined ? (seconds) => zoneOffsetSeconds(zone, BigInt(seconds)) : () => fixed;
  }

  /** How far the clock is ahead of UTC, in seconds. @param seconds since 1970 in UTC, whole. */
  offset(seconds: number): number {
    const at = this.#find(seconds);
    return this.#current.offsets[at] as number;
  }

  /**
   * When the clock shows a time: of two such moments the later one, and for a time that it jumps over the moment as far
   * behind the jump. @param local seconds since 1970 on the clock
   */
  utc(local: number): number {
    const [before, after] = [this.offset(local - secondsPerDay), this.offset(local + secondsPerDay)];
    return this.offset(local - after) === after ? local - after : local - before;
  }

  /**
   * The last moment up to another one at which the clock shows a time; where it jumps over that time, the end of the jump.
   * @param local seconds since 1970 on the clock @param seconds since 1970 in UTC, on whose clock the time is past
   */
  lastShowing(local: number, seconds: number): number {
    let [at, end] = [seconds, seconds + 1];
    for (;;) {
      const place = this.#find(at);
      const [begin, offset] = [this.#current.starts[place] as number, this.#current.offsets[place] as number];
      const found = local - offset;
      if (found >= end) return end;
      if (found >= begin || begin >= end) return found;
      [at, end] = [begin - 1, begin];
    }
  }

  /** The first second of a local day, or of the first one after a day that the clock jumps over. @param day since 1970 */
  dayStart(day: number): number {
    const local = day * secondsPerDay;
    const at = this.#find(local);
    const start = local - (this.#current.offsets[at] as number);
    const { starts } = this.#current;
    // More than a day from any change, the clock just runs.
    const isNearChange =
      start - (starts[at] as number) <= secondsPerDay ||
      (starts[at + 1] ?? this.#year * secondsPerYear + secondsPerYear) - start <= 2 * secondsPerDay;
    return isNearChange ? this.#findDayStart(local) : start;
  }

  /** Makes the offsets of the time the current ones, and finds the place among them. */
  #find(seconds: number): number {
    const near = Math.max(-greatestSeconds, Math.min(greatestSeconds, seconds));
    const year = Math.floor(near / secondsPerYear);
    if (year !== this.#year) {
      this.#year = year;
      this.#current = this.#yearOffsets(year);
    }
    const { starts } = this.#current;
    let at = starts.length - 1;
    while (at > 0 && near < (starts[at] as number)) at--;
    return at;
  }

  #findDayStart(local: number): number {
    // No offset is more than a day; between offsets the clock runs, and at a change it jumps.
    let at = local - secondsPerDay;
    for (;;) {
      const offset = this.offset(at);
      const next = this.#nextChange(at);
      const start = Math.max(at, local - offset);
      if (start < next) return start;
      at = next;
    }
  }

  /** When the offset changes next, within two days; otherwise two days later. */
  #nextChange(seconds: number): number {
    const year = Math.floor(seconds / secondsPerYear);
    const later = seconds + 2 * secondsPerDay;
    for (const each of [year, year + 1]) {
      const next = this.#yearOffsets(each).starts.find((start, index) => index > 0 && start > seconds);
      if (next !== undefined && next < later) return next;
    }
    return later;
  }

  #yearOffsets(year: number): Offsets {
    let found = this.#years.get(year);
    if (found === undefined) {
      found = this.#findOffsets(year);
      this.#years.set(year, found);
    }
    return found;
  }

  #findOffsets(year: number): Offsets {
    const begin = year * secondsPerYear;
    const starts = [begin];
    const offsets = [this.#offsetAt(begin)];
    for (let at = begin; at < begin + secondsPerYear; at += probeSeconds) {
      const end = Math.min(at + probeSeconds, begin + secondsPerYear);
      const [before, after] = [offsets.at(-1) as number, this.#offsetAt(end)];
      if (before === after) continue;
      starts.push(this.#findChange(at, end, before));
      offsets.push(after);
    }
    return { starts: Float64Array.from(starts), offsets: Int32Array.from(offsets) };
  }

  /** The first second with another offset than `before`. */
  #findChange(begin: number, end: number, before: number): number {
    let [low, high] = [begin, end];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.#offsetAt(middle) === before) low = middle;
      else high = middle;
    }
    return high;
  }
}

/** Of a zone that is an offset itself, as `+08:00`. */
function fixedOffset(zone: string): number | undefined {
  const match = /^([+-])(\d\d):?(\d\d)$/.exec(zone);
  if (match === null) return undefined;
  return (match[1] === "-" ? -1 : 1) * (Number(match[2]) * 3600 + Number(match[3]) * 60);
}

const clocks = new Map<string, ZoneClock>();

export function zoneClock(zone: string): ZoneClock {
  let clock = clocks.get(zone);
  if (clock === undefined) {
    clock = new ZoneClock(zone);
    clocks.set(zone, clock);
  }
  return clock;
}

const clockUnits: Readonly<Partial<Record<DateUnit, number>>> = { hour: 3600, minute: 60, second: 1 };

/**
 * The beginning of the unit in which an instant lies on the clock of a zone, never after the instant. An hour that comes
 * twice is two; a day and longer begins with its first second.
 * @param seconds since 1970 in UTC
 */
export function truncateSeconds(clock: ZoneClock, seconds: number, unit: DateUnit): number {
  const local = seconds + clock.offset(seconds);
  const step = clockUnits[unit];
  if (step !== undefined) return clock.lastShowing(local - (((local % step) + step) % step), seconds);
  return clock.dayStart(startOf(Math.floor(local / secondsPerDay), unit));
}

/** The first day of the unit in which a day lies. */
export function startOf(day: number, unit: DateUnit): number {
  if (unit === "day") return day;
  if (unit === "week") return day - ((((day + 3) % 7) + 7) % 7);
  const { year, month } = civilDate(day);
  if (unit === "year") return daysFromCivil(year, 1, 1);
  return daysFromCivil(year, unit === "quarter" ? month - ((month - 1) % 3) : month, 1);
}

/** Days from 1970-01-01 to a date in the Gregorian calendar without end. */
function daysFromCivil(year: number, month: number, day: number): number {
  const shiftedYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(shiftedYear / 400);
  const yearOfEra = shiftedYear - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}
