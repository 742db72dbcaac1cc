/** Rows of an Arrow column into a vector of DuckDB: buffers are copied as they are where both hold the same. */
import { type Vector as ArrowVector, arrow, type DataType, Types } from "../../../../arrow.ts";
import { DlfLanceError } from "../../../../errors.ts";
import type { DuckDb, Vector } from "../duckdb.ts";
import { alignBits, getBit, joinBits, repeatBits } from "./bits.ts";
import { isArray } from "./logical-type.ts";
import { writeStrings } from "./write-strings.ts";

export type Data = ArrowVector["data"][number];

/**
 * @param data of no dictionary.
 * @param alive bits of the rows that the parent of this column has; null there is null here too, as DuckDB wants it.
 */
export function writeVector(
  duckdb: DuckDb,
  vector: Vector,
  data: Data,
  begin: number,
  count: number,
  alive?: Uint8Array,
): void {
  const own =
    data.nullCount > 0 && data.nullBitmap !== undefined && !Types.isNull(data.type)
      ? alignBits(data.nullBitmap, data.offset + begin, count)
      : undefined;
  const valid = Types.isNull(data.type) ? new Uint8Array(Math.ceil(count / 8)) : joinBits(own, alive);
  if (valid !== undefined) {
    duckdb.vector_ensure_validity_writable(vector);
    duckdb.copy_data_to_vector_validity(vector, 0, toBuffer(valid), valid.byteOffset, valid.byteLength);
  }
  if (!Types.isNull(data.type)) writeValues(duckdb, vector, data, begin, count, valid);
}

function writeValues(
  duckdb: DuckDb,
  vector: Vector,
  data: Data,
  begin: number,
  count: number,
  valid: Uint8Array | undefined,
): void {
  const type: DataType = data.type;
  if (Types.isUtf8(type) || Types.isLargeUtf8(type) || Types.isBinary(type) || Types.isLargeBinary(type)) {
    writeStrings(duckdb, vector, data.values, data.valueOffsets.subarray(begin, begin + count + 1));
  } else if (Types.isFixedSizeBinary(type)) {
    const offsets = Int32Array.from({ length: count + 1 }, (_, row) => (begin + row) * type.byteWidth);
    writeStrings(duckdb, vector, data.values, offsets);
  } else if (Types.isStruct(type)) {
    for (const [index, child] of data.children.entries()) {
      writeVector(duckdb, duckdb.struct_vector_get_child(vector, index), child, begin, count, valid);
    }
  } else if (Types.isFixedSizeList(type) && isArray(type)) {
    const size = type.listSize;
    const items = duckdb.array_vector_get_child(vector);
    const alive = valid === undefined ? undefined : repeatBits(valid, count, size);
    writeVector(duckdb, items, data.children[0] as Data, begin * size, count * size, alive);
  } else if (Types.isFixedSizeList(type)) {
    writeEvenLists(duckdb, vector, data.children[0] as Data, type.listSize, begin, count);
  } else if (Types.isList(type) || Types.isMap(type)) {
    writeLists(duckdb, vector, data, begin, count);
  } else {
    const values = fixedValues(data, begin, count, valid);
    duckdb.copy_data_to_vector(vector, 0, toBuffer(values), values.byteOffset, values.byteLength);
  }
}

/** The rows of a column whose values are all of one width, as DuckDB stores them. */
function fixedValues(
  data: Data,
  begin: number,
  count: number,
  valid: Uint8Array | undefined,
): ArrayBufferView {
  const type: DataType = data.type;
  const rows = (stride = 1) => data.values.subarray(begin * stride, (begin + count) * stride);
  if (Types.isBool(type)) {
    const bits = alignBits(data.values, data.offset + begin, count);
    return Uint8Array.from({ length: count }, (_, row) => Number(getBit(bits, row)));
  }
  if (Types.isFloat(type) && type.precision === 0) {
    return Float32Array.from(rows() as Uint16Array, arrow.util.uint16ToFloat64);
  }
  if (Types.isDecimal(type)) return narrowDecimals(rows(type.bitWidth / 32), type);
  if (Types.isTime(type) && type.unit < 2) {
    const factor = type.unit === 0 ? 1_000_000n : 1_000n;
    return BigInt64Array.from(rows() as Int32Array, (value: number) => BigInt(value) * factor);
  }
  if (Types.isTimestamp(type) && type.timezone && type.unit < 2) {
    return scaleTicks(data, begin, count, type.unit, valid, "timestamp");
  }
  if (Types.isDuration(type) && type.unit < 3) {
    const micros = scaleTicks(data, begin, count, type.unit, valid, "duration");
    // An interval is months and days in 32 bits each, and microseconds.
    return BigInt64Array.from({ length: 2 * count }, (_, at) => (at % 2 ? (micros[at >> 1] ?? 0n) : 0n));
  }
  return rows();
}

function writeLists(duckdb: DuckDb, vector: Vector, data: Data, begin: number, count: number): void {
  const offsets: Int32Array = data.valueOffsets;
  const first = offsets[begin] ?? 0;
  const total = (offsets[begin + count] ?? 0) - first;
  // An entry is where the items of a row begin, and how many they are.
  const entries = new BigUint64Array(2 * count);
  for (let row = 0; row < count; row++) {
    const start = offsets[begin + row] ?? 0;
    entries[2 * row] = BigInt(start - first);
    entries[2 * row + 1] = BigInt((offsets[begin + row + 1] ?? 0) - start);
  }
  writeItems(duckdb, vector, entries, data.children[0] as Data, first, total);
}

function writeEvenLists(
  duckdb: DuckDb,
  vector: Vector,
  items: Data,
  size: number,
  begin: number,
  count: number,
): void {
  const entries = BigUint64Array.from({ length: 2 * count }, (_, at) =>
    BigInt(at % 2 ? size : (at >> 1) * size),
  );
  writeItems(duckdb, vector, entries, items, begin * size, count * size);
}

function writeItems(
  duckdb: DuckDb,
  vector: Vector,
  entries: BigUint64Array,
  items: Data,
  first: number,
  total: number,
): void {
  duckdb.copy_data_to_vector(vector, 0, toBuffer(entries), 0, entries.byteLength);
  duckdb.list_vector_reserve(vector, total);
  duckdb.list_vector_set_size(vector, total);
  if (total > 0) writeVector(duckdb, duckdb.list_vector_get_child(vector), items, first, total);
}

/** DuckDB keeps a decimal in the smallest whole number that holds its digits. */
function narrowDecimals(
  words: Uint32Array,
  { precision, bitWidth }: { readonly precision: number; readonly bitWidth: number },
): ArrayBufferView {
  const stride = bitWidth / 32;
  const count = words.length / stride;
  if (precision <= 4) return Int16Array.from({ length: count }, (_, row) => words[row * stride] ?? 0);
  const kept = precision <= 9 ? 1 : precision <= 18 ? 2 : 4;
  if (kept === stride) return words;
  const narrow = new Uint32Array(count * kept);
  for (let row = 0; row < count; row++) {
    for (let word = 0; word < kept; word++) narrow[row * kept + word] = words[row * stride + word] ?? 0;
  }
  return narrow;
}

const greatestTick = 2n ** 63n - 1n;

/** Seconds or milliseconds as microseconds. */
function scaleTicks(
  data: Data,
  begin: number,
  count: number,
  unit: number,
  valid: Uint8Array | undefined,
  what: string,
): BigInt64Array {
  const values: BigInt64Array = data.values.subarray(begin, begin + count);
  if (unit === 2) return values;
  const factor = unit === 0 ? 1_000_000n : 1_000n;
  return values.map((value, row) => {
    if (valid !== undefined && !getBit(valid, row)) return 0n;
    const micros = value * factor;
    if (micros <= greatestTick && micros >= -greatestTick) return micros;
    throw new DlfLanceError(
      "Unsupported",
      `Cannot read a ${what} in SQL: ${value} ${unit === 0 ? "seconds are" : "milliseconds are"} more microseconds than ` +
        "DuckDB can count; filter such rows out first",
    );
  });
}

function toBuffer(view: ArrayBufferView): ArrayBuffer {
  return view.buffer as ArrayBuffer;
}
