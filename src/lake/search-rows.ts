import { arrow, type RecordBatch, type Table } from "../arrow.ts";
import { formatTableId, type TableId } from "../catalog/identifier.ts";
import { DlfLanceError } from "../errors.ts";
import type { Condition } from "../frame/arguments.ts";
import { writeCondition } from "../frame/condition-sql.ts";
import { currentInterruptSignal } from "../interrupt.ts";
import { scoreColumnOf } from "../table/search.ts";
import type { SearchRequest } from "../table/search-request.ts";
import type { Metric } from "../table/table-indices.ts";
import type { LakeStorage } from "./storage.ts";
import { goTo } from "./table-source.ts";
import type { TakeOptions } from "./take-table-rows.ts";

export interface SearchOptions extends TakeOptions {
  /** Rows found at most; 10 when left out. */
  readonly k?: number;
  /** Only rows for which it is true are searched. */
  readonly where?: Condition;
}

export interface NearestOptions extends SearchOptions {
  /** The vector column; the only one there is when left out. */
  readonly column?: string;
  /** How distance is measured; as in the index when left out, and `l2` without one. */
  readonly metric?: Metric;
  /** Partitions of the index that are looked through: more find more and take longer. */
  readonly probes?: number;
  /** So many times `k` candidates of the index are compared exactly. */
  readonly refine?: number;
}

export interface TextSearchOptions extends SearchOptions {
  /** The text columns to search; those with a full-text index when left out. */
  readonly textColumns?: readonly string[];
  /** Searches by this vector too; the two lists are made one by reciprocal rank fusion. */
  readonly vector?: readonly number[] | Float32Array | Float64Array;
  /** The vector column, and how it is searched. */
  readonly nearest?: Pick<NearestOptions, "column" | "metric" | "probes" | "refine">;
}

const usualCount = 10;

/** The request of a search by vector. */
export function nearestRequest(
  vector: readonly number[] | Float32Array | Float64Array,
  options: NearestOptions,
): SearchRequest {
  const { k = usualCount, column = null, metric = null, probes = null, refine = null } = options;
  return { nearest: { vector: [...vector], column, metric, probes, refine }, text: null, count: k };
}

/** The request of a search by text, and by a vector where one is given. */
export function textRequest(text: string, options: TextSearchOptions): SearchRequest {
  const { k = usualCount, textColumns = null, vector, nearest = {} } = options;
  return {
    nearest: vector === undefined ? null : nearestRequest(vector, nearest).nearest,
    text: { text, columns: textColumns },
    count: k,
  };
}

/** The rows found, best first, with the column `_distance`, `_score` or `_relevance_score`. */
export function searchRows(
  storage: LakeStorage,
  id: TableId,
  search: SearchRequest,
  { where, columns, at, signal = currentInterruptSignal() }: SearchOptions,
): Promise<Table> {
  const table = formatTableId(id);
  checkCounts(search, table);
  return storage.withTable(id, async (handle) => {
    await goTo(handle, at);
    const schema = await handle.schema();
    const score = scoreColumnOf(search);
    const batches: RecordBatch[] = [];
    const scanned = handle.scan({
      search,
      ...(columns === undefined ? {} : { columns: [...new Set([...columns, score])] }),
      ...(where === undefined ? {} : { filter: writeCondition(where, schema, table) }),
      ...(signal === undefined ? {} : { signal }),
    });
    for await (const batch of scanned) batches.push(batch);
    if (batches.length > 0) return new arrow.Table(batches);
    const kept = schema.fields.filter(({ name }) => columns === undefined || columns.includes(name));
    return new arrow.Table(new arrow.Schema([...kept, new arrow.Field(score, new arrow.Float32(), true)]));
  });
}

function checkCounts({ nearest, text, count }: SearchRequest, table: string): void {
  const counts = { k: count, probes: nearest?.probes, refine: nearest?.refine };
  for (const [name, value] of Object.entries(counts)) {
    if (value === null || value === undefined || (Number.isSafeInteger(value) && value > 0)) continue;
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot search ${table}: ${name} must be a whole number above 0, not ${String(value)}.`,
    );
  }
  if (text !== null && text.text.trim() === "") {
    throw new DlfLanceError("InvalidInput", `Cannot search ${table}: the text to search for is empty.`);
  }
}
