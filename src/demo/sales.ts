import { arrow, type Table } from "../arrow.ts";
import { buildDemoTable } from "./build-table.ts";
import { createChoices } from "./random-choices.ts";

const rowCount = 1_000;
const start = Date.UTC(2026, 0, 1);
const day = 86_400_000;

const cities = [
  { city: "杭州", postcode: "310000", place: { latitude: 30.27, longitude: 120.16 } },
  { city: "Berlin", postcode: "10115", place: { latitude: 52.53, longitude: 13.38 } },
  { city: "São Paulo", postcode: "01000-000", place: { latitude: -23.55, longitude: -46.63 } },
  { city: "Nairobi", postcode: null, place: null },
] as const;

/** A thousand orders with the column types that people meet: every one that has a null has it in some row. */
export function buildSales(): Table {
  const random = createChoices(20_260_101);
  const make = <T>(value: (row: number) => T): T[] =>
    Array.from({ length: rowCount }, (_, row) => value(row));
  const orMissing = <T>(value: T): T | null => (random.oneIn(12) ? null : value);
  const orderedAt = make(() => start + random.below(300 * 86_400) * 1000);
  const {
    Bool,
    DateDay,
    Decimal,
    DurationMillisecond,
    Field,
    Float32,
    Float64,
    Int32,
    Int64,
    List,
    Struct,
    TimestampMicrosecond,
    TimestampMillisecond,
    Uint64,
    Utf8,
  } = arrow;
  const place = new Struct([
    new Field("latitude", new Float64(), true),
    new Field("longitude", new Float64(), true),
  ]);
  const address = new Struct([
    new Field("city", new Utf8(), true),
    new Field("postcode", new Utf8(), true),
    new Field("place", place, true),
  ]);
  return buildDemoTable([
    ["order_id", new Int64(), make((row) => BigInt(row + 1))],
    // Above 2^53: a JavaScript number would round it.
    ["tracking_number", new Uint64(), make((row) => 9_007_199_254_740_993n + BigInt(row) * 1_000_003n)],
    ["customer", new Utf8(), make(() => orMissing(`customer-${String(random.below(200)).padStart(3, "0")}`))],
    ["quantity", new Int32(), make(() => 1 + random.below(9))],
    ["price", new Decimal(2, 12, 128), make(() => BigInt(99 + random.below(500_000)))],
    ["discount", new Float64(), make(() => orMissing(random.below(4) * 0.05))],
    ["weight_kg", new Float32(), make(() => orMissing(Math.fround(random.fraction() * 20)))],
    ["paid", new Bool(), make(() => orMissing(!random.oneIn(5)))],
    ["ordered_on", new DateDay(), orderedAt.map((time) => new Date(Math.floor(time / day) * day))],
    ["ordered_at", new TimestampMicrosecond("Asia/Shanghai"), orderedAt.map((time) => new Date(time))],
    [
      "shipped_at",
      new TimestampMillisecond(),
      orderedAt.map((time) => orMissing(new Date(time + random.below(5 * day)))),
    ],
    ["handling_time", new DurationMillisecond(), make(() => BigInt(60_000 * (5 + random.below(600))))],
    [
      "tags",
      new List(new Field("item", new Utf8(), true)),
      make(() => orMissing(["gift", "express", "repeat", "b2b"].filter(() => random.oneIn(3)))),
    ],
    ["address", address, make(() => orMissing(random.pick(cities)))],
  ]);
}
