/** Arrow IPC: files and streams. */
import { type FileHandle, open, readFile } from "node:fs/promises";
import { arrow, type DataType, type Field, type RecordBatch, type Schema } from "../../arrow.ts";
import { DlfLanceError, messageOf } from "../../errors.ts";
import { stopIfAborted } from "../../interrupt.ts";
import { readIpc } from "../../table/arrow/read-ipc.ts";
import { pickColumns } from "../rows/pass-rows.ts";
import type { FileReader } from "./file-reader.ts";
import type { FoundFile } from "./find-files.ts";

export async function openArrowFile(file: FoundFile): Promise<FileReader> {
  try {
    const schema = await withReader(file, async (reader) => reader.schema);
    for (const { name, type } of schema.fields) if (holdsMonthDayNano(type)) throw refuseInterval(file, name);
    return {
      schema,
      rows: undefined,
      batches: (columns, signal) => readBatches(file, columns, signal),
    };
  } catch (error) {
    if (!isUnknownType(error)) throw explain(error, file);
    return openLargeLists(file, error);
  }
}

/** A file with large lists: it is read as a whole. @param unknown why it cannot be read batch by batch. */
async function openLargeLists(file: FoundFile, unknown: unknown): Promise<FileReader> {
  const read = async () => {
    try {
      return readIpc(await readFile(file.path));
    } catch (error) {
      // Polars begins its files with other bytes than a stream has.
      throw explain(error instanceof RangeError ? unknown : error, file);
    }
  };
  const { schema, numRows } = await read();
  return {
    schema,
    rows: numRows,
    async *batches(columns, signal) {
      const { batches } = await read();
      for (const batch of batches) {
        stopIfAborted(signal, `read ${file.name}`);
        if (batch.numRows > 0) yield columns === undefined ? batch : pickColumns(batch, columns);
      }
    },
  };
}

/** Months, days and nanoseconds in one: apache-arrow takes it for the interval of days and times, and reads other memory. */
function holdsMonthDayNano(type: DataType): boolean {
  if (arrow.DataType.isInterval(type)) return type.unit > arrow.IntervalUnit.DAY_TIME;
  return (type.children ?? []).some((field: Field) => holdsMonthDayNano(field.type));
}

function refuseInterval({ name }: FoundFile, column: string): DlfLanceError {
  return new DlfLanceError(
    "InvalidInput",
    `Cannot read ${name}: column ${column} holds intervals of months, days and nanoseconds, which cannot be read here; write each part as a separate column`,
  );
}

function isUnknownType(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("Unrecognized type");
}

/** By the numbers of Arrow's format. */
const unknownTypes: Readonly<Record<string, string>> = {
  22: "run-end encoded values",
  23: "binary views",
  24: "string views, as Polars writes text",
  25: "list views",
  26: "list views",
};

function describeUnknown(message: string): string {
  return unknownTypes[/[(](\d+)[)]/.exec(message)?.[1] ?? ""] ?? "an unknown type";
}

async function* readBatches(
  file: FoundFile,
  columns: readonly string[] | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<RecordBatch, void, undefined> {
  const { handle, reader } = await openReader(file).catch((error: unknown) => {
    throw explain(error, file);
  });
  try {
    for await (const batch of reader) {
      stopIfAborted(signal, `read ${file.name}`);
      if (batch.numRows > 0) yield columns === undefined ? batch : pickColumns(batch, columns);
    }
  } catch (error) {
    throw explain(error, file);
  } finally {
    await handle.close();
  }
}

/** Of files and of streams. */
interface Reader extends AsyncIterable<RecordBatch> {
  readonly schema: Schema;
  open(): Promise<unknown>;
}

async function withReader<T>(file: FoundFile, use: (reader: Reader) => Promise<T>): Promise<T> {
  const { handle, reader } = await openReader(file);
  try {
    return await use(reader);
  } finally {
    await handle.close();
  }
}

async function openReader(
  file: FoundFile,
): Promise<{ readonly handle: FileHandle; readonly reader: Reader }> {
  const handle = await open(file.path);
  try {
    const reader = (await arrow.RecordBatchReader.from(handle as never)) as unknown as Reader;
    await reader.open();
    if (reader.schema === undefined) throw new Error("it holds no schema");
    return { handle, reader };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function explain(error: unknown, { name }: FoundFile): unknown {
  if (error instanceof DlfLanceError) return error;
  const why = messageOf(error);
  return new DlfLanceError(
    "InvalidInput",
    /compress/i.test(why)
      ? `Cannot read ${name}: its batches are compressed, as those of Feather are by default; ` +
          'write it as Parquet, or with compression="uncompressed"'
      : isUnknownType(error)
        ? `Cannot read ${name}: it has a column of ${describeUnknown(why)}, which cannot be read here; write it as Parquet`
        : `Cannot read ${name}: it is not a whole Arrow IPC file or stream (${why}); write it again`,
  );
}
