import type { DateUnit } from "../../expression/expression-node.ts";
import type {
  ExpressionLike,
  Fits,
  Needs,
  Requires,
  TimeLike,
  UnknownValue,
} from "../../expression/expression-types.ts";
import type { IntervalLike } from "../../expression/interval-value.ts";
import type { Expression } from "../expr.ts";
import type { TimeOffset } from "../time-offset.ts";

type Computed<V, R, Kind, Result, N extends string> = Expression<Result, R & Requires<V, Kind>, N>;
type OfBoth<V, R, O, Kind, Result, N extends string> = Expression<
  Result,
  R & Requires<V, Kind> & Needs<O, unknown>,
  N
>;

/** Methods of dates, timestamps, times of day and durations, on the clock of the type's time zone. */
export interface TimeMethods<V, R, N extends string> {
  /**
   * The year of a date or timestamp, in the time zone of its type; so are the following.
   * @example lit("2024-05-01").cast("date").year() // 2024n
   */
  year<S>(this: S & Fits<V, TimeLike>): Computed<V, R, TimeLike, bigint | null, N>;
  /** @example lit("2024-05-01").cast("date").quarter() // 2n */
  quarter<S>(this: S & Fits<V, TimeLike>): Computed<V, R, TimeLike, bigint | null, N>;
  month<S>(this: S & Fits<V, TimeLike>): Computed<V, R, TimeLike, bigint | null, N>;
  /** The week by ISO 8601. @example lit("2024-05-01").cast("date").week() // 18n */
  week<S>(this: S & Fits<V, TimeLike>): Computed<V, R, TimeLike, bigint | null, N>;
  day<S>(this: S & Fits<V, TimeLike>): Computed<V, R, TimeLike, bigint | null, N>;
  /** 1 for Monday to 7 for Sunday. @example lit("2024-05-01").cast("date").dayOfWeek() // 3n */
  dayOfWeek<S>(this: S & Fits<V, TimeLike>): Computed<V, R, TimeLike, bigint | null, N>;
  /** @example lit("2024-02-01").cast("date").dayOfYear() // 32n */
  dayOfYear<S>(this: S & Fits<V, TimeLike>): Computed<V, R, TimeLike, bigint | null, N>;
  hour<S>(this: S & Fits<V, TimeLike>): Computed<V, R, TimeLike, bigint | null, N>;
  /** @example lit("2024-05-01 10:30:00").cast("timestamp[us]").minute() // 30n */
  minute<S>(this: S & Fits<V, TimeLike>): Computed<V, R, TimeLike, bigint | null, N>;
  second<S>(this: S & Fits<V, TimeLike>): Computed<V, R, TimeLike, bigint | null, N>;
  /** @example lit("2024-05-01 10:30:00").cast("timestamp[us]").toDate().day() // 1n */
  toDate<S>(this: S & Fits<V, TimeLike>): Computed<V, R, TimeLike, Date | null, N>;
  /** The year that the ISO week belongs to. @example lit("2027-01-01").cast("date").isoYear() // 2026n */
  isoYear<S>(this: S & Fits<V, TimeLike>): Computed<V, R, TimeLike, bigint | null, N>;
  /** @example lit("2024-02-10").cast("date").daysInMonth() // 29n */
  daysInMonth<S>(this: S & Fits<V, TimeLike>): Computed<V, R, TimeLike, bigint | null, N>;
  /**
   * The milliseconds of the second; so are the following two.
   * @example lit("2024-05-01 10:00:00.25").cast("timestamp[us]").millisecond() // 250n
   */
  millisecond<S>(this: S & Fits<V, TimeLike>): Computed<V, R, TimeLike, bigint | null, N>;
  /** @example lit("2024-05-01 10:00:00.25").cast("timestamp[us]").microsecond() // 250000n */
  microsecond<S>(this: S & Fits<V, TimeLike>): Computed<V, R, TimeLike, bigint | null, N>;
  /** @example lit("2024-05-01 10:00:00.25").cast("timestamp[us]").nanosecond() // 250000000n */
  nanosecond<S>(this: S & Fits<V, TimeLike>): Computed<V, R, TimeLike, bigint | null, N>;
  /** The time of day of a timestamp. @example lit("2024-05-01 10:30:00").cast("timestamp[us]").toTime() // "10:30:00" */
  toTime<S>(this: S & Fits<V, TimeLike>): Computed<V, R, TimeLike, UnknownValue, N>;
  /** Since 1970 in UTC: seconds, or whole units below. @example lit("1970-01-02").cast("date").toUnixEpoch() // 86400n */
  toUnixEpoch<S>(
    this: S & Fits<V, TimeLike>,
    unit?: "second" | "millisecond" | "microsecond" | "nanosecond",
  ): Computed<V, R, TimeLike, bigint | null, N>;

  /**
   * How many times a unit begins between another time and this one, on the clock of this one's zone; weeks begin on
   * Mondays. Negative where the other is later. @example lit("2024-03-01").cast("date").dateDiff(lit("2024-02-01").cast("date"), "day") // 29n
   */
  dateDiff<O extends ExpressionLike>(
    start: O,
    unit: DateUnit | "millisecond" | "microsecond",
  ): OfBoth<V, R, O, TimeLike, bigint | null, N>;

  /**
   * Formats by a pattern: %Y year, %m month, %d day, %H hour, %M minute, %S second, %f microseconds, %j day of the
   * year, %a and %A weekday, %b and %B month by name, %p AM or PM, %V ISO week. @example
   * lit("2024-05-01").cast("date").strftime("%d.%m.%Y") // "01.05.2024"
   */
  strftime<S>(this: S & Fits<V, TimeLike>, pattern: string): Computed<V, R, TimeLike, string | null, N>;

  /** The same instant with the clock of another zone. @example lit("2024-05-01 10:00:00").cast("timestamp[us, UTC]").convertTimeZone("Europe/Berlin").hour() // 12n */
  convertTimeZone<S>(this: S & Fits<V, TimeLike>, zone: string): Computed<V, R, TimeLike, V, N>;

  /** The length of a duration in days, with fraction; so are the following. @example col("o").totalDays() // 1.5 */
  totalDays<S>(this: S & Fits<V, TimeLike>): Computed<V, R, TimeLike, number | null, N>;
  /** @example col("o").totalHours() // 36 */
  totalHours<S>(this: S & Fits<V, TimeLike>): Computed<V, R, TimeLike, number | null, N>;
  /** @example col("o").totalMinutes() // 2160 */
  totalMinutes<S>(this: S & Fits<V, TimeLike>): Computed<V, R, TimeLike, number | null, N>;
  /** @example col("o").totalSeconds() // 129600 */
  totalSeconds<S>(this: S & Fits<V, TimeLike>): Computed<V, R, TimeLike, number | null, N>;
  /** @example col("o").totalMilliseconds() // 129600000 */
  totalMilliseconds<S>(this: S & Fits<V, TimeLike>): Computed<V, R, TimeLike, number | null, N>;

  /**
   * The beginning of its year, month, hour and so on, on the clock of its zone and never later. Weeks begin on Mondays. An
   * hour that the clock shows twice is two.
   */
  dateTrunc<S>(this: S & Fits<V, TimeLike>, unit: DateUnit): Computed<V, R, TimeLike, V, N>;
  /**
   * Moves the time: `offsetBy({ months: 1, days: -2 })`. A day that a month does not have becomes its last one, and a
   * date stays a date. @example lit("2024-01-31").cast("date").offsetBy({ months: 1 }).strftime("%Y-%m-%d") //
   * "2024-02-29"
   */
  offsetBy<S>(this: S & Fits<V, TimeLike>, offset: TimeOffset | IntervalLike): Computed<V, R, TimeLike, V, N>;
  /**
   * The same clock time in another zone, or without a zone for null. A time that occurs twice is the later instant; a
   * time that is skipped moves forward by the gap.
   * @example lit("2024-05-01 10:00:00").cast("timestamp[us]").replaceTimeZone("Europe/Berlin").convertTimeZone("UTC").hour() // 8n
   */
  replaceTimeZone<S>(this: S & Fits<V, TimeLike>, zone: string | null): Computed<V, R, TimeLike, V, N>;
  /**
   * The beginning of the range of time that it lies in, on the clock of its zone: `timeBucket({ minutes: 15 })`. Ranges
   * are counted from 1970-01-01, and those of whole weeks from Monday, 1970-01-05. Where the clock shows a beginning
   * twice it is the last one up to this time; where it jumps over it, the end of the jump. So does `dt.truncate` of Polars.
   * @example lit("2024-05-01 10:44:00").cast("timestamp[us]").timeBucket({ minutes: 15 }).strftime("%H:%M") // "10:30"
   */
  timeBucket<S>(this: S & Fits<V, TimeLike>, every: TimeOffset): Computed<V, R, TimeLike, V, N>;
}
