import type { DateUnit } from "../../expression/expression-node.ts";
import type {
  ExpressionLike,
  Needs,
  Requires,
  TimeLike,
  UnknownValue,
} from "../../expression/expression-types.ts";
import type { Expression } from "../expr.ts";

type Computed<V, R, Kind, Result, N extends string> = Expression<Result, R & Requires<V, Kind>, N>;
type OfBoth<V, R, O, Kind, Result, N extends string> = Expression<
  Result,
  R & Requires<V, Kind> & Needs<O, unknown>,
  N
>;

/** Methods of dates, timestamps, times of day and durations, on the clock of the type's time zone. */
export interface TimeMethods<V, R, N extends string> {
  /** The year that the ISO week belongs to. @example lit("2027-01-01").cast("date").isoYear() // 2026n */
  isoYear(): Computed<V, R, TimeLike, bigint | null, N>;
  /** @example lit("2024-02-10").cast("date").daysInMonth() // 29n */
  daysInMonth(): Computed<V, R, TimeLike, bigint | null, N>;
  /** Of the second, as are the following two. @example lit("2024-05-01 10:00:00.25").cast("timestamp[us]").millisecond() // 250n */
  millisecond(): Computed<V, R, TimeLike, bigint | null, N>;
  /** @example lit("2024-05-01 10:00:00.25").cast("timestamp[us]").microsecond() // 250000n */
  microsecond(): Computed<V, R, TimeLike, bigint | null, N>;
  /** @example lit("2024-05-01 10:00:00.25").cast("timestamp[us]").nanosecond() // 250000000n */
  nanosecond(): Computed<V, R, TimeLike, bigint | null, N>;
  /** The time of day of a timestamp. @example lit("2024-05-01 10:30:00").cast("timestamp[us]").toTime() // "10:30:00" */
  toTime(): Computed<V, R, TimeLike, UnknownValue, N>;
  /** Since 1970 in UTC: seconds, or whole units below. @example lit("1970-01-02").cast("date").toUnixEpoch() // 86400n */
  toUnixEpoch(
    unit?: "second" | "millisecond" | "microsecond" | "nanosecond",
  ): Computed<V, R, TimeLike, bigint | null, N>;

  /**
   * How many beginnings of a unit lie between another time and this one: days, months and years on the clock, what is
   * shorter by the instant. @example lit("2024-03-01").cast("date").dateDiff(lit("2024-02-01").cast("date"), "day") // 29n
   */
  dateDiff<O extends ExpressionLike>(
    start: O,
    unit: DateUnit | "millisecond" | "microsecond",
  ): OfBoth<V, R, O, TimeLike, bigint | null, N>;

  /**
   * A text by a pattern: %Y year, %m month, %d day, %H hour, %M minute, %S second, %f microseconds, %j day of the year,
   * %a and %A weekday, %b and %B month by name, %p AM or PM, %V ISO week. @example lit("2024-05-01").cast("date").strftime("%d.%m.%Y") // "01.05.2024"
   */
  strftime(pattern: string): Computed<V, R, TimeLike, string | null, N>;

  /** The same instant with the clock of another zone. @example lit("2024-05-01 10:00:00").cast("timestamp[us, UTC]").convertTimeZone("Europe/Berlin").hour() // 12n */
  convertTimeZone(zone: string): Computed<V, R, TimeLike, V, N>;

  /** How long a duration is, with what is behind the point; as are the following. @example col("o").totalDays() // 1.5 */
  totalDays(): Computed<V, R, TimeLike, number | null, N>;
  /** @example col("o").totalHours() // 36 */
  totalHours(): Computed<V, R, TimeLike, number | null, N>;
  /** @example col("o").totalMinutes() // 2160 */
  totalMinutes(): Computed<V, R, TimeLike, number | null, N>;
  /** @example col("o").totalSeconds() // 129600 */
  totalSeconds(): Computed<V, R, TimeLike, number | null, N>;
  /** @example col("o").totalMilliseconds() // 129600000 */
  totalMilliseconds(): Computed<V, R, TimeLike, number | null, N>;
}
