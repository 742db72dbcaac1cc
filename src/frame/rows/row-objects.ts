/**
 * Rows as plain objects, nothing rounded. The type of a column alone decides what its values become:
 * int64 and uint64 a bigint unless `ints` chooses otherwise, smaller integers and floats a number, decimals exact text,
 * dates and timestamps of seconds or milliseconds a Date, timestamps of micro- or nanoseconds ISO 8601 text (a Date
 * would drop digits; with a time zone in UTC with a Z) unless `timestamps` chooses one of both for all, times of day and
 * durations text, bytes a Uint8Array, lists an array, structs an object, maps an array of pairs.
 */
import { isAscii } from "node:buffer";
import { arrow, type DataType, type RecordBatch, Types, type Vector } from "../../arrow.ts";
import { float16FromBits, formatDecimal } from "../../display/text/number-text.ts";
import {
  formatDate,
  formatDuration,
  formatTimeOfDay,
  formatTimestamp,
} from "../../display/text/time-text.ts";
import { DlfLanceError } from "../../errors.ts";
import { dictionaryReader } from "./dictionary-reader.ts";

type Data = Vector["data"][number];
/** Of any unit and zone. */
type Timestamp = { readonly unit: 0 | 1 | 2 | 3; readonly timezone?: string | null | undefined };

/** A row: values by column name. */
export type RowObject = Record<string, unknown>;

/**
 * What int64 and uint64 become: a bigint, which is exact; a number, where a value that no number holds exactly is
 * refused; or text.
 */
export type IntegerPolicy = "bigint" | "number" | "string";

/**
 * What timestamps of every unit become: a Date, where digits below a millisecond and years that no Date holds are
 * refused; or ISO 8601 text with every digit.
 */
export type TimestampPolicy = "date" | "text";

export interface RowPolicies {
  /** Default: `"bigint"`. */
  readonly ints?: IntegerPolicy;
  /** Default: a Date for seconds and milliseconds, text for micro- and nanoseconds. */
  readonly timestamps?: TimestampPolicy;
}

export interface RowObjectOptions extends RowPolicies {
  /** The number of the batch's first row, for messages. */
  readonly firstRow?: number;
}

/** @throws DlfLanceError InvalidInput naming row and column, for a value that the policies cannot give exactly */
export function toRowObjects(batch: RecordBatch, options: RowObjectOptions = {}): RowObject[] {
  const { firstRow = 0, ...policies } = options;
  // Column by column, so that each loop reads values of one type.
  const columns = batch.schema.fields.map(({ name }, index) => ({
    name,
    values: columnValues(batch.data.children[index] as Data, policies, name, firstRow),
  }));
  const hasOwnToJson = columns.some(({ name }) => name === "toJSON");
  return Array.from({ length: batch.numRows }, (_, row) => {
    const object: RowObject = {};
    if (!hasOwnToJson) Object.defineProperty(object, "toJSON", toJsonProperty);
    for (const { name, values } of columns) {
      if (name === "__proto__") Object.defineProperty(object, name, { ...ownProperty, value: values[row] });
      else object[name] = values[row];
    }
    return object;
  });
}

const ownProperty = { enumerable: true, configurable: true, writable: true };

/** Each row's own, as a prototype would make rows something else than plain objects. */
const toJsonProperty = {
  configurable: true,
  writable: true,
  value: function toJSON(this: RowObject): unknown {
    return toJsonObject(this);
  },
};

function toJsonObject(object: object): unknown {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, toJsonValue(value)]));
}

/** `JSON.stringify` throws at a bigint: a number where that is exact, else text. */
function toJsonValue(value: unknown): unknown {
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(toJsonValue);
  return Object.getPrototypeOf(value) === Object.prototype ? toJsonObject(value) : value;
}

type Reader = (row: number) => unknown;

/** Thrown inside a value, where column and row are not known. */
class Unfit {
  readonly wanted: string;
  readonly reason: string;

  constructor(wanted: string, reason: string) {
    this.wanted = wanted;
    this.reason = reason;
  }

  at(column: string, row: number): DlfLanceError {
    return new DlfLanceError(
      "InvalidInput",
      `Cannot read row ${row + 1}, column ${column} as a ${this.wanted}: ${this.reason}`,
    );
  }
}

/** The values of a column, row by row. */
export function columnValues(data: Data, policies: RowPolicies, column: string, firstRow: number): unknown[] {
  const read = valueReader(data, policies);
  const values = new Array<unknown>(data.length);
  let row = 0;
  try {
    for (; row < data.length; row++) values[row] = read(row);
  } catch (error) {
    throw error instanceof Unfit ? error.at(column, firstRow + row) : error;
  }
  return values;
}

function valueReader(data: Data, policies: RowPolicies): Reader {
  if (Types.isNull(data.type)) return () => null;
  const read = presentReader(data, policies);
  if (data.nullCount === 0) return read;
  const { nullBitmap, offset } = data;
  return (row) => {
    const at = offset + row;
    return ((nullBitmap[at >> 3] as number) >> (at & 7)) & 1 ? read(row) : null;
  };
}

function integerReader(values: BigInt64Array | BigUint64Array, ints: IntegerPolicy): Reader {
  switch (ints) {
    case "bigint":
      return (row) => values[row];
    case "string":
      return (row) => String(values[row]);
    case "number":
      return (row) => {
        const number = Number(values[row]);
        if (Number.isSafeInteger(number)) return number;
        throw new Unfit(
          "number",
          `${values[row]} is beyond what a number holds exactly; pass { ints: "bigint" } or { ints: "string" }`,
        );
      };
    default:
      return ints satisfies never;
  }
}

/** Texts are short mostly, so each is decoded by itself; ASCII, which is most of them, without looking for more. */
function textReader(bytes: Uint8Array, offsets: Int32Array | BigInt64Array, length: number): Reader {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isLarge = offsets instanceof BigInt64Array;
  const ends = isLarge ? Float64Array.from(offsets, Number) : offsets;
  const encoding = isAscii(buffer.subarray(ends[0], ends[length])) ? "latin1" : "utf8";
  return (row) => buffer.toString(encoding, ends[row], ends[row + 1]);
}

/** Reads what is not null. */
function presentReader(data: Data, policies: RowPolicies): Reader {
  const { values } = data;
  const type: DataType = data.type;
  if (Types.isDictionary(type)) return dictionaryReader(data, (chunk) => valueReader(chunk, policies));
  if (Types.isInt(type))
    return type.bitWidth === 64 ? integerReader(values, policies.ints ?? "bigint") : (row) => values[row];
  if (Types.isUtf8(type) || Types.isLargeUtf8(type))
    return textReader(values, data.valueOffsets, data.length);
  if (Types.isFloat(type))
    return type.precision === 0 ? (row) => float16FromBits(values[row]) : (row) => values[row];
  if (Types.isDecimal(type)) {
    const words = type.bitWidth / 32;
    return (row) => formatDecimal(values.subarray(row * words, (row + 1) * words), type.scale);
  }
  if (Types.isTimestamp(type)) return timestampReader(values, type, policies.timestamps);
  if (Types.isDate(type)) {
    const milliseconds = type.unit === 0 ? 86_400_000 : 1;
    return (row) => new Date(Number(values[row]) * milliseconds);
  }
  if (Types.isTime(type)) return (row) => formatTimeOfDay(BigInt(values[row]), type.unit);
  if (Types.isDuration(type)) return (row) => formatDuration(BigInt(values[row]), type.unit);
  if (Types.isStruct(type)) return structReader(data, type, policies);
  if (Types.isMap(type)) return mapReader(data, policies);
  if (Types.isFixedSizeList(type)) {
    const item = valueReader(data.children[0] as Data, policies);
    return (row) => readItems(item, row * type.listSize, (row + 1) * type.listSize);
  }
  if (Types.isList(type)) {
    const item = valueReader(data.children[0] as Data, policies);
    return (row) => readItems(item, ...spanAt(data, row));
  }
  const vector = new arrow.Vector([data]);
  // A view would keep the whole batch alive.
  return (row) => copyBytes(vector.get(row));
}

function copyBytes(value: unknown): unknown {
  return value instanceof Uint8Array ? new Uint8Array(value) : value;
}

function timestampReader(
  values: BigInt64Array,
  type: Timestamp,
  policy: TimestampPolicy | undefined,
): Reader {
  switch (policy) {
    case "date":
      return exactDateReader(values, type);
    case "text":
      return timestampTextReader(values, type);
    case undefined:
      if (type.unit > 1) return timestampTextReader(values, type);
      return (row) => new Date(Number(values[row]) * (type.unit === 0 ? 1000 : 1));
    default:
      return policy satisfies never;
  }
}

/** How far from 1970 a Date reaches, in milliseconds. */
const lastDate = 8_640_000_000_000_000n;

function exactDateReader(values: BigInt64Array, { unit }: Timestamp): Reader {
  const [factor, divisor] = unit === 0 ? [1000n, 1n] : [1n, 1000n ** BigInt(unit - 1)];
  return (row) => {
    const value = (values[row] ?? 0n) * factor;
    const milliseconds = value / divisor;
    const isWhole = milliseconds * divisor === value;
    if (isWhole && milliseconds <= lastDate && milliseconds >= -lastDate)
      return new Date(Number(milliseconds));
    const what = isWhole ? "is a year that no Date holds" : "has digits below a millisecond";
    throw new Unfit(
      "Date",
      `${formatTimestamp(values[row] ?? 0n, unit)} ${what}; pass { timestamps: "text" }`,
    );
  };
}

function timestampTextReader(values: BigInt64Array, { unit, timezone: zone }: Timestamp): Reader {
  const suffix = zone ? "Z" : "";
  const exact = (value: bigint) => `${formatTimestamp(value, unit).replace(" ", "T")}${suffix}`;
  const perSecond = 1000 ** unit;
  let knownDay = Number.NaN;
  let dayText = "";
  return (row) => {
    const value = values[row] ?? 0n;
    const number = Number(value);
    if (!Number.isSafeInteger(number)) return exact(value);
    const seconds = Math.floor(number / perSecond);
    const day = Math.floor(seconds / 86_400);
    // Rows near each other are of one day mostly.
    if (day !== knownDay) {
      dayText = formatDate(day);
      knownDay = day;
    }
    const clock = seconds - day * 86_400;
    const [hour, minute, second] = [Math.floor(clock / 3600), Math.floor(clock / 60) % 60, clock % 60];
    const text = `${dayText}T${twoDigits[hour]}:${twoDigits[minute]}:${twoDigits[second]}`;
    const fraction = number - seconds * perSecond;
    if (fraction === 0) return text + suffix;
    const digits = String(fraction).padStart(3 * unit, "0");
    return `${text}.${digits.replace(/(?:000)+$/, "")}${suffix}`;
  };
}

const twoDigits = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, "0"));

function structReader(data: Data, type: DataType, policies: RowPolicies): Reader {
  const names: readonly string[] = (type.children ?? []).map((field) => field.name);
  const readers = data.children.map((child: Data) => valueReader(child, policies));
  return (row) => Object.fromEntries(names.map((name, index) => [name, readers[index]?.(row)]));
}

function mapReader(data: Data, policies: RowPolicies): Reader {
  const [keys, values] = (data.children[0] as Data).children.map((child: Data) =>
    valueReader(child, policies),
  );
  return (row) => {
    const [begin, end] = spanAt(data, row);
    return readItems((at) => [keys?.(at), values?.(at)], begin, end);
  };
}

function spanAt(data: Data, row: number): [begin: number, end: number] {
  return [Number(data.valueOffsets[row]), Number(data.valueOffsets[row + 1])];
}

function readItems(read: Reader, begin: number, end: number): unknown[] {
  return Array.from({ length: end - begin }, (_, index) => read(begin + index));
}
