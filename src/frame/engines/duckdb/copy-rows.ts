/** Rows written to files by DuckDB: Parquet and CSV. */

import { totalmem } from "node:os";
import { arrow, type DataType, type Field, type RecordBatch, type Schema, Types } from "../../../arrow.ts";
import { DlfLanceError } from "../../../errors.ts";
import {
  changeChildren,
  holdsType,
  withoutDictionaries,
  withType,
} from "../../../table/columns/change-children.ts";
import { Database } from "./database.ts";
import { type SharedRows, shareRows } from "./rows-function.ts";
import { quoteName } from "./statements/quote-name.ts";
import { isJson } from "./vectors/logical-type.ts";
import { Worker } from "./worker.ts";

export interface CopyOptions {
  /** What is done, for messages: `write sales.csv`. */
  readonly action: string;
  readonly signal: AbortSignal | undefined;
  /** As `COPY` takes it: `FORMAT csv, HEADER`. */
  readonly settings: string;
  /** Is given the number of rows each time that some were taken. */
  advance(rows: number): void;
}

/** Rows that are handed to DuckDB at once. */
const rowsAtOnce = 500_000;

/**
 * Rows beyond memory go through temporary files.
 * @returns the number of rows
 */
export async function copyRows(
  path: string,
  schema: Schema,
  batches: AsyncIterable<RecordBatch>,
  { action, signal, settings, advance }: CopyOptions,
): Promise<number> {
  refuseNames(schema, action);
  // Its own, because the table in it lasts until it is closed.
  const database = await Database.open({ withFiles: true, memoryLimit: Math.floor(totalmem() / 4) });
  try {
    const worker = await Worker.take(database, { action, signal });
    try {
      const rows = await load(worker, schema, batches, advance);
      const isCsv = settings.startsWith("FORMAT csv");
      const from = isCsv ? `(SELECT ${schema.fields.map(csvSql).join(", ")} FROM loaded)` : "loaded";
      const plain = !isCsv && (await holdsNegativeZero(worker, schema)) ? ", DICTIONARY_SIZE_LIMIT 0" : "";
      await worker.execute(`COPY ${from} TO '${path.replaceAll("'", "''")}' (${settings}${plain})`);
      return rows;
    } finally {
      worker.release();
    }
  } finally {
    await database.close();
  }
}

/** Whether there may be a -0, which DuckDB's dictionaries in Parquet take for the 0 that came first, or the other way round. */
async function holdsNegativeZero(worker: Worker, { fields }: Schema): Promise<boolean> {
  const types = fields.map(({ name, type }) => ({ name: quoteName(name), type: withoutDictionaries(type) }));
  if (types.some(({ type }) => !Types.isFloat(type) && holdsType(type, Types.isFloat))) return true;
  const checks = types
    .filter(({ type }) => Types.isFloat(type))
    .map(({ name }) => `coalesce(bool_or(${name} = 0 AND signbit(${name})), false)`);
  if (checks.length === 0) return false;
  const { batches } = await worker.query(`SELECT ${checks.join(" OR ")} FROM loaded`);
  let isFound = false;
  for await (const batch of batches()) isFound = batch.getChildAt(0)?.get(0) === true;
  return isFound;
}

function refuseNames({ fields }: Schema, action: string): void {
  const seen = new Map<string, string>();
  for (const { name } of fields) {
    if (name.includes("\0")) {
      throw new DlfLanceError(
        "Unsupported",
        `Cannot ${action}: the name of column ${JSON.stringify(name)} has a zero byte, which DuckDB cannot write; rename it first, or write .arrow`,
      );
    }
    const same = seen.get(name.toLowerCase());
    if (same !== undefined) {
      throw new DlfLanceError(
        "Unsupported",
        `Cannot ${action}: columns ${same} and ${name} differ by case alone, and DuckDB would rename one; rename it first, or write .arrow`,
      );
    }
    seen.set(name.toLowerCase(), name);
  }
}

/** Into a table of DuckDB, which goes to temporary files when memory does not hold it. */
async function load(
  worker: Worker,
  schema: Schema,
  batches: AsyncIterable<RecordBatch>,
  advance: (rows: number) => void,
): Promise<number> {
  const columns = schema.fields.map((field, index) => ({
    name: `c${index}`,
    source: field.name,
    field: new arrow.Field(field.name, isJson(field) ? new arrow.Utf8() : storedType(field.type), true),
  }));
  const given: SharedRows = { columns, batches: [] };
  const shared = shareRows(given);
  try {
    const named = columns.map(({ name, source }) => `${name} AS ${quoteName(source)}`).join(", ");
    await worker.execute(`CREATE TABLE loaded AS SELECT ${named} FROM ${shared.sql}`);
    let waiting: RecordBatch[] = [];
    let rows = 0;
    let total = 0;
    const flush = async () => {
      given.batches = waiting;
      await worker.execute(`INSERT INTO loaded FROM ${shared.sql}`);
      advance(rows);
      waiting = [];
      total += rows;
      rows = 0;
    };
    for await (const batch of batches) {
      waiting.push(batch);
      rows += batch.numRows;
      if (rows >= rowsAtOnce) await flush();
    }
    await flush();
    return total;
  } finally {
    shared.withdraw();
  }
}

/** DuckDB's nanoseconds have no zone: it would be lost in text. */
function csvSql({ name, type }: Field): string {
  const quoted = quoteName(name);
  const isZoned = arrow.DataType.isTimestamp(type) && type.unit === 3 && Boolean(type.timezone);
  return isZoned ? `CAST(${quoted} AS VARCHAR) || '+00' AS ${quoted}` : quoted;
}

/** A duration is a whole number, as Arrow's own writers store it: DuckDB's intervals in files are of milliseconds. */
function storedType(type: DataType): DataType {
  const plain = withoutDictionaries(type);
  return Types.isDuration(plain)
    ? new arrow.Int64()
    : changeChildren(plain, (child) => withType(child, storedType(child.type)));
}
