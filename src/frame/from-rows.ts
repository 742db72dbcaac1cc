import { buildNewTable } from "../table/ingest/ingest.ts";
import type { TableData } from "../table/ingest/read-data.ts";
import type { ColumnsIn } from "./builder/given-rows.ts";
import { Frame } from "./frame.ts";

let made = 0;

/**
 * A frame over rows, columns, an Arrow table or IPC bytes. Types are chosen as for a new table.
 * @param name what plans and displays call them.
 * @throws DlfLanceError InvalidInput for data whose type is unknown.
 */
export function fromRows<D extends TableData | readonly object[]>(
  data: D,
  name?: string,
): Frame<ColumnsIn<D>> {
  made += 1;
  return Frame.of<ColumnsIn<D>>(
    buildNewTable(data as TableData, "make a frame of rows"),
    name ?? `rows ${made}`,
  );
}
