/** How an open table is read: native batches, decoded one by one. */
import type * as LanceDb from "@lancedb/lancedb";
import type { RecordBatch } from "../../arrow.ts";
import { stopIfAborted } from "../../interrupt.ts";
import { createBatchReader } from "../arrow/read-ipc.ts";
import { closeNative } from "./close-native.ts";
import { encloseSql } from "./enclose-sql.ts";
import { translateNativeError, translateNativeRead } from "./native-error.ts";
import { readRanges } from "./scan-ranges.ts";
import type { ScanRequest } from "./scan-request.ts";

/** Rows in one native batch. The library's own default of 1,024 is three times slower. */
const batchRows = 65_536;

/** A native query under the public one: only it takes a batch size. */
export interface NativeQuery {
  getInner(): Promise<{ execute(batchRows: number): Promise<NativeBatches> }>;
}

interface NativeBatches {
  /** An Arrow IPC message, or null at the end. Two calls at once are unsound. */
  next(): Promise<Buffer | null>;
}

/** Fewer rows than this many batches are read by one iterator. */
const fewBatches = 4;

/** Streams batches in row order, reading ahead. Stops at the next batch when the signal fires. */
export async function* scanTable(
  name: string,
  table: LanceDb.Table,
  request: ScanRequest,
): AsyncGenerator<RecordBatch, void, undefined> {
  const action = `read ${name}`;
  const { filter, signal, isPassing = false, offset: begin = 0, limit = Number.POSITIVE_INFINITY } = request;
  // Which rows a filter keeps is not known by their place.
  const rows = filter !== undefined || limit <= fewBatches * batchRows ? 0 : await countRows(action, table);
  const end = Math.min(rows, begin + limit);
  if (end - begin <= fewBatches * batchRows) {
    yield* decode(readQuery(action, buildQuery(table, request), signal), isPassing);
    return;
  }
  const snapshot = await openSnapshot(action, table);
  try {
    const readRange = (from: number, to: number) => {
      const query = buildQuery(snapshot, { ...request, offset: from, limit: to - from });
      return readQuery(action, query, signal);
    };
    const { totalBytes, numRows } = await translateNativeRead(action, () => snapshot.stats());
    const sizes = { step: batchRows, rowBytes: totalBytes / Math.max(1, numRows) };
    yield* decode(readRanges(readRange, begin, end, sizes), isPassing);
  } finally {
    closeNative(snapshot);
  }
}

function countRows(action: string, table: LanceDb.Table): Promise<number> {
  return translateNativeRead(action, () => table.countRows());
}

/** A handle on the version that is read now, so that all ranges are of one version. */
async function openSnapshot(action: string, table: LanceDb.Table): Promise<LanceDb.Table> {
  return translateNativeRead(action, async () => {
    const { inner, constructor: PublicTable } = table as unknown as {
      inner: { querySnapshot(): Promise<object> };
      constructor: new (inner: object) => LanceDb.Table;
    };
    return new PublicTable(await inner.querySnapshot());
  });
}

export async function* runQuery(
  action: string,
  query: LanceDb.Query | LanceDb.VectorQuery | LanceDb.TakeQuery,
  signal: AbortSignal | undefined,
): AsyncGenerator<RecordBatch, void, undefined> {
  yield* decode(readQuery(action, query, signal), false);
}

async function* decode(
  messages: AsyncIterable<Buffer>,
  isPassing: boolean,
): AsyncGenerator<RecordBatch, void, undefined> {
  const readBatches = createBatchReader();
  for await (const message of messages) {
    yield* readBatches(message);
    if (isPassing) release(message);
  }
}

/** Unless the message shares its memory with others, as small ones may. */
function release({ buffer, byteLength }: Buffer): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}

/** The IPC messages of a query, one read ahead. */
async function* readQuery(
  action: string,
  query: LanceDb.Query | LanceDb.VectorQuery | LanceDb.TakeQuery,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer, void, undefined> {
  stopIfAborted(signal, action);
  // Until its first batch is there, a query can be put again.
  const begin = async () => {
    const begun = await (await (query as unknown as NativeQuery).getInner()).execute(batchRows);
    return [begun, Promise.resolve(await begun.next())] as const;
  };
  const [batches, first] = await translateNativeRead(action, begin, signal);
  let ahead = first;
  for (;;) {
    const bytes = await translateNativeError(action, () => ahead);
    if (bytes === null) return;
    stopIfAborted(signal, action);
    ahead = batches.next();
    ahead.catch(() => undefined);
    yield bytes;
  }
}

function buildQuery(table: LanceDb.Table, request: ScanRequest): LanceDb.Query {
  const query = table.query();
  const { columns, computed } = request;
  if (computed !== undefined) {
    const named = (columns ?? []).map((name): [string, string] => [name, `\`${name}\``]);
    query.select(
      new Map([...named, ...[...computed].map(([name, sql]): [string, string] => [name, encloseSql(sql)])]),
    );
  } else if (columns !== undefined) query.select([...columns]);
  if (request.filter !== undefined) query.where(encloseSql(request.filter));
  if (request.limit !== undefined) query.limit(request.limit);
  if (request.offset !== undefined) query.offset(request.offset);
  return query;
}
