import type { Table } from "../../arrow.ts";
import { encodeIpcStream } from "./encode-ipc.ts";
import { buildNewTable } from "./ingest.ts";
import type { TableData } from "./read-data.ts";

/**
 * Rows, columns or other data as the Arrow table that `createTable` would write: int64 for whole numbers, float64 for
 * other numbers, texts that are not dictionaries, timestamps in UTC for dates, vectors of float32 for Float32Arrays.
 * @throws DlfLanceError TableSchemaValidationError naming column and row of a value that does not fit the others
 */
export function toArrowTable(data: TableData): Table {
  return buildNewTable(data, "make an Arrow table");
}

/** The same data as the bytes of an Arrow IPC stream, for other programs. */
export function toIpcStream(data: TableData): Uint8Array {
  return encodeIpcStream([toArrowTable(data)]);
}
