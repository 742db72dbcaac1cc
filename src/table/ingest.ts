/** What a caller hands over, as an Arrow table that fits: checked whole before a byte is written. */
import { z } from "zod";
import { arrow, type Field, isArrowTable, type Schema, type Table, type Vector } from "../arrow.ts";
import { typeName } from "../display/type-name.ts";
import { DlfLanceError } from "../errors.ts";
import { findNearest } from "../nearest.ts";
import { buildData } from "./build-column.ts";
import { type ColumnProblem, describeProblems } from "./column-problem.ts";
import { inferType } from "./infer-schema.ts";
import { ValueMismatch } from "./value-mismatch.ts";

export type Row = Readonly<Record<string, unknown>>;
export type Columns = Readonly<Record<string, ArrayLike<unknown>>>;

/**
 * Data for a table: rows, columns by name, an Arrow table, or the bytes of an Arrow IPC stream (or file).
 */
export type TableData = readonly Row[] | Columns | Table | Uint8Array;

const isPlainRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);

const isColumnValues = (value: unknown) =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));

const rowsShape = z.array(z.custom<Row>(isPlainRecord, "a row must be an object of column: value"));
const columnsShape = z
  .custom<Record<string, ArrayLike<unknown>>>(
    isPlainRecord,
    "expected rows, columns, an Arrow table or IPC bytes",
  )
  .superRefine((columns, context) => {
    const lengths = Object.entries(columns).map(([name, values]) => {
      if (!isColumnValues(values)) {
        context.addIssue({
          code: "custom",
          path: [name],
          message: "a column must be an array of its values",
        });
      }
      return values?.length;
    });
    if (new Set(lengths).size > 1) {
      context.addIssue({ code: "custom", message: `columns have different lengths: ${lengths.join(", ")}` });
    }
  });

/** Column name to values, in the order the columns appear. */
type ColumnValues = ReadonlyMap<string, readonly unknown[]>;

/**
 * The table a new table is made of. Types of plain values are inferred; dictionaries become their values.
 * @param action what to say cannot be done, such as `create table default.orders`.
 * @throws DlfLanceError InvalidInput or TableSchemaValidationError.
 */
export function buildNewTable(data: TableData, action: string): Table {
  const source = readSource(data, action);
  if (isArrowTable(source)) return withoutDictionaries(source);
  if (source.size === 0) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot ${action}: there are no columns; give at least one row or an Arrow schema.`,
    );
  }
  const fields = collect(
    action,
    [...source],
    ([name, values]) => new arrow.Field(name, inferType(values), true),
  );
  return buildTable(new arrow.Schema(fields), source, action);
}

/**
 * The table to append, by the table's own schema: columns match by name in any order, a missing nullable
 * column is left to be null.
 * @throws DlfLanceError TableSchemaValidationError listing every column that does not fit.
 */
export function buildAppendedTable(data: TableData, schema: Schema, action: string): Table {
  const source = readSource(data, action);
  const given = isArrowTable(source) ? source.schema.fields.map((field) => field.name) : [...source.keys()];
  const problems = compareNames(given, schema);
  if (problems.length > 0) throw refuse(action, problems);
  const wanted = schema.fields.filter((field) => given.includes(field.name));
  const narrowed = new arrow.Schema(wanted, schema.metadata);
  if (!isArrowTable(source)) return withoutNullBooleans(buildTable(narrowed, source, action));
  const columns = collect(action, wanted, (field) => [field.name, convertColumn(source, field)] as const);
  return withoutNullBooleans(new arrow.Table(narrowed, Object.fromEntries(columns)));
}

function readSource(data: TableData, action: string): Table | ColumnValues {
  if (data instanceof Uint8Array) return readIpc(data, action);
  if (data instanceof arrow.Table) return data;
  if (isArrowTable(data)) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot ${action}: the Arrow table was made by another copy of apache-arrow. Pass its bytes: tableToIPC(table).`,
    );
  }
  const shape: z.ZodType<readonly Row[] | Columns> = Array.isArray(data) ? rowsShape : columnsShape;
  const parsed = shape.safeParse(data);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const place = issue?.path.length ? ` at ${issue.path.join(".")}` : "";
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot ${action}: ${issue?.message ?? "the data is malformed"}${place}.`,
    );
  }
  return Array.isArray(data)
    ? turnRows(data)
    : new Map(Object.entries(data as Columns).map(([k, v]) => [k, Array.from(v)]));
}

function readIpc(bytes: Uint8Array, action: string): Table {
  try {
    const table = arrow.tableFromIPC(bytes);
    if (table.schema.fields.length > 0) return table;
  } catch {
    // Said below: apache-arrow's own words name neither the table nor a way out.
  }
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot ${action}: the bytes are not an Arrow IPC stream with a schema. Make them with tableToIPC(table, "stream").`,
  );
}

function turnRows(rows: readonly Row[]): ColumnValues {
  const names = new Set<string>();
  for (const row of rows) for (const name of Object.keys(row)) names.add(name);
  return new Map([...names].map((name) => [name, rows.map((row) => row[name])]));
}

function buildTable(schema: Schema, source: ColumnValues, action: string): Table {
  const vectors = collect(action, schema.fields, (field) => {
    const vector = arrow.makeVector(buildData(field.type, source.get(field.name) ?? []));
    return [field.name, requireValues(vector, field)] as const;
  });
  return new arrow.Table(schema, Object.fromEntries(vectors));
}

/** The column of an Arrow table as the target field wants it; values are copied only when the types differ. */
function convertColumn(source: Table, field: Field): Vector {
  const vector = source.getChild(field.name) as Vector;
  if (arrow.util.compareTypes(vector.type, field.type)) return requireValues(vector, field);
  if (!isConvertible(vector, field))
    throw new ValueMismatch(undefined, `the data is ${typeName(vector.type)}`);
  return requireValues(arrow.makeVector(buildData(field.type, [...vector])), field);
}

/** Types whose values carry over exactly or are refused one by one: whole numbers, floats, texts, bytes. */
function isConvertible(vector: Vector, field: Field): boolean {
  const { DataType } = arrow;
  const from = DataType.isDictionary(vector.type) ? vector.type.dictionary : vector.type;
  const isText = (type: typeof from) => DataType.isUtf8(type) || DataType.isLargeUtf8(type);
  const isBinary = (type: typeof from) => DataType.isBinary(type) || DataType.isLargeBinary(type);
  return (
    (DataType.isInt(from) && DataType.isInt(field.type)) ||
    (DataType.isInt(from) && DataType.isFloat(field.type)) ||
    (DataType.isFloat(from) && DataType.isFloat(field.type)) ||
    (isText(from) && isText(field.type)) ||
    (isBinary(from) && isBinary(field.type)) ||
    arrow.util.compareTypes(from, field.type)
  );
}

function requireValues(vector: Vector, field: Field): Vector {
  if (field.nullable || vector.nullCount === 0) return vector;
  const row = [...vector].indexOf(null);
  throw new ValueMismatch(row, "null, and the column takes no nulls");
}

/**
 * Leaves columns of nothing but null booleans out, which Lance then fills with nulls: apache-arrow writes no
 * bitmap for them, and the native reader insists on one.
 */
function withoutNullBooleans(table: Table): Table {
  const kept = table.schema.fields.filter((field) => {
    const vector = table.getChild(field.name);
    return !arrow.DataType.isBool(field.type) || vector?.nullCount !== table.numRows;
  });
  return kept.length === 0 ? table : table.select(kept.map((field) => field.name));
}

function withoutDictionaries(table: Table): Table {
  const { DataType } = arrow;
  if (!table.schema.fields.some((field) => DataType.isDictionary(field.type))) return table;
  const columns = table.schema.fields.map((field, index) => {
    const vector = table.getChildAt(index) as Vector;
    if (!DataType.isDictionary(field.type)) return [field, vector] as const;
    const plain = new arrow.Field(field.name, field.type.dictionary, field.nullable, field.metadata);
    return [plain, arrow.makeVector(buildData(plain.type, [...vector]))] as const;
  });
  const schema = new arrow.Schema(
    columns.map(([field]) => field),
    table.schema.metadata,
  );
  return new arrow.Table(schema, Object.fromEntries(columns.map(([field, vector]) => [field.name, vector])));
}

function compareNames(given: readonly string[], schema: Schema): ColumnProblem[] {
  const known = new Map(schema.fields.map((field) => [field.name, field]));
  const extra = given
    .filter((name) => !known.has(name))
    .map((name) => ({
      column: name,
      have: "data",
      want: "no such column",
      fix: suggestColumn(name, [...known.keys()]),
    }));
  const missing = schema.fields
    .filter((field) => !field.nullable && !given.includes(field.name))
    .map((field) => ({
      column: field.name,
      have: "nothing",
      want: `${typeName(field.type)}, not null`,
      fix: "give it values",
    }));
  return [...extra, ...missing];
}

function suggestColumn(name: string, known: readonly string[]): string {
  const near = findNearest(name.trim(), known);
  return near === undefined ? `leave it out; the table has ${known.join(", ")}` : `rename it to ${near}`;
}

/** Runs `build` for every item and refuses all that do not fit at once. */
function collect<T, R>(action: string, items: readonly T[], build: (item: T) => R): R[] {
  const problems: ColumnProblem[] = [];
  const results: R[] = [];
  for (const item of items) {
    try {
      results.push(build(item));
    } catch (error) {
      if (!(error instanceof ValueMismatch)) throw error;
      problems.push(describeMisfit(item, error));
    }
  }
  if (problems.length > 0) throw refuse(action, problems);
  return results;
}

function describeMisfit(item: unknown, error: ValueMismatch): ColumnProblem {
  const field = Array.isArray(item) ? undefined : (item as Field);
  return {
    column: field?.name ?? String((item as readonly unknown[])[0]),
    ...(error.row === undefined ? {} : { row: error.row }),
    have: error.reason,
    want: field === undefined ? "values of one type" : typeName(field.type),
    fix: "change the value, or pass an Arrow table of the column's type",
  };
}

function refuse(action: string, problems: readonly ColumnProblem[]): DlfLanceError {
  return new DlfLanceError("TableSchemaValidationError", `Cannot ${action}: ${describeProblems(problems)}`);
}
