/** Rows with a column of each type, full of the values that go wrong most easily. */
import { arrow, type DataType, type Table } from "../../../../src/arrow.ts";
import { createRandom } from "../../../../src/random.ts";
import { buildTable } from "../../sample-table.ts";

const rows = 400;

const whole = [0n, 1n, -1n, 2n, -7n, 127n, 2n ** 31n, 2n ** 53n + 1n, 2n ** 62n, -(2n ** 62n)];
const floats = [
  0,
  -0,
  1,
  -1.5,
  0.1,
  0.285,
  2.5,
  -2.5,
  1e15,
  1e300,
  -1e300,
  5e-324,
  Number.NaN,
  Infinity,
  -Infinity,
];
const texts = [
  "",
  "a",
  "ab",
  " pad ",
  "it's",
  "50%",
  "a_b",
  "ß",
  "İ",
  "É",
  "e\u0301",
  "日本",
  "😀x",
  "a.b",
  "\\d",
  "2024-05-01",
  "12",
  "1e3",
  "x12y7",
];
/** Microseconds: before 1970, hours that come twice and not at all in Berlin, and the day that begins at one in Havana. */
const moments = [
  0n,
  -1n,
  -1_000_001n,
  1_711_846_799_999_999n,
  1_711_846_800_000_000n,
  1_729_989_000_123_456n,
  1_729_992_600_000_000n,
  1_710_054_000_000_000n,
  1_710_050_400_000_001n,
  1_699_163_999_000_000n,
  -62_135_596_800_000_000n,
  4_102_444_800_000_000n,
];

const mapType = new arrow.Map_(
  new arrow.Field(
    "entries",
    new arrow.Struct([
      new arrow.Field("key", new arrow.Utf8(), false),
      new arrow.Field("value", new arrow.Int64(), true),
    ]),
    false,
  ) as never,
);

const textList = new arrow.List(new arrow.Field("item", new arrow.Utf8(), true));
const nestedType = new arrow.Struct([
  new arrow.Field("a", new arrow.Struct([new arrow.Field("b", textList, true)]), true),
]);

export function oddTable(seed: number): Table {
  const random = createRandom(seed);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const column = (name: string, type: DataType, cell: () => unknown) => ({
    name,
    type,
    cells: Array.from({ length: rows }, () => (random() < 0.1 ? null : cell())),
  });
  const integer = (most: number) => BigInt(Math.floor((random() * 2 - 1) * most));
  const moment = () => (random() < 0.5 ? pick(moments) : integer(4e15));
  const list = (item: DataType) => new arrow.List(new arrow.Field("item", item, true));
  const several = (item: () => unknown) => Array.from({ length: Math.floor(random() * 4) }, item);
  return buildTable([
    column("i", new arrow.Int64(), () => (random() < 0.5 ? pick(whole) : integer(1e6))),
    column("j", new arrow.Int64(), () => integer(4)),
    column("k", new arrow.Int32(), () => integer(1e9)),
    column("u", new arrow.Uint64(), () => pick([0n, 1n, 2n ** 63n - 1n, 7n, 1000n])),
    column("f", new arrow.Float64(), () => (random() < 0.5 ? pick(floats) : (random() - 0.5) * 1000)),
    column("g", new arrow.Float64(), () => (random() - 0.5) * 20),
    column("h", new arrow.Float32(), () => Math.fround(random() < 0.3 ? pick(floats) : random())),
    column("d", new arrow.Decimal(2, 12, 128), () => integer(1e6)),
    column("e", new arrow.Decimal(4, 20, 128), () =>
      random() < 0.3 ? pick([0n, 5n, -5n, 15_000n]) : integer(1e12),
    ),
    column("s", new arrow.Utf8(), () => pick(texts)),
    column("p", new arrow.Utf8(), () => pick(texts)),
    column("b", new arrow.Bool(), () => random() < 0.5),
    column("t0", new arrow.Timestamp(0, null), () => moment() / 1_000_000n),
    column("t1", new arrow.Timestamp(1, null), () => moment() / 1000n),
    column("t2", new arrow.Timestamp(2, null), moment),
    column("t3", new arrow.Timestamp(3, null), () => integer(4e15) * 1000n + integer(1000)),
    column("z", new arrow.Timestamp(2, "Europe/Berlin"), moment),
    column("y", new arrow.DateDay(), () => integer(40_000)),
    column("l", list(new arrow.Int64()), () =>
      Array.from({ length: Math.floor(random() * 4) }, () => (random() < 0.2 ? null : integer(3))),
    ),
    column("w", new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32()), () => pick(texts)),
    column("c", list(new arrow.Float64()), () => several(() => (random() < 0.2 ? null : pick(floats)))),
    column("x", list(new arrow.Utf8()), () => several(() => (random() < 0.2 ? null : pick(texts)))),
    column("v", new arrow.FixedSizeList(3, new arrow.Field("item", new arrow.Float32(), true)), () =>
      [Math.fround(random()), integer(3), random() < 0.1 ? null : 0.5].map((value) =>
        value === null ? null : Number(value),
      ),
    ),
    column("o", new arrow.Duration(2), () =>
      random() < 0.3 ? pick([0n, 1n, -1n, 86_400_000_000n]) : integer(1e12),
    ),
    column("n", new arrow.Time(2, 64), () => BigInt(Math.floor(random() * 86_400e6))),
    column(
      "q",
      new arrow.Struct([
        new arrow.Field("a", new arrow.Int64(), true),
        new arrow.Field("b t", new arrow.Utf8(), true),
      ]),
      () => ({
        a: random() < 0.2 ? null : integer(3),
        "b t": pick(texts),
      }),
    ),
    column("bt", new arrow.Binary(), () => new Uint8Array(Buffer.from(pick(texts)))),
    column(
      "mp",
      mapType,
      () => new Map(["a", "é", "ab"].slice(Math.floor(random() * 4)).map((key) => [key, integer(3)])),
    ),
    column("u64", new arrow.Uint64(), () => pick([0n, 1n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n])),
    column("d38", new arrow.Decimal(0, 38, 128), () =>
      random() < 0.5 ? pick([0n, 10n ** 38n - 1n, -(10n ** 38n) + 1n]) : integer(1e15),
    ),
    column("ll", list(list(new arrow.Int64())), () =>
      several(() => (random() < 0.3 ? null : several(() => (random() < 0.3 ? null : integer(3))))),
    ),
    column("qq", nestedType, () => ({
      a: random() < 0.3 ? null : { b: random() < 0.3 ? null : several(() => pick(texts)) },
    })),
    column("js", new arrow.Utf8(), () =>
      pick([
        '{"a": 1, "b": ["x", "é"], "c": {"d": 1.5}}',
        '{"a": null}',
        "[1, 2, null]",
        "3",
        '"t"',
        "null",
        "{}",
      ]),
    ),
  ]);
}
