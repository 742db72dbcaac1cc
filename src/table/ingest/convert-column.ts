/** Arrow data of one type as another type's, where every value carries over exactly. What would lose something is refused. */
import { arrow, type DataType, type Field, Types } from "../../arrow.ts";
import { typeName } from "../../display/arrow/type-name.ts";
import { countOf, integerFromWords } from "../../display/text/number-text.ts";
import { type Data, findNull, type NestedType } from "../arrow/column-data.ts";
import { buildData, requireValues } from "../columns/build-column.ts";
import { type DecimalType, fitDecimal, writeDecimal } from "../columns/build-decimals.ts";
import { convertInteger } from "../columns/convert-value.ts";
import { toHalfBits } from "../columns/half-bits.ts";
import { ValueMismatch } from "../columns/value-mismatch.ts";
import { decodeDictionary } from "./decode-dictionary.ts";

/**
 * @param data one chunk of a column
 * @returns data of the type `to`, which share what buffers they can with `data`
 * @throws {@link ValueMismatch} naming the first value that does not carry over, or the type when none would
 */
export function convertData(data: Data, to: DataType): Data {
  const from: DataType = data.type;
  if (Types.isDictionary(from)) return convertData(decodeDictionary(data), to);
  if (from === to) return data;
  // The classes of one type differ: a schema that was read says Int where a table that was made says Int64.
  if (!isNested(from) && typeName(from) === typeName(to)) return data.clone(to);
  if (Types.isNull(from)) return buildData(to, new Array<null>(data.length).fill(null));
  if (Types.isInt(from) && Types.isInt(to)) return mapNumbers(data, to, convertInteger(to));
  if (Types.isFloat(from) && Types.isInt(to)) return mapNumbers(fromHalf(data), to, wholeNumber(to));
  if ((Types.isInt(from) || Types.isFloat(from)) && Types.isFloat(to)) {
    return mapNumbers(fromHalf(data), to, exactFloat(to));
  }
  if (isText(from) && isText(to)) return resizeOffsets(data, to);
  if (isBytes(from) && isBytes(to)) return resizeOffsets(data, to);
  if (Types.isTimestamp(from) && Types.isTimestamp(to)) {
    requireSameZone(from, to);
    return mapNumbers(data, to, rescale(1000n ** BigInt(from.unit), 1000n ** BigInt(to.unit)));
  }
  if (Types.isDate(from) && Types.isDate(to)) {
    const perDay = (unit: number) => (unit === arrow.DateUnit.DAY ? 1n : 86_400_000n);
    return mapNumbers(data, to, rescale(perDay(from.unit), perDay(to.unit)));
  }
  if ((Types.isTime(from) && Types.isTime(to)) || (Types.isDuration(from) && Types.isDuration(to))) {
    return mapNumbers(data, to, rescale(1000n ** BigInt(from.unit), 1000n ** BigInt(to.unit)));
  }
  if (Types.isDecimal(from) && Types.isDecimal(to)) return convertDecimals(data, from, to);
  if (Types.isStruct(from) && Types.isStruct(to)) return convertStruct(data, from, to);
  if (Types.isMap(from) && Types.isMap(to)) return convertChildren(data, to);
  if (isList(from) && isList(to)) return convertList(data, from, to);
  throw new ValueMismatch(undefined, `the data is ${typeName(from)}`, `cast it to ${typeName(to)} first`);
}

/** Nested types are gone through always, for the nulls of their children. */
const isNested = (type: DataType) => ((type.children ?? []) as readonly Field[]).length > 0;
const isText = (type: DataType) => Types.isUtf8(type) || Types.isLargeUtf8(type);
const isBytes = (type: DataType) => Types.isBinary(type) || Types.isLargeBinary(type);
const isList = (type: DataType): type is ListType => Types.isList(type) || Types.isFixedSizeList(type);
type ListType = NestedType & { readonly listSize?: number };

type Convert = (value: number | bigint, row: number) => number | bigint;

/** Numbers of another width, unit or kind; nulls stay where they are. */
function mapNumbers(data: Data, to: DataType, convert: Convert): Data {
  const values = data.values as ArrayLike<number | bigint>;
  const ArrayType = to.ArrayType as new (length: number) => { [row: number]: number | bigint };
  const converted = new ArrayType(data.length);
  const hasNulls = data.nullCount > 0;
  for (let row = 0; row < data.length; row++) {
    if (!hasNulls || data.getValid(row)) converted[row] = keepWidth(convert(values[row] ?? 0, row), to);
  }
  return withValues(data, to, converted);
}

function keepWidth(value: number | bigint, to: DataType): number | bigint {
  const isWide = to.ArrayType === BigInt64Array || to.ArrayType === BigUint64Array;
  if (isWide === (typeof value === "bigint")) return value;
  return isWide ? BigInt(value) : Number(value);
}

/** The same nulls over other values. */
function withValues(data: Data, type: DataType, values: unknown, valueOffsets?: unknown): Data {
  const { offset, length, nullCount, nullBitmap } = data;
  return new arrow.Data(type, offset, length, nullCount, [valueOffsets, values, nullBitmap] as never);
}

function fromHalf(data: Data): Data {
  const type: DataType = data.type;
  if (!Types.isFloat(type) || type.precision !== arrow.Precision.HALF) return data;
  return withValues(data, new arrow.Float32(), Float32Array.from(data.values, arrow.util.uint16ToFloat64));
}

function wholeNumber(to: DataType & { bitWidth: number; isSigned: boolean }): Convert {
  const convert = convertInteger(to);
  return (value, row) => {
    if (!Number.isInteger(value))
      throw new ValueMismatch(row, `${value} is not a whole number`, "round it first");
    return convert(BigInt(value), row);
  };
}

function exactFloat(to: DataType & { precision: number }): Convert {
  const round = {
    [arrow.Precision.HALF]: (value: number) => arrow.util.uint16ToFloat64(toHalfBits(value)),
    [arrow.Precision.SINGLE]: Math.fround,
    [arrow.Precision.DOUBLE]: (value: number) => value,
  }[to.precision as 0 | 1 | 2];
  const isHalf = to.precision === arrow.Precision.HALF;
  return (value, row) => {
    const number = Number(value);
    const rounded = round(number);
    const isExact = typeof value === "bigint" ? sameWhole(rounded, value) : Object.is(rounded, number);
    if (!isExact && !Number.isNaN(number)) {
      throw new ValueMismatch(
        row,
        `${value} is not exact as ${typeName(to)}`,
        "round it yourself, with Math.fround",
      );
    }
    return isHalf ? toHalfBits(number) : rounded;
  };
}

const sameWhole = (float: number, whole: bigint) => Number.isInteger(float) && BigInt(float) === whole;

function rescale(fromPerUnit: bigint, toPerUnit: bigint): Convert {
  return (value, row) => {
    const scaled = BigInt(value) * toPerUnit;
    if (scaled % fromPerUnit !== 0n) {
      throw new ValueMismatch(row, "a time finer than the column's unit", "round it first");
    }
    const result = scaled / fromPerUnit;
    if (BigInt.asIntN(64, result) !== result) {
      throw new ValueMismatch(row, "a time beyond what the column's unit can hold");
    }
    return result;
  };
}

type Zoned = DataType & { timezone?: string | null | undefined };

function requireSameZone(from: Zoned, to: Zoned): void {
  const [has, wants] = [Boolean(from.timezone), Boolean(to.timezone)];
  if (has === wants) return;
  throw new ValueMismatch(
    undefined,
    `the data is ${typeName(from)}`,
    wants
      ? `say which zone its times are in: with pyarrow, assume_timezone; in Arrow, a timestamp with a zone`
      : "the column holds wall-clock times: cast to a timestamp without a zone first",
  );
}

function resizeOffsets(data: Data, to: DataType): Data {
  const isLarge = Types.isLargeUtf8(to) || Types.isLargeBinary(to);
  const offsets = data.valueOffsets as ArrayLike<number | bigint>;
  const last = Number(offsets[data.length] ?? 0);
  if (!isLarge && last > 0x7f_ff_ff_ff) {
    throw new ValueMismatch(undefined, "more than 2 GB of values at once", "write fewer rows at a time");
  }
  const resized = isLarge
    ? BigInt64Array.from({ length: data.length + 1 }, (_, row) => BigInt(offsets[row] ?? 0))
    : Int32Array.from({ length: data.length + 1 }, (_, row) => Number(offsets[row] ?? 0));
  return withValues(data, to, data.values, resized);
}

function convertDecimals(data: Data, from: DecimalType, to: DecimalType): Data {
  const [had, has] = [from.bitWidth / 32, to.bitWidth / 32];
  const converted = new Uint32Array(data.length * has);
  for (let row = 0; row < data.length; row++) {
    if (!data.getValid(row)) continue;
    const unscaled = integerFromWords(data.values.subarray(row * had, (row + 1) * had));
    writeDecimal(converted, row * has, has, fitDecimal(unscaled, from.scale, to, row));
  }
  return withValues(data, to, converted);
}

function convertStruct(data: Data, from: NestedType, to: NestedType): Data {
  const extra = from.children.find((field) => !to.children.some(({ name }) => name === field.name));
  if (extra !== undefined)
    throw new ValueMismatch(undefined, `the struct has no field ${extra.name}`, "leave it out");
  const children = to.children.map((field) => {
    const index = from.children.findIndex(({ name }) => name === field.name);
    const child =
      data.children[index] ?? arrow.makeData({ type: new arrow.Null(), length: data.length } as never);
    return convertChild(
      child,
      field,
      (row) => row,
      (row) => !data.getValid(row),
    );
  });
  const { offset, length, nullCount, nullBitmap } = data;
  return new arrow.Data(to, offset, length, nullCount, [undefined, undefined, nullBitmap] as never, children);
}

/** Lists whose items are converted; between lists and vectors when every list has the length of a vector. */
function convertList(data: Data, from: ListType, to: ListType): Data {
  if (from.listSize === to.listSize) return convertChildren(data, to);
  if (to.listSize === undefined) {
    const offsets = Int32Array.from({ length: data.length + 1 }, (_, row) => row * (from.listSize ?? 0));
    return withChildren(data, to, offsets);
  }
  const size = to.listSize;
  const offsets = data.valueOffsets as Int32Array | undefined;
  const items: Data[] = [];
  for (let row = 0; row < data.length; row++) {
    const begin = offsets?.[row] ?? row * (from.listSize ?? 0);
    const length = offsets === undefined ? (from.listSize ?? 0) : (offsets[row + 1] ?? begin) - begin;
    if (!data.getValid(row)) {
      throw new ValueMismatch(row, "a list that is null, for a column of vectors", "pass vectors, not lists");
    }
    if (length !== size) {
      throw new ValueMismatch(
        row,
        `a list of ${countOf(length, "value")} where the column holds ${size}`,
        `give vectors of ${countOf(size, "value")}`,
      );
    }
    if (row === 0) items.push((data.children[0] as Data).slice(begin, data.length * size));
  }
  const child = convertChild(items[0] ?? (data.children[0] as Data).slice(0, 0), to.children[0], (row) =>
    Math.floor(row / size),
  );
  const { offset, length, nullCount, nullBitmap } = data;
  return new arrow.Data(to, offset, length, nullCount, [undefined, undefined, nullBitmap] as never, [child]);
}

function convertChildren(data: Data, to: NestedType): Data {
  return withChildren(data, to, data.valueOffsets);
}

function withChildren(data: Data, to: NestedType, valueOffsets: Int32Array | undefined): Data {
  const size = (to as ListType).listSize ?? 1;
  const parentRow = (child: number) =>
    valueOffsets === undefined ? Math.floor(child / size) : valueOffsets.findIndex((end) => end > child) - 1;
  const child = convertChild(data.children[0] as Data, to.children[0], parentRow);
  const { offset, length, nullCount, nullBitmap } = data;
  return new arrow.Data(to, offset, length, nullCount, [valueOffsets, undefined, nullBitmap] as never, [
    child,
  ]);
}

function convertChild(
  data: Data,
  field: Field | undefined,
  parentRow: (childRow: number) => number,
  isAbsent: (childRow: number) => boolean = () => false,
): Data {
  if (field === undefined) throw new ValueMismatch(undefined, "the nested type names no child");
  try {
    const converted = convertData(data, field.type);
    const row = field.nullable || converted.nullCount === 0 ? converted.length : findNull(converted);
    return row < converted.length && isAbsent(row) ? converted : requireValues(converted, field);
  } catch (error) {
    if (error instanceof ValueMismatch && error.row !== undefined) throw error.at(parentRow(error.row));
    throw error;
  }
}
