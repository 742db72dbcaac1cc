/** Arrow types for JavaScript values that come without a schema. Strings are never dictionaries: Daft cannot read those. */
import { types } from "node:util";
import { arrow, type DataType } from "../../arrow.ts";
import { isMissing } from "../arrow/column-data.ts";
import { asBytes, asRecord, fieldOf, typedArrayClass } from "../columns/value-class.ts";
import { describeValue, UnknownType, ValueMismatch } from "../columns/value-mismatch.ts";

/** What values of one type have in common, in words; undefined for a value that no column can hold. */
function kindOf(value: unknown): string | undefined {
  switch (typeof value) {
    case "number":
      return Number.isSafeInteger(value) && !Object.is(value, -0) ? "integer" : "float";
    case "string":
    case "bigint":
    case "boolean":
      return typeof value;
    case "object":
      return kindOfObject(value as object);
    default:
      return undefined;
  }
}

function kindOfObject(value: object): string | undefined {
  if (Array.isArray(value)) return "list";
  if (types.isDate(value)) return "date";
  if (asBytes(value) !== undefined) return "bytes";
  if (types.isMap(value)) return asRecord(value) === undefined ? undefined : "map";
  return typedArrayClass(value) ?? (asRecord(value) === undefined ? undefined : "object");
}

/** The types of elements of typed arrays, by class. */
const elementTypes: Readonly<Record<string, () => DataType>> = {
  Int8Array: () => new arrow.Int8(),
  Int16Array: () => new arrow.Int16(),
  Int32Array: () => new arrow.Int32(),
  BigInt64Array: () => new arrow.Int64(),
  Uint8Array: () => new arrow.Uint8(),
  Uint8ClampedArray: () => new arrow.Uint8(),
  Uint16Array: () => new arrow.Uint16(),
  Uint32Array: () => new arrow.Uint32(),
  BigUint64Array: () => new arrow.Uint64(),
  Float16Array: () => new arrow.Float16(),
  Float32Array: () => new arrow.Float32(),
  Float64Array: () => new arrow.Float64(),
};

/** The type of a column's values: that of its elements for a typed array, and of all its values for another. */
export function inferColumnType(values: ArrayLike<unknown>): DataType {
  const build = elementTypes[typedArrayClass(values) ?? ""];
  return build?.() ?? inferType(Array.isArray(values) ? values : Array.from(values));
}

/**
 * The type that holds all `values` exactly: int64 for whole numbers and bigints, float64 for other numbers,
 * string, bool, timestamp[ms, UTC] for dates, binary for bytes; a fixed-size list for arrays of floats such as
 * Float32Array and Float16Array, a list for other typed arrays, both of the array's own elements; list, map and struct
 * for arrays, Maps with text keys, and objects.
 * @throws {@link ValueMismatch} when no type does; {@link UnknownType} when all values are null, or all lists empty.
 */
function inferType(values: readonly unknown[], depth = 0): DataType {
  if (depth === depthOfCheck) refuseCycles(values);
  const kinds = new Map<string, number>();
  values.forEach((value, row) => {
    if (isMissing(value)) return;
    const kind = kindOf(value);
    if (kind === undefined) throw refuseClass(value, row);
    if (!kinds.has(kind)) kinds.set(kind, row);
  });
  const [first, second] = kinds.keys();
  if (first === undefined) {
    throw new UnknownType("all values are null", "string");
  }
  if (second !== undefined) return inferMixed(kinds, values, depth);
  const element = elementTypes[first]?.();
  if (element !== undefined) return inferTypedArray(element, values);
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
    case "list":
      return new arrow.List(new arrow.Field("item", inferItems(values as readonly Items[], depth), true));
    case "map":
      return inferMap(values as readonly (ReadonlyMap<string, unknown> | null | undefined)[], depth);
    default:
      return inferStruct(values, depth);
  }
}

function refuseClass(value: unknown, row: number): ValueMismatch {
  const what = typeof value === "object" ? describeValue(value) : `a ${typeof value}`;
  return new ValueMismatch(
    row,
    `${what} is a value that no column holds`,
    "pass text, a number, bigint, boolean, Date, bytes, an array, a plain object or a Map with text keys",
  );
}

/** Kinds of which one type holds all values. */
const together: readonly (readonly string[])[] = [
  ["integer", "float"],
  ["integer", "bigint"],
  ["object", "map"],
];

function inferMixed(kinds: ReadonlyMap<string, number>, values: readonly unknown[], depth: number): DataType {
  const names = [...kinds.keys()];
  const fits = (some: readonly string[]) =>
    together.some((group) => some.every((kind) => group.includes(kind)));
  const misfit = names.findIndex((_, index) => index > 0 && !fits(names.slice(0, index + 1)));
  if (misfit < 0) {
    if (names.includes("float")) return new arrow.Float64();
    return names.includes("bigint") ? new arrow.Int64() : inferStruct(values, depth);
  }
  const kind = names[misfit] as string;
  const row = kinds.get(kind);
  const value = row === undefined ? undefined : values[row];
  const before = names.slice(0, misfit).join(" and ");
  const areNumbers = names
    .slice(0, misfit + 1)
    .every((name) => ["integer", "float", "bigint"].includes(name));
  throw new ValueMismatch(
    row,
    `${describeValue(value)} is ${kind}, and the values before are ${before}`,
    ...(areNumbers ? ["no type holds all of them exactly; pass numbers alone, or whole numbers alone"] : []),
  );
}

/** Arrays of floats are vectors: only those of a fixed size can be searched. */
function inferTypedArray(element: DataType, values: readonly unknown[]): DataType {
  const item = new arrow.Field("item", element, true);
  if (!arrow.DataType.isFloat(element)) return new arrow.List(item);
  const first = values.find((value) => !isMissing(value)) as ArrayLike<number>;
  if (first.length === 0) {
    throw new ValueMismatch(
      values.indexOf(first),
      "a vector without numbers",
      "leave it null, or give it numbers",
    );
  }
  return new arrow.FixedSizeList(first.length, item);
}

/** So deep few values are nested, and those that hold themselves are. */
const depthOfCheck = 8;

/** @throws {@link ValueMismatch} naming the first value that holds itself, which would have no end */
function refuseCycles(values: readonly unknown[]): void {
  const cleared = new Set<unknown>();
  const above = new Set<unknown>();
  const visit = (value: unknown): boolean => {
    if (typeof value !== "object" || value === null || cleared.has(value)) return false;
    if (above.has(value)) return true;
    above.add(value);
    const inner = Array.isArray(value) ? value : Object.values(asRecord(value) ?? {});
    if (inner.some(visit)) return true;
    above.delete(value);
    cleared.add(value);
    return false;
  };
  const row = values.findIndex(visit);
  if (row >= 0) throw new ValueMismatch(row, "a value that holds itself", "leave the reference out");
}

type Items = readonly unknown[] | null | undefined;

function inferItems(lists: readonly Items[], depth: number): DataType {
  return inferNested(
    lists.map((list) => list ?? []),
    depth,
    "lists",
  );
}

function inferMap(
  maps: readonly (ReadonlyMap<string, unknown> | null | undefined)[],
  depth: number,
): DataType {
  const value = inferNested(
    maps.map((map) => [...(map?.values() ?? [])]),
    depth,
    "Maps",
  );
  const entries = new arrow.Struct([
    new arrow.Field("key", new arrow.Utf8(), false),
    new arrow.Field("value", value, true),
  ]);
  return new arrow.Map_(new arrow.Field("entries", entries, false) as never, false);
}

/** The type of all items of all rows; a misfit is reported for the row that holds it. */
function inferNested(
  rows: readonly (readonly unknown[])[],
  depth: number,
  holders: "lists" | "Maps",
): DataType {
  const items = rows.flat();
  if (items.every(isMissing)) {
    const what =
      items.length === 0 ? `all its ${holders} are empty` : `all values in its ${holders} are null`;
    throw new UnknownType(what, holders === "lists" ? "list<string>" : "map<string, string>");
  }
  try {
    return inferType(items, depth + 1);
  } catch (error) {
    if (error instanceof UnknownType) throw withoutExample(error);
    if (!(error instanceof ValueMismatch) || error.row === undefined) throw error;
    let item = error.row;
    throw error.at(
      rows.findIndex((items) => {
        item -= items.length;
        return item < 0;
      }),
    );
  }
}

function inferStruct(values: readonly unknown[], depth: number): DataType {
  const records = values.map(asRecord);
  const names = new Set(records.flatMap((record) => Object.keys(record ?? {})));
  const broken = [...names].find((name) => !name.isWellFormed());
  if (broken !== undefined) {
    const row = records.findIndex((record) => record !== undefined && Object.hasOwn(record, broken));
    throw new ValueMismatch(
      row,
      `field ${JSON.stringify(broken)} holds half a surrogate pair, which no table can`,
      "repair the name",
    );
  }
  const fields = [...names].map(
    (name) =>
      new arrow.Field(
        name,
        inferField(
          name,
          records.map((record) => fieldOf(record, name)),
          depth,
        ),
        true,
      ),
  );
  return new arrow.Struct(fields);
}

function inferField(name: string, values: readonly unknown[], depth: number): DataType {
  try {
    return inferType(values, depth + 1);
  } catch (error) {
    if (error instanceof UnknownType) throw withoutExample(error, `field ${name}: `);
    throw error;
  }
}

/** Of a part of a column, which cannot be added alone. */
function withoutExample({ reason, fix }: UnknownType, where = ""): ValueMismatch {
  return new ValueMismatch(undefined, `${where}${reason}`, fix);
}
