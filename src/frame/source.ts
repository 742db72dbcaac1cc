import type { RecordBatch, Schema } from "../arrow.ts";

/** What a scan returns: all columns and rows unless narrowed. Offset and limit count rows after the filter. */
export interface ScanRequest {
  readonly columns?: readonly string[];
  /** Predicate in Lance's SQL dialect. */
  readonly filter?: string;
  /** At most 4,294,967,295: the native reader drops the higher bits. */
  readonly limit?: number;
  /** At most 4,294,967,295: the native reader drops the higher bits. */
  readonly offset?: number;
  readonly signal?: AbortSignal;
}

/** A table that can be scanned and counted. All a frame knows of where its rows come from. */
export interface TableSource {
  /** As in `default.orders`; used in messages and by `explain()`. */
  readonly name: string;
  schema(signal?: AbortSignal): Promise<Schema>;
  scan(request: ScanRequest): AsyncIterable<RecordBatch>;
  /** Rows for which the filter, in Lance's SQL dialect, is true. */
  countRows(filter?: string): Promise<number>;
  version?(): Promise<number>;
}
