/** Arrow IPC: files and streams. */
import { type FileHandle, open } from "node:fs/promises";
import { arrow, type RecordBatch, type Schema } from "../../arrow.ts";
import { DlfLanceError } from "../../errors.ts";
import { stopIfAborted } from "../../interrupt.ts";
import { pickColumns } from "../rows/pass-rows.ts";
import type { FileReader } from "./file-reader.ts";
import type { FoundFile } from "./find-files.ts";

export async function openArrowFile(file: FoundFile): Promise<FileReader> {
  return {
    schema: await withReader(file, async ({ schema }) => schema),
    rows: undefined,
    batches: (columns, signal) => readBatches(file, columns, signal),
  };
}

async function* readBatches(
  file: FoundFile,
  columns: readonly string[] | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<RecordBatch, void, undefined> {
  const { handle, reader } = await openReader(file);
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
    throw explain(error, file);
  }
}

function explain(error: unknown, { name }: FoundFile): unknown {
  if (error instanceof DlfLanceError) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new DlfLanceError(
    "InvalidInput",
    /compress/i.test(why)
      ? `Cannot read ${name}: its batches are compressed; write it without compression`
      : `Cannot read ${name}: it is not a whole Arrow IPC file or stream (${why}); write it again`,
  );
}
