import type { RecordBatch, Schema } from "../../arrow.ts";

/** An open file of rows. */
export interface FileReader {
  readonly schema: Schema;
  /** Where the file tells how many there are. */
  readonly rows: number | undefined;
  /** @param columns only these, in this order; all when left out. */
  batches(columns?: readonly string[], signal?: AbortSignal): AsyncIterable<RecordBatch>;
}

/** Rows of which the types of columns are found out, where none are given. */
export const sampledRows = 20_000;
