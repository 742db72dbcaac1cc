import type { SearchRequest } from "./search-request.ts";

/** What a scan returns: all columns and rows unless narrowed. Offset and limit count rows after the filter. */
export interface ScanRequest {
  readonly columns?: readonly string[];
  /** Further columns by name, and the text in Lance's SQL dialect that each comes to, behind {@link columns}. */
  readonly computed?: ReadonlyMap<string, string>;
  /** Predicate in Lance's SQL dialect. A search finds only rows for which it is true. */
  readonly filter?: string;
  /** At most 4,294,967,295: the native reader drops the higher bits. */
  readonly limit?: number;
  /** At most 4,294,967,295: the native reader drops the higher bits. */
  readonly offset?: number;
  /** Delivers the rows found, best first, and a column that says how well they fit. Limit and offset count these. */
  readonly search?: SearchRequest;
  /**
   * A batch is read only until the next one is asked for: its memory is given back then. Without it the memory of large
   * scans waits for the collection of garbage, which takes a fifth of the time.
   */
  readonly isPassing?: boolean;
  readonly signal?: AbortSignal;
}
