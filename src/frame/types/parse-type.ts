/** Types by the names that displays show, and by the short names people know: `float64`, `date`, `decimal(12, 2)`. */
import { arrow, type DataType, type Field } from "../../arrow.ts";
import { describeValue } from "../../check-options.ts";
import { DlfLanceError } from "../../errors.ts";
import { meantType } from "../../names-elsewhere.ts";

const timeUnits = ["s", "ms", "us", "ns"];

const simpleTypes: Readonly<Record<string, () => DataType>> = {
  bool: () => new arrow.Bool(),
  boolean: () => new arrow.Bool(),
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
  date32: () => new arrow.DateDay(),
  "date32[day]": () => new arrow.DateDay(),
  "date64[ms]": () => new arrow.DateMillisecond(),
  timestamp: () => new arrow.Timestamp(2, null),
};

/**
 * The type of a name.
 * @param action what to name in a refusal, as in `cast f0`.
 * @throws DlfLanceError InvalidInput for a name of no type, naming some that are.
 */
export function parseType(name: string, action: string): DataType {
  const type = typeof name === "string" ? readType(name.trim()) : undefined;
  if (type !== undefined) return type;
  const meant = typeof name === "string" ? typeElsewhere(name.trim().toLowerCase()) : undefined;
  if (meant !== undefined)
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot ${action}: ${quoteType(name)} is not a type; did you mean "${meant}"?`,
    );
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot ${action}: ${quoteType(name)} is not a type; the types are bool, int8 … int64, uint8 … uint64, float16, float32, float64, ` +
      "string, binary, date, timestamp[us], timestamp[us, UTC], decimal(12, 2), list<int64>, " +
      "fixed_size_list<float32>[128], map<string, int64> and struct<a: int64, b: string>",
  );
}

/** @param name in small letters */
function typeElsewhere(name: string): string | undefined {
  return readType(name) === undefined ? meantType(name) : name;
}

function quoteType(name: unknown): string {
  if (typeof name === "function") return `the class ${name.name}`;
  return describeValue(name);
}

function readType(name: string): DataType | undefined {
  const simple = Object.hasOwn(simpleTypes, name) ? simpleTypes[name] : undefined;
  if (simple !== undefined) return simple();
  const timestamp = /^timestamp\[(s|ms|us|ns)(?:, ?(?:tz=)?([\w+\-/:]+))?\]$/.exec(name);
  if (timestamp !== null) return new arrow.Timestamp(unitOf(timestamp[1]), timestamp[2] ?? null);
  const time = /^time(32|64)\[(s|ms|us|ns)\]$/.exec(name);
  if (time !== null) return new arrow.Time(unitOf(time[2]), Number(time[1]) as 32 | 64);
  const duration = /^duration\[(s|ms|us|ns)\]$/.exec(name);
  if (duration !== null) return new arrow.Duration(unitOf(duration[1]));
  const bytes = /^fixed_size_binary\[(\d{1,9})\]$/.exec(name);
  if (bytes !== null) return new arrow.FixedSizeBinary(Number(bytes[1]));
  const decimal = /^decimal(128|256)?\((\d{1,2}), ?(\d{1,2})\)$/.exec(name);
  if (decimal !== null) return readDecimal(decimal);
  return readNested(name);
}

function unitOf(name: string | undefined): 0 | 1 | 2 | 3 {
  return timeUnits.indexOf(name ?? "") as 0 | 1 | 2 | 3;
}

function readDecimal([, width = "128", precision, scale]: RegExpExecArray): DataType | undefined {
  const [digits, behind] = [Number(precision), Number(scale)];
  if (digits < 1 || digits > (width === "256" ? 76 : 38) || behind > digits) return undefined;
  return new arrow.Decimal(behind, digits, Number(width));
}

function readNested(name: string): DataType | undefined {
  const list = /^list<(.*)>$/s.exec(name);
  if (list !== null) {
    const item = readItem(list[1] ?? "");
    return item && new arrow.List(item);
  }
  const fixed = /^fixed_size_list<(.*)>\[(\d{1,9})\]$/s.exec(name);
  if (fixed !== null) {
    const item = readItem(fixed[1] ?? "");
    return item && new arrow.FixedSizeList(Number(fixed[2]), item);
  }
  const map = /^map<(.*)>$/s.exec(name);
  if (map !== null) return readMap(map[1] ?? "");
  const struct = /^struct<(.*)>$/s.exec(name);
  if (struct === null) return undefined;
  const fields = splitFields(struct[1] ?? "").map((part) => {
    const colon = part.indexOf(":");
    const type = colon < 0 ? undefined : readType(part.slice(colon + 1).trim());
    return type && new arrow.Field(part.slice(0, colon).trim(), type, true);
  });
  const present = fields.filter((field) => field !== undefined);
  return present.length === fields.length ? new arrow.Struct(present) : undefined;
}

function readMap(types: string): DataType | undefined {
  const [key, value, ...others] = splitFields(types).map((type) => readType(type.trim()));
  if (key === undefined || value === undefined || others.length > 0) return undefined;
  const fields = [new arrow.Field("key", key, false), new arrow.Field("value", value, true)];
  return new arrow.Map_(new arrow.Field("entries", new arrow.Struct(fields), false) as never);
}

function readItem(name: string): Field | undefined {
  const type = readType(name.trim());
  return type && new arrow.Field("item", type, true);
}

/** At the commas that stand in no brackets. */
function splitFields(text: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const character of text) {
    if ("<[(".includes(character)) depth += 1;
    if (">])".includes(character)) depth -= 1;
    if (character === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += character;
  }
  return parts;
}
