/** Columns of a DuckDB result as the Arrow types that a plan promises, where DuckDB has no such type. */

import { arrow, type DataType, type Field, type RecordBatch, type Schema, Types } from "../../../../arrow.ts";
import { typeName } from "../../../../display/arrow/type-name.ts";
import { countOf } from "../../../../display/text/number-text.ts";
import { DlfLanceError } from "../../../../errors.ts";
import { toHalfBits } from "../../../../table/columns/half-bits.ts";
import { carrierOf } from "../../../types/carried-type.ts";
import { carriedData, carrierValues } from "./carried-values.ts";
import type { Data } from "./write-vector.ts";

/**
 * The batch with the names and types of the schema; its columns are in that order already.
 * @throws DlfLanceError InvalidInput for a value that the type cannot hold.
 */
export function conformBatch(batch: RecordBatch, schema: Schema): RecordBatch {
  const children = schema.fields.map((field, index) =>
    conformData(batch.data.children[index] as Data, field.type, field.name),
  );
  const type = new arrow.Struct(schema.fields);
  return new arrow.RecordBatch(
    schema,
    new arrow.Data(type, 0, batch.numRows, 0, undefined, children as never),
  );
}

/** @throws as {@link conformBatch}. */
export function conformData(data: Data, type: DataType, column: string): Data {
  const from: DataType = data.type;
  if (from === type) return data;
  const refuse = (why: string) =>
    new DlfLanceError("InvalidInput", `Cannot compute column ${JSON.stringify(column)}: ${why}`);
  /** The same buffers under another type, or with other values. */
  const as = (
    values: unknown = data.values,
    offsets: unknown = data.valueOffsets,
    children = data.children,
  ) =>
    new arrow.Data(
      type,
      data.offset,
      data.length,
      data.nullCount,
      [offsets, values, data.nullBitmap] as never,
      children as never,
      data.dictionary,
    ) as Data;
  const isValid = (row: number) => data.getValid(row);

  if (Types.isNull(type)) return new arrow.Data(type, 0, data.length, data.length) as Data;
  if (carrierOf(from) !== undefined) return as(carrierValues(data));
  const carrier = carrierOf(type);
  if (carrier !== undefined) return carriedData(conformData(data, carrier, column), type);
  if (
    Types.isInt(type) !== Types.isInt(from) &&
    isTick(type) &&
    isTick(from) &&
    widthOf(type) === widthOf(from)
  )
    return as();
  if (Types.isDictionary(type)) return encode(conformData(data, type.dictionary, column), type);
  if (Types.isTimestamp(type) && Types.isTimestamp(from)) {
    if (from.unit === type.unit) return as();
    return as(scale({ values: data.values, getValid: isValid }, from.unit, type, refuse));
  }
  if (Types.isDate(type) && Types.isTimestamp(from)) return as();
  if (Types.isTime(type) && Types.isTime(from)) {
    if (from.unit === type.unit) return as();
    const scaled = scale({ values: data.values, getValid: isValid }, from.unit, type, refuse);
    return as(type.unit < 2 ? Int32Array.from(scaled, Number) : scaled);
  }
  if (Types.isDuration(type)) return as(durations(data, from, type, refuse));
  if (Types.isLargeUtf8(type) || Types.isLargeBinary(type))
    return as(data.values, BigInt64Array.from(data.valueOffsets as Int32Array, BigInt));
  if (Types.isFixedSizeBinary(type) && !Types.isFixedSizeBinary(from)) {
    return as(fixedBytes(data, type.byteWidth, isValid, refuse), null);
  }
  if (Types.isFloat(type) && Types.isFloat(from) && from.precision !== type.precision) {
    if (type.precision === 0) return as(halves(data, isValid, refuse));
    return as(type.precision === 1 ? Float32Array.from(data.values) : Float64Array.from(data.values));
  }
  if (Types.isInt(type) && !(Types.isInt(from) && sameInteger(from, type)))
    return as(integers(data, from, type, isValid, refuse));
  if (Types.isDecimal(type) && Types.isDecimal(from) && type.bitWidth !== from.bitWidth)
    return as(widen(data.values as Uint32Array));
  if (Types.isFixedSizeList(type) && Types.isList(from))
    return as(null, null, [conformData(data.children[0] as Data, childType(type), column)]);
  if (Types.isList(type) || Types.isStruct(type) || Types.isMap(type) || Types.isFixedSizeList(type)) {
    const children = data.children.map((child: Data, index: number) =>
      conformData(child, (type.children[index] as Field).type, column),
    );
    return as(undefined, data.valueOffsets, children);
  }
  if (from.typeId !== type.typeId)
    throw refuse(`DuckDB gave ${typeName(from)} where ${typeName(type)} was expected`);
  return as();
}

/** Whether its values are whole numbers of some unit. */
function isTick(type: DataType): boolean {
  return (
    Types.isInt(type) ||
    Types.isTimestamp(type) ||
    Types.isDate(type) ||
    Types.isTime(type) ||
    Types.isDuration(type)
  );
}

function widthOf(type: DataType): number {
  return (type.ArrayType as { readonly BYTES_PER_ELEMENT: number }).BYTES_PER_ELEMENT;
}

function childType(type: DataType): DataType {
  return (type.children[0] as Field).type;
}

function sameInteger(
  left: { readonly bitWidth: number; readonly isSigned: boolean },
  right: { readonly bitWidth: number; readonly isSigned: boolean },
): boolean {
  return left.bitWidth === right.bitWidth && left.isSigned === right.isSigned;
}

/** Ticks of one unit as ticks of another, which has to hold them. */
function scale(
  { values, getValid }: Pick<Data, "getValid"> & { readonly values: BigInt64Array },
  from: number,
  type: DataType & { readonly unit: number },
  refuse: (why: string) => DlfLanceError,
): BigInt64Array {
  const to = type.unit;
  const factor = 1000n ** BigInt(Math.abs(to - from));
  if (to > from) return values.map((value) => value * factor);
  return values.map((value, row) => {
    if (value % factor !== 0n && getValid(row))
      throw refuse(
        `a value is finer than ${typeName(type)}; cast it in the statement, as in ${Types.isDuration(type) ? "x::INTERVAL" : "x::TIMESTAMPTZ"}`,
      );
    return value / factor;
  });
}

function durations(
  data: Data,
  from: DataType,
  type: DataType & { readonly unit: number },
  refuse: (why: string) => DlfLanceError,
): BigInt64Array {
  if (!Types.isStruct(from)) return data.values as BigInt64Array;
  const [months, days, micros] = data.children.map((child: Data) => child.values) as unknown as [
    Int32Array,
    Int32Array,
    BigInt64Array,
  ];
  const total = BigInt64Array.from(micros, (value, row) => {
    if (months[row] !== 0 && data.getValid(row))
      throw refuse("an interval with months is not a duration; cast it in the statement, as in x::INTERVAL");
    return value + BigInt(days[row] ?? 0) * 86_400_000_000n;
  });
  return scale({ values: total, getValid: (row) => data.getValid(row) }, 2, type, refuse);
}

function fixedBytes(
  data: Data,
  width: number,
  isValid: (row: number) => boolean,
  refuse: (why: string) => DlfLanceError,
): Uint8Array {
  const bytes = new Uint8Array(data.length * width);
  const offsets: Int32Array = data.valueOffsets;
  for (let row = 0; row < data.length; row++) {
    if (!isValid(row)) continue;
    const value = (data.values as Uint8Array).subarray(offsets[row], offsets[row + 1]);
    if (value.length !== width) throw refuse(`a value has ${countOf(value.length, "byte")}, not ${width}`);
    bytes.set(value, row * width);
  }
  return bytes;
}

function halves(
  data: Data,
  isValid: (row: number) => boolean,
  refuse: (why: string) => DlfLanceError,
): Uint16Array {
  return Uint16Array.from(data.values as Float32Array, (value, row) => {
    const bits = toHalfBits(value);
    if ((bits & 0x7fff) === 0x7c00 && Number.isFinite(value) && isValid(row))
      throw refuse(`a float16 is at most 65504, and one would be ${value}`);
    return bits;
  });
}

function integers(
  data: Data,
  from: DataType,
  type: { readonly bitWidth: number; readonly isSigned: boolean; readonly ArrayType: unknown },
  isValid: (row: number) => boolean,
  refuse: (why: string) => DlfLanceError,
): unknown {
  const isWide = type.bitWidth === 64;
  const bits = BigInt(type.bitWidth);
  const [lowest, highest] = type.isSigned
    ? [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n]
    : [0n, 2n ** bits - 1n];
  const read = Types.isDecimal(from)
    ? decimalReader(data.values as Uint32Array)
    : (row: number) => BigInt((data.values as BigInt64Array)[row] ?? 0);
  const values = Array.from({ length: data.length }, (_, row) => {
    const value = isValid(row) ? read(row) : 0n;
    if (value < lowest || value > highest)
      throw refuse(`${value} does not fit ${type.isSigned ? "" : "u"}int${bits}; cast the operand to double`);
    return isWide ? value : Number(value);
  });
  return (type.ArrayType as { from(values: readonly unknown[]): unknown }).from(values);
}

function decimalReader(words: Uint32Array): (row: number) => bigint {
  const view = new DataView(words.buffer, words.byteOffset, words.byteLength);
  return (row) => (view.getBigInt64(row * 16 + 8, true) << 64n) | view.getBigUint64(row * 16, true);
}

/** 128 bits as 256. */
function widen(words: Uint32Array): Uint32Array {
  const wide = new Uint32Array(words.length * 2);
  for (let row = 0; row < words.length / 4; row++) {
    wide.set(words.subarray(row * 4, row * 4 + 4), row * 8);
    wide.fill((words[row * 4 + 3] ?? 0) >> 31, row * 8 + 4, row * 8 + 8);
  }
  return wide;
}

function encode(
  data: Data,
  type: DataType & { readonly indices: DataType; readonly dictionary: DataType },
): Data {
  const vector = new arrow.Vector([data]);
  const places = new Map<unknown, number>();
  const rows: number[] = [];
  const indices = Array.from({ length: data.length }, (_, row) => {
    if (!data.getValid(row)) return 0;
    const value: unknown = vector.get(row);
    const key = value instanceof Uint8Array ? Buffer.from(value).toString("latin1") : value;
    let place = places.get(key);
    if (place === undefined) {
      place = rows.length;
      places.set(key, place);
      rows.push(row);
    }
    return place;
  });
  const values = arrow.vectorFromArray(
    rows.map((row) => vector.get(row)),
    type.dictionary,
  );
  const isWide = Types.isInt(type.indices) && type.indices.bitWidth === 64;
  const Indices = type.indices.ArrayType as { from(values: readonly unknown[]): unknown };
  return new arrow.Data(
    type,
    0,
    data.length,
    data.nullCount,
    [undefined, Indices.from(isWide ? indices.map(BigInt) : indices), data.nullBitmap] as never,
    [],
    values,
  ) as Data;
}
