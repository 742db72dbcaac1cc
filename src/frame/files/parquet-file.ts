/** Parquet files, read by DuckDB, with the names and types that it would lose. */
import { arrow, type DataType, type Field, type RecordBatch, type Schema, Types } from "../../arrow.ts";
import { readSchema } from "../../table/read-ipc.ts";
import { describeQuery, queryFiles } from "../engines/duckdb/file-database.ts";
import { quoteName } from "../engines/duckdb/statements/quote-name.ts";
import { conformBatch } from "../engines/duckdb/vectors/conform.ts";
import { isArray, typeSql } from "../functions/sql-type.ts";
import { toRowObjects } from "../rows/row-objects.ts";
import type { FileReader } from "./file-reader.ts";
import type { FoundFile } from "./find-files.ts";
import { quoteText } from "./quote-text.ts";

interface ParquetColumn {
  /** The name that DuckDB gives it: it takes names that differ by case for one. */
  readonly sql: string;
  readonly field: Field;
}

export async function openParquetFile({ name, path }: FoundFile, signal?: AbortSignal): Promise<FileReader> {
  const work = { action: `read ${name}`, signal };
  const file = quoteText(path);
  const from = `FROM read_parquet(${file}, hive_partitioning = false)`;
  const { fields } = await describeQuery(from, work);
  const [parts, stored, counts] = await Promise.all([
    collect(`SELECT name, num_children AS children, logical_type AS type FROM parquet_schema(${file})`, work),
    collect(
      `SELECT value::VARCHAR AS value FROM parquet_kv_metadata(${file}) WHERE key = 'ARROW:schema'::BLOB`,
      work,
    ),
    collect(`SELECT num_rows AS rows FROM parquet_file_metadata(${file})`, work),
  ]);
  const original = readArrowSchema(stored[0]?.value);
  const columns = topColumns(parts).map(({ name: own, type }, index): ParquetColumn => {
    const read = fields[index] as Field;
    const kept = original?.fields[index];
    const wanted = kept?.name === own ? restoreType(read.type, kept.type) : undefined;
    const field = new arrow.Field(own, wanted ?? millisecondType(read.type, type), true);
    return { sql: columnSql(read, field), field };
  });
  const byName = new Map(columns.map((column) => [column.field.name, column]));
  return {
    schema: new arrow.Schema(columns.map(({ field }) => field)),
    rows: Number(counts[0]?.rows ?? 0),
    async *batches(names, ownSignal) {
      const taken = names === undefined ? columns : names.flatMap((each) => byName.get(each) ?? []);
      const schema = new arrow.Schema(taken.map(({ field }) => field));
      const list = taken.map(({ sql }, index) => `${sql} AS c${index}`).join(", ");
      for await (const batch of queryFiles(`SELECT ${list} ${from}`, { ...work, signal: ownSignal }))
        yield conformBatch(batch, schema);
    },
  };
}

async function collect(
  sql: string,
  work: { readonly action: string; readonly signal?: AbortSignal | undefined },
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const rows = [];
  for await (const batch of queryFiles(sql, work)) rows.push(...toRowObjects(batch));
  return rows;
}

interface TopColumn {
  readonly name: string;
  readonly type: string | null;
}

/** The columns among all parts of a schema, which are listed depth first, the root before them. */
function topColumns(parts: readonly Readonly<Record<string, unknown>>[]): readonly TopColumn[] {
  const columns: TopColumn[] = [];
  let at = 1;
  const skip = (): void => {
    const children = Number(parts[at]?.children ?? 0);
    at += 1;
    for (let child = 0; child < children; child++) skip();
  };
  while (at < parts.length) {
    const { name, type } = parts[at] as Readonly<Record<string, unknown>>;
    columns.push({ name: String(name), type: type === null ? null : String(type) });
    skip();
  }
  return columns;
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
  return isKept ? written : undefined;
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

/** What Arrow's readers take the types from that Parquet has not. */
export function arrowSchemaText(schema: Schema): string {
  return Buffer.from(schemaMessage(schema)).toString("base64");
}

function schemaMessage(schema: Schema): Uint8Array {
  const empty: RecordBatch[] = [];
  return arrow.tableToIPC(new arrow.Table(schema, empty), "stream");
}
