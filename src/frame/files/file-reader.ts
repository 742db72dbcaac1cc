import type { RecordBatch, Schema } from "../../arrow.ts";
import type { RowsInPlace } from "../source.ts";

/** An open file of rows. */
export interface FileReader {
  readonly schema: Schema;
  /** Where the file says how many there are. */
  readonly rows: number | undefined;
  /** True where types were to be detected, and there is no row to detect them from. */
  readonly hasNoTypes?: boolean;
  /** Where DuckDB reads the file. */
  readonly inPlace?: RowsInPlace;
  /** @param columns only these, in this order; all when left out. */
  batches(columns?: readonly string[], signal?: AbortSignal): AsyncIterable<RecordBatch>;
}

/** Rows from which the types of columns are detected, where none are given. */
export const sampledRows = 20_000;
