/** Numbers as Arrow stores them. */
import { type DataType, Types, type Vector } from "../../arrow.ts";

export type Data = Vector["data"][number];

/** 32-bit words of a value; 0 for what is not stored as one number of 64 bits or fewer. */
export function wordsOf(type: DataType): 0 | 1 | 2 {
  if (Types.isBool(type)) return 1;
  if (Types.isInt(type)) return type.bitWidth === 64 ? 2 : 1;
  if (Types.isFloat(type)) return type.precision === 0 ? 0 : type.precision === 1 ? 1 : 2;
  if (Types.isTimestamp(type) || Types.isDuration(type)) return 2;
  if (Types.isDate(type)) return type.unit === 0 ? 1 : 2;
  if (Types.isTime(type)) return type.unit < 2 ? 1 : 2;
  return 0;
}

/** Columns of 64 bits as their 32-bit words, the lower first. */
export function asWords(values: BigInt64Array): Int32Array {
  return new Int32Array(values.buffer, values.byteOffset, values.length * 2);
}
