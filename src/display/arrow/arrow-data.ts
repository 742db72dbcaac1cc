/** Single values out of the buffers of one chunk of an Arrow column, also of a slice of one. */
import type { Vector } from "../../arrow.ts";

/** One chunk of a column. */
export type ArrowData = Vector["data"][number];

/** A chunk of a type that apache-arrow does not know: its own library returns the values. */
export interface ForeignData {
  valueAt(index: number): unknown;
}

export function isForeignData(data: ArrowData): data is ArrowData & ForeignData {
  return typeof (data as Partial<ForeignData>).valueAt === "function";
}

/** Reads the bit itself: `data.getValid` first counts the nulls of the whole chunk. */
export function isValid(data: ArrowData, index: number): boolean {
  const bitmap: Uint8Array | undefined = data.nullBitmap;
  if (bitmap === undefined || bitmap.byteLength === 0) return true;
  return bitAt(bitmap, data.offset + index);
}

/** Bits stand in bytes lowest first. */
export function bitAt(bytes: Uint8Array, position: number): boolean {
  return (((bytes[position >> 3] ?? 0) >> (position % 8)) & 1) === 1;
}

export function offsetsAt(data: ArrowData, index: number): [begin: number, end: number] {
  return [Number(data.valueOffsets[index]), Number(data.valueOffsets[index + 1])];
}

export function variableBytes(data: ArrowData, index: number): Uint8Array {
  return data.values.subarray(...offsetsAt(data, index));
}

export function fixedBytes(data: ArrowData, index: number, width: number): Uint8Array {
  return data.values.subarray(index * width, (index + 1) * width);
}

/** Bytes that the values of a chunk take, of a slice only its own: the texts and lists of its whole do not count. */
export function countDataBytes(data: ArrowData): number {
  const { length, valueOffsets, byteLength } = data;
  const children: readonly ArrowData[] = data.children ?? [];
  const dictionary = data.dictionary?.data.reduce((sum, chunk) => sum + countDataBytes(chunk), 0) ?? 0;
  if (valueOffsets === undefined || valueOffsets.length <= length) {
    const childBytes = children.reduce((sum, child) => sum + countDataBytes(child) - child.byteLength, 0);
    return byteLength + childBytes + dictionary;
  }
  const held = Number(valueOffsets[length]) - Number(valueOffsets[0]);
  const [items] = children;
  const inside = items === undefined ? held : countDataBytes(items) * (held / Math.max(1, items.length));
  const validity = (data.nullBitmap?.byteLength ?? 0) > 0 ? Math.ceil(length / 8) : 0;
  return validity + (length + 1) * valueOffsets.BYTES_PER_ELEMENT + Math.round(inside) + dictionary;
}
