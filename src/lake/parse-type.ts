/** Arrow types by the names that displays give them, as in `int64`, `timestamp[us, UTC]` and `list<string>`. */
import { arrow, type DataType } from "../arrow.ts";
import { DlfLanceError } from "../errors.ts";

const plainTypes: Readonly<Record<string, () => DataType>> = {
  bool: () => new arrow.Bool(),
  int8: () => new arrow.Int8(),
  int16: () => new arrow.Int16(),
  int32: () => new arrow.Int32(),
  int64: () => new arrow.Int64(),
  uint8: () => new arrow.Uint8(),
  uint16: () => new arrow.Uint16(),
  uint32: () => new arrow.Uint32(),
  uint64: () => new arrow.Uint64(),
  halffloat: () => new arrow.Float16(),
  float16: () => new arrow.Float16(),
  float: () => new arrow.Float32(),
  float32: () => new arrow.Float32(),
  double: () => new arrow.Float64(),
  float64: () => new arrow.Float64(),
  string: () => new arrow.Utf8(),
  large_string: () => new arrow.LargeUtf8(),
  binary: () => new arrow.Binary(),
  large_binary: () => new arrow.LargeBinary(),
  date: () => new arrow.DateDay(),
  "date32[day]": () => new arrow.DateDay(),
  "date64[ms]": () => new arrow.DateMillisecond(),
};
const timeUnits = ["s", "ms", "us", "ns"];

/** @throws DlfLanceError InvalidInput naming the types there are */
export function parseType(name: string, action: string): DataType {
  const type = readType(name.trim());
  if (type !== undefined) return type;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot ${action}: no type is called ${JSON.stringify(name)}; there are ${Object.keys(plainTypes).join(", ")}, ` +
      "timestamp[us], timestamp[us, UTC], decimal128(12, 2), list<type> and fixed_size_list<type>[length].",
  );
}

function readType(name: string): DataType | undefined {
  if (Object.hasOwn(plainTypes, name)) return plainTypes[name]?.();
  const timestamp = /^timestamp\[(s|ms|us|ns)(?:,\s*(?:tz=)?([^\]]+))?\]$/.exec(name);
  if (timestamp?.[1] !== undefined)
    return new arrow.Timestamp(timeUnits.indexOf(timestamp[1]), timestamp[2] ?? null);
  const decimal = /^decimal128\((\d{1,2}),\s*(\d{1,2})\)$/.exec(name);
  if (decimal !== null) return new arrow.Decimal(Number(decimal[2]), Number(decimal[1]), 128);
  const list = /^list<(.+)>$/.exec(name);
  const vector = /^fixed_size_list<(.+)>\[(\d+)\]$/.exec(name);
  const childName = list?.[1] ?? vector?.[1];
  const child = childName === undefined ? undefined : readType(childName.trim());
  if (child === undefined) return undefined;
  const item = new arrow.Field("item", child, true);
  return vector === null ? new arrow.List(item) : new arrow.FixedSizeList(Number(vector[2]), item);
}
