import fc from "fast-check";
import { expect, test } from "vitest";
import { arrow, type DataType, type Field, type RecordBatch, type Vector } from "../../../src/arrow.ts";
import { formatTimestamp } from "../../../src/display/text/time-text.ts";
import {
  type IntegerPolicy,
  type TimestampPolicy,
  toRowObjects,
} from "../../../src/frame/rows/row-objects.ts";
import { takeRows } from "../../../src/frame/rows/take-rows.ts";
import { sizes } from "../../sizes.ts";
import { buildColumn } from "../sample-table.ts";

const { Field: ArrowField } = arrow;
const item = (type: DataType): Field => new ArrowField("item", type, true);

function raw(type: DataType, values: readonly (bigint | null)[]): Vector {
  return buildColumn(type, values);
}

function timeOf(type: DataType, values: BigInt64Array | Int32Array): Vector {
  return new arrow.Vector([
    arrow.makeData({ type: type as never, length: values.length, data: values as never }),
  ]);
}

const mapType = new arrow.Map_(
  new ArrowField(
    "entries",
    new arrow.Struct([
      new ArrowField("key", new arrow.Utf8(), false),
      new ArrowField("value", new arrow.Int32(), true),
    ]),
    false,
  ) as never,
);

/** A column of each type with its values as row objects hold them, last one null. */
const columns: readonly (readonly [name: string, vector: Vector, values: readonly unknown[]])[] = [
  [
    "int64",
    arrow.vectorFromArray([2n ** 53n + 1n, -1n, null], new arrow.Int64()),
    [2n ** 53n + 1n, -1n, null],
  ],
  [
    "uint64",
    arrow.vectorFromArray([2n ** 64n - 1n, 0n, null], new arrow.Uint64()),
    [2n ** 64n - 1n, 0n, null],
  ],
  ["int8", arrow.vectorFromArray([-128, 127, null], new arrow.Int8()), [-128, 127, null]],
  ["double", arrow.vectorFromArray([-0, Number.NaN, null], new arrow.Float64()), [-0, Number.NaN, null]],
  ["half", arrow.vectorFromArray([0.5, -2, null], new arrow.Float16()), [0.5, -2, null]],
  ["bool", arrow.vectorFromArray([true, false, null], new arrow.Bool()), [true, false, null]],
  ["text", arrow.vectorFromArray(["😀", "", null], new arrow.Utf8()), ["😀", "", null]],
  ["large text", arrow.vectorFromArray(["é", "x", null], new arrow.LargeUtf8()), ["é", "x", null]],
  [
    "dictionary",
    arrow.vectorFromArray(["a", "b", null], new arrow.Dictionary(new arrow.Utf8(), new arrow.Int16())),
    ["a", "b", null],
  ],
  [
    "binary",
    arrow.vectorFromArray([new Uint8Array([1, 2]), new Uint8Array(), null], new arrow.Binary()),
    [new Uint8Array([1, 2]), new Uint8Array(), null],
  ],
  [
    "fixed bytes",
    arrow.vectorFromArray(
      [new Uint8Array([1, 2]), new Uint8Array([3, 4]), null],
      new arrow.FixedSizeBinary(2),
    ),
    [new Uint8Array([1, 2]), new Uint8Array([3, 4]), null],
  ],
  [
    "decimal",
    raw(new arrow.Decimal(2, 20), [3_456_789_012_345_678_901n, -5n, null]),
    ["34567890123456789.01", "-0.05", null],
  ],
  ["seconds", raw(new arrow.TimestampSecond(), [1n, -1n, null]), [new Date(1000), new Date(-1000), null]],
  ["milliseconds", raw(new arrow.Timestamp(1, "UTC"), [1n, -1n, null]), [new Date(1), new Date(-1), null]],
  [
    "microseconds",
    raw(new arrow.TimestampMicrosecond(), [1_700_000_000_123_456n, 0n, null]),
    ["2023-11-14T22:13:20.123456", "1970-01-01T00:00:00", null],
  ],
  [
    "nanoseconds",
    raw(new arrow.Timestamp(3, "Asia/Shanghai"), [1_700_000_000_123_456_789n, -1n, null]),
    ["2023-11-14T22:13:20.123456789Z", "1969-12-31T23:59:59.999999999Z", null],
  ],
  ["date", raw(new arrow.DateDay(), [1n, -1n, null]), [new Date(86_400_000), new Date(-86_400_000), null]],
  [
    "list",
    arrow.vectorFromArray([[1n, null], [], null], new arrow.List(item(new arrow.Int64()))),
    [[1n, null], [], null],
  ],
  [
    "vector",
    arrow.vectorFromArray([[1, 2], [3, 4], null], new arrow.FixedSizeList(2, item(new arrow.Float32()))),
    [[1, 2], [3, 4], null],
  ],
  [
    "struct",
    arrow.vectorFromArray(
      [{ x: 1n, y: ["a"] }, { x: null, y: null }, null],
      new arrow.Struct([
        new ArrowField("x", new arrow.Int64(), true),
        new ArrowField("y", new arrow.List(item(new arrow.Utf8())), true),
      ]),
    ),
    [{ x: 1n, y: ["a"] }, { x: null, y: null }, null],
  ],
  [
    "map",
    arrow.vectorFromArray([new Map([["a", 1]]), new Map(), null] as never[], mapType as never) as Vector,
    [[["a", 1]], [], null],
  ],
];

function batchOf(parts: readonly (readonly [string, Vector, ...unknown[]])[]): RecordBatch {
  const fields = parts.map(([name, vector]) => new ArrowField(name, vector.type, true));
  const children = parts.map(([, vector]) => vector.data[0]);
  const length = parts[0]?.[1].length ?? 0;
  return new arrow.RecordBatch(
    new arrow.Schema(fields),
    arrow.makeData({ type: new arrow.Struct(fields), length, nullCount: 0, children: children as never }),
  );
}

const batch = batchOf(columns);
const expected = [0, 1, 2].map((row) =>
  Object.fromEntries(columns.map(([name, , values]) => [name, values[row]])),
);

test("rows are objects of exact values", () => {
  expect(toRowObjects(batch)).toEqual(expected);
});

test("times of day and durations are exact text", () => {
  const times = batchOf([
    ["time32", timeOf(new arrow.TimeMillisecond(), Int32Array.of(1001, 86_399_999))],
    ["time64", timeOf(new arrow.TimeNanosecond(), BigInt64Array.of(1n, 0n))],
    ["duration", timeOf(new arrow.DurationMicrosecond(), BigInt64Array.of(90_061_000_001n, -1n))],
    ["nothing", arrow.vectorFromArray([null, null], new arrow.Null())],
  ]);
  expect(toRowObjects(times)).toEqual([
    { time32: "00:00:01.001", time64: "00:00:00.000000001", duration: "1d 01:01:01.000001", nothing: null },
    { time32: "23:59:59.999", time64: "00:00:00", duration: "-00:00:00.000001", nothing: null },
  ]);
});

test("a column named __proto__ is a value like any other", () => {
  const [row] = toRowObjects(batchOf([["__proto__", arrow.vectorFromArray([1], new arrow.Int32())]]));
  expect(Object.entries(row ?? {})).toEqual([["__proto__", 1]]);
});

test.each([
  [[], []],
  [[1], [1]],
  [
    [2, 0],
    [2, 0],
  ],
  [
    [0, 0, 1, 2, 2, 1, 0, 1, 2],
    [0, 0, 1, 2, 2, 1, 0, 1, 2],
  ],
])("rows %j are taken as they are, of every type", (rows, of) => {
  expect(toRowObjects(takeRows(batch, rows))).toEqual(of.map((row) => expected[row]));
});

test("rows are taken from a slice, and what is taken survives a trip through IPC", () => {
  const taken = takeRows(batch.slice(1, 3), [1, 0]);
  expect(toRowObjects(taken)).toEqual([expected[2], expected[1]]);
  const back = arrow.tableFromIPC(arrow.tableToIPC(new arrow.Table([taken]), "stream"));
  expect(back.batches.flatMap((batch) => toRowObjects(batch))).toEqual([expected[2], expected[1]]);
});

test("int64 becomes what is asked for, and a number only where it is exact", () => {
  const at = (ints: IntegerPolicy, values: readonly bigint[]) => {
    const list = new arrow.List(item(new arrow.Int64()));
    const table = new arrow.Table({
      a: arrow.vectorFromArray([...values], new arrow.Int64()),
      b: arrow.vectorFromArray(
        values.map((value) => [value]),
        list,
      ),
    });
    return table.batches.flatMap((batch) => toRowObjects(batch, { ints, firstRow: 10 }));
  };
  expect(at("number", [1n, -5n])).toEqual([
    { a: 1, b: [1] },
    { a: -5, b: [-5] },
  ]);
  expect(at("string", [2n ** 60n])).toEqual([{ a: `${2n ** 60n}`, b: [`${2n ** 60n}`] }]);
  expect(() => at("number", [1n, 2n ** 53n])).toThrow(
    `Cannot read row 12, column a as a number: ${2n ** 53n} is beyond`,
  );
});

test("timestamps of every unit and sign are the same text as the exact way of writing them", () => {
  const ticks = fc.oneof(
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.bigInt({ min: -(10n ** 15n), max: 10n ** 16n }),
  );
  const unit = fc.constantFrom<(2 | 3)[]>(2, 3);
  fc.assert(
    fc.property(ticks, unit, fc.constantFrom(null, "UTC", "Asia/Shanghai"), (tick, timeUnit, zone) => {
      const vector = timeOf(new arrow.Timestamp(timeUnit, zone), BigInt64Array.of(tick));
      const [row] = new arrow.Table({ vector }).batches.flatMap((batch) => toRowObjects(batch));
      const text = formatTimestamp(tick, timeUnit).replace(" ", "T");
      expect(row).toEqual({ vector: zone === null ? text : `${text}Z` });
    }),
    { numRuns: sizes.generatedCases },
  );
});

const whole = 1_700_000_000n;
const units = [0, 1, 2, 3] as const;

test.each(units)("timestamps of unit %i become what is asked for", (unit) => {
  const rows = (timestamps: TimestampPolicy, zone: string | null) => {
    const values = [whole * 1000n ** BigInt(unit), -(1000n ** BigInt(unit)), null];
    const instant = raw(new arrow.Timestamp(unit, zone), values);
    return new arrow.Table({ instant }).batches.flatMap((each) => toRowObjects(each, { timestamps }));
  };
  const instants = [new Date(Number(whole) * 1000), new Date(-1000), null];
  expect(rows("date", "Asia/Shanghai")).toEqual(instants.map((instant) => ({ instant })));
  const texts = ["2023-11-14T22:13:20", "1969-12-31T23:59:59"];
  expect(rows("text", null)).toEqual([...texts, null].map((instant) => ({ instant })));
  expect(rows("text", "UTC")).toEqual(
    [...texts.map((text) => `${text}Z`), null].map((instant) => ({ instant })),
  );
});

test("a timestamp is a Date of the same instant, or refused", () => {
  const ticks = fc.oneof(
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.bigInt({ min: -(10n ** 7n), max: 10n ** 7n }),
    fc.bigInt({ min: -(10n ** 7n), max: 10n ** 7n }).map((tick) => tick * 1_000_000n),
  );
  fc.assert(
    fc.property(ticks, fc.constantFrom(...units), (tick, unit) => {
      const list = new arrow.List(item(new arrow.Timestamp(unit)));
      const nanoseconds = tick * 1000n ** BigInt(3 - unit);
      const milliseconds = nanoseconds / 1_000_000n;
      const isHeld =
        nanoseconds % 1_000_000n === 0n && !Number.isNaN(new Date(Number(milliseconds)).getTime());
      const column = timeOf(new arrow.Timestamp(unit), BigInt64Array.of(tick));
      const nested = new arrow.Vector([
        arrow.makeData({
          type: list,
          length: 1,
          valueOffsets: Int32Array.of(0, 1),
          child: column.data[0] as never,
        }),
      ]);
      for (const instant of [column, nested]) {
        const read = () =>
          new arrow.Table({ instant }).batches.flatMap((each) =>
            toRowObjects(each, { timestamps: "date", firstRow: 4 }),
          );
        if (!isHeld) {
          expect(read).toThrow(
            /^Cannot read row 5, column instant as a Date: .*; pass { timestamps: "text" }$/,
          );
          continue;
        }
        const date = new Date(Number(milliseconds));
        expect(read()).toEqual([{ instant: instant === column ? date : [date] }]);
      }
    }),
    { numRuns: sizes.generatedCases },
  );
});

test("rows are JSON, with int64 as a number where it is exact, else as text", () => {
  expect(JSON.parse(JSON.stringify({ rows: toRowObjects(batch) })).rows).toMatchObject([
    { int64: `${2n ** 53n + 1n}`, uint64: `${2n ** 64n - 1n}`, list: [1, null], struct: { x: 1, y: ["a"] } },
    {
      int64: -1,
      uint64: 0,
      milliseconds: "1969-12-31T23:59:59.999Z",
      list: [],
      struct: { x: null, y: null },
    },
    { int64: null, uint64: null, map: null },
  ]);
});

test("rows remain plain objects of their columns", () => {
  const [row = {}] = toRowObjects(batch);
  const names = columns.map(([name]) => name);
  expect(Object.keys(row)).toEqual(names);
  expect(Reflect.ownKeys({ ...row })).toEqual(names);
  expect(Object.getPrototypeOf(row)).toBe(Object.prototype);
  expect(row).toStrictEqual(expected[0]);
  expect(structuredClone(row)).toEqual(expected[0]);
  const named = toRowObjects(batchOf([["toJSON", arrow.vectorFromArray([1], new arrow.Int32())]]));
  expect(JSON.stringify(named)).toBe('[{"toJSON":1}]');
});
