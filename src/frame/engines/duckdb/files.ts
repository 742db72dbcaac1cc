/** Files of rows, read and written by DuckDB: Parquet, CSV, and JSON with one object a line. */
import { randomUUID } from "node:crypto";
import { link, rename, rm, stat } from "node:fs/promises";
import { totalmem } from "node:os";
import { basename, dirname, extname, join, resolve } from "node:path";
import { arrow, type RecordBatch, type Schema } from "../../../arrow.ts";
import { DlfLanceError } from "../../../errors.ts";
import { currentInterruptSignal, stopIfAborted } from "../../../interrupt.ts";
import { withProgress } from "../../../progress.ts";
import { withoutDictionaries } from "../../rows/plain-data.ts";
import { Database } from "./database.ts";
import { type SharedRows, shareRows } from "./rows-function.ts";
import { quoteName } from "./statements/quote-name.ts";
import { isJson } from "./vectors/logical-type.ts";
import { Worker } from "./worker.ts";

export type FileFormat = "parquet" | "csv" | "json";

export interface FileOptions {
  /** Told by the ending of the file's name when left out: `.parquet`, `.csv`, `.json`, `.ndjson`, `.jsonl`. */
  readonly format?: FileFormat;
  /** Ends the work with the error `Interrupted`. In our kernel, by default, the interruption of the cell. */
  readonly signal?: AbortSignal;
}

export interface WriteFileOptions extends FileOptions {
  /** Puts the new file in the place of one that is there. */
  readonly overwrite?: boolean;
}

const endings: Readonly<Record<string, FileFormat>> = {
  ".parquet": "parquet",
  ".csv": "csv",
  ".json": "json",
  ".ndjson": "json",
  ".jsonl": "json",
};
const readers: Readonly<Record<FileFormat, string>> = {
  parquet: "read_parquet",
  csv: "read_csv",
  json: "read_json",
};
const formats: Readonly<Record<FileFormat, string>> = {
  parquet: "FORMAT parquet, COMPRESSION zstd",
  csv: "FORMAT csv, HEADER",
  json: "FORMAT json",
};

/** Rows that are handed to DuckDB at once. */
const rowsAtOnce = 500_000;

/** As `readFile` in frame/files/. */
export async function* readFileRows(
  path: string,
  options: FileOptions = {},
): AsyncGenerator<RecordBatch, void, undefined> {
  const { signal = currentInterruptSignal() } = options;
  const action = `read ${path}`;
  const format = formatOf(path, options.format, action);
  yield* withFiles(action, signal, async function* read(worker) {
    const { schema, batches } = await worker.query(`FROM ${readers[format]}(${quoteText(resolve(path))})`);
    let isEmpty = true;
    for await (const batch of batches()) {
      isEmpty = false;
      yield batch;
    }
    if (isEmpty) yield emptyBatch(schema);
  });
}

function emptyBatch(schema: Schema): RecordBatch {
  const children = schema.fields.map(({ type }) => arrow.makeData({ type, length: 0 } as never));
  const type = new arrow.Struct(schema.fields);
  return new arrow.RecordBatch(schema, arrow.makeData({ type, length: 0, nullCount: 0, children }));
}

/**
 * Writes rows to a file that is there whole or not at all.
 * @returns the number of rows
 * @throws DlfLanceError InvalidInput when there is a file already, unless told to overwrite it; Unsupported for columns
 *   that the file cannot hold; Interrupted.
 */
export async function writeFile(
  path: string,
  schema: Schema,
  batches: AsyncIterable<RecordBatch>,
  options: WriteFileOptions = {},
): Promise<number> {
  const { signal = currentInterruptSignal(), overwrite = false } = options;
  const action = `write ${path}`;
  const format = formatOf(path, options.format, action);
  const place = resolve(path);
  if (!overwrite && (await stat(place).catch(() => undefined)) !== undefined) throw refuseExisting(action);
  const unfinished = join(dirname(place), `.${basename(place)}.${randomUUID()}.tmp`);
  try {
    let rows = 0;
    const writing = withFiles(action, signal, async function* write(worker) {
      rows = await withProgress(action, {}, async (progress) => {
        const count = await load(worker, schema, batches, (more) => {
          stopIfAborted(signal, action);
          progress.advance({ rows: more });
        });
        await worker.execute(`COPY loaded TO ${quoteText(unfinished)} (${formats[format]})`);
        return count;
      });
      yield rows;
    });
    for await (const _ of writing);
    await putInPlace(unfinished, place, overwrite, action);
    return rows;
  } finally {
    await rm(unfinished, { force: true });
  }
}

/** Into a table of DuckDB, which goes to temporary files when memory does not hold it. */
async function load(
  worker: Worker,
  schema: Schema,
  batches: AsyncIterable<RecordBatch>,
  tell: (rows: number) => void,
): Promise<number> {
  const columns = schema.fields.map((field, index) => ({
    name: `c${index}`,
    source: field.name,
    field: new arrow.Field(
      field.name,
      isJson(field) ? new arrow.Utf8() : withoutDictionaries(field.type),
      true,
    ),
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
      tell(rows);
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

/** Without a moment in which there is half a file, or none where there was one. */
async function putInPlace(
  unfinished: string,
  place: string,
  overwrite: boolean,
  action: string,
): Promise<void> {
  if (overwrite) return rename(unfinished, place);
  try {
    await link(unfinished, place);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") throw refuseExisting(action);
    // Some file systems have no links.
    await rename(unfinished, place);
  }
}

function refuseExisting(action: string): DlfLanceError {
  return new DlfLanceError(
    "InvalidInput",
    `Cannot ${action}: there is a file of that name; take another, or say { overwrite: true }.`,
  );
}

function formatOf(path: string, given: FileFormat | undefined, action: string): FileFormat {
  const format = given ?? endings[extname(path).toLowerCase()];
  if (format !== undefined && Object.hasOwn(readers, format)) return format;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot ${action}: its name does not tell the format; end it in .parquet, .csv or .json, or say { format: "csv" }.`,
  );
}

/** Work of a database that may read and write files. */
async function* withFiles<T>(
  action: string,
  signal: AbortSignal | undefined,
  work: (worker: Worker) => AsyncGenerator<T, void, undefined>,
): AsyncGenerator<T, void, undefined> {
  const database = await Database.open({ withFiles: true, memoryLimit: Math.floor(totalmem() / 4) });
  try {
    const worker = await Worker.take(database, { action, signal });
    try {
      yield* work(worker);
    } finally {
      worker.release();
    }
  } finally {
    await database.close();
  }
}

function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
