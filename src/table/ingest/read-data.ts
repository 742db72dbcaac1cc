/** What a caller hands over at once, as an Arrow table or as columns of plain values. */
import { types } from "node:util";
import * as z from "zod";
import type { Table } from "../../arrow.ts";
import { DlfLanceError, isError } from "../../errors.ts";
import { type ArrowLike, adoptArrow, isArrowLike } from "../arrow/adopt-arrow.ts";
import { readIpc } from "../arrow/read-ipc.ts";
import { asList, asRecord, fieldOf } from "../columns/value-class.ts";

export type Row = Readonly<Record<string, unknown>>;
export type Columns = Readonly<Record<string, ArrayLike<unknown>>>;

/**
 * Data for a table: rows; columns by name; an Arrow table or record batch of any copy of apache-arrow, or of
 * flechette; or the bytes of an Arrow IPC stream or file.
 */
export type TableData = readonly Row[] | Columns | ArrowLike | Uint8Array;

/** Column name to values, in the order the columns appear. */
export type ColumnValues = ReadonlyMap<string, ArrayLike<unknown>>;

const isRow = (value: unknown): value is Row => !types.isMap(value) && asRecord(value) !== undefined;

const rowsShape = z.array(z.custom<Row>(isRow, "a row must be an object of column: value"));
const columnsShape = z
  .custom<Record<string, ArrayLike<unknown>>>(isRow, "expected rows, columns, an Arrow table or IPC bytes")
  .superRefine((columns, context) => {
    const lengths = Object.entries(columns).map(([name, values]) => {
      if (asList(values) === undefined) {
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

/**
 * @param action what to say cannot be done, such as `append to default.orders`
 * @throws DlfLanceError InvalidInput, or Unsupported for an Arrow type that is not read here
 */
export function readData(data: TableData, action: string): Table | ColumnValues {
  if (data instanceof Uint8Array) return readArrow(action, () => readBytes(data));
  if (isArrowLike(data)) return readArrow(action, () => adoptArrow(data));
  const shape: z.ZodType<readonly Row[] | Columns> = Array.isArray(data) ? rowsShape : columnsShape;
  const parsed = shape.safeParse(data);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const place = issue?.path.length ? ` at ${issue.path.join(".")}` : "";
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot ${action}: ${issue?.message ?? "the data is malformed"}${place}`,
    );
  }
  return Array.isArray(data) ? turnRows(data) : new Map(Object.entries(data as Columns));
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
  return new Map([...names].map((name) => [name, rows.map((row) => fieldOf(row, name))]));
}
