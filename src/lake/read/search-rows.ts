import { arrow, type RecordBatch, type Table } from "../../arrow.ts";
import { formatTableId, type TableId } from "../../catalog/protocol/identifier.ts";
import type { Condition } from "../../frame/builder/arguments.ts";
import type { NearestOptions, TextSearchOptions } from "../../frame/builder/search-options.ts";
import { writeCondition } from "../../frame/condition-sql.ts";
import { currentInterruptSignal } from "../../interrupt.ts";
import { scoreColumnOf } from "../../table/native/search.ts";
import type { SearchRequest } from "../../table/native/search-request.ts";
import type { LakeStorage } from "../storage/storage.ts";
import { checkVersion, type TakeOptions } from "./take-table-rows.ts";

/** Which rows are searched, and what of them is returned. */
interface SearchedRows extends TakeOptions {
  /** Only rows for which it is true are searched. */
  readonly where?: Condition;
}

/** Options of a table's `nearest`. */
export type TableNearestOptions = NearestOptions & SearchedRows;
/** Options of a table's `search`. */
export type TableTextSearchOptions = TextSearchOptions & SearchedRows;

/**
 * The rows found, best first, with the column `_distance`, `_score` or `_relevance_score`.
 * @param parseSearch reads the options that say what is searched for
 */
export async function searchRows(
  storage: LakeStorage,
  id: TableId,
  parseSearch: (options: NearestOptions | TextSearchOptions) => SearchRequest,
  {
    where,
    columns,
    at,
    signal = currentInterruptSignal(),
    ...options
  }: TableNearestOptions | TableTextSearchOptions,
): Promise<Table> {
  const action = `search ${formatTableId(id)}`;
  const search = parseSearch(options);
  return storage.withSnapshot(id, checkVersion(at, action), async (handle) => {
    const schema = await handle.schema();
    const score = scoreColumnOf(search);
    const batches: RecordBatch[] = [];
    const scanned = handle.scan({
      search,
      ...(columns === undefined ? {} : { columns: [...new Set([...columns, score])] }),
      ...(where === undefined ? {} : { filter: writeCondition(where, schema, action) }),
      ...(signal === undefined ? {} : { signal }),
    });
    for await (const batch of scanned) batches.push(batch);
    if (batches.length > 0) return new arrow.Table(batches);
    const kept = schema.fields.filter(({ name }) => columns === undefined || columns.includes(name));
    return new arrow.Table(new arrow.Schema([...kept, new arrow.Field(score, new arrow.Float32(), true)]));
  });
}
