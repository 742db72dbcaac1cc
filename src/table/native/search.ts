/** How an open table is searched, by vector, by text, or by both. */

import type * as LanceDb from "@lancedb/lancedb";
import { arrow, type Field, type RecordBatch, type Schema } from "../../arrow.ts";
import { fieldTypeName } from "../../display/arrow/type-name.ts";
import { countOf } from "../../display/text/number-text.ts";
import { DlfLanceError } from "../../errors.ts";
import { encloseSql } from "./enclose-sql.ts";
import { explainNoMatch } from "./explain-no-match.ts";
import { runQuery } from "./scan.ts";
import type { ScanRequest } from "./scan-request.ts";
import type { NearestRequest, SearchRequest, TextRequest } from "./search-request.ts";

/** The column that says how well a row found fits: nearer is less, better is more. */
export function scoreColumnOf({ nearest, text }: SearchRequest): string {
  if (nearest === null) return "_score";
  return text === null ? "_distance" : "_relevance_score";
}

/**
 * The rows found, best first.
 * @throws DlfLanceError InvalidInput for what cannot be searched so, also for a text that rows hold and the index, as
 *   it cuts text into words, cannot find; TableColumnNotFound
 */
export async function* searchTable(
  name: string,
  table: LanceDb.Table,
  schema: Schema,
  search: SearchRequest,
  request: ScanRequest,
): AsyncGenerator<RecordBatch, void, undefined> {
  const score = scoreColumnOf(search);
  const wanted = request.columns ?? [...schema.fields.map((field) => field.name), score];
  const query = buildSearch(name, table, schema, search);
  // Only a score is asked for where no column of the table is: the native search always adds it.
  const columns = wanted.filter((column) => column !== score);
  if (columns.length > 0) query.select(columns);
  if (request.filter !== undefined) query.where(encloseSql(request.filter));
  query.limit(search.count);
  // A search by both applies an offset to each side alone, so rows are cut afterwards.
  let count = 0;
  const found = countRows(runQuery(`search ${name}`, query, request.signal), (rows) => {
    count += rows;
  });
  yield* cut(found, wanted, request.offset ?? 0, request.limit ?? search.count);
  const { nearest, text } = search;
  if (count === 0 && nearest === null && text !== null) {
    await explainNoMatch(name, table, text.text, text.columns, request.filter);
  }
}

async function* countRows(
  batches: AsyncIterable<RecordBatch>,
  add: (rows: number) => void,
): AsyncGenerator<RecordBatch, void, undefined> {
  for await (const batch of batches) {
    add(batch.numRows);
    yield batch;
  }
}

function buildSearch(
  name: string,
  table: LanceDb.Table,
  schema: Schema,
  { nearest, text }: SearchRequest,
): LanceDb.Query | LanceDb.VectorQuery {
  const query = table.query();
  if (text !== null) query.fullTextSearch(text.text, textOptions(name, schema, text));
  if (nearest === null) return query;
  const field = findVectorColumn(name, schema, nearest);
  const built = query.nearestTo(checkVector(name, field, nearest.vector)).column(field.name);
  if (nearest.metric !== null) built.distanceType(nearest.metric);
  if (nearest.probes !== null) built.nprobes(nearest.probes);
  if (nearest.refine !== null) built.refineFactor(nearest.refine);
  return built;
}

function textOptions(name: string, schema: Schema, { columns }: TextRequest): { columns?: string[] } {
  if (columns === null) return {};
  for (const column of columns) {
    const field = findField(name, schema, column);
    if (isText(field)) continue;
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot search the text of column ${column} of ${name}: it is ${fieldTypeName(field)}, not text`,
    );
  }
  return { columns: [...columns] };
}

function isText({ type }: Field): boolean {
  return arrow.DataType.isUtf8(type) || arrow.DataType.isLargeUtf8(type);
}

/** The named column, or the only one that holds vectors. */
function findVectorColumn(name: string, schema: Schema, { column, vector }: NearestRequest): Field {
  if (column !== null) {
    const field = findField(name, schema, column);
    if (vectorLength(field) !== undefined) return field;
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot search vectors in column ${column} of ${name}: it is ${fieldTypeName(field)}, ` +
        "not a list of floats of a fixed size",
    );
  }
  const all = schema.fields.filter((field) => vectorLength(field) !== undefined);
  const fitting = all.filter((field) => vectorLength(field) === vector.length);
  const [only] = fitting.length === 1 ? fitting : all;
  if (only !== undefined && (fitting.length === 1 || all.length === 1)) return only;
  const names = all.map((field) => `${field.name} (${vectorLength(field)})`);
  throw new DlfLanceError(
    "InvalidInput",
    names.length === 0
      ? `Cannot search vectors in ${name}: no column holds lists of floats of a fixed size`
      : `Cannot search vectors in ${name}: name the column, one of ${names.join(", ")}`,
  );
}

function vectorLength({ type }: Field): number | undefined {
  const { DataType } = arrow;
  if (!DataType.isFixedSizeList(type)) return undefined;
  return DataType.isFloat(type.children[0]?.type) ? type.listSize : undefined;
}

function checkVector(name: string, field: Field, vector: readonly number[]): Float32Array | Float64Array {
  const length = vectorLength(field) ?? 0;
  if (vector.length !== length) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot search column ${field.name} of ${name}: it holds vectors of ${countOf(length, "number")}, and the one given has ${vector.length}`,
    );
  }
  const isDouble =
    arrow.DataType.isFloat(field.type.children[0]?.type) && field.type.children[0].type.precision === 2;
  return isDouble ? Float64Array.from(vector) : Float32Array.from(vector);
}

function findField(name: string, schema: Schema, column: string): Field {
  const field = schema.fields.find((candidate) => candidate.name === column);
  if (field !== undefined) return field;
  throw new DlfLanceError(
    "TableColumnNotFound",
    `Cannot search ${name}: no column named ${column}; the columns are ${schema.fields.map((each) => each.name).join(", ")}`,
  );
}

/** These columns in this order, of the rows from `offset` on. */
async function* cut(
  batches: AsyncIterable<RecordBatch>,
  columns: readonly string[],
  offset: number,
  limit: number,
): AsyncGenerator<RecordBatch, void, undefined> {
  let seen = 0;
  for await (const batch of batches) {
    const begin = Math.max(0, offset - seen);
    const end = Math.min(batch.numRows, offset + limit - seen);
    seen += batch.numRows;
    if (end > begin) yield selectColumns(batch.slice(begin, end), columns);
  }
}

function selectColumns(batch: RecordBatch, columns: readonly string[]): RecordBatch {
  const names = batch.schema.fields.map((field) => field.name);
  return batch.selectAt(columns.map((column) => names.indexOf(column)));
}
