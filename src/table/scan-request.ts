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
