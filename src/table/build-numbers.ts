/** Columns of fixed-width numbers: typed arrays in bulk, other values one by one. */
import { arrow, type DataType } from "../arrow.ts";
import { buildValidity, type Data, isMissing, type Values } from "./column-data.ts";
import type { Conversion } from "./convert-value.ts";

type TypedArray = { [row: number]: number | bigint } & ArrayLike<number | bigint> & ArrayBufferView;
type NumberType = DataType & { ArrayType: new (length: number) => TypedArray };

/** Numbers as the type stores them, each through `convert` unless they are of the type's own array already. */
export function buildNumbers(type: DataType, values: Values, convert: Conversion<number | bigint>): Data {
  const { ArrayType } = type as NumberType;
  if (values instanceof ArrayType && holdsRawValues(type)) {
    return arrow.makeData({ type, length: values.length, data: values, nullCount: 0 } as never);
  }
  const data = new ArrayType(values.length);
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (!isMissing(value)) data[row] = convert(value, row);
  }
  return arrow.makeData({ type, length: values.length, data, ...buildValidity(values) } as never);
}

/** A half is stored in 16 bits that are no number to JavaScript. */
function holdsRawValues(type: DataType): boolean {
  return !arrow.DataType.isFloat(type) || type.precision !== arrow.Precision.HALF;
}
