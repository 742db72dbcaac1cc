/** Steps that pass batches on, or parts of them, without looking at a value. */
import { arrow, type Field, type RecordBatch } from "../../arrow.ts";
import type { LimitPlan } from "../plan/plan.ts";
import { wrapData } from "./build-data.ts";
import { columnData } from "./values.ts";

type Batches = AsyncIterable<RecordBatch>;

/** These columns, in this order. */
export function pickColumns(batch: RecordBatch, columns: readonly string[]): RecordBatch {
  const children = columns.map((column) => columnData(batch, column));
  const fields = columns.flatMap((column) => batch.schema.fields.find(({ name }) => name === column) ?? []);
  return wrapData(new arrow.Schema(fields).fields, children, batch.numRows);
}

export async function* limitRows(
  input: Batches,
  { count, offset }: Pick<LimitPlan, "count" | "offset">,
): AsyncGenerator<RecordBatch, void, undefined> {
  let toSkip = offset;
  let toKeep = count ?? Number.POSITIVE_INFINITY;
  if (toKeep === 0) return;
  for await (const batch of input) {
    const begin = Math.min(toSkip, batch.numRows);
    const end = Math.min(batch.numRows, begin + toKeep);
    toSkip -= begin;
    toKeep -= end - begin;
    if (end > begin) yield end - begin === batch.numRows ? batch : batch.slice(begin, end);
    if (toKeep === 0) return;
  }
}

/** The last rows: no more than these, and the batch in which they begin, are held. */
export async function* tailRows(input: Batches, count: number): AsyncGenerator<RecordBatch, void, undefined> {
  const kept: RecordBatch[] = [];
  let rows = 0;
  for await (const batch of input) {
    kept.push(batch);
    rows += batch.numRows;
    while (kept[0] !== undefined && rows - kept[0].numRows >= count) rows -= kept.shift()?.numRows ?? 0;
  }
  for (const batch of kept) {
    const surplus = Math.max(0, rows - count);
    rows -= batch.numRows;
    if (surplus < batch.numRows) yield surplus === 0 ? batch : batch.slice(surplus, batch.numRows);
  }
}

/** The rows of both, under the fields of the whole: the columns of each are matched by name and have these types. */
export async function* concatRows(
  first: Batches,
  second: Batches,
  fields: readonly Field[],
): AsyncGenerator<RecordBatch, void, undefined> {
  for (const input of [first, second]) for await (const batch of input) yield underFields(batch, fields);
}

/** Arrow takes two batches for different when their types were made in different ways, as by a program and by a file. */
export function underFields(batch: RecordBatch, fields: readonly Field[]): RecordBatch {
  const children = fields.map(({ name }) => columnData(batch, name));
  return wrapData(fields, children, batch.numRows);
}
