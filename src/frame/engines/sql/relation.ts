/** Arrow batches as a table of DuckDB: a table function that hands over the columns a statement reads. */
import { arrow, type DataType, type Field, type RecordBatch } from "../../../arrow.ts";
import { DlfLanceError } from "../../../errors.ts";
import { takeRows } from "../../rows/take-rows.ts";
import { conformData } from "./conform.ts";
import { isJson, toLogicalType } from "./logical-type.ts";
import type { SqlSession } from "./session.ts";
import { type Data, writeVector } from "./write-vector.ts";

export interface RelationColumn {
  /** What it is called in SQL. */
  readonly name: string;
  /** What it is called in the batches. */
  readonly source: string;
  /** Its type in SQL. */
  readonly field: Field;
}

export interface Relation {
  /** What the table is called in messages. */
  readonly title: string;
  /** Of all columns; the batches need to hold those alone that are read. */
  readonly columns: readonly RelationColumn[];
  /** Can be set after the relation was registered, and before its rows are read. */
  batches: readonly RecordBatch[];
  readonly rows?: number | undefined;
}

interface Cursor {
  batch: number;
  row: number;
  /** The columns read, by their place in the relation. */
  readonly columns: readonly number[];
}

/** @throws DlfLanceError Unsupported for a column that SQL cannot read. */
export function registerRelation(session: SqlSession, name: string, relation: Relation): void {
  const { duckdb, connection } = session;
  const types = relation.columns.map(({ field, source }) =>
    toLogicalType(duckdb, field, `read column ${JSON.stringify(source)} of ${relation.title} in SQL`),
  );
  const cursors = new WeakMap<object, Cursor>();
  const columns = new WeakMap<RecordBatch, Map<number, Data>>();
  const table = duckdb.create_table_function();
  duckdb.table_function_set_name(table, name);
  duckdb.table_function_supports_projection_pushdown(table, true);
  duckdb.table_function_set_bind(table, (info) => {
    for (const [index, type] of types.entries()) {
      duckdb.bind_add_result_column(info, relation.columns[index]?.name ?? "", type);
    }
    if (relation.rows !== undefined) duckdb.bind_set_cardinality(info, relation.rows, true);
  });
  duckdb.table_function_set_init(table, (info) => {
    const count = duckdb.init_get_column_count(info);
    const state = {};
    cursors.set(state, {
      batch: 0,
      row: 0,
      columns: Array.from({ length: count }, (_, index) => duckdb.init_get_column_index(info, index)),
    });
    duckdb.init_set_init_data(info, state);
    // Every call comes back to this thread: more of them would only wait for each other.
    duckdb.init_set_max_threads(info, 1);
  });
  const chunkRows = duckdb.vector_size();
  duckdb.table_function_set_function(table, (info, chunk) => {
    const cursor = cursors.get(duckdb.function_get_init_data(info) as object) as Cursor;
    const batch = nextBatch(relation, cursor);
    if (batch === undefined) return duckdb.data_chunk_set_size(chunk, 0);
    const count = Math.min(chunkRows, batch.numRows - cursor.row);
    for (const [place, index] of cursor.columns.entries()) {
      const data = columnOf(relation, batch, index, columns);
      if (data === undefined) continue;
      writeVector(duckdb, duckdb.data_chunk_get_vector(chunk, place), data, cursor.row, count);
    }
    duckdb.data_chunk_set_size(chunk, count);
    cursor.row += count;
  });
  duckdb.register_table_function(connection, table);
}

function nextBatch({ batches }: Relation, cursor: Cursor): RecordBatch | undefined {
  let batch = batches[cursor.batch];
  while (batch !== undefined && cursor.row >= batch.numRows) {
    cursor.batch += 1;
    cursor.row = 0;
    batch = batches[cursor.batch];
  }
  return batch;
}

/** Undefined for what is no column: DuckDB asks for one, to count rows, when a statement reads none. */
function columnOf(
  relation: Relation,
  batch: RecordBatch,
  index: number,
  known: WeakMap<RecordBatch, Map<number, Data>>,
): Data | undefined {
  const column = relation.columns[index];
  if (column === undefined) return undefined;
  let columns = known.get(batch);
  if (columns === undefined) {
    columns = new Map();
    known.set(batch, columns);
  }
  let data = columns.get(index);
  if (data === undefined) {
    data = readColumn(relation, batch, column);
    columns.set(index, data);
  }
  return data;
}

function readColumn({ title }: Relation, batch: RecordBatch, { source, field }: RelationColumn): Data {
  const place = batch.schema.fields.findIndex(({ name }) => name === source);
  const data: Data | undefined = batch.data.children[place];
  if (data === undefined) {
    throw new DlfLanceError(
      "Internal",
      `Cannot read column ${source} of ${title}: the scan did not deliver it; please report this.`,
    );
  }
  const plain = decode(data);
  // Lance announces JSON as binary and delivers it as text.
  return isJson(field) ? plain : conformData(plain, plainType(field.type), source);
}

function plainType(type: DataType): DataType {
  return arrow.DataType.isDictionary(type) ? type.dictionary : type;
}

/** A dictionary as the values it stands for. */
function decode(data: Data): Data {
  if (!arrow.DataType.isDictionary(data.type)) return data;
  const [values] = (data.dictionary?.data ?? []) as readonly Data[];
  const indices = data.values as ArrayLike<number | bigint>;
  if (values === undefined) return new arrow.Data(data.type.dictionary, 0, data.length, data.length) as Data;
  const isNull = (row: number) => !data.getValid(row);
  const rows = Array.from({ length: data.length }, (_, row) => (isNull(row) ? 0 : Number(indices[row])));
  const schema = new arrow.Schema([new arrow.Field("values", values.type, true)]);
  const batch = new arrow.RecordBatch(
    schema,
    new arrow.Data(new arrow.Struct(schema.fields), 0, values.length, 0, undefined, [values]),
  );
  const taken = takeRows(batch, rows).data.children[0] as Data;
  if (data.nullCount === 0) return taken;
  const bitmap = new Uint8Array(Math.ceil(data.length / 8));
  for (let row = 0; row < data.length; row++) {
    if (!isNull(row) && taken.getValid(row)) bitmap[row >> 3] = (bitmap[row >> 3] ?? 0) | (1 << (row & 7));
  }
  return taken.clone(taken.type, 0, data.length, -1, [taken.valueOffsets, taken.values, bitmap] as never);
}
