/** Rows of one open table by their place, and what its blob columns hold. */
import type * as LanceDb from "@lancedb/lancedb";
import type { RecordBatch } from "../../arrow.ts";
import type { BlobLimits, BlobStart } from "../../display/cell/blob-start.ts";
import { translateNativeRead } from "./native-error.ts";
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
  /** The beginnings of these blobs, by range; small ones whole. */
  readBlobStarts(
    column: string,
    rowIds: readonly bigint[],
    limits: BlobLimits,
  ): Promise<(BlobStart | null)[]>;
}

export function createRows(name: string, table: LanceDb.Table): LanceRows {
  return {
    take(offsets, { columns, withRowId = false, signal }) {
      const query = table.takeOffsets([...offsets]);
      if (columns !== undefined) query.select([...columns]);
      if (withRowId) query.withRowId();
      return runQuery(`take rows of ${name}`, query, signal);
    },
    blobColumns: () => translateNativeRead(`list the blob columns of ${name}`, () => table.blobColumns()),
    fetchBlobs: (column, rowIds) =>
      translateNativeRead(`fetch blobs of ${name}.${column}`, () => table.fetchBlobs(column, rowIds)),
    readBlobStarts: (column, rowIds, limits) =>
      translateNativeRead(`read blobs of ${name}.${column}`, async () =>
        readStarts(await table.fetchBlobFiles(column, rowIds), limits),
      ),
  };
}

function readStarts(
  files: readonly (LanceDb.BlobFile | null)[],
  { wholeBytes, totalBytes, startBytes }: BlobLimits,
): Promise<(BlobStart | null)[]> {
  let room = totalBytes;
  return Promise.all(
    files.map(async (file) => {
      if (file === null) return null;
      const size = Number(file.size());
      const isWhole = size <= Math.min(wholeBytes, room);
      if (isWhole) room -= size;
      const count = isWhole ? size : Math.min(size, startBytes);
      return { size, bytes: count === 0 ? new Uint8Array() : await file.readRange(0n, BigInt(count)) };
    }),
  );
}
