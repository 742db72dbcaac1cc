/** What an aggregate keeps of each group. */
import { arrow, type DataType } from "../../../arrow.ts";
import { asWords, type Data } from "../../rows/number-words.ts";

export interface Collector {
  /** Makes room for groups numbered below `groups`. */
  reserve(groups: number): void;
  /** Adds rows to their groups. @param data the operand; undefined for `count` of rows. */
  add(data: Data | undefined, groups: Int32Array): void;
}

export interface Accumulator extends Collector {
  /** The result for each of these groups. */
  build(groups: Int32Array): Data;
}

/** The values as a column, null where there are none. */
export function buildColumn(type: DataType, values: unknown, isThere: (row: number) => boolean): Data {
  const { length } = values as { readonly length: number };
  let nulls = 0;
  const bitmap = new Uint8Array(Math.ceil(length / 8));
  for (let row = 0; row < length; row++) {
    if (isThere(row)) bitmap[row >> 3] = (bitmap[row >> 3] as number) | (1 << (row & 7));
    else nulls += 1;
  }
  const buffers = [undefined, values, nulls === 0 ? undefined : bitmap];
  return new arrow.Data(type, 0, length, nulls, buffers as never) as Data;
}

/** Counts of groups as a column. */
export function buildCounts(groups: Int32Array, count: (group: number) => number): Data {
  const values = new BigInt64Array(groups.length);
  const words = asWords(values);
  for (let row = 0; row < groups.length; row++) {
    const rows = count(groups[row] as number);
    words[2 * row] = rows;
    words[2 * row + 1] = Math.floor(rows / 2 ** 32);
  }
  return buildColumn(new arrow.Int64(), values, () => true);
}

/** The same numbers, with room for more, and zero there. */
export function growFloats(values: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  if (length <= values.length) return values;
  const grown = new Float64Array(Math.max(length, 2 * values.length, 64));
  grown.set(values);
  return grown;
}

export function growWords(values: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  if (length <= values.length) return values;
  const grown = new Int32Array(Math.max(length, 2 * values.length, 64));
  grown.set(values);
  return grown;
}
