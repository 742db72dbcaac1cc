/** One column of three or four values for every Arrow type that apache-arrow can build, odd values first. */
import { arrow, type DataType, type Field, type Table, type Vector } from "../../src/arrow.ts";

const { Bool, Null, Utf8, LargeUtf8, Binary, LargeBinary, FixedSizeBinary, Decimal, List, FixedSizeList } =
  arrow;
const { Int8, Int16, Int32, Int64, Uint8, Uint16, Uint32, Uint64, Float16, Float32, Float64 } = arrow;
const { DateDay, DateMillisecond, Timestamp, Duration, Struct, Map_, DenseUnion, SparseUnion, Dictionary } =
  arrow;
const { TimeSecond, TimeMillisecond, TimeMicrosecond, TimeNanosecond, IntervalDayTime, IntervalYearMonth } =
  arrow;

type Data = Vector["data"][number];
type DataProperties = Record<string, unknown> & { readonly type: DataType };

export interface SampleColumn {
  readonly name: string;
  readonly data: Data;
  readonly metadata?: ReadonlyMap<string, string>;
}

export function makeData(properties: DataProperties): Data {
  return arrow.makeData(properties as never) as Data;
}

export function nullable(name: string, type: DataType): Field {
  return new arrow.Field(name, type, true);
}

/** A table of columns that may share a name. */
export function tableOf(columns: readonly SampleColumn[], isNullable = true): Table {
  const fields = columns.map(
    ({ name, data, metadata }) => new arrow.Field(name, data.type, isNullable, new Map(metadata)),
  );
  const schema = new arrow.Schema(fields);
  const length = columns[0]?.data.length ?? 0;
  const children = columns.map(({ data }) => data);
  const batch = new arrow.RecordBatch(
    schema,
    arrow.makeData({ type: new Struct(fields), length, nullCount: 0, children }),
  );
  return new arrow.Table(schema, [batch]);
}

/** The bits of `valid`, first value lowest. */
function bitmap(...valid: readonly (0 | 1)[]): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(valid.length / 8));
  for (const [index, bit] of valid.entries())
    bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (bit << (index % 8));
  return bytes;
}

/** Values of fixed width, the last of them null. */
function flat(type: DataType, data: ArrayLike<number> | ArrayLike<bigint>, length: number): Data {
  const valid = Array.from({ length }, (_, index) => (index === length - 1 ? 0 : 1));
  return makeData({ type, data, length, nullCount: 1, nullBitmap: bitmap(...(valid as (0 | 1)[])) });
}

export function strings(values: readonly (string | null)[], type: DataType = new Utf8()): Data {
  return variable(
    type,
    values.map((value) => (value === null ? null : Buffer.from(value))),
  );
}

export function variable(type: DataType, values: readonly (Uint8Array | null)[]): Data {
  const isLarge = arrow.DataType.isLargeUtf8(type) || arrow.DataType.isLargeBinary(type);
  const ends: number[] = [];
  let end = 0;
  for (const value of values) {
    end += value?.length ?? 0;
    ends.push(end);
  }
  const offsets = [0, ...ends];
  return makeData({
    type,
    length: values.length,
    data: Buffer.concat(values.map((value) => value ?? new Uint8Array())),
    valueOffsets: isLarge ? BigInt64Array.from(offsets, BigInt) : Int32Array.from(offsets),
    nullCount: values.filter((value) => value === null).length,
    nullBitmap: bitmap(...values.map((value) => (value === null ? 0 : 1))),
  });
}

/** The little-endian 32-bit words of a number in two's complement. */
export function decimalWords(value: bigint, bits: 128 | 256): number[] {
  const unsigned = BigInt.asUintN(bits, value);
  return Array.from({ length: bits / 32 }, (_, word) =>
    Number((unsigned >> BigInt(32 * word)) & 0xffffffffn),
  );
}

function decimals(type: DataType, values: readonly bigint[], bits: 128 | 256): Data {
  const words = values.flatMap((value) => decimalWords(value, bits));
  return flat(type, Uint32Array.from(words), values.length);
}

export function floatVectors(rows: readonly (readonly number[])[], type: DataType = new Float32()): Data {
  const size = rows[0]?.length ?? 0;
  const values = rows.flat();
  const child = makeData({
    type,
    data:
      arrow.DataType.isFloat(type) && type.precision === 2
        ? Float64Array.from(values)
        : Float32Array.from(values),
  });
  return makeData({
    type: new FixedSizeList(size, nullable("item", type)),
    length: rows.length,
    nullCount: 0,
    child,
  });
}

/** A valid 1×1 picture. */
export const tinyPng: Uint8Array = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
  "base64",
);

const wave = (phase: number) => Array.from({ length: 64 }, (_, index) => Math.sin(index / 5 + phase) * 0.25);

function listOf(child: Data, offsets: readonly number[], valid: readonly (0 | 1)[]): Data {
  return makeData({
    type: new List(nullable("item", child.type)),
    length: offsets.length - 1,
    valueOffsets: Int32Array.from(offsets),
    child,
    nullCount: valid.filter((bit) => bit === 0).length,
    nullBitmap: bitmap(...valid),
  });
}

function structOf(names: readonly string[], children: readonly Data[], valid: readonly (0 | 1)[]): Data {
  return makeData({
    type: new Struct(children.map((child, index) => nullable(names[index] ?? "", child.type))),
    length: valid.length,
    children,
    nullCount: valid.filter((bit) => bit === 0).length,
    nullBitmap: bitmap(...valid),
  });
}

function mapOf(keys: Data, values: Data, offsets: readonly number[], valid: readonly (0 | 1)[]): Data {
  const entries = new Struct([new arrow.Field("key", keys.type, false), nullable("value", values.type)]);
  return makeData({
    type: new Map_(new arrow.Field("entries", entries as never, false)),
    length: valid.length,
    valueOffsets: Int32Array.from(offsets),
    child: makeData({ type: entries, length: keys.length, children: [keys, values], nullCount: 0 }),
    nullCount: valid.filter((bit) => bit === 0).length,
    nullBitmap: bitmap(...valid),
  });
}

const extension = (name: string) => new Map([["ARROW:extension:name", name]]);
const day = 86_400_000n;

export const sampleColumns: readonly SampleColumn[] = [
  { name: "null", data: makeData({ type: new Null(), length: 3 }) },
  { name: "bool", data: flat(new Bool(), Uint8Array.of(0b01), 3) },
  { name: "int8", data: flat(new Int8(), Int8Array.of(-128, 127, 0), 3) },
  { name: "int16", data: flat(new Int16(), Int16Array.of(-32768, 32767, 0), 3) },
  { name: "int32", data: flat(new Int32(), Int32Array.of(-2147483648, 2147483647, 0), 3) },
  { name: "int64", data: flat(new Int64(), BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n, 0n), 3) },
  { name: "uint8", data: flat(new Uint8(), Uint8Array.of(0, 255, 0), 3) },
  { name: "uint16", data: flat(new Uint16(), Uint16Array.of(0, 65535, 0), 3) },
  { name: "uint32", data: flat(new Uint32(), Uint32Array.of(0, 4294967295, 0), 3) },
  { name: "uint64", data: flat(new Uint64(), BigUint64Array.of(0n, 2n ** 64n - 1n, 0n), 3) },
  { name: "float16", data: flat(new Float16(), Uint16Array.of(0x3555, 0x7c00, 0), 3) },
  { name: "float32", data: flat(new Float32(), Float32Array.of(0.1, Number.NaN, 0), 3) },
  { name: "float64", data: flat(new Float64(), Float64Array.of(-0, 0.1 + 0.2, 0), 3) },
  {
    name: "decimal128",
    data: decimals(new Decimal(2, 38, 128), [-5n, 12345678901234567890123456789012345678n, 0n], 128),
  },
  { name: "decimal256", data: decimals(new Decimal(20, 76, 256), [1234n, -(10n ** 75n) - 1n, 0n], 256) },
  { name: "decimal_negative_scale", data: decimals(new Decimal(-3, 10, 128), [12n, 0n, 0n], 128) },
  { name: "string", data: strings(["null", "one\ntwo\u202e", null]) },
  { name: "large_string", data: strings(["", "数据 🐼", null], new LargeUtf8()) },
  { name: "binary", data: variable(new Binary(), [Buffer.from("00ff10", "hex"), tinyPng, null]) },
  {
    name: "large_binary",
    data: variable(new LargeBinary(), [Buffer.alloc(3_000_000, 7), new Uint8Array(), null]),
  },
  { name: "fixed_size_binary", data: flat(new FixedSizeBinary(2), Uint8Array.of(1, 2, 3, 4, 0, 0), 3) },
  {
    name: "uuid",
    data: flat(
      new FixedSizeBinary(16),
      Uint8Array.from({ length: 48 }, (_, i) => i * 5),
      3,
    ),
    metadata: extension("arrow.uuid"),
  },
  {
    name: "bfloat16",
    data: flat(new FixedSizeBinary(2), Uint8Array.of(0xcd, 0x3d, 0x80, 0xff, 0, 0), 3),
    metadata: extension("lance.bfloat16"),
  },
  {
    name: "json",
    data: variable(new LargeBinary(), [Buffer.from('{"a": [1, 2]}'), Buffer.from("[]"), null]),
    metadata: extension("lance.json"),
  },
  { name: "date32", data: flat(new DateDay(), Int32Array.of(19782, -719529, 0), 3) },
  { name: "date64", data: flat(new DateMillisecond(), BigInt64Array.of(19782n * day, 1n, 0n), 3) },
  { name: "time32_s", data: flat(new TimeSecond(), Int32Array.of(0, 86399, 0), 3) },
  { name: "time32_ms", data: flat(new TimeMillisecond(), Int32Array.of(1, 86399999, 0), 3) },
  { name: "time64_us", data: flat(new TimeMicrosecond(), BigInt64Array.of(1n, 3_600_000_000n, 0n), 3) },
  { name: "time64_ns", data: flat(new TimeNanosecond(), BigInt64Array.of(1n, 1_000n, 0n), 3) },
  { name: "timestamp_s", data: flat(new Timestamp(0), BigInt64Array.of(1_700_000_000n, -1n, 0n), 3) },
  {
    name: "timestamp_ms",
    data: flat(new Timestamp(1, "UTC"), BigInt64Array.of(1_700_000_000_123n, -1n, 0n), 3),
  },
  {
    name: "timestamp_us",
    data: flat(
      new Timestamp(2, "Asia/Shanghai"),
      BigInt64Array.of(1_700_000_000_123_456n, -(2n ** 62n), 0n),
      3,
    ),
  },
  {
    name: "timestamp_ns",
    data: flat(
      new Timestamp(3, "+05:30"),
      BigInt64Array.of(1_700_000_000_123_456_789n, 2n ** 63n - 1n, 0n),
      3,
    ),
  },
  { name: "duration_s", data: flat(new Duration(0), BigInt64Array.of(90_061n, -1n, 0n), 3) },
  { name: "duration_ns", data: flat(new Duration(3), BigInt64Array.of(1n, 2n ** 63n - 1n, 0n), 3) },
  { name: "interval_months", data: flat(new IntervalYearMonth(), Int32Array.of(27, -1, 0), 3) },
  { name: "interval_day_time", data: flat(new IntervalDayTime(), Int32Array.of(3, 1500, 0, 60000, 0, 0), 3) },
  {
    name: "dictionary",
    data: makeData({
      type: new Dictionary(new Utf8(), new Int8()),
      data: Int8Array.of(1, 0, 0),
      length: 3,
      nullCount: 1,
      nullBitmap: bitmap(1, 1, 0),
      dictionary: new arrow.Vector([strings(["red", "green"])]),
    }),
  },
  {
    name: "dictionary_int64",
    data: makeData({
      type: new Dictionary(new Utf8(), new Int64() as never),
      data: BigInt64Array.of(1n, 0n, 0n),
      length: 3,
      nullCount: 1,
      nullBitmap: bitmap(1, 1, 0),
      dictionary: new arrow.Vector([strings(["red", "green"])]),
    }),
  },
  {
    name: "list",
    data: listOf(flat(new Int64(), BigInt64Array.of(1n, 2n ** 60n, 3n), 3), [0, 3, 3, 3], [1, 1, 0]),
  },
  {
    name: "list_of_floats",
    data: listOf(
      makeData({ type: new Float64(), data: Float64Array.from(wave(2)) }),
      [0, 3, 64, 64],
      [1, 1, 0],
    ),
  },
  {
    name: "point",
    data: floatVectors([
      [1, 2],
      [0.1, -0],
      [0, 0],
    ]),
  },
  { name: "vector", data: floatVectors([wave(0), wave(1), wave(2)]) },
  {
    name: "struct",
    data: structOf(
      ["a", "b c"],
      [flat(new Timestamp(3), BigInt64Array.of(1n, 2n, 3n), 3), strings(["x", null, "z"])],
      [1, 1, 0],
    ),
  },
  {
    name: "map",
    data: mapOf(
      strings(["k1", "k2", "k3"]),
      decimals(new Decimal(1, 5, 128), [15n, -1n, 0n], 128),
      [0, 2, 3, 3],
      [1, 1, 0],
    ),
  },
  {
    name: "dense_union",
    data: makeData({
      type: new DenseUnion([0, 1], [nullable("i", new Int32()), nullable("s", new Utf8())]),
      length: 3,
      typeIds: Int8Array.of(0, 1, 0),
      valueOffsets: Int32Array.of(0, 0, 1),
      children: [flat(new Int32(), Int32Array.of(7, 0), 2), strings(["seven"])],
    }),
  },
  {
    name: "sparse_union",
    data: makeData({
      type: new SparseUnion([0, 1], [nullable("i", new Int32()), nullable("s", new Utf8())]),
      length: 3,
      typeIds: Int8Array.of(0, 1, 0),
      children: [flat(new Int32(), Int32Array.of(7, 0, 0), 3), strings(["", "seven", ""])],
    }),
  },
];
