/** The buffers of one Arrow column, as they are made and taken apart here. */
import type { arrow, DataType, Field } from "../../arrow.ts";

export type Data = ReturnType<typeof arrow.makeData>;
export type Values = ArrayLike<unknown>;

/** A type with children, which apache-arrow declares only on the classes. */
export type NestedType = DataType & { readonly children: Field[] };

export function isMissing(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

export interface Validity {
  readonly nullCount: number;
  readonly nullBitmap?: Uint8Array;
}

/** The validity bitmap of `values`, or nothing when none is missing. */
export function buildValidity(values: Values): Validity {
  if (ArrayBuffer.isView(values)) return { nullCount: 0 };
  let nullBitmap: Uint8Array | undefined;
  let nullCount = 0;
  for (let row = 0; row < values.length; row++) {
    if (!isMissing(values[row])) continue;
    nullBitmap ??= new Uint8Array(Math.ceil(values.length / 8)).fill(0xff);
    nullBitmap[row >> 3] = (nullBitmap[row >> 3] ?? 0) & ~(1 << (row & 7));
    nullCount++;
  }
  return nullBitmap === undefined ? { nullCount } : { nullCount, nullBitmap };
}

/** The first row that is null. */
export function findNull(data: Data): number {
  let row = 0;
  while (row < data.length && data.getValid(row)) row++;
  return row;
}
