/** What a caller hands over, as an Arrow table that fits: checked whole before a byte is written. */
import { arrow, type Field, isArrowTable, type Schema, type Table, Types, type Vector } from "../../arrow.ts";
import { fieldTypeName } from "../../display/arrow/type-name.ts";
import { DlfLanceError } from "../../errors.ts";
import type { Data } from "../arrow/column-data.ts";
import { makeTable } from "../arrow/make-table.ts";
import { buildData, requireValues } from "../columns/build-column.ts";
import { UnknownType, ValueMismatch } from "../columns/value-mismatch.ts";
import { type ColumnProblem, refuseProblems } from "./column-problem.ts";
import { compareNames } from "./compare-names.ts";
import { convertData } from "./convert-column.ts";
import { plainField } from "./decode-dictionary.ts";
import { inferColumnType } from "./infer-schema.ts";
import { convertJson } from "./json-text.ts";
import { type ColumnValues, readData, type TableData } from "./read-data.ts";
import { refuseFixedOffsets, writtenField } from "./written-field.ts";

/**
 * The table a new table is made of. Types of plain values are inferred; dictionaries become their values.
 * @param action what to say cannot be done, such as `create table default.orders`.
 * @throws DlfLanceError InvalidInput or TableSchemaValidationError.
 */
export function buildNewTable(data: TableData, action: string): Table {
  const source = readData(data, action);
  if (isArrowTable(source)) {
    const plain = new arrow.Schema(source.schema.fields.map(plainField), source.schema.metadata);
    refuseFixedOffsets(plain.fields, action);
    return convertTable(source, plain, action);
  }
  if (source.size === 0) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot ${action}: no columns; pass at least one row or an Arrow schema`,
    );
  }
  const fields = collect(
    action,
    [...source],
    ([name, values]) => new arrow.Field(name, inferColumnType(values), true),
  );
  return buildTable(new arrow.Schema(fields), source, action);
}

/**
 * The table to append, by the table's own schema: columns match by name in any order, a missing nullable
 * column is left to be null.
 * @param schema the table's own
 * @throws DlfLanceError TableSchemaValidationError listing every column that does not fit.
 */
export function buildAppendedTable(
  data: TableData,
  schema: Schema,
  action: string,
  place: DataPlace = {},
): Table {
  const source = readData(data, action);
  const given = isArrowTable(source) ? source.schema.fields.map((field) => field.name) : [...source.keys()];
  const problems = compareNames(given, schema);
  if (problems.length > 0) throw refuseProblems(action, problems);
  const wanted = schema.fields.filter((field) => given.includes(field.name)).map(writtenField);
  const narrowed = new arrow.Schema(wanted, schema.metadata);
  return isArrowTable(source)
    ? convertTable(source, narrowed, action, place)
    : buildTable(narrowed, source, action, schema, place);
}

/** Where data come from, for what is said about a value that does not fit. */
export interface DataPlace {
  /** The number of their first row, when rows came before it. */
  readonly firstRow?: number;
  /** Whether they are read from a file, so that nobody passes the values. */
  readonly isFile?: boolean;
}

function buildTable(
  schema: Schema,
  source: ColumnValues,
  action: string,
  own: Schema = schema,
  place: DataPlace = {},
): Table {
  const vectors = collect(
    action,
    schema.fields,
    (field) => {
      const values = source.get(field.name) ?? [];
      const stored = own.fields.find(({ name }) => name === field.name);
      try {
        const data = buildData(field.type, convertJson(stored, values));
        return arrow.makeVector(requireValues(data, field));
      } catch (error) {
        throw shift(error, place.firstRow ?? 0);
      }
    },
    own,
    place,
  );
  return makeTable(schema, vectors);
}

/** The columns of an Arrow table as the schema wants them; values are copied only when the types differ. */
function convertTable(
  source: Table,
  schema: Schema,
  action: string,
  { firstRow = 0 }: DataPlace = {},
): Table {
  const vectors = collect(action, schema.fields, (field) => {
    // A table without rows may have no chunks, and then no types.
    if (source.numRows === 0) return arrow.makeVector(buildData(field.type, []));
    const vector = source.getChild(field.name) as Vector;
    let row = firstRow;
    const chunks = vector.data.map((chunk) => {
      try {
        return requireValues(convertData(chunk as Data, field.type), field);
      } catch (error) {
        throw shift(error, row);
      } finally {
        row += chunk.length;
      }
    });
    return new arrow.Vector(chunks);
  });
  return makeTable(schema, vectors);
}

function shift(error: unknown, rows: number): unknown {
  return error instanceof ValueMismatch && error.row !== undefined ? error.at(error.row + rows) : error;
}

/** Runs `build` for every item and refuses all that do not fit at once. */
function collect<T extends Field | readonly [name: string, values: unknown], R>(
  action: string,
  items: readonly T[],
  build: (item: T) => R,
  own?: Schema,
  { isFile = false }: DataPlace = {},
): R[] {
  const problems: ColumnProblem[] = [];
  const results: R[] = [];
  for (const item of items) {
    try {
      results.push(build(item));
    } catch (error) {
      if (!(error instanceof ValueMismatch)) throw error;
      const name = item instanceof arrow.Field ? item.name : (item as readonly [string, unknown])[0];
      const field =
        own?.fields.find((each) => each.name === name) ?? (item instanceof arrow.Field ? item : undefined);
      problems.push(describeMisfit(name, field, error, isFile));
    }
  }
  if (problems.length > 0) throw refuseProblems(action, problems);
  return results;
}

function describeMisfit(
  column: string,
  field: Field | undefined,
  error: ValueMismatch,
  isFile: boolean,
): ColumnProblem {
  return {
    column,
    ...(error.row === undefined ? {} : { row: error.row }),
    have: error.reason,
    ...(field === undefined ? {} : { want: fieldTypeName(field) }),
    fix: nextStep(column, field, error, isFile),
  };
}

function nextStep(column: string, field: Field | undefined, error: ValueMismatch, isFile: boolean): string {
  if (error instanceof UnknownType) {
    const { fix, example } = error;
    return `${fix}, or leave it out and add nulls, as in fromRows(rows).withColumn(${JSON.stringify(column)}, lit(null).cast("${example}"))`;
  }
  if (error.fix !== undefined && !(isFile && error.fix.startsWith("pass "))) return error.fix;
  if (!isFile) return "change the value, or pass an Arrow table of the column's type";
  return field !== undefined && Types.isUtf8(field.type)
    ? "write it as text in the file"
    : `change it in the file, or pass the column's type in { types: { ${JSON.stringify(column)}: … } }`;
}
