/**
 * Arrow batches as a table of DuckDB: one table function, `dlf_rows(id)`, for all of them. A function registered again
 * would silently stay the old one, and each registration leaks.
 */
import { arrow, type DataType, type Field, type RecordBatch } from "../../../arrow.ts";
import { DlfLanceError } from "../../../errors.ts";
import { storageField } from "../../functions/sql-type.ts";
import { plainData } from "../../rows/plain-data.ts";
import type { Connection, DuckDb, LogicalType, Vector } from "./duckdb.ts";
import { Recent } from "./recent.ts";
import { conformData } from "./vectors/conform.ts";
import { toLogicalType, typeKey } from "./vectors/logical-type.ts";
import { type Data, writeVector } from "./vectors/write-vector.ts";

export interface SharedColumn {
  /** What it is called in SQL. */
  readonly name: string;
  /** What it is called in the batches; undefined for the number of the row, counted over all batches. */
  readonly source: string | undefined;
  /** Its type in SQL. */
  readonly field: Field;
  /** Whether types that DuckDB has not get a name by which they are known in the result. */
  readonly isNamed?: boolean;
}

/** Rows that statements can read. */
export interface SharedRows {
  readonly columns: readonly SharedColumn[];
  /** Can be set between two statements. They need to hold the columns alone that are read. */
  batches: readonly RecordBatch[];
  /** Called as a statement reads rows. */
  onRead?: ((rows: number) => void) | undefined;
  /** What went wrong in the middle of a statement: DuckDB keeps its text alone. */
  failure?: unknown;
}

const rowsById = new Map<number, SharedRows>();
let latestId = 0;

/** What a process works with; more are forgotten, and get other ids when they come again. */
const mostKinds = 1_000;
/** Ids that are free, by the columns that they stand for: a statement that comes again is then the same text. */
const freeIds = new Recent<number[]>(mostKinds);

/** Makes rows readable as `FROM dlf_rows(id)`, until they are withdrawn. */
export function shareRows(rows: SharedRows): { readonly sql: string; withdraw(): void } {
  const kind = columnsKey(rows.columns);
  const free = freeIds.get(kind) ?? [];
  freeIds.put(kind, free);
  const id = free.shift() ?? ++latestId;
  rowsById.set(id, rows);
  return {
    sql: `dlf_rows(${id})`,
    withdraw() {
      if (!rowsById.delete(id)) return;
      free.push(id);
      free.sort((a, b) => a - b);
    },
  };
}

/** Says what {@link registerRowsFunction} binds. */
function columnsKey(columns: readonly SharedColumn[]): string {
  return JSON.stringify(columns.map(({ name, field }) => [name, typeKey(field)]));
}

/** The error that ended a statement over the rows, once. */
export function takeFailure(rows: SharedRows): unknown {
  const { failure } = rows;
  delete rows.failure;
  return failure;
}

/** Columns of plans: numbered, in their stored form. */
export function numberedColumns(fields: readonly Field[]): readonly SharedColumn[] {
  return fields.map((field, index) => ({
    name: `c${index}`,
    source: field.name,
    field: storageField(field, `c${index}`),
  }));
}

export const rowNumberColumn: SharedColumn = {
  name: "rn",
  source: undefined,
  field: new arrow.Field("rn", new arrow.Int32(), false),
};

interface Cursor {
  readonly id: number;
  readonly rows: SharedRows;
  /** The columns read, by their place. */
  readonly columns: readonly number[];
  readonly data: WeakMap<RecordBatch, (Data | undefined)[]>;
  batch: number;
  /** In the batch. */
  row: number;
  /** Rows of the batches before. */
  before: number;
}

export function registerRowsFunction(duckdb: DuckDb, connection: Connection): void {
  const cursors = new WeakMap<object, Cursor>();
  const table = duckdb.create_table_function();
  duckdb.table_function_set_name(table, "dlf_rows");
  duckdb.table_function_add_parameter(table, duckdb.create_logical_type(duckdb.Type.INTEGER));
  duckdb.table_function_supports_projection_pushdown(table, true);
  duckdb.table_function_set_bind(table, (info) => {
    const id = duckdb.get_int32(duckdb.bind_get_parameter(info, 0));
    const rows = findRows(id);
    for (const { name, field, isNamed } of rows.columns) {
      const type = isNamed ? toLogicalType(duckdb, field, "run SQL", true) : logicalType(duckdb, field);
      duckdb.bind_add_result_column(info, name, type);
    }
    const count = rows.batches.reduce((sum, batch) => sum + batch.numRows, 0);
    if (count > 0) duckdb.bind_set_cardinality(info, count, true);
    duckdb.bind_set_bind_data(info, { id });
  });
  duckdb.table_function_set_init(table, (info) => {
    const { id } = duckdb.init_get_bind_data(info) as { readonly id: number };
    const count = duckdb.init_get_column_count(info);
    const state = {};
    cursors.set(state, {
      id,
      rows: findRows(id),
      columns: Array.from({ length: count }, (_, index) => duckdb.init_get_column_index(info, index)),
      data: new WeakMap(),
      batch: 0,
      row: 0,
      before: 0,
    });
    duckdb.init_set_init_data(info, state);
    // Every call comes back to this thread: more of them would only wait for each other.
    duckdb.init_set_max_threads(info, 1);
  });
  const chunkRows = duckdb.vector_size();
  duckdb.table_function_set_function(table, (info, chunk) => {
    const cursor = cursors.get(duckdb.function_get_init_data(info) as object) as Cursor;
    const { rows } = cursor;
    // What was interrupted may go on for a moment, over rows that took its place.
    if (rows !== rowsById.get(cursor.id)) throw refuseGone(cursor.id);
    try {
      const batch = nextBatch(rows, cursor);
      const count = batch === undefined ? 0 : Math.min(chunkRows, batch.numRows - cursor.row);
      if (batch !== undefined) {
        const columns = readColumns(rows, batch, cursor);
        for (const [place, data] of columns.entries()) {
          const vector = duckdb.data_chunk_get_vector(chunk, place);
          if (data !== undefined) writeVector(duckdb, vector, data, cursor.row, count);
          else if (rows.columns[cursor.columns[place] as number] === rowNumberColumn)
            writeRowNumbers(duckdb, vector, cursor.before + cursor.row, count);
        }
        cursor.row += count;
        rows.onRead?.(count);
      }
      duckdb.data_chunk_set_size(chunk, count);
    } catch (error) {
      rows.failure = error;
      throw error;
    }
  });
  duckdb.register_table_function(connection, table);
}

const logicalTypes = new WeakMap<Field, LogicalType>();

function logicalType(duckdb: DuckDb, field: Field): LogicalType {
  let type = logicalTypes.get(field);
  if (type === undefined) {
    type = toLogicalType(duckdb, field, `read column ${JSON.stringify(field.name)}`);
    logicalTypes.set(field, type);
  }
  return type;
}

function findRows(id: number): SharedRows {
  const rows = rowsById.get(id);
  if (rows !== undefined) return rows;
  throw refuseGone(id);
}

function refuseGone(id: number): DlfLanceError {
  return new DlfLanceError("Internal", `Cannot read rows ${id} in SQL: they are gone; report this`);
}

function nextBatch({ batches }: SharedRows, cursor: Cursor): RecordBatch | undefined {
  let batch = batches[cursor.batch];
  while (batch !== undefined && cursor.row >= batch.numRows) {
    cursor.before += batch.numRows;
    cursor.batch += 1;
    cursor.row = 0;
    batch = batches[cursor.batch];
  }
  return batch;
}

/** Undefined for row numbers, and for what DuckDB asks for to count rows when a statement reads no column. */
function readColumns(rows: SharedRows, batch: RecordBatch, cursor: Cursor): readonly (Data | undefined)[] {
  let columns = cursor.data.get(batch);
  if (columns === undefined) {
    columns = cursor.columns.map((index) => {
      const column = rows.columns[index];
      return column?.source === undefined ? undefined : storedColumn(batch, column.source, column.field.type);
    });
    cursor.data.set(batch, columns);
  }
  return columns;
}

function storedColumn(batch: RecordBatch, source: string, type: DataType): Data {
  const place = batch.schema.fields.findIndex(({ name }) => name === source);
  const data: Data | undefined = batch.data.children[place];
  if (data !== undefined) return conformData(plainData(data), type, source);
  throw new DlfLanceError(
    "Internal",
    `Cannot read column ${source} in SQL: the input did not deliver it; report this`,
  );
}

function writeRowNumbers(duckdb: DuckDb, vector: Vector, begin: number, count: number): void {
  const numbers = new Int32Array(count);
  for (let row = 0; row < count; row++) numbers[row] = begin + row;
  duckdb.copy_data_to_vector(vector, 0, numbers.buffer, 0, numbers.byteLength);
}
