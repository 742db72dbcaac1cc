/** Ranges of time, by units of the calendar. Instants are ISO 8601 texts as charts hold them. */
import { type DateUnit, dateUnits } from "../expression/expression-node.ts";

const day = 86_400_000;
const lengths: Readonly<Record<DateUnit, number>> = {
  year: 365 * day,
  quarter: 90 * day,
  month: 28 * day,
  week: 7 * day,
  day,
  hour: 3_600_000,
  minute: 60_000,
  second: 1_000,
};

/** The finest unit of which at most `most` lie between two instants; a date has no unit below the day. */
export function chooseTimeUnit(min: string, max: string, most: number, isDate: boolean): DateUnit {
  const span = Date.parse(max) - Date.parse(min);
  const units = dateUnits.filter((unit) => !isDate || lengths[unit] >= day);
  return units.findLast((unit) => span / lengths[unit] + 2 <= most) ?? "year";
}

/** More different years are combined. */
export const mostYears = 500;

/** How many years a range has, 10, 20 or 50 and the like, so that at most `most` lie between two instants. */
export function chooseYears(min: string, max: string, most: number): number {
  const years = yearOf(max) - yearOf(min) + 1;
  for (let power = 10; ; power *= 10) {
    const found = [1, 2, 5].map((digit) => digit * power).find((count) => years / count + 1 <= most);
    if (found !== undefined || power > years) return found ?? power;
  }
}

/** The beginning of the range of years in which an instant lies, counted from the year 0. */
export function beginYears(instant: string, years: number): string {
  return atYear(Math.floor(yearOf(instant) / years) * years) ?? instant;
}

/** The end of the range of years that begins at an instant. */
export function endYears(instant: string, years: number): string {
  return atYear(yearOf(instant) + years) ?? instant;
}

function yearOf(instant: string): number {
  return new Date(instant).getUTCFullYear();
}

/** Undefined beyond JavaScript's dates. */
function atYear(year: number): string | undefined {
  const time = new Date(0).setUTCFullYear(year, 0, 1);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

/** `2024-03-01`, `2024-03-01 14:30`: without the parts that are zero. */
export function showInstant(instant: string): string {
  return instant
    .replace(/T00:00:00(\.0+)?Z$/, "")
    .replace(/:\d\d(\.\d+)?Z$/, "")
    .replace("T", " ");
}

/** The beginning of the unit after the one that begins at an instant. */
export function nextUnit(instant: string, unit: DateUnit): string {
  const date = new Date(instant);
  if (unit === "year") date.setUTCFullYear(date.getUTCFullYear() + 1);
  else if (unit === "quarter" || unit === "month") {
    date.setUTCMonth(date.getUTCMonth() + (unit === "quarter" ? 3 : 1));
  } else date.setTime(date.getTime() + lengths[unit]);
  return Number.isNaN(date.getTime()) ? instant : date.toISOString();
}
