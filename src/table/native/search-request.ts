/** What a scan searches for; the rows come best first. Column names and vectors must fit the table. */
import type { Metric } from "./table-indices.ts";

/** By vector (adds column `_distance`), by text (adds `_score`), or by both (adds `_relevance_score`). */
export interface SearchRequest {
  readonly nearest: NearestRequest | null;
  readonly text: TextRequest | null;
  /** Rows delivered at most. */
  readonly count: number;
}

export interface NearestRequest {
  readonly vector: readonly number[];
  /** The only vector column of the table when null. */
  readonly column: string | null;
  /** That of the index, else l2, when null. */
  readonly metric: Metric | null;
  /** How many partitions of the index are looked through; the library's choice when null. */
  readonly probes: number | null;
  /** How many times `count` candidates are compared exactly; none when null. */
  readonly refine: number | null;
}

export interface TextRequest {
  readonly text: string;
  /** All columns with a full-text index when null. */
  readonly columns: readonly string[] | null;
}
