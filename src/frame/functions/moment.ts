/**
 * Dates and timestamps as DuckDB's own, on the clock of their zone. Zones are ours: DuckDB's `timezone()` is six times
 * slower, knows no offsets such as `+08:00`, and lets a day begin after moments in it.
 */
import type { DateKind, TimestampKind } from "../types/column-kind.ts";
import { kindOfOperand, type Operand } from "./operand.ts";
import { textSql } from "./sql-type.ts";

/** The functions that zones need, which the engine adds to DuckDB's: see engines/duckdb/clock-functions.ts. */
export const localTicksFunction = "dlf_local_ticks";
export const utcTicksFunction = "dlf_utc_ticks";
export const truncateFunction = "dlf_truncate";
export const bucketFunction = "dlf_bucket";

const microsecondsPerTick = [1_000_000n, 1000n, 1n] as const;

/** A DATE or TIMESTAMP that has the parts of the operand's local time. */
export function momentSql(operand: Operand): string {
  const kind = kindOfOperand(operand);
  if (kind.kind === "time") return timestampSql(`CAST(${operand.sql} AS BIGINT)`, kind);
  if (kind.kind !== "timestamp" && kind.kind !== "date") return unexpected(kind.kind);
  if (kind.kind === "date") {
    return kind.unit === "day" ? `(DATE '1970-01-01' + ${operand.sql})` : `epoch_ms(${operand.sql})`;
  }
  return timestampSql(localTicksSql(operand.sql, kind), kind);
}

/** Ticks of UTC, or without a zone, as TIMESTAMP. Of nanoseconds the microsecond in which they lie. */
export function timestampSql(ticks: string, { unit }: Pick<TimestampKind, "unit">): string {
  switch (unit) {
    case 0:
      return `make_timestamp(${ticks} * 1000000)`;
    case 1:
      return `epoch_ms(${ticks})`;
    case 2:
      return `make_timestamp(${ticks})`;
    case 3:
      return `make_timestamp(${floorDivideSql(ticks, 1000)})`;
    default:
      return unit satisfies never;
  }
}

/** What our own functions say of nanoseconds before 1677-09-21 and after 2262-04-11. */
export const outOfRange = "the time is beyond what its type can hold";

/** A TIMESTAMP in the ticks of a type. */
export function ticksSql(timestamp: string, kind: TimestampKind | DateKind): string {
  if (kind.kind === "date" && kind.unit === "day") return daysSql(timestamp);
  const unit = kind.kind === "date" ? 1 : kind.unit;
  if (unit === 3) return `epoch_ns(CAST(${timestamp} AS TIMESTAMP_NS))`;
  const micros = `epoch_us(${timestamp})`;
  return unit === 2 ? micros : floorDivideSql(micros, Number(microsecondsPerTick[unit]));
}

/** Days since 1970 of a DATE or TIMESTAMP. */
export function daysSql(moment: string): string {
  return `CAST(CAST(${moment} AS DATE) - DATE '1970-01-01' AS INTEGER)`;
}

/** DuckDB's own division of whole numbers drops what is behind the point, also below 0. */
export function floorDivideSql(value: string, by: number): string {
  return `(${value} // ${by} - CASE WHEN ${value} % ${by} < 0 THEN 1 ELSE 0 END)`;
}

/** Ticks of the time that the clock of the zone shows, from those of UTC. */
export function localTicksSql(ticks: string, { zone, unit }: Pick<TimestampKind, "zone" | "unit">): string {
  return isUtc(zone) ? ticks : `${localTicksFunction}(${textSql(zone ?? "")}, ${unit}, ${ticks})`;
}

/** Ticks of UTC from those of the time that the clock of the zone shows. */
export function utcTicksSql(local: string, { zone, unit }: Pick<TimestampKind, "zone" | "unit">): string {
  return isUtc(zone) ? local : `${utcTicksFunction}(${textSql(zone ?? "")}, ${unit}, ${local})`;
}

/** The beginning of the unit in which the operand lies, in its own type. */
export function truncateSql(unit: string, operand: Operand): string {
  const kind = timeKindOf(operand);
  if (kind.kind === "timestamp" && !isUtc(kind.zone))
    return `${truncateFunction}(${textSql(kind.zone ?? "")}, ${kind.unit}, ${textSql(unit)}, ${operand.sql})`;
  return ticksSql(`date_trunc(${textSql(unit)}, ${momentSql(operand)})`, kind);
}

/** The beginning of the range of so many ticks in which the operand lies, counted from 1970 on the clock of its zone. */
export function bucketTicksSql({ sql }: Operand, step: bigint, kind: TimestampKind): string {
  return isUtc(kind.zone)
    ? `(${sql} - ((${sql} % ${step}) + ${step}) % ${step})`
    : `${bucketFunction}(${textSql(kind.zone ?? "")}, ${kind.unit}, CAST(${step} AS BIGINT), ${sql})`;
}

export function timeKindOf(operand: Operand): TimestampKind | DateKind {
  const kind = kindOfOperand(operand);
  if (kind.kind === "timestamp" || kind.kind === "date") return kind;
  return unexpected(kind.kind);
}

function unexpected(kind: string): never {
  throw new TypeError(`a value of kind ${kind} is taken for a time`);
}

export function isUtc(zone: string | null): boolean {
  return zone === null || /^(utc|etc\/utc|z|[+-]00:?00)$/i.test(zone);
}
