/** Arrow types for JavaScript values that come without a schema. Strings are never dictionaries: Daft cannot read those. */
import { arrow, type DataType } from "../arrow.ts";
import { describeValue, ValueMismatch } from "./value-mismatch.ts";

const kindOf = (value: unknown) => {
  if (typeof value === "object" && value !== null) {
    if (value instanceof Date) return "date";
    if (value instanceof Uint8Array) return "bytes";
    if (value instanceof Float32Array) return "vector";
    if (Array.isArray(value) || ArrayBuffer.isView(value)) return "list";
    return "object";
  }
  if (typeof value === "number")
    return Number.isSafeInteger(value) && !Object.is(value, -0) ? "integer" : "float";
  return typeof value;
};

/** The type of a typed array's elements, told by the name of its class: another realm has classes of its own. */
const arrayTypes: Readonly<Record<string, () => DataType>> = {
  Int8Array: () => new arrow.Int8(),
  Int16Array: () => new arrow.Int16(),
  Int32Array: () => new arrow.Int32(),
  BigInt64Array: () => new arrow.Int64(),
  Uint8Array: () => new arrow.Uint8(),
  Uint8ClampedArray: () => new arrow.Uint8(),
  Buffer: () => new arrow.Uint8(),
  Uint16Array: () => new arrow.Uint16(),
  Uint32Array: () => new arrow.Uint32(),
  BigUint64Array: () => new arrow.Uint64(),
  Float32Array: () => new arrow.Float32(),
  Float64Array: () => new arrow.Float64(),
};

/** The type of a column's values: that of its elements for a typed array, and of all its values for another. */
export function inferColumnType(values: ArrayLike<unknown>): DataType {
  const build = ArrayBuffer.isView(values) ? arrayTypes[values.constructor.name] : undefined;
  return build?.() ?? inferType(Array.isArray(values) ? values : Array.from(values));
}

/**
 * The type that holds all `values` exactly: int64 for whole numbers and bigints, float64 for other numbers,
 * string, bool, timestamp[ms, UTC] for dates, binary for Uint8Array, a fixed-size list of float32 for
 * Float32Array, list and struct for arrays and objects.
 * @throws {@link ValueMismatch} when no type does, or when all values are null.
 */
export function inferType(values: readonly unknown[]): DataType {
  const kinds = new Map<string, number>();
  values.forEach((value, row) => {
    const kind = kindOf(value);
    if (value !== null && value !== undefined && !kinds.has(kind)) kinds.set(kind, row);
  });
  const [first, second] = kinds.keys();
  if (first === undefined) {
    throw new ValueMismatch(
      undefined,
      "all values are null, so the type is unknown; pass an Arrow table with a schema",
    );
  }
  if (second !== undefined) return inferMixed(kinds, values);
  switch (first) {
    case "integer":
    case "bigint":
      return new arrow.Int64();
    case "float":
      return new arrow.Float64();
    case "string":
      return new arrow.Utf8();
    case "boolean":
      return new arrow.Bool();
    case "date":
      return new arrow.TimestampMillisecond("UTC");
    case "bytes":
      return new arrow.Binary();
    case "vector":
      return inferVector(values);
    case "list":
      return new arrow.List(new arrow.Field("item", inferItems(values), true));
    case "object":
      return inferStruct(values);
    default:
      throw new ValueMismatch(kinds.get(first), `a ${first} has no column type`);
  }
}

function inferMixed(kinds: ReadonlyMap<string, number>, values: readonly unknown[]): DataType {
  const names = [...kinds.keys()];
  if (names.every((kind) => kind === "integer" || kind === "float")) return new arrow.Float64();
  if (names.every((kind) => kind === "integer" || kind === "bigint")) return new arrow.Int64();
  const row = kinds.get(names[1] ?? "");
  const value = row === undefined ? undefined : values[row];
  throw new ValueMismatch(
    row,
    `${describeValue(value)} is ${names[1]}, and the values before are ${names[0]}`,
  );
}

function inferVector(values: readonly unknown[]): DataType {
  const vectors = values.filter((value) => value instanceof Float32Array);
  const size = vectors[0]?.length ?? 0;
  return new arrow.FixedSizeList(size, new arrow.Field("item", new arrow.Float32(), true));
}

function inferItems(values: readonly unknown[]): DataType {
  return inferType(values.flatMap((value) => (value == null ? [] : [...(value as Iterable<unknown>)])));
}

function inferStruct(values: readonly unknown[]): DataType {
  const records = values as readonly (Record<string, unknown> | null | undefined)[];
  const names = new Set(records.flatMap((record) => Object.keys(record ?? {})));
  const fields = [...names].map(
    (name) => new arrow.Field(name, inferType(records.map((record) => record?.[name])), true),
  );
  return new arrow.Struct(fields);
}
