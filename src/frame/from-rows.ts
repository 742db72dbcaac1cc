import { buildNewTable } from "../table/ingest/ingest.ts";
import type { TableData } from "../table/ingest/read-data.ts";
import { Frame } from "./frame.ts";

let made = 0;

/**
 * A frame over rows, columns, an Arrow table or IPC bytes, with types found as for a new table.
 * @param name what plans and displays call them.
 * @throws DlfLanceError InvalidInput for data of no type.
 */
export function fromRows(data: TableData, name?: string): Frame {
  made += 1;
  return Frame.of(buildNewTable(data, "make a frame of rows"), name ?? `rows ${made}`);
}
