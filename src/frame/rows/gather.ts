/** Rows of columns by their numbers, as new columns: buffers are gathered as they are, and runs are copied at once. */
import { arrow, type DataType, type RecordBatch, Types, type Vector } from "../../arrow.ts";
import { DlfLanceError } from "../../errors.ts";

type Data = Vector["data"][number];
type Rows = Int32Array;
type Offsets = Int32Array | BigInt64Array;

/** @param rows numbers of rows, in any order and any number of times. */
export function gatherBatch(batch: RecordBatch, rows: Rows): RecordBatch {
  const children = batch.data.children.map((child: Data) => gatherData(child, rows));
  const { type } = batch.data;
  return new arrow.RecordBatch(batch.schema, new arrow.Data(type, 0, rows.length, 0, undefined, children));
}

/** @throws DlfLanceError Unsupported for a union, which Lance tables cannot hold. */
export function gatherData(data: Data, rows: Rows): Data {
  const type: DataType = data.type;
  if (Types.isNull(type)) return new arrow.Data(type, 0, rows.length, rows.length);
  if (Types.isUnion(type))
    throw new DlfLanceError("Unsupported", "Cannot pick rows of a union column: select the other columns");
  const { nulls, bitmap } = gatherValidity(data, rows);
  const build = (offsets: unknown, values: unknown, children: Data[] = []): Data => {
    const buffers = [offsets, values, bitmap] as never;
    return new arrow.Data(type, 0, rows.length, nulls, buffers, children, data.dictionary);
  };
  if (Types.isBool(type)) return build(undefined, gatherBits(data.values, data.offset, rows));
  if (Types.isStruct(type))
    return build(
      undefined,
      undefined,
      data.children.map((child: Data) => gatherData(child, rows)),
    );
  if (Types.isFixedSizeList(type)) {
    const items = gatherData(data.children[0] as Data, repeatRows(rows, type.listSize));
    return build(undefined, undefined, [items]);
  }
  if (data.valueOffsets === undefined) return build(undefined, gatherFixed(data.values, data.stride, rows));
  const offsets = gatherOffsets(data.valueOffsets, rows);
  const child: Data | undefined = data.children[0];
  if (child === undefined) return build(offsets, gatherSpans(data.values, data.valueOffsets, offsets, rows));
  return build(offsets, undefined, [gatherData(child, itemRows(data.valueOffsets, offsets, rows))]);
}

function gatherValidity(
  data: Data,
  rows: Rows,
): { readonly nulls: number; readonly bitmap: Uint8Array | undefined } {
  const bits: Uint8Array | undefined = data.nullBitmap;
  if (data.nullCount === 0 || bits === undefined) return { nulls: 0, bitmap: undefined };
  const bitmap = new Uint8Array(Math.ceil(rows.length / 8));
  const { offset } = data;
  let valid = 0;
  for (let at = 0; at < rows.length; at++) {
    const row = offset + (rows[at] as number);
    if ((((bits[row >> 3] as number) >> (row & 7)) & 1) === 0) continue;
    bitmap[at >> 3] = (bitmap[at >> 3] as number) | (1 << (at & 7));
    valid++;
  }
  return { nulls: rows.length - valid, bitmap };
}

function gatherBits(bits: Uint8Array, offset: number, rows: Rows): Uint8Array {
  const gathered = new Uint8Array(Math.ceil(rows.length / 8));
  for (let at = 0; at < rows.length; at++) {
    const row = offset + (rows[at] as number);
    if (((bits[row >> 3] as number) >> (row & 7)) & 1)
      gathered[at >> 3] = (gathered[at >> 3] as number) | (1 << (at & 7));
  }
  return gathered;
}

function gatherFixed(values: Uint8Array, stride: number, rows: Rows): unknown {
  const gathered = emptyLike(values, rows.length * stride);
  if (stride === 1) {
    for (let at = 0; at < rows.length; at++) gathered[at] = values[rows[at] as number] as number;
    return gathered;
  }
  for (let at = 0; at < rows.length; ) {
    const end = endOfRun(rows, at);
    const row = rows[at] as number;
    gathered.set(values.subarray(row * stride, (row + end - at) * stride), at * stride);
    at = end;
  }
  return gathered;
}

/** A typed array of the same kind. */
function emptyLike<T>(values: T, length: number): T {
  return new ((values as object).constructor as new (length: number) => T)(length);
}

/** Where rows cease to follow each other. */
function endOfRun(rows: Rows, begin: number): number {
  let end = begin + 1;
  while (end < rows.length && rows[end] === (rows[end - 1] as number) + 1) end++;
  return end;
}

function gatherOffsets(offsets: Offsets, rows: Rows): Offsets {
  const gathered = emptyLike(offsets, rows.length + 1);
  let end = 0;
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] as number;
    end += Number(offsets[row + 1]) - Number(offsets[row]);
    if (gathered instanceof BigInt64Array) gathered[at + 1] = BigInt(end);
    else gathered[at + 1] = end;
  }
  if (gathered instanceof Int32Array && end > 0x7fffffff)
    throw new DlfLanceError("Unsupported", "Cannot pick rows: their texts take more than 2 GB in one batch");
  return gathered;
}

function gatherSpans(bytes: Uint8Array, offsets: Offsets, gathered: Offsets, rows: Rows): Uint8Array {
  const spans = new Uint8Array(Number(gathered[rows.length]));
  for (let at = 0; at < rows.length; ) {
    const end = endOfRun(rows, at);
    const row = rows[at] as number;
    const from = Number(offsets[row]);
    const to = Number(offsets[row + end - at]);
    const place = Number(gathered[at]);
    // A call costs more than a few bytes do.
    if (to - from < 24)
      for (let byte = from; byte < to; byte++) spans[place + byte - from] = bytes[byte] as number;
    else spans.set(bytes.subarray(from, to), place);
    at = end;
  }
  return spans;
}

/** The rows of the items of lists. */
function itemRows(offsets: Offsets, gathered: Offsets, rows: Rows): Rows {
  const items = new Int32Array(Number(gathered[rows.length]));
  let place = 0;
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] as number;
    const end = Number(offsets[row + 1]);
    for (let item = Number(offsets[row]); item < end; item++) items[place++] = item;
  }
  return items;
}

function repeatRows(rows: Rows, size: number): Rows {
  const items = new Int32Array(rows.length * size);
  let place = 0;
  for (let at = 0; at < rows.length; at++) {
    const begin = (rows[at] as number) * size;
    for (let item = begin; item < begin + size; item++) items[place++] = item;
  }
  return items;
}
