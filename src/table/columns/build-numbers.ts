/** Columns of fixed-width numbers: typed arrays in bulk, other values one by one. */
import { arrow, type DataType } from "../../arrow.ts";
import { buildValidity, type Data, isMissing, type Values } from "../arrow/column-data.ts";
import type { Conversion } from "./convert-value.ts";
import { typedArrayClass } from "./value-class.ts";

type TypedArray = { [row: number]: number | bigint } & ArrayLike<number | bigint> & ArrayBufferView;
type NumberType = DataType & { ArrayType: new (length: number) => TypedArray };

/** Numbers as the type stores them, each through `convert` unless they are of the type's own array already. */
export function buildNumbers(type: DataType, values: Values, convert: Conversion<number | bigint>): Data {
  const { ArrayType } = type as NumberType;
  const raw = readRawValues(type, values, ArrayType);
  if (raw !== undefined) {
    return arrow.makeData({ type, length: values.length, data: raw, nullCount: 0 } as never);
  }
  const data = new ArrayType(values.length);
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (!isMissing(value)) data[row] = convert(value, row);
  }
  return arrow.makeData({ type, length: values.length, data, ...buildValidity(values) } as never);
}

/** The elements as the type stores them, where the values are a typed array that holds them so. */
function readRawValues(
  type: DataType,
  values: Values,
  ArrayType: NumberType["ArrayType"],
): ArrayLike<number | bigint> | undefined {
  const isHalf = arrow.DataType.isFloat(type) && type.precision === arrow.Precision.HALF;
  if (!isHalf) return values instanceof ArrayType ? (values as TypedArray) : undefined;
  // Arrow's array for halves is of 16 bits that are not numbers, so Uint16Array says nothing.
  if (typedArrayClass(values) !== "Float16Array") return undefined;
  const { buffer, byteOffset, length } = values as unknown as Uint16Array;
  return new Uint16Array(buffer, byteOffset, length);
}

/** Typed arrays of one class one after the other; undefined if they are not. */
export function joinTypedArrays(arrays: readonly Values[]): Values | undefined {
  const [first] = arrays;
  const name = typedArrayClass(first) ?? "";
  const TypedArrayOfName = (globalThis as unknown as Record<string, TypedArrayClass | undefined>)[name];
  if (TypedArrayOfName === undefined || !arrays.every((array) => typedArrayClass(array) === name)) {
    return undefined;
  }
  const length = arrays.reduce((sum, array) => sum + array.length, 0);
  const joined = new TypedArrayOfName(length);
  let at = 0;
  for (const array of arrays) {
    joined.set(array as TypedArray, at);
    at += array.length;
  }
  return joined;
}

type TypedArrayClass = new (length: number) => TypedArray & { set(values: TypedArray, at: number): void };
