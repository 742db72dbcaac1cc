/** Builds Arrow column data from JavaScript values, exactly: a value that does not fit the type is refused. */

import { types } from "node:util";
import { arrow, type DataType, type Field, Types } from "../../arrow.ts";
import { typeName } from "../../display/arrow/type-name.ts";
import { countOf } from "../../display/text/number-text.ts";
import {
  buildValidity,
  type Data,
  findNull,
  isMissing,
  type NestedType,
  type Values,
} from "../arrow/column-data.ts";
import { buildBytes, buildFixedBytes, buildText } from "./build-bytes.ts";
import { buildDecimals } from "./build-decimals.ts";
import { buildNumbers, joinTypedArrays } from "./build-numbers.ts";
import { convertDuration, convertTime } from "./convert-clock.ts";
import { convertDate, convertFloat, convertInteger, convertTimestamp } from "./convert-value.ts";
import { asList, asRecord, fieldOf } from "./value-class.ts";
import { describeValue, ValueMismatch } from "./value-mismatch.ts";

/**
 * Column data of `type` holding `values`; `null` and `undefined` are null. A typed array of the type's own elements
 * is used as it is, not copied.
 * @throws {@link ValueMismatch} naming the first value that does not fit, or the type when it is not writable
 *   from JavaScript values.
 */
export function buildData(type: DataType, values: Values): Data {
  if (Types.isBool(type)) return buildBooleans(type, values);
  if (Types.isInt(type)) return buildNumbers(type, values, convertInteger(type));
  if (Types.isFloat(type)) return buildNumbers(type, values, convertFloat(type));
  if (Types.isDate(type)) return buildNumbers(type, values, convertDate(type));
  if (Types.isTimestamp(type)) return buildNumbers(type, values, convertTimestamp(type));
  if (Types.isTime(type)) return buildNumbers(type, values, convertTime(type));
  if (Types.isDuration(type)) return buildNumbers(type, values, convertDuration(type));
  if (Types.isDecimal(type)) return buildDecimals(type, values);
  if (Types.isUtf8(type) || Types.isLargeUtf8(type)) return buildText(type, values);
  if (Types.isBinary(type) || Types.isLargeBinary(type)) return buildBytes(type, values);
  if (Types.isFixedSizeBinary(type)) return buildFixedBytes(type, values);
  if (Types.isList(type)) return buildList(type, values);
  if (Types.isFixedSizeList(type)) return buildFixedSizeList(type, values);
  if (Types.isStruct(type)) return buildStruct(type, values);
  if (Types.isMap(type)) return buildMap(type, values);
  if (Types.isNull(type)) return buildNulls(type, values);
  throw new ValueMismatch(
    undefined,
    `${typeName(type)} cannot be written from JavaScript values`,
    "pass an Arrow table",
  );
}

/** @throws {@link ValueMismatch} naming the first row that is null where none may be. */
export function requireValues(data: Data, field: Field): Data {
  if (field.nullable || data.nullCount === 0) return data;
  throw new ValueMismatch(findNull(data), "null, and the column takes no nulls", "give it a value");
}

function buildNulls(type: DataType, values: Values): Data {
  for (let row = 0; row < values.length; row++) {
    if (!isMissing(values[row])) {
      throw new ValueMismatch(row, `${describeValue(values[row])} in a column that holds nulls only`);
    }
  }
  return arrow.makeData({ type, length: values.length } as never);
}

function buildBooleans(type: DataType, values: Values): Data {
  const data = new Uint8Array(Math.ceil(values.length / 8));
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (isMissing(value)) continue;
    if (typeof value !== "boolean")
      throw new ValueMismatch(row, `${describeValue(value)} is not true or false`);
    if (value) data[row >> 3] = (data[row >> 3] ?? 0) | (1 << (row & 7));
  }
  return arrow.makeData({ type, length: values.length, data, ...buildValidity(values) } as never);
}

function buildList(type: NestedType, values: Values): Data {
  const { valueOffsets, flat } = flatten(values, readList);
  const child = buildChild(type.children[0], flat, (index) => findParent(valueOffsets, index));
  return arrow.makeData({
    type,
    length: values.length,
    valueOffsets,
    child,
    ...buildValidity(values),
  } as never);
}

/** The items of all values one after the other, and where each value's begin. */
function flatten(
  values: Values,
  read: (value: unknown, row: number) => Values,
): { valueOffsets: Int32Array; flat: Values } {
  const valueOffsets = new Int32Array(values.length + 1);
  const flat: unknown[] = [];
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (!isMissing(value)) {
      const items = read(value, row);
      for (let index = 0; index < items.length; index++) flat.push(items[index]);
    }
    valueOffsets[row + 1] = flat.length;
  }
  return { valueOffsets, flat };
}

function findParent(valueOffsets: Int32Array, child: number): number {
  return valueOffsets.findIndex((end) => end > child) - 1;
}

function buildFixedSizeList(type: NestedType & { listSize: number }, values: Values): Data {
  const size = type.listSize;
  const vectors: Values[] = [];
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    const items = isMissing(value) ? [] : readList(value, row);
    if (!isMissing(value) && items.length !== size) {
      throw new ValueMismatch(
        row,
        `a list of ${countOf(items.length, "value")} where the column holds ${size}`,
        `give vectors of ${countOf(size, "value")}`,
      );
    }
    vectors.push(items);
  }
  const child = buildChild(type.children[0], joinVectors(vectors, size), (index) => Math.floor(index / size));
  return arrow.makeData({ type, length: values.length, child, ...buildValidity(values) } as never);
}

/** All items one after the other, nulls for those of a vector that is missing; a typed array if all are of its class. */
function joinVectors(vectors: readonly Values[], size: number): Values {
  const joinedArrays = joinTypedArrays(vectors);
  if (joinedArrays !== undefined) return joinedArrays;
  const joined = new Array<unknown>(vectors.length * size).fill(null);
  vectors.forEach((items, row) => {
    for (let index = 0; index < items.length; index++) joined[row * size + index] = items[index];
  });
  return joined;
}

function buildStruct(type: NestedType, values: Values): Data {
  const known = new Set(type.children.map((field) => field.name));
  const records = Array.from(values, (value, row) => {
    if (isMissing(value)) return undefined;
    const record = asRecord(value);
    if (record === undefined) throw new ValueMismatch(row, `${describeValue(value)} is not an object`);
    const extra = Object.keys(record).find((name) => !known.has(name));
    if (extra !== undefined) throw new ValueMismatch(row, `the struct has no field ${extra}`);
    return record;
  });
  const children = type.children.map((field) => {
    const items = records.map((record) => fieldOf(record, field.name));
    const isAbsent = (row: number) => isMissing(values[row]);
    return buildChild(field, items, (row) => row, isAbsent);
  });
  return arrow.makeData({ type, length: values.length, children, ...buildValidity(values) } as never);
}

function buildMap(type: NestedType, values: Values): Data {
  const entries = type.children[0]?.type as NestedType | undefined;
  const { valueOffsets, flat } = flatten(values, readPairs);
  const parent = (index: number) => findParent(valueOffsets, index);
  const sides = (entries?.children ?? []).map((field, side) => {
    const items = Array.from(flat, (pair) => (pair as readonly unknown[])[side]);
    return buildChild(field, items, parent);
  });
  const child = arrow.makeData({
    type: entries,
    length: flat.length,
    nullCount: 0,
    children: sides,
  } as never);
  return arrow.makeData({
    type,
    length: values.length,
    valueOffsets,
    child,
    ...buildValidity(values),
  } as never);
}

/** Builds a child column; a misfit in it is reported for the row of the parent that holds it. */
function buildChild(
  field: Field | undefined,
  values: Values,
  parentRow: (childRow: number) => number,
  isAbsent: (childRow: number) => boolean = () => false,
): Data {
  if (field === undefined) throw new ValueMismatch(undefined, "the nested type names no child");
  try {
    const data = buildData(field.type, values);
    if (field.nullable || data.nullCount === 0) return data;
    for (let row = 0; row < data.length; row++) {
      if (data.getValid(row) || isAbsent(row)) continue;
      throw new ValueMismatch(row, `null in ${field.name}, which takes no nulls`, "give it a value");
    }
    return data;
  } catch (error) {
    if (error instanceof ValueMismatch && error.row !== undefined) throw error.at(parentRow(error.row));
    throw error;
  }
}

function readList(value: unknown, row: number): Values {
  const items = asList(value);
  if (items !== undefined) return items;
  throw new ValueMismatch(row, `${describeValue(value)} is not a list`);
}

/** The entries of a map: a Map, pairs of key and value, or an object whose keys are text. */
function readPairs(value: unknown, row: number): Values {
  if (types.isMap(value)) return [...value];
  if (Array.isArray(value) && value.every((pair) => Array.isArray(pair) && pair.length === 2)) return value;
  const record = asRecord(value);
  if (record !== undefined) return Object.entries(record);
  throw new ValueMismatch(row, `${describeValue(value)} is not a Map or a list of [key, value]`);
}
