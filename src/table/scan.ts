/** How an open table is read: native batches, decoded one by one. */
import type * as LanceDb from "@lancedb/lancedb";
import type { RecordBatch } from "../arrow.ts";
import { stopIfAborted } from "../interrupt.ts";
import { translateNativeError } from "./native-error.ts";
import { createBatchReader } from "./read-ipc.ts";
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

/** Streams batches in row order, reading one batch ahead. Stops at the next batch when the signal fires. */
export async function* scanTable(
  name: string,
  table: LanceDb.Table,
  request: ScanRequest,
): AsyncGenerator<RecordBatch, void, undefined> {
  yield* runQuery(`read ${name}`, buildQuery(table, request), request.signal);
}

export async function* runQuery(
  action: string,
  query: LanceDb.Query | LanceDb.VectorQuery | LanceDb.TakeQuery,
  signal: AbortSignal | undefined,
): AsyncGenerator<RecordBatch, void, undefined> {
  stopIfAborted(signal, action);
  const batches = await translateNativeError(action, async () =>
    (await (query as unknown as NativeQuery).getInner()).execute(batchRows),
  );
  const readBatches = createBatchReader();
  let ahead = batches.next();
  ahead.catch(() => undefined);
  for (;;) {
    const bytes = await translateNativeError(action, () => ahead);
    if (bytes === null) return;
    stopIfAborted(signal, action);
    ahead = batches.next();
    ahead.catch(() => undefined);
    yield* readBatches(bytes);
  }
}

function buildQuery(table: LanceDb.Table, request: ScanRequest): LanceDb.Query {
  const query = table.query();
  if (request.columns !== undefined) query.select([...request.columns]);
  if (request.filter !== undefined) query.where(request.filter);
  if (request.limit !== undefined) query.limit(request.limit);
  if (request.offset !== undefined) query.offset(request.offset);
  return query;
}
