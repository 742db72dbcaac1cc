/** Two columns of every type, the second named with a 2, and how DuckDB under Python has their values. */
import { arrow, type DataType, type Table } from "../../../../src/arrow.ts";
import { createRandom } from "../../../../src/random.ts";
import { buildTable } from "../../sample-table.ts";

const rows = 240;

type Pick = <T>(from: readonly T[]) => T;

export interface TypedColumn {
  readonly type: DataType;
  readonly cell: (pick: Pick) => unknown;
  /** What the oracle is asked, so that it answers as our rows are encoded; the value itself when left out. */
  readonly told?: (sql: string) => string;
  /** Whether the native library of Lance holds no such column. */
  readonly isForeign?: true;
  /** As what the oracle reads the column, where it cannot do everything with it as it is. */
  readonly readAs?: string;
}

const item = (type: DataType) => new arrow.List(new arrow.Field("item", type, true));
const struct = (fields: Readonly<Record<string, DataType>>) =>
  new arrow.Struct(Object.entries(fields).map(([name, type]) => new arrow.Field(name, type, true)));

const entries = new arrow.Struct([
  new arrow.Field("key", new arrow.Utf8(), false),
  new arrow.Field("value", new arrow.Int64(), true),
]);
const mapType = new arrow.Map_(new arrow.Field("entries", entries, false) as never);

function whole(bits: number, isSigned: boolean): (pick: Pick) => bigint {
  const [min, max] = isSigned
    ? [-(2n ** BigInt(bits - 1)), 2n ** BigInt(bits - 1) - 1n]
    : [0n, 2n ** BigInt(bits) - 1n];
  const some = [0n, 1n, -1n, 2n, 7n, 100n, 2n ** 31n, 2n ** 53n + 1n].filter(
    (value) => value >= min && value <= max,
  );
  return (pick) => pick([min, max, ...some, ...some]);
}

const floats = [0, -0, 1, -1.5, 0.1, 2.5, 1e15, 1e300, -1e300, 5e-324, Number.NaN, Infinity, -Infinity];
const texts = [
  "",
  "a",
  "ab",
  "B",
  " pad ",
  "ß",
  "É",
  "e\u0301",
  "é",
  "日本",
  "😀x",
  "%",
  "a\0b",
  "12",
  "1e3",
  "2024-05-01",
];
/** Before 1970, hours that come twice and not at all in Berlin, a day that begins at one in Havana. */
const moments = [
  0n,
  -1_000_001n,
  -1n,
  1_711_846_799_999_999n,
  1_729_989_000_123_456n,
  1_729_992_600_000_000n,
  -62_135_596_800_000_000n,
  4_102_444_800_000_000n,
];
const spans = [0n, 1n, -1n, 86_400_000_000n, -3_600_000_001n];
const clocks = [0n, 1n, 43_200_000_000n, 86_399_999_999n];

const perSecond = [1n, 1000n, 1_000_000n, 1_000_000_000n] as const;
/** Ticks of a unit in which the microseconds lie. */
function inUnit(microseconds: bigint, unit: number): bigint {
  if (unit === 3) return microseconds * 1000n;
  const factor = 1_000_000n / (perSecond[unit] as bigint);
  const rest = ((microseconds % factor) + factor) % factor;
  return (microseconds - rest) / factor;
}

const ticks = (values: readonly bigint[], unit: number) => (pick: Pick) => inUnit(pick(values), unit);
/** Nanoseconds that int64 holds. */
const near = moments.filter(
  (value) => ((value > -9e15) as never) && BigInt.asIntN(64, value * 1000n) === value * 1000n,
);
const ofMicroseconds = (unit: number) => (sql: string) =>
  unit === 3
    ? `(epoch_us(${sql}) * 1000)`
    : `(epoch_us(${sql}) // ${1_000_000n / (perSecond[unit] as bigint)})`;
const days = (factor: string) => (sql: string) =>
  `(date_diff('day', DATE '1970-01-01', ${sql}::DATE)${factor})`;
const list = (cell: (pick: Pick) => unknown) => (pick: Pick) =>
  Array.from({ length: pick([0, 1, 2, 3]) }, () => (pick([true, false, false, false]) ? null : cell(pick)));

const units = [0, 1, 2, 3] as const;
const perUnit = (build: (unit: 0 | 1 | 2 | 3) => readonly [string, TypedColumn]) =>
  Object.fromEntries(units.map(build));

export const typedColumns: Readonly<Record<string, TypedColumn>> = {
  i8: { type: new arrow.Int8(), cell: whole(8, true) },
  i16: { type: new arrow.Int16(), cell: whole(16, true) },
  i32: { type: new arrow.Int32(), cell: whole(32, true) },
  i64: { type: new arrow.Int64(), cell: whole(64, true) },
  u8: { type: new arrow.Uint8(), cell: whole(8, false) },
  u16: { type: new arrow.Uint16(), cell: whole(16, false) },
  u32: { type: new arrow.Uint32(), cell: whole(32, false) },
  u64: { type: new arrow.Uint64(), cell: whole(64, false) },
  f32: { type: new arrow.Float32(), cell: (pick) => Math.fround(pick(floats)) },
  f64: { type: new arrow.Float64(), cell: (pick) => pick(floats) },
  d12: {
    type: new arrow.Decimal(2, 12, 128),
    cell: (pick) => pick([0n, 1n, -150n, 12_345n, 10n ** 12n - 1n]),
  },
  d38: {
    type: new arrow.Decimal(0, 38, 128),
    cell: (pick) => pick([0n, 1n, 10n ** 38n - 1n, -(10n ** 38n) + 1n]),
  },
  d30: {
    type: new arrow.Decimal(30, 38, 128),
    cell: (pick) => pick([0n, 1n, -1n, 10n ** 30n, 10n ** 38n - 1n]),
  },
  text: { type: new arrow.Utf8(), cell: (pick) => pick(texts) },
  longText: { type: new arrow.LargeUtf8(), cell: (pick) => pick(texts) },
  words: { type: new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32()), cell: (pick) => pick(texts) },
  flag: { type: new arrow.Bool(), cell: (pick) => pick([true, false]) },
  bytes: {
    type: new arrow.Binary(),
    cell: (pick) => Uint8Array.from(pick([[], [0], [0, 255], [97], [97, 0]])),
  },
  hash: {
    type: new arrow.FixedSizeBinary(2),
    cell: (pick) =>
      Uint8Array.from(
        pick([
          [0, 0],
          [0, 255],
          [97, 98],
        ]),
      ),
  },
  day: {
    type: new arrow.DateDay(),
    cell: (pick) => pick([0n, -1n, 19_800n, -719_162n, 40_000n]),
    told: days(""),
  },
  ...perUnit((unit) => [
    `at${unit}`,
    {
      type: new arrow.Timestamp(unit, null),
      cell: ticks(unit === 3 ? near : moments, unit),
      told: ofMicroseconds(unit),
    },
  ]),
  ...perUnit((unit) => [
    `zoned${unit}`,
    {
      type: new arrow.Timestamp(unit, "Europe/Berlin"),
      cell: ticks(unit === 3 ? near : moments, unit),
      told: ofMicroseconds(unit),
    },
  ]),
  ...perUnit((unit) => [
    `clock${unit}`,
    {
      type: new arrow.Time(unit, unit < 2 ? 32 : 64),
      cell: ticks(clocks, unit),
      told: (sql: string) => ofMicroseconds(unit)(`${sql}::TIME`),
    },
  ]),
  ...perUnit((unit) => [
    `span${unit}`,
    {
      type: new arrow.Duration(unit),
      cell: ticks(spans, unit),
      told: (sql: string) => ofMicroseconds(unit)(`${sql}::INTERVAL`),
    },
  ]),
  wholes: { type: item(new arrow.Int64()), cell: list(whole(64, true)) },
  reals: { type: item(new arrow.Float64()), cell: list((pick) => pick(floats)) },
  labels: { type: item(new arrow.Utf8()), cell: list((pick) => pick(texts)) },
  lists: { type: item(item(new arrow.Float64())), cell: list(list((pick) => pick(floats))) },
  vector: {
    type: new arrow.FixedSizeList(2, new arrow.Field("item", new arrow.Float32(), true)),
    cell: (pick) => [pick([0, -0, 1.5]), pick([1, null, Number.NaN])],
    readAs: "FLOAT[]",
  },
  place: {
    type: struct({ x: new arrow.Float64(), "b t": new arrow.Utf8(), all: item(new arrow.Int64()) }),
    cell: (pick) => ({
      x: pick([null, ...floats]),
      "b t": pick([null, ...texts]),
      all: pick([null, [], [1n, null]]),
    }),
  },
  mapped: {
    type: mapType,
    cell: (pick) => new Map(["a", "é", "ab"].slice(pick([0, 1, 2, 3])).map((key) => [key, pick([1n, -2n])])),
    told: (sql) => `map_entries(${sql})`,
    isForeign: true,
  },
  things: {
    type: item(struct({ n: new arrow.Int32(), w: new arrow.Utf8() })),
    cell: list((pick) => ({ n: pick([null, 1, -2]), w: pick([null, "a", "é"]) })),
  },
};

/** A number of each row, a key with few values, and the columns. */
export function everyTypeTable(seed: number): Table {
  const random = createRandom(seed);
  const pick: Pick = (from) => from[Math.floor(random() * from.length)] as never;
  const numbers = Array.from({ length: rows }, (_, row) => BigInt(row));
  return buildTable([
    { name: "row", type: new arrow.Int32(), cells: numbers },
    { name: "key", type: new arrow.Int32(), cells: numbers.map((row) => row % 7n) },
    ...Object.entries(typedColumns).flatMap(([name, { type, cell }]) =>
      ["", "2"].map((second) => ({
        name: `${name}_${second}`,
        type,
        cells: numbers.map(() => (random() < 0.15 ? null : cell(pick))),
      })),
    ),
  ]);
}
