/**
 * Rows as plain objects, nothing rounded. The type of a column alone decides what its values become:
 * int64 and uint64 a bigint, smaller integers and floats a number, decimals exact text, dates and timestamps of
 * seconds or milliseconds a Date, timestamps of micro- or nanoseconds ISO 8601 text (a Date would drop digits; with
 * a time zone in UTC with a Z), times of day and durations text, bytes a Uint8Array, lists an array, structs an
 * object, maps an array of pairs.
 */
import { arrow, type DataType, type RecordBatch, type Vector } from "../arrow.ts";
import { float16FromBits, formatDecimal } from "../display/number-text.ts";
import { formatDuration, formatTimeOfDay, formatTimestamp } from "../display/time-text.ts";

type Data = Vector["data"][number];

const { DataType: Types } = arrow;

/** A row: values by column name. */
export type RowObject = Record<string, unknown>;

export function toRowObjects(batch: RecordBatch): RowObject[] {
  const columns = batch.schema.fields.map((field, index) => {
    const data = batch.data.children[index] as Data;
    return { name: field.name, read: valueReader(data) };
  });
  return Array.from({ length: batch.numRows }, (_, row) =>
    // `fromEntries` makes own properties of all names, also of `__proto__`.
    Object.fromEntries(columns.map(({ name, read }) => [name, read(row)])),
  );
}

type Reader = (row: number) => unknown;

function valueReader(data: Data): Reader {
  if (Types.isNull(data.type)) return () => null;
  const read = presentReader(data);
  return (row) => (data.getValid(row) ? read(row) : null);
}

/** Reads what is not null. */
function presentReader(data: Data): Reader {
  const { values } = data;
  const type: DataType = data.type;
  if (Types.isDictionary(type)) return dictionaryReader(data);
  if (Types.isInt(type)) return (row) => values[row];
  if (Types.isFloat(type))
    return type.precision === 0 ? (row) => float16FromBits(values[row]) : (row) => values[row];
  if (Types.isDecimal(type)) {
    const words = type.bitWidth / 32;
    return (row) => formatDecimal(values.subarray(row * words, (row + 1) * words), type.scale);
  }
  if (Types.isTimestamp(type)) return timestampReader(values, type.unit, type.timezone);
  if (Types.isDate(type)) {
    const milliseconds = type.unit === 0 ? 86_400_000 : 1;
    return (row) => new Date(Number(values[row]) * milliseconds);
  }
  if (Types.isTime(type)) return (row) => formatTimeOfDay(BigInt(values[row]), type.unit);
  if (Types.isDuration(type)) return (row) => formatDuration(BigInt(values[row]), type.unit);
  if (Types.isStruct(type)) return structReader(data, type);
  if (Types.isMap(type)) return mapReader(data);
  if (Types.isFixedSizeList(type)) {
    const item = valueReader(data.children[0] as Data);
    return (row) => readItems(item, row * type.listSize, (row + 1) * type.listSize);
  }
  if (Types.isList(type)) {
    const item = valueReader(data.children[0] as Data);
    return (row) => readItems(item, ...spanAt(data, row));
  }
  const vector = new arrow.Vector([data]);
  // A view would keep the whole batch alive.
  return (row) => copyBytes(vector.get(row));
}

function copyBytes(value: unknown): unknown {
  return value instanceof Uint8Array ? new Uint8Array(value) : value;
}

function dictionaryReader(data: Data): Reader {
  const chunks: readonly Data[] = data.dictionary?.data ?? [];
  const readers = chunks.map((chunk) => ({ length: chunk.length, read: valueReader(chunk) }));
  return (row) => {
    let index = Number(data.values[row]);
    for (const { length, read } of readers) {
      if (index < length) return read(index);
      index -= length;
    }
    return null;
  };
}

function timestampReader(
  values: BigInt64Array,
  unit: 0 | 1 | 2 | 3,
  zone: string | null | undefined,
): Reader {
  if (unit <= 1) return (row) => new Date(Number(values[row]) * (unit === 0 ? 1000 : 1));
  return (row) => `${formatTimestamp(values[row] ?? 0n, unit).replace(" ", "T")}${zone ? "Z" : ""}`;
}

function structReader(data: Data, type: DataType): Reader {
  const names: readonly string[] = (type.children ?? []).map((field) => field.name);
  const readers = data.children.map(valueReader);
  return (row) => Object.fromEntries(names.map((name, index) => [name, readers[index]?.(row)]));
}

function mapReader(data: Data): Reader {
  const [keys, values] = (data.children[0] as Data).children.map(valueReader);
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
