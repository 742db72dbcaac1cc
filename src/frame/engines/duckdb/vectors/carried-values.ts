/** Values of types that DuckDB lacks (carried-type.ts) as the bytes that carry them, and back. */
import { arrow, type DataType, Types } from "../../../../arrow.ts";
import type { Data } from "./write-vector.ts";

/** The values of what carries a column; for structs without fields nothing but room, as which are null is all there is to know. */
export function carrierValues({ values, offset, length, type, stride }: Data): Uint8Array {
  if (Types.isStruct(type)) return new Uint8Array(Math.ceil((offset + length) / 8));
  const { buffer, byteOffset, byteLength } = values as Uint32Array;
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  return Types.isDecimal(type) ? inOrder(bytes.slice(), 4 * stride) : bytes;
}

/** The column that was carried. */
export function carriedData(carried: Data, type: DataType): Data {
  const { offset, length, nullCount, nullBitmap } = carried;
  const buffers = [undefined, carriedValues(carried.values as Uint8Array, type), nullBitmap];
  return new arrow.Data(type, offset, length, nullCount, buffers as never, []) as Data;
}

function carriedValues(bytes: Uint8Array, type: DataType): unknown {
  if (Types.isStruct(type)) return undefined;
  // From the beginning of a buffer: larger numbers than bytes begin at multiples of their length alone.
  const own = bytes.slice();
  if (Types.isDecimal(type)) outOfOrder(own, type.bitWidth / 8);
  return new (type.ArrayType as Uint32ArrayConstructor)(own.buffer);
}

/** Numbers with their highest byte first, and negative ones below the others: in the order of their bytes. */
function inOrder(bytes: Uint8Array, width: number): Uint8Array {
  for (let at = 0; at < bytes.length; at += width) {
    bytes.subarray(at, at + width).reverse();
    bytes[at] = (bytes[at] as number) ^ 0x80;
  }
  return bytes;
}

function outOfOrder(bytes: Uint8Array, width: number): void {
  for (let at = 0; at < bytes.length; at += width) {
    bytes[at] = (bytes[at] as number) ^ 0x80;
    bytes.subarray(at, at + width).reverse();
  }
}
