/** Tables as the bytes of one Arrow IPC file, which is what the native library takes. */
import {
  arrow,
  type DataType,
  encodeTable,
  type RecordBatch,
  type Schema,
  type Table,
  Types,
} from "../../arrow.ts";
import type { Data } from "../arrow/column-data.ts";
import { makeTable } from "../arrow/make-table.ts";
import { buildData } from "../columns/build-column.ts";

/** Rows in one batch: the native library encodes batches side by side. */
const batchRows = 131_072;

/**
 * All rows of the tables, one after the other. The columns are those of any of them, as the first that has one has
 * it; where a table has no such column, its rows hold nulls.
 */
export function encodeIpcFile(tables: readonly Table[]): Buffer {
  return encodeIpc(tables, "file");
}

/** The same as an Arrow IPC stream, for other programs. */
export function encodeIpcStream(tables: readonly Table[]): Buffer {
  return encodeIpc(tables, "stream");
}

function encodeIpc(tables: readonly Table[], format: "file" | "stream"): Buffer {
  const schema = joinSchemas(tables);
  const batches = tables
    .filter((table) => table.numRows > 0)
    .flatMap((table) => splitBatches(alignTable(table, schema)))
    .map((batch) => asEncoded(batch, schema));
  // The native library does not overwrite a table with no batch at all.
  if (batches.length === 0) batches.push(buildEmptyBatch(schema));
  const bytes = encodeTable(new arrow.Table(schema, batches), format);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function buildEmptyBatch(schema: Schema): RecordBatch {
  const children = schema.fields.map((field) => buildData(field.type, []));
  const type = new arrow.Struct(schema.fields);
  return new arrow.RecordBatch(schema, arrow.makeData({ type, length: 0, nullCount: 0, children }));
}

function joinSchemas(tables: readonly Table[]): Schema {
  const fields = new Map<string, Schema["fields"][number]>();
  for (const table of tables) {
    for (const field of table.schema.fields) if (!fields.has(field.name)) fields.set(field.name, field);
  }
  return new arrow.Schema([...fields.values()], tables[0]?.schema.metadata);
}

function alignTable(table: Table, schema: Schema): Table {
  const names = table.schema.fields.map(({ name }) => name);
  const isAligned =
    names.length === schema.fields.length && schema.fields.every(({ name }, index) => names[index] === name);
  if (isAligned) return table;
  const columns = schema.fields.map((field) => {
    const missing = () => arrow.makeVector(buildData(field.type, new Array<null>(table.numRows).fill(null)));
    return table.getChild(field.name) ?? missing();
  });
  return makeTable(schema, columns);
}

function splitBatches(table: Table): readonly RecordBatch[] {
  if (table.batches.every((batch) => batch.numRows <= 2 * batchRows)) return table.batches;
  const starts = Array.from(
    { length: Math.ceil(table.numRows / batchRows) },
    (_, index) => index * batchRows,
  );
  return starts.flatMap((start) => table.slice(start, start + batchRows).batches);
}

/**
 * A batch to be encoded only. apache-arrow writes no values for booleans that are all null, and the native library
 * insists on them: they pass for integers here, whose values are written; the schema goes on saying that they are
 * booleans. And it fails over parts of large texts and bytes, which begin at zero here.
 */
export function asEncoded(batch: RecordBatch, schema: Schema): RecordBatch {
  const children = batch.data.children.map((child) => fitEncoder(child as Data));
  const type = new arrow.Struct(schema.fields);
  return new arrow.RecordBatch(
    schema,
    arrow.makeData({ type, length: batch.numRows, nullCount: 0, children }),
  );
}

function fitEncoder(data: Data): Data {
  const { type, offset, length, nullCount, nullBitmap, valueOffsets, values, typeIds } = data;
  if (Types.isBool(type as DataType)) {
    if (length === 0 || nullCount < length) return data;
    const buffers = [undefined, new Int8Array(length), nullBitmap] as never;
    return new arrow.Data(new arrow.Int8() as DataType, offset, length, nullCount, buffers);
  }
  if ((Types.isLargeUtf8(type as DataType) || Types.isLargeBinary(type as DataType)) && length > 0) {
    const large = valueOffsets as unknown as BigInt64Array;
    const [from = 0n, to = 0n] = [large[0], large[length]];
    if (from === 0n) return data;
    const own = values.subarray(Number(from), Number(to));
    const buffers = [large.map((end) => end - from), own, nullBitmap] as never;
    return new arrow.Data(type, offset, length, nullCount, buffers);
  }
  // The encoder cuts the items of a list to those that its offsets name, and looks at what is left.
  const begin = Types.isList(type as DataType) || Types.isMap(type as DataType) ? valueOffsets[0] : undefined;
  const items = (child: Data) =>
    begin === undefined ? child : child.slice(begin, valueOffsets[length] - begin);
  const given = data.children.map((child) => items(child as Data));
  const children = given.map(fitEncoder);
  if (children.every((child, index) => child === given[index])) return data;
  const offsets = begin === undefined ? valueOffsets : valueOffsets.map((end: number) => end - begin);
  const buffers = [offsets, values, nullBitmap, typeIds] as never;
  return new arrow.Data(type, offset, length, nullCount, buffers, children);
}
