/** What DuckDB reads of a Parquet file, as types that Arrow has. */
import type { Field } from "../../arrow.ts";
import { isError } from "../../errors.ts";
import { describeQuery, queryFiles } from "../engines/duckdb/file-database.ts";
import { quoteName } from "../engines/duckdb/statements/quote-name.ts";
import { toRowObjects } from "../rows/row-objects.ts";

export interface FileColumns {
  /** What statements read: the columns with the types of `fields`. */
  readonly from: string;
  readonly fields: readonly Field[];
  /** Columns that cannot be read, and null in `fields`: what they are, by DuckDB's names for them. */
  readonly unreadable: ReadonlyMap<string, string>;
}

type Work = Parameters<typeof describeQuery>[1];

/** @param table what DuckDB reads the file from */
export async function describeParquet(table: string, work: Work): Promise<FileColumns> {
  try {
    const { fields } = await describeQuery(`FROM ${table}`, work);
    return { from: `FROM ${table}`, fields, unreadable: new Map() };
  } catch (error) {
    if (!isError(error, "Unsupported")) throw error;
    return describeOtherTypes(table, work);
  }
}

/** Of a file with a column that Arrow has no type for. */
async function describeOtherTypes(table: string, work: Work): Promise<FileColumns> {
  const unreadable = new Map<string, string>();
  const replaced: string[] = [];
  for await (const batch of queryFiles(
    `SELECT column_name, column_type FROM (DESCRIBE FROM ${table})`,
    work,
  )) {
    for (const row of toRowObjects(batch)) {
      const [name, type] = [String(row.column_name), String(row.column_type)];
      const readable = readableSql(quoteName(name), type);
      if (readable === undefined) unreadable.set(name, type);
      if (readable !== quoteName(name)) replaced.push(`${readable ?? "NULL::VARCHAR"} AS ${quoteName(name)}`);
    }
  }
  const from = `FROM (SELECT * REPLACE (${replaced.join(", ")}) FROM ${table})`;
  const { fields } = await describeQuery(from, work);
  return { from, fields, unreadable };
}

/** Undefined for what no cast reads without a change. */
function readableSql(column: string, type: string): string | undefined {
  // Well-known binary is how other readers give a geometry.
  if (/^GEOMETRY\b/.test(type)) return `ST_AsWKB(${column})`;
  if (/\b(?:GEOMETRY|VARIANT)\b/.test(type)) return undefined;
  // Parquet stores a time with a zone as that of UTC.
  const plain = type.replaceAll(/\bTIME WITH TIME ZONE\b/g, "TIME");
  return plain === type ? column : `CAST(${column} AS ${plain})`;
}
