/**
 * Values that DuckDB reads of a file as the SQL of plans stores them: times and dates as whole numbers. Only where that
 * is exact; other columns are read first, and given to a statement as Arrow.
 */
import { arrow, type DataType, type Field, Types } from "../../arrow.ts";
import { extensionName } from "../../display/arrow/type-name.ts";

/** The columns of a plan's statement; undefined where one of them has no SQL. */
export function selectStored(columns: readonly (string | undefined)[], from: string): string | undefined {
  if (columns.length === 0) return `SELECT 1 ${from}`;
  if (columns.includes(undefined)) return undefined;
  return `SELECT ${columns.map((sql, index) => `${sql} AS c${index}`).join(", ")} ${from}`;
}

/**
 * @param sql an expression of the type `read`
 * @param read what DuckDB reads
 * @param field what the column is in a frame
 */
export function storedSql(sql: string, read: DataType, field: Field): string | undefined {
  if (extensionName(field) !== undefined) return undefined;
  const type: DataType = Types.isDictionary(field.type) ? field.type.dictionary : field.type;
  if (isSame(read, type)) return sql;
  if (Types.isDate(type) && Types.isDate(read) && type.unit === 0 && read.unit === 0)
    return `CAST(${sql} - DATE '1970-01-01' AS INTEGER)`;
  return Types.isTimestamp(type) && Types.isTimestamp(read) ? ticksSql(sql, read.unit, type.unit) : undefined;
}

/**
 * Statistics in files leave out NaN, and DuckDB believes them: the highest value of a column would be a number, and no
 * row would be above it. It cannot see through this expression.
 */
export function hideStatistics(stored: string | undefined, { type }: Field): string | undefined {
  return stored !== undefined && Types.isFloat(type) ? `greatest(${stored})` : stored;
}

function isSame(read: DataType, type: DataType): boolean {
  if (Types.isBool(type)) return Types.isBool(read);
  if (Types.isFloat(type)) return Types.isFloat(read) && read.precision === Math.max(1, type.precision);
  if (Types.isInt(type))
    return Types.isInt(read) && read.bitWidth === type.bitWidth && read.isSigned === type.isSigned;
  if (Types.isDuration(type)) return Types.isInt(read) && read.bitWidth === 64 && read.isSigned;
  if (Types.isDecimal(type))
    return Types.isDecimal(read) && read.precision === type.precision && read.scale === type.scale;
  if (Types.isUtf8(type) || Types.isLargeUtf8(type)) return Types.isUtf8(read);
  return (Types.isBinary(type) || Types.isLargeBinary(type)) && Types.isBinary(read);
}

/** Infinite moments are null to the function, and the ends of the range in Arrow. */
function ticksSql(sql: string, from: number, to: number): string | undefined {
  if (from !== to) return undefined;
  if (to === arrow.TimeUnit.NANOSECOND) return `epoch_ns(${sql})`;
  if (to !== arrow.TimeUnit.MICROSECOND) return undefined;
  const end = `CASE WHEN ${sql} > make_timestamp(0) THEN 9223372036854775807 ELSE -9223372036854775807 END`;
  return `CASE WHEN isfinite(${sql}) THEN epoch_us(${sql}) WHEN ${sql} IS NULL THEN NULL ELSE ${end} END`;
}
