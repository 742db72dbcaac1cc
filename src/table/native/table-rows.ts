/** Rows of one open table by their place, and what its blob columns hold. */
import type * as LanceDb from "@lancedb/lancedb";
import type { RecordBatch } from "../../arrow.ts";
import { translateNativeError } from "./native-error.ts";
import { runQuery } from "./scan.ts";

/** The column of row ids that {@link LanceRows.take} adds when asked. */
export const rowIdColumn = "_rowid";

export interface LanceRows {
  /**
   * The rows at these places, in the table's order whatever order is asked for, and twice when asked for twice.
   * @param offsets from 0 on, of the rows that are not deleted; those beyond the last row are left out
   */
  take(
    offsets: readonly number[],
    request: {
      readonly columns?: readonly string[] | undefined;
      readonly withRowId?: boolean;
      readonly signal?: AbortSignal | undefined;
    },
  ): AsyncGenerator<RecordBatch, void, undefined>;
  /** Names of the columns whose values are read by {@link fetchBlobs}. */
  blobColumns(): Promise<string[]>;
  /** The bytes in a blob column, for row ids in this order. */
  fetchBlobs(column: string, rowIds: readonly bigint[]): Promise<(Uint8Array | null)[]>;
}

export function createRows(name: string, table: LanceDb.Table): LanceRows {
  return {
    take(offsets, { columns, withRowId = false, signal }) {
      const query = table.takeOffsets([...offsets]);
      if (columns !== undefined) query.select([...columns]);
      if (withRowId) query.withRowId();
      return runQuery(`take rows of ${name}`, query, signal);
    },
    blobColumns: () => translateNativeError(`list the blob columns of ${name}`, () => table.blobColumns()),
    fetchBlobs: (column, rowIds) =>
      translateNativeError(`fetch blobs of ${name}.${column}`, () => table.fetchBlobs(column, rowIds)),
  };
}
