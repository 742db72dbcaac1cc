/** Some rows of a batch as a new batch: buffers are gathered as they are, so no value passes through JavaScript. */
import { arrow, type DataType, type RecordBatch, Types, type Vector } from "../../arrow.ts";
import { DlfLanceError } from "../../errors.ts";

type Data = Vector["data"][number];

/** @throws DlfLanceError Unsupported for union columns, which Lance tables cannot hold. */
export function takeRows(batch: RecordBatch, rows: readonly number[]): RecordBatch {
  const children = batch.data.children.map((child: Data) => takeData(child, rows));
  const { type } = batch.data;
  return new arrow.RecordBatch(batch.schema, new arrow.Data(type, 0, rows.length, 0, undefined, children));
}

function takeData(data: Data, rows: readonly number[]): Data {
  const type: DataType = data.type;
  if (Types.isNull(type)) return new arrow.Data(type, 0, rows.length, rows.length);
  if (Types.isUnion(type)) {
    throw new DlfLanceError(
      "Unsupported",
      "Cannot filter rows with a union column in memory: put where() before limit(), or select other columns",
    );
  }
  const { nulls, bitmap } = takeValidity(data, rows);
  const build = (offsets: unknown, values: unknown, children: Data[] = []): Data =>
    new arrow.Data(
      type,
      0,
      rows.length,
      nulls,
      [offsets, values, bitmap] as never,
      children,
      data.dictionary,
    );
  if (Types.isBool(type)) return build(undefined, takeBits(data.values, data.offset, rows));
  if (Types.isStruct(type)) {
    return build(
      undefined,
      undefined,
      data.children.map((child: Data) => takeData(child, rows)),
    );
  }
  if (Types.isFixedSizeList(type)) {
    const items = rows.flatMap((row) => range(row * type.listSize, (row + 1) * type.listSize));
    return build(undefined, undefined, [takeData(data.children[0] as Data, items)]);
  }
  if (data.valueOffsets !== undefined) {
    const { offsets, items } = takeOffsets(data.valueOffsets, rows);
    const child: Data | undefined = data.children[0];
    return child === undefined
      ? build(offsets, takeSpans(data.values, data.valueOffsets, rows))
      : build(offsets, undefined, [takeData(child, items())]);
  }
  return build(undefined, takeFixed(data.values, data.stride, rows));
}

function takeValidity(
  data: Data,
  rows: readonly number[],
): { nulls: number; bitmap: Uint8Array | undefined } {
  if (data.nullCount === 0) return { nulls: 0, bitmap: undefined };
  const bitmap = new Uint8Array(Math.ceil(rows.length / 8));
  let nulls = 0;
  for (const [position, row] of rows.entries()) {
    if (data.getValid(row)) setBit(bitmap, position);
    else nulls += 1;
  }
  return { nulls, bitmap };
}

function setBit(bits: Uint8Array, position: number): void {
  bits[position >> 3] = (bits[position >> 3] ?? 0) | (1 << (position & 7));
}

function takeBits(bits: Uint8Array, offset: number, rows: readonly number[]): Uint8Array {
  const taken = new Uint8Array(Math.ceil(rows.length / 8));
  for (const [position, row] of rows.entries()) {
    const at = offset + row;
    if (((bits[at >> 3] ?? 0) >> (at & 7)) & 1) setBit(taken, position);
  }
  return taken;
}

type Numbers = Uint8Array | BigInt64Array;

function takeFixed(values: Numbers, stride: number, rows: readonly number[]): Numbers {
  const taken = emptyLike(values, rows.length * stride);
  for (const [position, row] of rows.entries()) {
    taken.set(values.subarray(row * stride, (row + 1) * stride) as never, position * stride);
  }
  return taken;
}

function emptyLike(values: Numbers, length: number): Numbers {
  const Constructor = values.constructor as new (length: number) => Numbers;
  return new Constructor(length);
}

type Offsets = Int32Array | BigInt64Array;

function takeOffsets(offsets: Offsets, rows: readonly number[]) {
  const taken = emptyLike(offsets as never, rows.length + 1) as unknown as Offsets;
  let end = 0;
  for (const [position, row] of rows.entries()) {
    end += Number(offsets[row + 1]) - Number(offsets[row]);
    taken[position + 1] = (taken instanceof BigInt64Array ? BigInt(end) : end) as never;
  }
  const items = () => rows.flatMap((row) => range(Number(offsets[row]), Number(offsets[row + 1])));
  return { offsets: taken, items };
}

function takeSpans(bytes: Uint8Array, offsets: Offsets, rows: readonly number[]): Uint8Array {
  const spans = rows.map((row) => bytes.subarray(Number(offsets[row]), Number(offsets[row + 1])));
  return new Uint8Array(Buffer.concat(spans));
}

function range(begin: number, end: number): number[] {
  return Array.from({ length: end - begin }, (_, index) => begin + index);
}
