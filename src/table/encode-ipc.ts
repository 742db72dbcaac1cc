/** Tables as the bytes of one Arrow IPC file, which is what the native library takes. */
import { arrow, type DataType, type Field, type Schema, type Table, type Vector } from "../arrow.ts";
import { DlfLanceError } from "../errors.ts";
import { buildData } from "./build-column.ts";
import type { Data } from "./column-data.ts";
import { withChildren } from "./decode-dictionary.ts";

const { DataType: Types } = arrow;

/** Rows in one batch: the native library encodes batches side by side. */
const batchRows = 131_072;

/**
 * All rows of the tables, one after the other. Their columns are those of any of them, each of one type; where a
 * table has no such column, its rows hold nulls.
 */
export function encodeIpcFile(tables: readonly Table[]): Buffer {
  const schema = joinSchemas(tables);
  const batches = tables.flatMap((table) => splitBatches(alignTable(table, schema)));
  const bytes = arrow.tableToIPC(new arrow.Table(schema, batches), "file");
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * The same rows, with columns of booleans that are all null, at any depth, as small integers: apache-arrow writes no
 * bitmap for them, the native library insists on one, and casts integers to the table's booleans.
 */
export function replaceNullBooleans(tables: readonly Table[]): readonly Table[] {
  const names = new Set(
    tables.flatMap((table) =>
      table.schema.fields
        .filter((_, index) => hasNullBooleans(table.getChildAt(index)))
        .map(({ name }) => name),
    ),
  );
  if (names.size === 0) return tables;
  return tables.map((table) => {
    const fields = table.schema.fields.map((field) => (names.has(field.name) ? integerField(field) : field));
    const columns = fields.map((field, index) => {
      const vector = table.getChildAt(index) as Vector;
      const chunks = vector.data.map((chunk) => integerData(chunk as Data, field.type));
      return [field.name, names.has(field.name) ? new arrow.Vector(chunks) : vector];
    });
    return new arrow.Table(new arrow.Schema(fields, table.schema.metadata), Object.fromEntries(columns));
  });
}

/**
 * Refuses tables whose columns' types are to be kept, and which hold booleans that are all null.
 * @throws DlfLanceError TableSchemaValidationError
 */
export function refuseNullBooleans(tables: readonly Table[], action: string): void {
  for (const table of tables) {
    const field = table.schema.fields.find((_, index) => hasNullBooleans(table.getChildAt(index)));
    if (field === undefined) continue;
    throw new DlfLanceError(
      "TableSchemaValidationError",
      `Cannot ${action}: column ${field.name} holds booleans that are all null, which the native library takes in an ` +
        "append only; create the table from its schema, without rows, and append them. Nothing was written.",
    );
  }
}

/** True when a column of booleans that are all null is in a column, at any depth. */
function hasNullBooleans(vector: Vector | null): boolean {
  return (vector?.data ?? []).some((chunk) => isNullBooleans(chunk as Data));
}

function isNullBooleans(data: Data): boolean {
  if (Types.isBool(data.type as DataType)) return data.length > 0 && data.nullCount >= data.length;
  return data.children.some((child) => isNullBooleans(child as Data));
}

function integerField(field: Field): Field {
  return new arrow.Field(field.name, integerType(field.type), field.nullable, field.metadata);
}

function integerType(type: DataType): DataType {
  if (Types.isBool(type)) return new arrow.Int8();
  const children = (type.children ?? []) as readonly Field[];
  return children.length === 0 ? type : withChildren(type, children.map(integerField));
}

function integerData(data: Data, type: DataType): Data {
  const from: DataType = data.type;
  if (Types.isBool(from)) {
    const values = Array.from(new arrow.Vector([data]), (value) => (value === null ? null : Number(value)));
    return buildData(type, values);
  }
  const fields = (type.children ?? []) as readonly Field[];
  const children = fields.map((field, index) => integerData(data.children[index] as Data, field.type));
  const { offset, length, nullCount, valueOffsets, values, nullBitmap } = data;
  return new arrow.Data(
    type,
    offset,
    length,
    nullCount,
    [valueOffsets, values, nullBitmap] as never,
    children,
  );
}

function joinSchemas(tables: readonly Table[]): Schema {
  const [first] = tables;
  const fields = new Map(
    tables.flatMap((table) => table.schema.fields.map((field) => [field.name, field] as const)),
  );
  return new arrow.Schema([...fields.values()], first?.schema.metadata);
}

function alignTable(table: Table, schema: Schema): Table {
  const names = table.schema.fields.map(({ name }) => name);
  if (schema.fields.every(({ name }, index) => names[index] === name)) return table;
  const columns = schema.fields.map((field) => {
    const missing = () => arrow.makeVector(buildData(field.type, new Array<null>(table.numRows).fill(null)));
    return [field.name, table.getChild(field.name) ?? missing()] as const;
  });
  return new arrow.Table(schema, Object.fromEntries(columns));
}

function splitBatches(table: Table): Table["batches"] {
  if (table.batches.every((batch) => batch.numRows <= 2 * batchRows)) return table.batches;
  const starts = Array.from(
    { length: Math.ceil(table.numRows / batchRows) },
    (_, index) => index * batchRows,
  );
  return starts.flatMap((start) => table.slice(start, start + batchRows).batches);
}
