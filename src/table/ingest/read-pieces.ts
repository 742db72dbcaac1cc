/** Data that come one piece after the other, and byte streams as the batches in them. */
import { arrow, type RecordBatch, type Schema } from "../../arrow.ts";
import { DlfLanceError, isError, messageOf } from "../../errors.ts";
import { isArrowLike } from "../arrow/adopt-arrow.ts";
import { isSingleRow, type TableData } from "./read-data.ts";

/** Rows that are read when they are needed, such as a frame. */
export interface BatchSource {
  schema(): Promise<Schema>;
  batches(): AsyncIterable<RecordBatch>;
}

/**
 * Data for a table, whole or in parts: a frame, or an iterable or async iterable of arrays of rows, of columns, of
 * Arrow tables or batches, or of the bytes of Arrow IPC streams in chunks of any size, such as a file or a response
 * delivers.
 */
export type WriteData = TableData | BatchSource | Iterable<TableData> | AsyncIterable<TableData>;

/**
 * @param action what to say cannot be done
 * @throws DlfLanceError InvalidInput for a piece that is one row
 */
export async function* readPieces(
  data: WriteData,
  action: string,
): AsyncGenerator<TableData, void, undefined> {
  if (isBatchSource(data)) {
    yield new arrow.Table(await data.schema());
    yield* data.batches();
    return;
  }
  if (!isPieces(data)) {
    yield data;
    return;
  }
  const pieces = toAsyncIterator(data);
  try {
    const first = await pieces.next();
    if (first.done === true) return;
    const all = chain(first.value, pieces);
    yield* first.value instanceof Uint8Array ? readByteStream(all, action) : refuseSingleRows(all, action);
  } finally {
    await pieces.return?.();
  }
}

function isBatchSource(data: WriteData): data is BatchSource {
  if (typeof data !== "object" || data === null || isArrowLike(data)) return false;
  const { schema, batches } = data as Partial<BatchSource>;
  return typeof schema === "function" && typeof batches === "function";
}

function isPieces(
  data: Exclude<WriteData, BatchSource>,
): data is Iterable<TableData> | AsyncIterable<TableData> {
  if (typeof data !== "object" || data === null || isArrowLike(data) || ArrayBuffer.isView(data))
    return false;
  if (Symbol.asyncIterator in data) return true;
  if (!Array.isArray(data)) return Symbol.iterator in data;
  const [first] = data as readonly unknown[];
  return Array.isArray(first) || ArrayBuffer.isView(first) || isArrowLike(first);
}

function toAsyncIterator(data: Iterable<TableData> | AsyncIterable<TableData>): AsyncIterator<TableData> {
  if (Symbol.asyncIterator in data) return data[Symbol.asyncIterator]();
  const iterator = data[Symbol.iterator]();
  return {
    next: async () => iterator.next(),
    return: async () => iterator.return?.() ?? { done: true, value: undefined },
  };
}

async function* chain(
  first: TableData,
  rest: AsyncIterator<TableData>,
): AsyncGenerator<TableData, void, undefined> {
  yield first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

async function* refuseSingleRows(
  pieces: AsyncIterable<TableData>,
  action: string,
): AsyncGenerator<TableData, void, undefined> {
  let number = 0;
  for await (const piece of pieces) {
    number++;
    if (isSingleRow(piece)) {
      throw new DlfLanceError(
        "InvalidInput",
        `Cannot ${action}: piece ${number} of the data is one row; each piece must be an array of rows, as in yield [{ id: 1 }]`,
      );
    }
    yield piece;
  }
}

async function* readByteStream(
  chunks: AsyncIterable<TableData>,
  action: string,
): AsyncGenerator<TableData, void, undefined> {
  try {
    for await (const reader of arrow.RecordBatchReader.readAll(chunks as AsyncIterable<Uint8Array>)) {
      await reader.open();
      let batches = 0;
      for await (const batch of reader) {
        batches++;
        yield batch;
      }
      if (batches === 0 && reader.schema !== undefined) yield new arrow.Table(reader.schema);
    }
  } catch (error) {
    if (isError(error)) throw error;
    const reason = messageOf(error);
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot ${action}: the bytes are not an Arrow IPC stream that can be read piece by piece: ${reason}; pass them at once`,
    );
  }
}
