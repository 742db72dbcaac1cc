/**
 * Casts in DuckDB's SQL. What the type cannot hold is an error, or null with `orNull`. A number becomes a whole one by
 * dropping what is behind the point. Texts are read as DuckDB reads them: `1e3`, `0x10`, `1_000` and `yes` are values.
 */
import { type DataType, type Field, Types } from "../../arrow.ts";
import { typeName } from "../../display/arrow/type-name.ts";
import {
  type DurationKind,
  kindOf,
  kindOfType,
  type TimeKind,
  type TimestampKind,
} from "../types/column-kind.ts";
import { isNullType } from "../types/common-type.ts";
import { itemField } from "./list-functions.ts";
import { daysSql, floorDivideSql, localTicksSql, momentSql, ticksSql, timestampSql } from "./moment.ts";
import { type Operand, plainType, scaleSql } from "./operand.ts";
import { isArray, nullSql, typeSql } from "./sql-type.ts";

export function castSql(operand: Operand, to: DataType, orNull: boolean): string {
  const { sql, field } = operand;
  const from = plainType(field.type);
  if (isNullType(from)) return nullSql(to);
  if (typeName(from) === typeName(to)) return sql;
  const item = itemField(from);
  const toItem = itemField(to);
  if (item !== undefined && toItem !== undefined) return castListSql(operand, item, to, toItem, orNull);
  return castValueSql(operand, from, to, orNull);
}

function castListSql(
  { sql, field, node }: Operand,
  item: Field,
  to: DataType,
  toItem: Field,
  orNull: boolean,
): string {
  const list = isArray(field.type) ? `CAST(${sql} AS ${typeSql(item.type)}[])` : sql;
  const each = castSql(
    { node: { node: "field", operand: node, name: "" }, field: item, sql: "item" },
    toItem.type,
    orNull,
  );
  const items = `list_transform(${list}, lambda item: ${each})`;
  return Types.isFixedSizeList(to) ? castAs(items, to, orNull) : items;
}

function castAs(sql: string, to: DataType, orNull: boolean): string {
  return castTo(typeSql(to), sql, orNull);
}

function castValueSql(operand: Operand, from: DataType, to: DataType, orNull: boolean): string {
  const { sql, field } = operand;
  const [a, b] = [kindOf(field), kindOfType(to)];
  const cast = (value: string) => castAs(value, to, orNull);
  switch (b.kind) {
    case "integer":
      if ((a.kind === "float" || a.kind === "decimal") && !isWhole(operand)) return cast(`trunc(${sql})`);
      return cast(sql);
    case "date":
      if (a.kind === "text") return guard(ticksSql(readTextSql(sql, orNull), b), orNull);
      if (a.kind === "date")
        return b.unit === "day" ? cast(floorDivideSql(sql, 86_400_000)) : `(${sql}::BIGINT * 86400000)`;
      if (a.kind === "timestamp") {
        const days = daysSql(momentSql(operand));
        return b.unit === "day" ? days : `(${days}::BIGINT * 86400000)`;
      }
      return cast(sql);
    case "timestamp":
      if (a.kind === "text") return textTimestampSql(sql, b, orNull);
      if (a.kind === "timestamp") return guard(changeUnitSql(sql, a.unit, b.unit), orNull);
      if (a.kind === "date") {
        const milliseconds = a.unit === "day" ? `(${sql}::BIGINT * 86400000)` : sql;
        return guard(changeUnitSql(milliseconds, 1, b.unit), orNull);
      }
      return cast(sql);
    case "time":
      if (a.kind === "time") return changeTicksSql(sql, a.unit, b.unit, to, orNull);
      if (a.kind === "timestamp") return clockSql(operand, a, b.unit, to);
      if (a.kind === "duration")
        return withinDaySql(
          { ticks: sql, unit: a.unit, said: `${sql} || ' from DURATION'` },
          b.unit,
          to,
          orNull,
        );
      return withinDaySql(
        // DuckDB reads 24:00 too, which no time of day is.
        { ticks: `epoch_ns(${castTo("TIME_NS", sql, orNull)})`, unit: 3, said: `${sql} || ' from VARCHAR'` },
        b.unit,
        to,
        orNull,
      );
    case "duration":
      if (a.kind === "time" || a.kind === "duration") return changeTicksSql(sql, a.unit, b.unit, to, orNull);
      return cast(sql);
    case "text":
      if (a.kind === "date")
        return a.unit === "day"
          ? castAs(momentSql(operand), to, false)
          : castAs(`CAST(epoch_ms(${sql}) AS DATE)`, to, false);
      if (a.kind === "timestamp") return timestampTextSql(sql, a);
      if (a.kind === "time") return clockTextSql(sql, a);
      if (a.kind === "duration") return guard(durationTextSql(sql, a), orNull);
      return castAs(sql, to, false);
    case "bytes":
      if (!Types.isFixedSizeBinary(to)) return sql;
      return orNull ? `(CASE WHEN octet_length(${sql}) = ${to.byteWidth} THEN ${sql} END)` : sql;
    case "decimal":
      // DuckDB multiplies a float by its power of ten as a float, which has other digits then.
      return cast(Types.isFloat(from) && from.precision < 2 ? `CAST(${sql} AS DOUBLE)` : sql);
    default:
      return cast(Types.isFloat(from) && from.precision === 0 ? `CAST(${sql} AS FLOAT)` : sql);
  }
}

/** Whether nothing is behind the point of a number. */
function isWhole({ node }: Operand): boolean {
  return node.node === "call" && (node.function === "floor" || node.function === "ceil");
}

function castTo(type: string, sql: string, orNull: boolean): string {
  return `${orNull ? "TRY_CAST" : "CAST"}(${sql} AS ${type})`;
}

function changeTicksSql(sql: string, from: number, unit: number, to: DataType, orNull: boolean): string {
  return guard(castAs(changeUnitSql(`CAST(${sql} AS BIGINT)`, from, unit), to, false), orNull);
}

function ticksOfDay(unit: number): number {
  return 86_400 * 1000 ** unit;
}

/** What the clock shows in the zone of a timestamp. */
function clockSql({ sql }: Operand, kind: TimestampKind, unit: number, to: DataType): string {
  const [local, day] = [localTicksSql(sql, kind), ticksOfDay(kind.unit)];
  return castAs(changeUnitSql(`((${local} % ${day} + ${day}) % ${day})`, kind.unit, unit), to, false);
}

/** Ticks since midnight, and in SQL what is said of them where they are none. */
interface Clock {
  readonly ticks: string;
  readonly unit: number;
  readonly said: string;
}

/** A time of day has fewer ticks than a day. */
function withinDaySql(from: Clock, unit: number, to: DataType, orNull: boolean): string {
  const ticks = `CAST(${from.ticks} AS BIGINT)`;
  const clock = castAs(changeUnitSql(ticks, from.unit, unit), to, false);
  const isBeyond = `${ticks} < 0 OR ${ticks} >= ${ticksOfDay(from.unit)}`;
  // TRY does not take what raises errors by itself.
  const beyond = orNull ? "NULL" : `error('Could not cast value ' || ${from.said} || ' to TIME')`;
  return `(CASE WHEN ${isBeyond} THEN ${beyond} ELSE ${clock} END)`;
}

/** TRY leaves what raises an error null. */
function guard(sql: string, orNull: boolean): string {
  return orNull ? `TRY(${sql})` : sql;
}

/** Ticks of one unit in another; a finer moment is the unit in which it lies. */
function changeUnitSql(sql: string, from: number, to: number): string {
  return to >= from ? scaleSql(sql, to - from) : floorDivideSql(sql, 1000 ** (from - to));
}

/** The instant of a text; the offset that it says counts, and without one it is UTC. */
function readTextSql(sql: string, orNull: boolean): string {
  return `CAST(${orNull ? "TRY_CAST" : "CAST"}(${sql} AS TIMESTAMPTZ) AS TIMESTAMP)`;
}

function textTimestampSql(sql: string, kind: TimestampKind, orNull: boolean): string {
  if (kind.unit === 3) return `epoch_ns(${orNull ? "TRY_CAST" : "CAST"}(${sql} AS TIMESTAMP_NS))`;
  return guard(ticksSql(readTextSql(sql, orNull), kind), orNull);
}

/** A time of day as DuckDB writes it, which is how it ends the time of 1970-01-01. */
function clockTextSql(sql: string, { unit }: TimeKind): string {
  const ticks = `CAST(${sql} AS BIGINT)`;
  const moment = unit === 3 ? `make_timestamp_ns(${ticks})` : timestampSql(ticks, { unit });
  return `substring(CAST(${moment} AS VARCHAR), 12)`;
}

/** As DuckDB writes an interval: `26:00:00.5`. Nanoseconds, which its intervals lack, are written behind its microseconds. */
function durationTextSql(sql: string, { unit }: DurationKind): string {
  if (unit < 3) return `CAST(to_microseconds(${changeUnitSql(sql, unit, 2)}) AS VARCHAR)`;
  const seconds = `CAST(to_microseconds(abs(${sql} // 1000000000) * 1000000) AS VARCHAR)`;
  const fraction = `lpad(CAST(abs(${sql} % 1000000000) AS VARCHAR), 9, '0')`;
  return `(CASE WHEN ${sql} < 0 THEN '-' ELSE '' END || ${seconds} || rtrim(rtrim('.' || ${fraction}, '0'), '.'))`;
}

/** As DuckDB writes it; in UTC, with `+00`, where the type has a zone. */
function timestampTextSql(sql: string, kind: TimestampKind): string {
  const value = kind.unit === 3 ? `make_timestamp_ns(${sql})` : timestampSql(sql, kind);
  return kind.zone === null ? `CAST(${value} AS VARCHAR)` : `(CAST(${value} AS VARCHAR) || '+00')`;
}
