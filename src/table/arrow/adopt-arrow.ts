/**
 * Arrow tables and batches of another copy of apache-arrow, of another version of it or of flechette, as ours. Told
 * by their shape: `instanceof` fails between copies. The buffers are shared.
 */
import { arrow, type DataType, type Field, isArrowTable, type RecordBatch, type Table } from "../../arrow.ts";
import { DlfLanceError } from "../../errors.ts";
import { loadFlechette } from "../../flechette.ts";
import { adoptField, type ForeignField } from "./adopt-type.ts";
import type { Data } from "./column-data.ts";
import { readIpc } from "./read-ipc.ts";

/** What tables and batches of all Arrow libraries for JavaScript have in common. */
export interface ArrowLike {
  readonly numRows: number;
  readonly schema: { readonly fields: readonly { readonly name: string }[] };
}

export function isArrowLike(value: unknown): value is ArrowLike {
  if (typeof value !== "object" || value === null) return false;
  const { numRows, schema } = value as Partial<ArrowLike>;
  return typeof numRows === "number" && Array.isArray(schema?.fields);
}

/** @throws DlfLanceError InvalidInput for a library that is not known, Unsupported for a type that is not */
export function adoptArrow(value: ArrowLike): Table {
  if (value instanceof arrow.Table) return value;
  if (value instanceof arrow.RecordBatch) return new arrow.Table([value]);
  if (isArrowTable(value)) return adoptBatches(value.schema as unknown as ForeignSchema, value.batches);
  if (isBatch(value)) return adoptBatches(value.schema as unknown as ForeignSchema, [value]);
  if ("children" in value) return readIpc(encodeFlechette(value));
  throw new DlfLanceError(
    "InvalidInput",
    "Cannot read the data: they look like an Arrow table, but of no known library; pass them as the bytes of an Arrow IPC stream",
  );
}

function isBatch(value: ArrowLike): value is RecordBatch {
  return Array.isArray((value as Partial<RecordBatch>).data?.children);
}

function encodeFlechette(table: ArrowLike): Uint8Array {
  const { tableToIPC } = loadFlechette();
  return tableToIPC(table as unknown as Parameters<typeof tableToIPC>[0], {}) ?? new Uint8Array();
}

interface ForeignSchema {
  readonly fields: readonly ForeignField[];
  readonly metadata: ReadonlyMap<string, string>;
}

function adoptBatches(schema: ForeignSchema, batches: readonly RecordBatch[]): Table {
  const own = new arrow.Schema(schema.fields.map(adoptField), new Map(schema.metadata));
  const type = new arrow.Struct(own.fields);
  const adopted = batches.map((batch) => {
    const children = own.fields.map((field, index) =>
      adoptData(batch.data.children[index] as Data, field.type),
    );
    const data = arrow.makeData({ type, length: batch.numRows, nullCount: 0, children });
    return new arrow.RecordBatch(own, data);
  });
  return new arrow.Table(own, adopted);
}

function adoptData(data: Data, type: DataType): Data {
  const fields: readonly Field[] = arrow.DataType.isDictionary(type) ? [] : (type.children ?? []);
  const children = fields.map((field, index) => adoptData(data.children[index] as Data, field.type));
  const isWide = arrow.DataType.isList(type) && (data.valueOffsets as unknown) instanceof BigInt64Array;
  const valueOffsets = isWide ? Int32Array.from(data.valueOffsets, Number) : data.valueOffsets;
  const buffers = [valueOffsets, data.values, data.nullBitmap, data.typeIds] as never;
  const { offset, length, nullCount } = data;
  return new arrow.Data(type, offset, length, nullCount, buffers, children, adoptDictionary(data, type));
}

function adoptDictionary(data: Data, type: DataType) {
  if (!arrow.DataType.isDictionary(type) || data.dictionary === undefined) return undefined;
  const chunks = data.dictionary.data as readonly Data[];
  return new arrow.Vector(chunks.map((chunk) => adoptData(chunk, type.dictionary)));
}
