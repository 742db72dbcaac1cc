/** Parquet files, read by DuckDB, with the names and types that it would lose. */
import { arrow, type DataType, type Field, type RecordBatch, type Schema, Types } from "../../arrow.ts";
import { DlfLanceError, isError } from "../../errors.ts";
import { readSchema } from "../../table/arrow/read-ipc.ts";
import { changeChildren, withType } from "../../table/columns/change-children.ts";
import { queryFiles } from "../engines/duckdb/file-database.ts";
import { quoteName } from "../engines/duckdb/statements/quote-name.ts";
import { conformBatch } from "../engines/duckdb/vectors/conform.ts";
import { isArray, typeSql } from "../functions/sql-type.ts";
import { toRowObjects } from "../rows/row-objects.ts";
import type { FileReader } from "./file-reader.ts";
import type { FoundFile } from "./find-files.ts";
import { describeParquet } from "./parquet-columns.ts";
import { quoteText } from "./quote-text.ts";
import { hideStatistics, selectStored, storedSql } from "./stored-sql.ts";

interface ParquetColumn {
  /** By the name that DuckDB gives it: it takes names that differ by case for one. */
  readonly sql: string;
  /** The same as plans store it; undefined where they would have to change it. */
  readonly stored: string | undefined;
  readonly field: Field;
  /** What it is, where DuckDB would read other values than are stored. */
  readonly unreadable: Unreadable | undefined;
}

interface Unreadable {
  readonly what: string;
  readonly instead: string;
}

/** Of decimals, in DuckDB. */
const greatestPrecision = 38;

export async function openParquetFile({ name, path }: FoundFile, signal?: AbortSignal): Promise<FileReader> {
  const work = { action: `read ${name}`, signal };
  const file = quoteText(path);
  const described = await describeParquet(`read_parquet(${file}, hive_partitioning = false)`, work).catch(
    (error: unknown) => {
      throw explainBroken(error, name);
    },
  );
  const { from, fields } = described;
  const [parts, stored, counts] = await Promise.all([
    collect(
      `SELECT name, num_children AS children, type AS physical, logical_type AS type, precision FROM parquet_schema(${file})`,
      work,
    ),
    collect(
      `SELECT key::VARCHAR AS key, value::VARCHAR AS value FROM parquet_kv_metadata(${file}) ` +
        "WHERE key = 'ARROW:schema'::BLOB OR starts_with(key::VARCHAR, 'org.apache.spark.')",
      work,
    ),
    collect(`SELECT num_rows AS rows FROM parquet_file_metadata(${file})`, work),
  ]);
  const original = readArrowSchema(stored.find(({ key }) => key === "ARROW:schema")?.value);
  const isSpark = original === undefined && stored.some(({ key }) => key !== "ARROW:schema");
  const columns = topColumns(parts).map(([top, ...inner], index): ParquetColumn => {
    const { name: own, type } = top;
    const read = fields[index] as Field;
    const kept = original?.fields[index];
    const unreadable =
      [top, ...inner].flatMap((part) => findUnreadable(part, isSpark) ?? [])[0] ??
      withoutType(described.unreadable.get(read.name));
    const written = kept?.name === own ? kept.type : undefined;
    const wanted =
      unreadable === undefined && written !== undefined ? restoreType(read.type, written) : written;
    const field = new arrow.Field(own, wanted ?? millisecondType(read.type, type), true);
    const stored = unreadable === undefined ? storedSql(quoteName(read.name), read.type, field) : undefined;
    return { sql: columnSql(read, field), stored, field, unreadable };
  });
  const byName = new Map(columns.map((column) => [column.field.name, column]));
  const rows = Number(counts[0]?.rows ?? 0);
  const selectInPlace = (names: readonly string[], change: typeof hideStatistics) => {
    const taken = names.map((each) => byName.get(each));
    return selectStored(
      taken.map((column) => column && change(column.stored, column.field)),
      from,
    );
  };
  const explain = async (error: unknown) => explainBroken(error, name);
  return {
    schema: new arrow.Schema(columns.map(({ field }) => field)),
    rows,
    inPlace: {
      sql: (names) => selectInPlace(names, hideStatistics),
      explain,
      withoutNaN: { sql: (names) => selectInPlace(names, (stored) => stored), explain },
    },
    async *batches(names, ownSignal) {
      const taken = names === undefined ? columns : names.flatMap((each) => byName.get(each) ?? []);
      for (const column of taken) refuseUnreadable(name, column);
      const schema = new arrow.Schema(taken.map(({ field }) => field));
      const list = taken.map(({ sql }, index) => `${sql} AS c${index}`).join(", ");
      try {
        for await (const batch of queryFiles(`SELECT ${list} ${from}`, { ...work, signal: ownSignal }))
          yield conformBatch(batch, schema);
      } catch (error) {
        throw explainBroken(error, name);
      }
    },
  };
}

/** What DuckDB says of a broken head, and of broken pages: the latter with the text of the library that reads them. */
const brokenSigns =
  /too small to be a Parquet file|[Mm]agic bytes|: Invalid Error: |TProtocolException|[Cc]orrupt|[Ss]nappy|[Dd]ecompress|ZSTD|[Oo]ut of buffer/;

/** DuckDB's errors about a file that is cut off or of another format, in our words. */
function explainBroken(error: unknown, name: string): unknown {
  if (!isError(error) || !brokenSigns.test(error.message)) return error;
  return new DlfLanceError(
    "InvalidInput",
    `Cannot read ${name}: it is not a whole Parquet file; write it again`,
  );
}

async function collect(
  sql: string,
  work: { readonly action: string; readonly signal?: AbortSignal | undefined },
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const rows = [];
  for await (const batch of queryFiles(sql, work)) rows.push(...toRowObjects(batch));
  return rows;
}

/** A column, or what is in one, as the file describes it. */
interface Part {
  readonly name: string;
  readonly children: number;
  readonly physical: string | null;
  readonly type: string | null;
  /** Of decimals; 0 for others. */
  readonly precision: number;
}

/** Each column with all that is in it. The file lists all parts depth first, the root before them. */
function topColumns(rows: readonly Readonly<Record<string, unknown>>[]): readonly [Part, ...Part[]][] {
  const parts = rows.map(
    ({ name, children, physical, type, precision }): Part => ({
      name: String(name),
      children: Number(children ?? 0),
      physical: physical === null ? null : String(physical),
      type: type === null ? null : String(type),
      precision: Number(precision ?? 0),
    }),
  );
  const columns: [Part, ...Part[]][] = [];
  let at = 1;
  const skip = (): void => {
    const children = parts[at]?.children ?? 0;
    at += 1;
    for (let child = 0; child < children; child++) skip();
  };
  while (at < parts.length) {
    const start = at;
    skip();
    columns.push(parts.slice(start, at) as [Part, ...Part[]]);
  }
  return columns;
}

/**
 * DuckDB reads longer decimals as wrong doubles, and cuts these nanoseconds to microseconds. The INT96 of Spark are whole
 * microseconds.
 */
function findUnreadable({ physical, type, precision }: Part, isSpark: boolean): Unreadable | undefined {
  if (precision > greatestPrecision)
    return {
      what: `a decimal of ${precision} digits`,
      instead: `with at most ${greatestPrecision} digits or as text`,
    };
  const instead = "in microseconds";
  if (physical === "INT96" && !isSpark)
    return { what: "an INT96 timestamp in nanoseconds, whose last digits would be lost", instead };
  if (type?.includes("NANOS=NanoSeconds") !== true) return undefined;
  if (type.startsWith("TimeType"))
    return { what: "a time in nanoseconds, whose last digits would be lost", instead };
  return type.includes("isAdjustedToUTC=1")
    ? {
        what: "a timestamp in nanoseconds with a zone, whose last digits would be lost",
        instead: `${instead} (coerce_timestamps="us" in pandas)`,
      }
    : undefined;
}

/** @param type of DuckDB */
function withoutType(type: string | undefined): Unreadable | undefined {
  if (type === undefined) return undefined;
  return /\bVARIANT\b/.test(type)
    ? { what: "a variant", instead: "as JSON text" }
    : { what: "a geometry inside another value", instead: "as a separate column" };
}

/** @throws DlfLanceError Unsupported, with the column and a way out. */
function refuseUnreadable(file: string, { field, unreadable }: ParquetColumn): void {
  if (unreadable === undefined) return;
  const { what, instead } = unreadable;
  const isNested = (field.type.children ?? []).length > 0;
  throw new DlfLanceError(
    "Unsupported",
    `Cannot read ${file}: column ${field.name} ${isNested ? "holds" : "is"} ${what}; ` +
      `write it ${instead}, or leave it out with select()`,
  );
}

/** The schema that Arrow's writers leave in a file. */
function readArrowSchema(value: unknown): Schema | undefined {
  if (typeof value !== "string") return undefined;
  try {
    return readSchema(Buffer.from(value, "base64"));
  } catch {
    return undefined;
  }
}

/** The type that a column was written with, where what DuckDB reads stands for it without a change; else undefined. */
function restoreType(read: DataType, written: DataType): DataType | undefined {
  if (Types.isDictionary(written)) return restoreType(read, written.dictionary);
  const isKept =
    (Types.isTimestamp(read) && Types.isTimestamp(written) && written.unit <= read.unit) ||
    (Types.isTime(read) && Types.isTime(written) && written.unit <= read.unit) ||
    (Types.isInt(read) && read.bitWidth === 64 && Types.isDuration(written)) ||
    (Types.isTimestamp(read) && Types.isDate(written) && written.unit === 1) ||
    (Types.isUtf8(read) && Types.isLargeUtf8(written)) ||
    (Types.isBinary(read) && (Types.isLargeBinary(written) || Types.isFixedSizeBinary(written))) ||
    (Types.isFloat(read) && Types.isFloat(written) && written.precision <= read.precision) ||
    (Types.isList(read) && Types.isFixedSizeList(written) && isPlainArray(written));
  return isKept ? written : restoreParts(read, written);
}

/** The type with the durations, units and zones that its parts were written with. */
function restoreParts(read: DataType, written: DataType): DataType | undefined {
  if (Types.isInt(read) && read.bitWidth === 64 && Types.isDuration(written)) return written;
  if (Types.isTime(read) && Types.isTime(written)) return written.unit <= read.unit ? written : undefined;
  if (Types.isTimestamp(read) && Types.isTimestamp(written)) {
    if (written.unit <= read.unit) return written;
    return written.timezone ? new arrow.Timestamp(read.unit, written.timezone) : undefined;
  }
  const isNested = Types.isList(read) || Types.isStruct(read) || Types.isMap(read);
  if (!isNested || read.typeId !== written.typeId) return undefined;
  return changeChildren(read, (child, index) => {
    const other = written.children[index]?.type;
    return withType(child, (other && restoreParts(child.type, other)) ?? child.type);
  });
}

/** Whether DuckDB's own form of the items is the one we compute with. */
function isPlainArray(type: DataType): boolean {
  const item = type.children[0]?.type;
  return (
    isArray(type) && (Types.isInt(item) || Types.isFloat(item) || Types.isBool(item) || Types.isUtf8(item))
  );
}

/** Milliseconds, which DuckDB reads as microseconds. */
function millisecondType(read: DataType, type: string | null): DataType {
  const isMilliseconds = type?.includes("MILLIS=MilliSeconds") === true;
  if (isMilliseconds && Types.isTimestamp(read)) return new arrow.Timestamp(1, read.timezone ?? null);
  return isMilliseconds && Types.isTime(read) ? new arrow.Time(1, 32) : read;
}

function columnSql({ name, type: read }: Field, { type }: Field): string {
  if (Types.isFixedSizeList(type)) return `CAST(${quoteName(name)} AS ${typeSql(type)})`;
  return Types.isDate(type) && Types.isTimestamp(read)
    ? `CAST(${quoteName(name)} AS TIMESTAMP_MS)`
    : quoteName(name);
}

/** Where Arrow's readers find the types that Parquet lacks. */
export function arrowSchemaText(schema: Schema): string {
  return Buffer.from(schemaMessage(schema)).toString("base64");
}

function schemaMessage(schema: Schema): Uint8Array {
  const empty: RecordBatch[] = [];
  return arrow.tableToIPC(new arrow.Table(schema, empty), "stream");
}
