/** Tables of every kind of column that conditions compare, with the values that go wrong most easily. */
import fc from "fast-check";
import { arrow, type DataType, type Table, type Vector } from "../../src/arrow.ts";
import type { LiteralInput } from "../../src/frame/expression/literal.ts";

/** How to make a column of one type: cells as they are stored, and constants to compare them with. */
export interface ColumnSample {
  readonly type: DataType;
  readonly cell: fc.Arbitrary<unknown>;
  readonly literal: fc.Arbitrary<LiteralInput>;
}

const bigInts = [
  0n,
  1n,
  -1n,
  127n,
  128n,
  2n ** 31n,
  2n ** 53n,
  2n ** 53n + 1n,
  -(2n ** 53n) - 1n,
  2n ** 63n - 1n,
  -(2n ** 63n),
  2n ** 63n,
  2n ** 64n - 1n,
  2n ** 64n,
];
const numbers = [
  0,
  -0,
  1,
  1.5,
  -1.5,
  0.1,
  127.5,
  2 ** 24 + 1,
  2 ** 53,
  2 ** 63,
  -(2 ** 63),
  1e21,
  1e300,
  5e-324,
];
const specials = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
const texts = [
  "",
  "a",
  "b",
  "it's",
  "''",
  "a\\b",
  "\\",
  "100%",
  "a_b",
  "%",
  "_",
  "é",
  "e\u0301",
  "日本",
  "😀",
  "\uFFFD",
  "a\nb",
  "a\0b",
  '"',
  "`",
  "null",
  "--",
  ";",
];
const instants = [
  0n,
  1n,
  -1n,
  999n,
  1000n,
  1500n,
  1_700_000_000_123n,
  -62_135_596_800_000n,
  253_402_300_799_999n,
];

function integers(bitWidth: number, isSigned: boolean): fc.Arbitrary<bigint> {
  const min = isSigned ? -(2n ** BigInt(bitWidth - 1)) : 0n;
  const max = isSigned ? 2n ** BigInt(bitWidth - 1) - 1n : 2n ** BigInt(bitWidth) - 1n;
  const known = bigInts.filter((value) => value >= min && value <= max);
  return fc.oneof(fc.constantFrom(...known), fc.constantFrom(min, max), fc.bigInt({ min, max }));
}

/** Whole numbers beyond 2^53 are bigints: others are refused. */
const integerLiteral = fc
  .oneof(
    fc.constantFrom<LiteralInput>(...bigInts, ...numbers, ...specials),
    fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }),
    fc.integer({ min: -130, max: 260 }),
  )
  .filter((value) => !Number.isInteger(value) || Number.isSafeInteger(value));
const float = fc.oneof(fc.constantFrom(...numbers, ...specials), fc.double());
export const text = fc.oneof(
  fc.constantFrom(...texts),
  fc.string({ unit: fc.constantFrom("a", "b", "%", "_", "\\", "'", "\n", "😀"), maxLength: 4 }),
  fc.string({ unit: "binary", maxLength: 4 }).filter((value) => value.isWellFormed()),
);
const bytes = fc.uint8Array({ maxLength: 3 });
const date = fc.oneof(
  fc.constantFrom(...instants.map((value) => new Date(Number(value))), new Date(-8.64e15), new Date(8.64e15)),
  fc.date({ noInvalidDate: true }),
);
const isoText = fc.constantFrom(
  "1970-01-01",
  "1970-01-01T00:00:00.000001",
  "1969-12-31 23:59:59.999999999Z",
  "2023-11-14T22:13:20.123+08:00",
  "2023-11-14T22:13:20.123456789Z",
  "0001-01-01",
  "9999-12-31T23:59:59.999999999",
  "+012345-06-07",
);
const instantLiteral = fc.oneof<fc.Arbitrary<LiteralInput>[]>(date, isoText);
/** For a column of another zone than UTC, texts name theirs. */
const zonedLiteral = fc.oneof<fc.Arbitrary<LiteralInput>[]>(
  date,
  isoText.filter((value) => /[Z+]\S*$/.test(value.slice(11))),
);
/** A day equals no moment within it, which is refused. */
const dayLiteral = fc.oneof<fc.Arbitrary<LiteralInput>[]>(
  date.map((value) => new Date(Math.trunc(Number(value) / 86_400_000) * 86_400_000)),
  isoText.filter((value) => !value.includes(":")),
);

/** The least and greatest that Lance writes and reads back, for each unit. */
function ticks(unit: number): fc.Arbitrary<bigint> {
  const scale = unit === 0 ? 1n : 1000n ** BigInt(unit - 1);
  const scaled = instants.map((value) => (unit === 0 ? value / 1000n : value * scale));
  const isInt64 = (value: bigint) => BigInt.asIntN(64, value) === value;
  return fc.oneof(
    fc.constantFrom(...scaled.filter(isInt64), 1_700_000_000_123_456_789n % (scale * 10n ** 15n)),
    fc.bigInt({ min: -2n, max: 2n }),
    fc.bigInt({ min: -(10n ** 12n) * scale, max: 10n ** 12n * scale }),
  );
}

function sample(
  type: DataType,
  cell: fc.Arbitrary<bigint | number | string | boolean | Uint8Array>,
  literal: fc.Arbitrary<LiteralInput>,
): ColumnSample {
  return { type, cell: fc.option(cell, { freq: 4 }), literal };
}

export const columnSamples: readonly ColumnSample[] = [
  sample(new arrow.Int64(), integers(64, true), integerLiteral),
  sample(new arrow.Uint64(), integers(64, false), integerLiteral),
  sample(new arrow.Int8(), integers(8, true), integerLiteral),
  sample(new arrow.Uint32(), integers(32, false), integerLiteral),
  sample(new arrow.Float64(), float, fc.oneof(float, integerLiteral)),
  sample(new arrow.Float32(), float.map(Math.fround), fc.oneof(float, integerLiteral)),
  sample(new arrow.Utf8(), text, text),
  sample(new arrow.LargeUtf8(), text, text),
  sample(new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32()), text, text),
  sample(new arrow.Bool(), fc.boolean(), fc.boolean()),
  sample(new arrow.Binary(), bytes, bytes),
  sample(new arrow.DateDay(), fc.bigInt({ min: -3n, max: 3n }), dayLiteral),
  sample(new arrow.Decimal(2, 12), fc.bigInt({ min: -200n, max: 200n }), decimalLiteral()),
  ...[0, 1, 2, 3].flatMap((unit) =>
    [null, "UTC", "Asia/Shanghai"].map((zone) =>
      sample(
        new arrow.Timestamp(unit, zone),
        ticks(unit),
        zone === "Asia/Shanghai" ? zonedLiteral : instantLiteral,
      ),
    ),
  ),
];

/** Columns that are passed on, and compared with nothing: they are drawn beside others. */
export const nestedSamples: readonly ColumnSample[] = [
  {
    type: new arrow.List(new arrow.Field("item", new arrow.Int64(), true)),
    cell: fc.option(fc.array(fc.option(integers(64, true)), { maxLength: 3 })),
    literal: integerLiteral,
  },
  {
    type: new arrow.Struct([
      new arrow.Field("x", new arrow.Float64(), true),
      new arrow.Field("it's", new arrow.Utf8(), true),
      new arrow.Field("all", new arrow.List(new arrow.Field("item", new arrow.Utf8(), true)), true),
    ]),
    cell: fc.record({
      x: fc.option(float),
      "it's": fc.option(text),
      all: fc.option(fc.array(text, { maxLength: 2 })),
    }),
    literal: text,
  },
];

function decimalLiteral(): fc.Arbitrary<LiteralInput> {
  return fc.oneof<fc.Arbitrary<LiteralInput>[]>(
    fc.constantFrom<LiteralInput>(
      0,
      -0,
      1,
      1.5,
      0.1,
      0.005,
      -0.005,
      "1.50",
      "-0.01",
      "1.505",
      1n,
      1e300,
      ...specials,
    ),
    fc.integer({ min: -200, max: 200 }).map((value) => value / 100),
  );
}

/** Stores cells as they are, where apache-arrow's own builders would round or refuse them. */
export function buildColumn(type: DataType, cells: readonly unknown[]): Vector {
  const { DataType } = arrow;
  const isRaw = [
    DataType.isTimestamp,
    DataType.isDecimal,
    DataType.isDate,
    DataType.isBool,
    DataType.isDuration,
    DataType.isTime,
  ].some((isType) => isType(type));
  if (!isRaw) {
    const vector = arrow.vectorFromArray(
      cells.map((cell) => toNative(type, cell)),
      type,
    );
    if (DataType.isFloat(type)) turnEveryOtherNaN(vector.data[0]?.values);
    return vector;
  }
  const values = cells.map((cell) => BigInt((cell ?? 0n) as bigint | boolean));
  const data = arrow.makeData({
    type: type as never,
    length: cells.length,
    nullCount: cells.filter((cell) => cell === null).length,
    nullBitmap: packBits(cells.map((cell) => cell !== null)),
    data: storeRaw(type, values) as never,
  });
  return new arrow.Vector([data]);
}

/** NaN as JavaScript and x86 compute it from 0/0 has its sign bit set; a NaN that is written has not. */
function turnEveryOtherNaN(values: Float32Array | Float64Array): void {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const width = values.BYTES_PER_ELEMENT;
  let isTurned = false;
  for (const [row, value] of values.entries()) {
    if (!Number.isNaN(value)) continue;
    const top = (row + 1) * width - 1;
    bytes[top] = isTurned ? 0x7f : 0xff;
    isTurned = !isTurned;
  }
}

function packBits(bits: readonly boolean[]): Uint8Array {
  const packed = new Uint8Array(Math.ceil(bits.length / 8));
  for (const [index, bit] of bits.entries()) {
    if (bit) packed[index >> 3] = (packed[index >> 3] ?? 0) | (1 << (index & 7));
  }
  return packed;
}

function toNative(type: DataType, cell: unknown): unknown {
  const isSmall = arrow.DataType.isInt(type) && type.bitWidth < 64;
  return isSmall && typeof cell === "bigint" ? Number(cell) : cell;
}

function storeRaw(type: DataType, values: readonly bigint[]) {
  if (arrow.DataType.isBool(type)) return packBits(values.map((value) => value === 1n));
  if (arrow.DataType.isDecimal(type)) {
    const words = BigInt64Array.from(values.flatMap((value) => [value, value >> 64n]));
    return new Uint32Array(words.buffer);
  }
  if (arrow.DataType.isDate(type) || (arrow.DataType.isTime(type) && type.bitWidth === 32))
    return Int32Array.from(values, Number);
  return BigInt64Array.from(values);
}

/** A column of the name, with one row each. */
export function buildTable(
  columns: readonly { readonly name: string; readonly type: DataType; readonly cells: readonly unknown[] }[],
): Table {
  const types = columns.map(({ type }) => ownDictionary(type));
  const fields = columns.map(({ name }, index) => new arrow.Field(name, types[index] as DataType, true));
  const children = columns.map(({ cells }, index) => buildColumn(types[index] as DataType, cells).data[0]);
  const schema = new arrow.Schema(fields);
  const data = arrow.makeData({
    type: new arrow.Struct(fields),
    length: columns[0]?.cells.length ?? 0,
    nullCount: 0,
    children: children as never,
  });
  return new arrow.Table(schema, new arrow.RecordBatch(schema, data));
}

/** Two columns must not share the number of a dictionary, which each type object takes for itself. */
function ownDictionary(type: DataType): DataType {
  return arrow.DataType.isDictionary(type) ? new arrow.Dictionary(type.dictionary, type.indices) : type;
}
