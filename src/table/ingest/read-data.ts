/** What a caller hands over at once, as an Arrow table or as columns of plain values. */
import { types } from "node:util";
import type { Table } from "../../arrow.ts";
import { DlfLanceError, isError } from "../../errors.ts";
import { type ArrowLike, adoptArrow, isArrowLike } from "../arrow/adopt-arrow.ts";
import { readIpc } from "../arrow/read-ipc.ts";
import { asList, asRecord, fieldOf } from "../columns/value-class.ts";
import { describeValue, ValueMismatch } from "../columns/value-mismatch.ts";

/** Column names to the values of one row. A name that is left out is null. */
export type Row = Readonly<Record<string, unknown>>;
/** Column names to their values; all of one length. */
export type Columns = Readonly<Record<string, ArrayLike<unknown>>>;

/**
 * Data for a table: rows; columns by name; an Arrow table or record batch of any copy of apache-arrow, or of
 * flechette; or the bytes of an Arrow IPC stream or file.
 */
export type TableData = readonly Row[] | Columns | ArrowLike | Uint8Array;

/** Column name to values, in the order the columns appear. */
export type ColumnValues = ReadonlyMap<string, ArrayLike<unknown>>;

const isRow = (value: unknown): value is Row => !types.isMap(value) && asRecord(value) !== undefined;

/**
 * @param action what to say cannot be done, such as `append to default.orders`
 * @throws DlfLanceError InvalidInput, or Unsupported for an Arrow type that is not read here
 */
export function readData(data: TableData, action: string): Table | ColumnValues {
  if (data instanceof Uint8Array) return readArrow(action, () => readBytes(data));
  if (isArrowLike(data)) return readArrow(action, () => adoptArrow(data));
  const refuse = (problem: string) => new DlfLanceError("InvalidInput", `Cannot ${action}: ${problem}`);
  try {
    const problem = Array.isArray(data) ? findWrongRow(data) : findWrongColumn(data);
    if (problem !== undefined) throw refuse(problem);
    return Array.isArray(data) ? turnRows(data) : new Map(entriesOf(data as Columns));
  } catch (error) {
    if (!(error instanceof ValueMismatch)) throw error;
    throw refuse(error.row === undefined ? error.reason : `row ${error.row + 1}: ${error.reason}`);
  }
}

function entriesOf(columns: Columns): [string, ArrayLike<unknown>][] {
  return Object.keys(columns).map((name) => [name, fieldOf(columns, name) as ArrayLike<unknown>]);
}

/** Whether it is one row alone, and neither rows nor columns: some of its values are not lists. */
export function isSingleRow(data: unknown): boolean {
  if (Array.isArray(data) || types.isTypedArray(data) || isArrowLike(data) || !isRow(data)) return false;
  return entriesOf(data as Columns).some(([, values]) => asList(values) === undefined);
}

function findWrongRow(rows: readonly unknown[]): string | undefined {
  const wrong = rows.findIndex((row) => !isRow(row));
  return wrong < 0
    ? undefined
    : `row ${wrong + 1} is ${describeValue(rows[wrong])}; pass an object, such as { id: 1, name: "x" }`;
}

function findWrongColumn(data: unknown): string | undefined {
  if (!isRow(data)) {
    return `the data are ${describeValue(data)}; pass rows, columns by name, an Arrow table or Arrow IPC bytes`;
  }
  const columns = entriesOf(data as Columns);
  const wrong = columns.find(([, values]) => asList(values) === undefined);
  if (wrong !== undefined) {
    return `column ${wrong[0]} is ${describeValue(wrong[1])}; pass an array of its values, or rows as an array of objects`;
  }
  const lengths = columns.map(([, values]) => (values as ArrayLike<unknown>).length);
  return new Set(lengths).size > 1
    ? `columns have different lengths: ${lengths.join(", ")}; pass a value for each row`
    : undefined;
}

function readArrow(action: string, read: () => Table): Table {
  try {
    return read();
  } catch (error) {
    if (!isError(error)) throw error;
    throw new DlfLanceError(error.code, `Cannot ${action}: ${error.message}`);
  }
}

function readBytes(bytes: Uint8Array): Table {
  try {
    const table = readIpc(bytes);
    if (table.schema.fields.length > 0) return table;
  } catch (error) {
    if (isError(error)) throw error;
    // Said below: apache-arrow's own words name neither the table nor a way out.
  }
  throw new DlfLanceError(
    "InvalidInput",
    'Cannot read the bytes: they are not an Arrow IPC stream with a schema; make them with tableToIPC(table, "stream")',
  );
}

function turnRows(rows: readonly Row[]): ColumnValues {
  const names = new Set<string>();
  for (const row of rows) for (const name of Object.keys(row)) names.add(name);
  return new Map([...names].map((name) => [name, rows.map((row, index) => fieldAt(row, name, index))]));
}

function fieldAt(row: Row, name: string, index: number): unknown {
  try {
    return fieldOf(row, name);
  } catch (error) {
    throw error instanceof ValueMismatch ? error.at(index) : error;
  }
}
