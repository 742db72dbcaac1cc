/** What a frame knows of the tables and rows it reads. A lake keeps this contract; tests keep it over plain folders. */
import type { RecordBatch, Schema } from "../arrow.ts";
import type { Reach, TablePlace } from "../daft/program.ts";
import type { BlobLimits, BlobStart } from "../display/cell/blob-start.ts";
import type { ScanRequest } from "../table/native/scan-request.ts";
import type { VersionReference } from "../table/native/table-versions.ts";

/** A table by its name. Whether it exists shows when it is resolved. */
export interface TableSource {
  /** As in `default.orders`; used in messages and by `explain()`. */
  readonly name: string;
  /** One version of the table, the newest unless {@link at} chose another, fixed until it is released. */
  resolve(signal?: AbortSignal): Promise<ResolvedTable>;
  /**
   * The version of the table that was seen last, at no request, while the table is asked for a newer one. Undefined where
   * none was seen, or one version was chosen; absent where rows have no versions.
   */
  resolveSeen?(): Promise<SeenTable | undefined>;
  /** The same table at one version; absent where rows have no versions. */
  at?(version: VersionReference): TableSource;
}

/** A version of a table, of which it is not known yet whether it is the newest. */
export interface SeenTable {
  readonly table: ResolvedTable;
  /** The newest version; undefined when it is this one. Rejected when the table cannot be read any more. */
  readonly newer: Promise<ResolvedTable | undefined>;
}

/** One version of a table, open to be read. */
export interface ResolvedTable {
  /** Undefined where rows have no versions. */
  readonly version: number | undefined;
  readonly schema: Schema;
  /** How many rows there are, where that is known without a request. */
  readonly rows: number | undefined;
  scan(request: ScanRequest): AsyncIterable<RecordBatch>;
  /**
   * What a display can show of the blobs in a column; absent where there are none.
   * @param rowIds as the scan returns them in the column `_rowid`
   */
  readBlobStarts?(
    column: string,
    rowIds: readonly bigint[],
    limits: BlobLimits,
  ): Promise<(BlobStart | null)[]>;
  /** How another process opens this version; absent where none can. */
  place?(reach: Reach): Promise<TablePlace>;
  /** Rows for which the filter, in Lance's SQL dialect, is true. */
  countRows(filter?: string): Promise<number>;
  /** Nothing is read afterwards; scans under way are let finish. */
  release(): void;
}

/** Rows that belong to no connection, such as those of a file. Each run reads them as they are then. */
export interface RowSource {
  /** Used in messages and by `explain()`. */
  readonly name: string;
  resolve(signal?: AbortSignal): Promise<ResolvedRows>;
}

/** Rows of a source, for one run. */
export interface ResolvedRows {
  readonly schema: Schema;
  /** How many rows there are, where that is known without reading them. */
  readonly rows: number | undefined;
  /** @param columns only these, in this order; all when left out. */
  batches(columns?: readonly string[], signal?: AbortSignal): AsyncIterable<RecordBatch>;
  /** Where a statement of DuckDB reads many rows faster than it is given them. */
  readonly inPlace?: RowsInPlace | undefined;
  /** Whether they are of a file, for `explain()`. */
  readonly isFile?: boolean;
  /** Of the files that hold them. */
  readonly bytes?: number;
}

/** Rows that a statement of DuckDB reads from where they lie. */
export interface RowsInPlace {
  /** A query of columns, called `c0`, `c1`, …, as plans store them; undefined where one of them is stored otherwise. */
  sql(columns: readonly string[]): string | undefined;
  /** The same for statements that tell NaN from no value nowhere: many ends are known without reading then. */
  readonly withoutNaN?: Omit<RowsInPlace, "withoutNaN">;
  /** What went wrong in a statement, in words about the rows; the error itself where there are none. */
  explain(error: unknown, columns: readonly string[], signal?: AbortSignal): Promise<unknown>;
}
