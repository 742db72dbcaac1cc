/**
 * Joins, sorts, windows and groups take a column of any type along, in memory and beyond it: what Arrow has and DuckDB lacks is
 * carried as bytes.
 */
import { describe, expect, test } from "vitest";
import { arrow, type DataType, type RecordBatch, type Table } from "../../../../src/arrow.ts";
import { Frame } from "../../../../src/frame/frame.ts";
import { gatherData } from "../../../../src/frame/rows/gather.ts";
import { toRowObjects } from "../../../../src/frame/rows/row-objects.ts";
import { col, count, rowNumber } from "../../../../src/index.ts";
import {
  makeData,
  nullable,
  type SampleColumn,
  sampleColumns,
  tableOf,
} from "../../../display/sample-columns.ts";
import { refusal } from "../../../refusal.ts";
import { runInDuckDb } from "./run-frame.ts";

type Data = SampleColumn["data"];

const find = (name: string) => (sampleColumns.find((sample) => sample.name === name) as SampleColumn).data;

const emptyStruct = makeData({
  type: new arrow.Struct([]),
  length: 3,
  nullCount: 1,
  nullBitmap: Uint8Array.of(0b011),
  children: [],
});

/** Three rows with values of a type that DuckDB lacks in other types. */
function holders(name: string, child: Data): readonly SampleColumn[] {
  const offsets = {
    length: 3,
    valueOffsets: Int32Array.of(0, 2, 3, 3),
    nullCount: 1,
    nullBitmap: Uint8Array.of(0b011),
  };
  const keys = makeData({ type: new arrow.Int32(), data: Int32Array.of(1, 2, 3) });
  const entries = new arrow.Struct([new arrow.Field("key", keys.type, false), nullable("value", child.type)]);
  return [
    { name, data: child },
    {
      name: `list of ${name}`,
      data: makeData({ type: new arrow.List(nullable("item", child.type)), child, ...offsets }),
    },
    {
      name: `struct of ${name}`,
      data: makeData({
        type: new arrow.Struct([
          nullable("", child.type),
          nullable("x", keys.type),
          nullable("X", keys.type),
        ]),
        length: 3,
        nullCount: 0,
        children: [child, keys, keys],
      }),
    },
    {
      name: `map of ${name}`,
      data: makeData({
        type: new arrow.Map_(new arrow.Field("entries", entries as never, false)),
        child: makeData({ type: entries, length: 3, children: [keys, child], nullCount: 0 }),
        ...offsets,
      }),
    },
    {
      name: `vector of ${name}`,
      data: makeData({
        type: new arrow.FixedSizeList(1, nullable("item", child.type)),
        length: 3,
        nullCount: 0,
        child,
      }),
    },
  ];
}

/** Apache Arrow cannot pick rows of unions, and Lance has none. JSON comes from Lance as text. */
const isOther = ({ name, data }: SampleColumn) =>
  arrow.DataType.isUnion(data.type as DataType) || name === "json";
const lacking = ["decimal256", "decimal_negative_scale", "interval_months", "interval_day_time"];
const samples: readonly SampleColumn[] = [
  ...sampleColumns.filter(
    // Of three megabytes each.
    (sample) => !isOther(sample) && !lacking.includes(sample.name) && sample.name !== "large_binary",
  ),
  ...lacking.flatMap((name) => holders(name, find(name))),
  ...holders("struct without fields", emptyStruct),
];
const names = samples.map(({ name }) => name);

const rows = 300;
const numbers = Int32Array.from({ length: rows }, (_, row) => row);
/** The values of each sample in turn. */
const picked = numbers.map((row) => (row * 7) % 3);

/** `n` counts. */
const table = tableOf([
  { name: "n", data: makeData({ type: new arrow.Int32(), data: numbers }) },
  ...samples.map(({ data, ...sample }) => ({ ...sample, data: gatherData(data, picked) })),
]);
const frame = Frame.of(table, "t");

/** The values of a column as text that tells -0 and NaN apart. */
function textsOf(batches: readonly RecordBatch[], name: string): readonly string[] {
  const text = (_: string, value: unknown) => {
    if (typeof value === "bigint") return `${value}n`;
    if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
    return value;
  };
  return batches.flatMap((batch) => toRowObjects(batch).map((row) => JSON.stringify(row[name], text)));
}

const steps: Readonly<Record<string, readonly [frame: Frame, row: (at: number) => number, count?: number]>> =
  {
    sort: [frame.sort({ by: "n", descending: true }), (at) => rows - 1 - at],
    "first of a sort": [
      frame.sort({ by: "n", descending: true }).limit(40, { offset: 3 }),
      (at) => rows - 4 - at,
      40,
    ],
    join: [frame.select("n").join(frame, { on: "n", how: "left" }).sort("n"), (at) => at],
    "left side of a join": [frame.join(frame.select("n"), { on: "n" }).sort("n"), (at) => at],
    "nearest rows": [
      frame.select("n").joinAsof(frame, { on: "n", strategy: "nearest" }).sort("n"),
      (at) => at,
    ],
    window: [
      frame.withColumns({ r: rowNumber().over({ orderBy: [{ by: "n", descending: true }] }) }).sort("r"),
      (at) => rows - 1 - at,
    ],
    "rows without a double": [
      frame
        .withColumns({ n: col("n").mod(3) })
        .distinct("n")
        .sort("n"),
      (at) => at,
      3,
    ],
    "rows of two": [frame.sort("n").concat(frame).sort("n").limit(rows), (at) => Math.floor(at / 2)],
  };

describe.each(["in memory", "beyond it"])("%s", (where) => {
  const limits = where === "in memory" ? {} : { memoryLimit: 40_000, isOwnLimit: true };

  test.each(Object.entries(steps))("%s keeps columns of every type", async (_, [made, row, count = rows]) => {
    const found = await runInDuckDb(made, 129, limits);
    for (const name of names) {
      const all = textsOf(table.batches, name);
      const texts = textsOf(found, name);
      expect([name, texts]).toEqual([name, Array.from({ length: count }, (_, at) => all[row(at)])]);
    }
  });

  test.each(names)("%s alone keeps its values without doubles", async (name) => {
    const made = frame.select(col("n").mod(3).as("n"), name).distinct("n").sort("n");
    expect(textsOf(await runInDuckDb(made, 129, limits), name)).toEqual(
      textsOf(table.batches, name).slice(0, 3),
    );
  });

  test.each(names)("%s is a key of groups", async (name) => {
    const grouped = frame.groupBy(name).agg(count().as("rows"));
    const expected = new Map<string, number>();
    for (const text of textsOf(table.batches, name)) expected.set(text, (expected.get(text) ?? 0) + 1);
    const batches = await runInDuckDb(grouped, 129, limits);
    const counts = batches.flatMap((batch) => toRowObjects(batch)).map((row) => Number(row.rows));
    expect(new Map(textsOf(batches, name).map((text, at) => [text, counts[at]]))).toEqual(expected);
  });
});

/** Out of order by their bytes as they are stored. */
const wide = [5n, -1n, 2n ** 200n, -(2n ** 200n), 256n, 1n, 0n, -256n];

function wideTable(): Table {
  const words = wide.flatMap((value) =>
    Array.from({ length: 8 }, (_, at) =>
      Number((BigInt.asUintN(256, value) >> BigInt(32 * at)) & 0xffffffffn),
    ),
  );
  const type = new arrow.Decimal(0, 76, 256);
  return tableOf([
    { name: "n", data: makeData({ type: new arrow.Int32(), data: Int32Array.from(wide.keys()) }) },
    { name: "d", data: makeData({ type, data: Uint32Array.from(words), length: wide.length }) },
  ]);
}

const inOrder = [...wide.keys()].sort((a, b) => ((wide[a] as bigint) < (wide[b] as bigint) ? -1 : 1));

test.each<[string, (frame: Frame) => Frame, readonly number[]]>([
  ["sorted by", (frame) => frame.sort("d"), inOrder],
  ["sorted down by", (frame) => frame.sort({ by: "d", descending: true }), inOrder.toReversed()],
  [
    "numbered by",
    (frame) => frame.withColumns({ r: rowNumber().over({ orderBy: ["d"] }) }).sort("r"),
    inOrder,
  ],
  [
    "joined on",
    (frame) => frame.join(frame.select("d", col("n").as("m")), { on: "d" }).sort("m"),
    [...wide.keys()],
  ],
  ["told apart by", (frame) => frame.concat(frame).distinct("d").sort("n"), [...wide.keys()]],
])("rows are %s decimals of more than 38 digits", async (_, build, expected) => {
  const found = await runInDuckDb(build(Frame.of(wideTable(), "t")), 3);
  expect(found.flatMap((batch) => toRowObjects(batch)).map(({ n }) => n)).toEqual(expected);
});

test.each<[string, (frame: Frame) => Frame]>([
  ["a sum", (frame) => frame.sort("n").withColumns({ e: col("d").add(1) })],
  ["a condition", (frame) => frame.where(col("d").gt(3))],
  ["a greatest one", (frame) => frame.agg(col("d").max().as("m"))],
  ["a cast", (frame) => frame.sort("n").withColumns({ e: col("d").cast("float64") })],
])("%s of decimals of more than 38 digits is refused", async (_, build) => {
  expect(await refusal(() => runInDuckDb(build(Frame.of(wideTable(), "t")), 3))).toBe(
    'Unsupported: Cannot compute with column "d", which is decimal256(76, 0): DuckDB has no such type; leave the column as it is',
  );
});
