/** Dates, times and durations as exact text, from raw integers, for all years that 64 bits can hold. */
import { civilDate } from "./civil-date.ts";

/** Arrow's `TimeUnit`: 0 seconds, 1 milliseconds, 2 microseconds, 3 nanoseconds. */
export type TimeUnit = 0 | 1 | 2 | 3;

const secondsPerDay = 86_400n;

export function floorDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend % divisor < 0n ? quotient - 1n : quotient;
}

function unitsPerSecond(unit: TimeUnit): bigint {
  return 1000n ** BigInt(unit);
}

/** `2024-02-29`; years outside 0–9999 in ISO 8601's expanded form, `+012345-01-01`. */
export function formatDate(daysSinceEpoch: number): string {
  const { year, month, day } = civilDate(daysSinceEpoch);
  return `${formatYear(year)}-${twoDigits(month)}-${twoDigits(day)}`;
}

function formatYear(year: number): string {
  if (year >= 0 && year <= 9999) return String(year).padStart(4, "0");
  return `${year < 0 ? "-" : "+"}${String(Math.abs(year)).padStart(6, "0")}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}

/** `03:04:05`, with as many digits after the second as are needed, in threes. Hours go past 23 if the value does. */
export function formatTimeOfDay(value: bigint, unit: TimeUnit): string {
  const magnitude = value < 0n ? -value : value;
  const perSecond = unitsPerSecond(unit);
  const seconds = magnitude / perSecond;
  const clock = [seconds / 3600n, (seconds / 60n) % 60n, seconds % 60n].map((part) =>
    twoDigits(Number(part)),
  );
  return `${value < 0n ? "-" : ""}${clock.join(":")}${formatFraction(magnitude % perSecond, unit)}`;
}

function formatFraction(fraction: bigint, unit: TimeUnit): string {
  if (fraction === 0n) return "";
  return `.${String(fraction)
    .padStart(3 * unit, "0")
    .replace(/(000)+$/, "")}`;
}

/** `1d 02:03:04.5`: whole days, then the clock. */
export function formatDuration(value: bigint, unit: TimeUnit): string {
  const magnitude = value < 0n ? -value : value;
  const perDay = unitsPerSecond(unit) * secondsPerDay;
  const days = magnitude / perDay;
  const clock = formatTimeOfDay(magnitude % perDay, unit);
  return `${value < 0n ? "-" : ""}${days === 0n ? "" : `${days}d `}${clock}`;
}

/**
 * `2024-01-02 03:04:05.123456`. With a time zone the wall clock there, and its offset from UTC: `+08:00`, or `Z`
 * for UTC itself. A zone this machine does not know is shown in UTC.
 */
export function formatTimestamp(value: bigint, unit: TimeUnit, timezone?: string | null): string {
  const perSecond = unitsPerSecond(unit);
  const utcSeconds = floorDivide(value, perSecond);
  const fraction = value - utcSeconds * perSecond;
  const offset = timezone ? zoneOffsetSeconds(timezone, utcSeconds) : 0;
  const seconds = utcSeconds + BigInt(offset);
  const days = floorDivide(seconds, secondsPerDay);
  const clock = formatTimeOfDay((seconds - days * secondsPerDay) * perSecond + fraction, unit);
  return `${formatDate(Number(days))} ${clock}${timezone ? formatOffset(offset) : ""}`;
}

function formatOffset(offset: number): string {
  if (offset === 0) return "Z";
  const magnitude = Math.abs(offset);
  const parts = [Math.floor(magnitude / 3600), Math.floor(magnitude / 60) % 60];
  if (magnitude % 60 !== 0) parts.push(magnitude % 60);
  return `${offset < 0 ? "-" : "+"}${parts.map(twoDigits).join(":")}`;
}

const zoneFormats = new Map<string, Intl.DateTimeFormat | undefined>();

function zoneFormat(timezone: string): Intl.DateTimeFormat | undefined {
  if (!zoneFormats.has(timezone)) {
    try {
      zoneFormats.set(
        timezone,
        new Intl.DateTimeFormat("en", { timeZone: timezone, timeZoneName: "longOffset" }),
      );
    } catch {
      zoneFormats.set(timezone, undefined);
    }
  }
  return zoneFormats.get(timezone);
}

/** How far the clock of a zone is ahead of UTC at a moment, in seconds; 0 for a zone this machine does not know. */
export function zoneOffsetSeconds(timezone: string, utcSeconds: bigint): number {
  const milliseconds = Number(utcSeconds) * 1000;
  if (Math.abs(milliseconds) > 8.64e15) return 0;
  const name = zoneFormat(timezone)
    ?.formatToParts(milliseconds)
    .find((part) => part.type === "timeZoneName")?.value;
  const found = /([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(name ?? "");
  if (found === null) return 0;
  const [, sign, hours, minutes, seconds = "0"] = found;
  return (sign === "-" ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds));
}

/** `2y 3mo`. */
export function formatMonths(months: number): string {
  const magnitude = Math.abs(months);
  const [years, rest] = [Math.floor(magnitude / 12), magnitude % 12];
  const parts = [years === 0 ? "" : `${years}y`, rest === 0 && years !== 0 ? "" : `${rest}mo`];
  return (months < 0 ? "-" : "") + parts.filter((part) => part !== "").join(" ");
}
