/** Builds Arrow column data from JavaScript values, exactly: a value that does not fit the type is refused. */
import { arrow, type DataType } from "../arrow.ts";
import { typeName } from "../display/type-name.ts";
import {
  type Conversion,
  convertDate,
  convertFloat,
  convertInteger,
  convertTimestamp,
} from "./convert-value.ts";
import { describeValue, ValueMismatch } from "./value-mismatch.ts";

type Data = ReturnType<typeof arrow.makeData>;
type Values = readonly unknown[];

/**
 * Column data of `type` holding `values`; `null` and `undefined` are null.
 * @throws {@link ValueMismatch} naming the first value that does not fit, or the type when it is not writable
 *   from JavaScript values.
 */
export function buildData(type: DataType, values: Values): Data {
  const { DataType } = arrow;
  if (DataType.isBool(type)) return buildBooleans(type, values);
  if (DataType.isInt(type))
    return buildFixed(type, values, new type.ArrayType(values.length), convertInteger(type));
  if (DataType.isFloat(type))
    return buildFixed(type, values, new type.ArrayType(values.length), convertFloat(type));
  if (DataType.isDate(type)) {
    return buildFixed(type, values, new type.ArrayType(values.length), convertDate(type));
  }
  if (DataType.isTimestamp(type)) {
    return buildFixed(type, values, new BigInt64Array(values.length), convertTimestamp(type));
  }
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type))
    return buildWithBuilder(type, values, isString, "text");
  if (DataType.isBinary(type) || DataType.isLargeBinary(type)) {
    return buildWithBuilder(type, values, isBytes, "a Uint8Array");
  }
  if (DataType.isFixedSizeBinary(type)) {
    const fits = (value: unknown) => isBytes(value) && value.length === type.byteWidth;
    return buildWithBuilder(type, values, fits, `a Uint8Array of ${type.byteWidth} bytes`);
  }
  if (DataType.isList(type)) return buildList(type, values);
  if (DataType.isFixedSizeList(type)) return buildFixedSizeList(type, values);
  if (DataType.isStruct(type)) return buildStruct(type, values);
  throw new ValueMismatch(
    undefined,
    `${typeName(type)} cannot be written from JavaScript values; pass an Arrow table`,
  );
}

function isString(value: unknown): value is string {
  return typeof value === "string";
}

function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array;
}

function isMissing(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

/** The validity bitmap of `values`, or nothing when none is missing. */
function buildValidity(values: Values): { nullCount: number; nullBitmap?: Uint8Array } {
  const nullCount = values.reduce<number>((count, value) => count + (isMissing(value) ? 1 : 0), 0);
  if (nullCount === 0) return { nullCount };
  const nullBitmap = new Uint8Array(Math.ceil(values.length / 8));
  values.forEach((value, row) => {
    if (!isMissing(value)) nullBitmap[row >> 3] = (nullBitmap[row >> 3] ?? 0) | (1 << (row & 7));
  });
  return { nullCount, nullBitmap };
}

function buildFixed<T extends number | bigint>(
  type: DataType,
  values: Values,
  data: { [row: number]: T } & ArrayBufferView,
  convert: Conversion<T>,
): Data {
  values.forEach((value, row) => {
    if (!isMissing(value)) data[row] = convert(value, row);
  });
  return arrow.makeData({ type, length: values.length, data, ...buildValidity(values) } as never);
}

function buildBooleans(type: DataType, values: Values): Data {
  const data = new Uint8Array(Math.ceil(values.length / 8));
  values.forEach((value, row) => {
    if (isMissing(value)) return;
    if (typeof value !== "boolean")
      throw new ValueMismatch(row, `${describeValue(value)} is not true or false`);
    if (value) data[row >> 3] = (data[row >> 3] ?? 0) | (1 << (row & 7));
  });
  return arrow.makeData({ type, length: values.length, data, ...buildValidity(values) } as never);
}

function buildWithBuilder(
  type: DataType,
  values: Values,
  fits: (value: unknown) => boolean,
  wanted: string,
): Data {
  const builder = arrow.makeBuilder({ type, nullValues: [null, undefined] });
  values.forEach((value, row) => {
    if (!isMissing(value) && !fits(value)) {
      throw new ValueMismatch(row, `${describeValue(value)} is not ${wanted}`);
    }
    builder.append(value);
  });
  return builder.finish().flush() as Data;
}

function buildList(type: DataType & { children: { type: DataType }[] }, values: Values): Data {
  const valueOffsets = new Int32Array(values.length + 1);
  const flat: unknown[] = [];
  values.forEach((value, row) => {
    if (!isMissing(value)) flat.push(...readList(value, row));
    valueOffsets[row + 1] = flat.length;
  });
  const child = buildChild(type, 0, flat, (index) => valueOffsets.findIndex((end) => end > index) - 1);
  return arrow.makeData({
    type,
    length: values.length,
    valueOffsets,
    child,
    ...buildValidity(values),
  } as never);
}

function buildFixedSizeList(
  type: DataType & { listSize: number; children: { type: DataType }[] },
  values: Values,
): Data {
  const flat: unknown[] = [];
  values.forEach((value, row) => {
    const items = isMissing(value) ? new Array<null>(type.listSize).fill(null) : readList(value, row);
    if (items.length !== type.listSize) {
      throw new ValueMismatch(
        row,
        `a list of ${items.length} values where the column holds ${type.listSize}`,
      );
    }
    flat.push(...items);
  });
  const child = buildChild(type, 0, flat, (index) => Math.floor(index / type.listSize));
  return arrow.makeData({ type, length: values.length, child, ...buildValidity(values) } as never);
}

function buildStruct(
  type: DataType & { children: { name: string; type: DataType }[] },
  values: Values,
): Data {
  values.forEach((value, row) => {
    if (!isMissing(value) && !isRecord(value)) {
      throw new ValueMismatch(row, `${describeValue(value)} is not an object`);
    }
    const known = new Set(type.children.map((field) => field.name));
    const extra = Object.keys(value ?? {}).find((name) => !known.has(name));
    if (extra !== undefined) throw new ValueMismatch(row, `the struct has no field ${extra}`);
  });
  const children = type.children.map((field, index) => {
    const items = values.map((value) => (isRecord(value) ? value[field.name] : null));
    return buildChild(type, index, items, (row) => row);
  });
  return arrow.makeData({ type, length: values.length, children, ...buildValidity(values) } as never);
}

/** Builds a child column; a misfit in it is reported for the row of the parent that holds it. */
function buildChild(
  type: { children: { type: DataType }[] },
  index: number,
  values: Values,
  parentRow: (childRow: number) => number,
): Data {
  const child = type.children[index];
  if (child === undefined) throw new ValueMismatch(undefined, "the nested type names no child");
  try {
    return buildData(child.type, values);
  } catch (error) {
    if (error instanceof ValueMismatch && error.row !== undefined) {
      throw new ValueMismatch(parentRow(error.row), error.reason);
    }
    throw error;
  }
}

function readList(value: unknown, row: number): unknown[] {
  if (Array.isArray(value)) return value;
  if (ArrayBuffer.isView(value) && !(value instanceof DataView))
    return [...(value as unknown as Iterable<unknown>)];
  throw new ValueMismatch(row, `${describeValue(value)} is not a list`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}
