/** The writes at which Daft and PyLance were watched, each with what becomes of it here. */
import { describe, expect, test } from "vitest";
import { arrow, type DataType, type Schema, type Table } from "../../src/arrow.ts";
import { isError } from "../../src/errors.ts";
import { encodeIpcFile } from "../../src/table/ingest/encode-ipc.ts";
import { buildAppendedTable, buildNewTable } from "../../src/table/ingest/ingest.ts";
import type { TableData } from "../../src/table/ingest/read-data.ts";
import { toArrowTable, toIpcStream } from "../../src/table/ingest/to-arrow.ts";

const action = "append to default.t";
const item = (type: DataType) => new arrow.Field("item", type, true);
const target = (type: DataType, nullable = true) => new arrow.Schema([new arrow.Field("v", type, nullable)]);
const given = (type: DataType, values: readonly unknown[]) =>
  new arrow.Table({ v: arrow.vectorFromArray(values, type) });
const raw = (type: DataType, values: BigInt64Array) =>
  new arrow.Table({
    v: arrow.makeVector(arrow.makeData({ type, length: values.length, data: values } as never)),
  });
const decimal = (precision: number, scale: number, unscaled: number) =>
  new arrow.Table({
    v: arrow.makeVector(
      arrow.makeData({
        type: new arrow.Decimal(scale, precision, 128),
        length: 1,
        data: Uint32Array.of(unscaled, 0, 0, 0),
      }),
    ),
  });

function values(table: Table): unknown[] {
  return [...(table.getChild("v") ?? [])].map((value) =>
    value instanceof arrow.Vector ? [...value] : value,
  );
}

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (isError(error)) return error.message;
    throw error;
  }
  throw new Error("nothing was refused");
}

const { Int8, Int32, Int64, Float32, Float64, Utf8, LargeUtf8, Bool, List, FixedSizeList, Decimal } = arrow;
const microseconds = (zone?: string) => new arrow.TimestampMicrosecond(zone);
const milliseconds = (zone?: string) => new arrow.TimestampMillisecond(zone);

describe("written, exactly", () => {
  test.each<readonly [string, Table, Schema, readonly unknown[]]>([
    ["int32 to int64", given(new Int32(), [1, null]), target(new Int64()), [1n, null]],
    ["int64 to int8, in range", given(new Int64(), [-128n, 127n]), target(new Int8()), [-128, 127]],
    ["whole floats to int64", given(new Float64(), [3, null]), target(new Int64()), [3n, null]],
    ["int64 to double, where exact", given(new Int64(), [2n ** 53n]), target(new Float64()), [2 ** 53]],
    ["float to double", given(new Float32(), [0.5]), target(new Float64()), [0.5]],
    [
      "double to float, where exact",
      given(new Float64(), [0.5, Number.NaN]),
      target(new Float32()),
      [0.5, Number.NaN],
    ],
    ["large_string to string", given(new LargeUtf8(), ["é", null]), target(new Utf8()), ["é", null]],
    ["string to large_string", given(new Utf8(), ["é", null]), target(new LargeUtf8()), ["é", null]],
    [
      "a list to a vector of its length",
      given(new List(item(new Float64())), [[1, 2]]),
      target(new FixedSizeList(2, item(new Float32()))),
      [[1, 2]],
    ],
    [
      "a vector to a list",
      given(new FixedSizeList(2, item(new Float32())), [
        [1, 2],
        [3, 4],
      ]),
      target(new List(item(new Float64()))),
      [
        [1, 2],
        [3, 4],
      ],
    ],
    [
      "a dictionary to its values",
      given(new arrow.Dictionary(new Utf8(), new Int32()), ["a", "b", "a", null]),
      target(new Utf8()),
      ["a", "b", "a", null],
    ],
    [
      "values to a column of dictionaries",
      given(new Utf8(), ["a"]),
      target(new arrow.Dictionary(new Utf8(), new Int32())),
      ["a"],
    ],
    ["only nulls, of no type", given(new arrow.Null(), [null]), target(new Utf8()), [null]],
  ])("%s", (_, data, schema, expected) => {
    expect(values(buildAppendedTable(data, schema, action))).toEqual(expected);
  });

  test("times of another unit, where nothing is lost", () => {
    const table = buildAppendedTable(
      raw(microseconds("UTC"), BigInt64Array.of(5_000n)),
      target(milliseconds("UTC")),
      action,
    );
    expect(table.getChild("v")?.data[0]?.values[0]).toBe(5n);
  });

  test("a decimal of another scale, where nothing is lost", () => {
    const table = buildAppendedTable(decimal(10, 2, 1234), target(new Decimal(4, 12, 128)), action);
    expect(table.getChild("v")?.data[0]?.values.slice(0, 1)).toEqual(Uint32Array.of(123400));
  });

  test("chunks, slices and nulls keep their rows", () => {
    const whole = given(new Int32(), [1, null, 3, 4, null]);
    const data = whole.slice(1, 3).concat(whole.slice(4)) as Table;
    expect(values(buildAppendedTable(data, target(new Int64()), action))).toEqual([null, 3n, null]);
  });
});

test.each([
  ["texts", new arrow.LargeUtf8(), ["aa", "b", null, "cccc", ""], ["b", null, "cccc"]],
  [
    "bytes",
    new arrow.LargeBinary(),
    [Uint8Array.of(1, 2), Uint8Array.of(3), null, Uint8Array.of(4, 5), Uint8Array.of()],
    [Uint8Array.of(3), null, Uint8Array.of(4, 5)],
  ],
] as const)("a part of large %s is written as it is", (_, type, cells, part) => {
  const bytes = cells.map((cell) => (cell === null ? Buffer.alloc(0) : Buffer.from(cell as string)));
  const ends = bytes.map(({ length }, at) =>
    bytes.slice(0, at).reduce((sum, one) => sum + one.length, length),
  );
  const data = arrow.makeData({
    type,
    length: cells.length,
    nullCount: 1,
    nullBitmap: Uint8Array.of(0b11011),
    valueOffsets: BigInt64Array.from([0, ...ends].map(BigInt)),
    data: Buffer.concat(bytes),
  } as never);
  const sliced = new arrow.Table({ v: new arrow.Vector([data as never]) }).slice(1, 4) as Table;
  for (const written of [toIpcStream(sliced), encodeIpcFile([sliced])])
    expect([...(arrow.tableFromIPC(written).getChild("v") ?? [])]).toEqual(part);
});

describe("refused, with the row and a way out", () => {
  test.each<readonly [string, Table, Schema, string]>([
    [
      "a fraction to int64",
      given(new Float64(), [1, 3.7]),
      target(new Int64()),
      "row 2, column v: 3.7 is not a whole number; the column is int64; round it first",
    ],
    [
      "int64 beyond int8",
      given(new Int64(), [128n]),
      target(new Int8()),
      "row 1, column v: 128 is outside -128 to 127",
    ],
    [
      "int64 beyond doubles",
      given(new Int64(), [2n ** 53n + 1n]),
      target(new Float64()),
      "row 1, column v: 9007199254740993 is not exact as double",
    ],
    [
      "a double beyond floats",
      given(new Float64(), [0.1]),
      target(new Float32()),
      "row 1, column v: 0.1 is not exact as float",
    ],
    [
      "digits as text to int64",
      given(new Utf8(), ["7"]),
      target(new Int64()),
      "the data is string; the column is int64; cast it to int64 first",
    ],
    ["other text to int64", given(new Utf8(), ["x"]), target(new Int64()), "the data is string"],
    [
      "int64 to string",
      given(new Int64(), [7n]),
      target(new Utf8()),
      "the data is int64; the column is string",
    ],
    ["bool to int64", given(new Bool(), [true]), target(new Int64()), "the data is bool"],
    [
      "microseconds to milliseconds, with a rest",
      raw(microseconds("UTC"), BigInt64Array.of(5_000n, 5_001n)),
      target(milliseconds("UTC")),
      "row 2, column v: a time finer than the column's unit; the column is timestamp[ms, UTC]; round it first",
    ],
    [
      "times without a zone to a column with one",
      raw(microseconds(), BigInt64Array.of(0n)),
      target(microseconds("Asia/Shanghai")),
      "the data is timestamp[us]; the column is timestamp[us, Asia/Shanghai]; say which zone its times are in",
    ],
    [
      "times with a zone to a column without",
      raw(microseconds("UTC"), BigInt64Array.of(0n)),
      target(microseconds()),
      "the column holds wall-clock times",
    ],
    [
      "a list of another length than the vectors",
      given(new List(item(new Float32())), [
        [1, 2],
        [1, 2, 3],
      ]),
      target(new FixedSizeList(2, item(new Float32()))),
      "row 2, column v: a list of 3 values where the column holds 2",
    ],
    [
      "a null where none may be",
      given(new Int32(), [1, null]),
      target(new Int32(), false),
      "row 2, column v: null, and the column takes no nulls",
    ],
    [
      "digits of a decimal",
      decimal(10, 2, 1234),
      target(new Decimal(1, 10, 128)),
      "row 1, column v: a decimal with more than 1 digits after the point",
    ],
    [
      "a decimal that is too large",
      decimal(10, 2, 123456),
      target(new Decimal(2, 5, 128)),
      "row 1, column v: a decimal of more than 5 digits in all",
    ],
  ])("%s", (_, data, schema, message) => {
    const text = refusal(() => buildAppendedTable(data, schema, action));
    expect(text).toContain(message);
    expect(text).toContain("Nothing was written.");
  });

  test("the row is counted over chunks, and in nested columns is that of the parent", () => {
    const data = given(new Float64(), [1, 2]).concat(given(new Float64(), [3, 0.5])) as Table;
    expect(refusal(() => buildAppendedTable(data, target(new Int64()), action))).toContain(
      "row 4, column v: 0.5",
    );
    const lists = given(new List(item(new Float64())), [[1], [], [2, 2.5]]);
    expect(refusal(() => buildAppendedTable(lists, target(new List(item(new Int64()))), action))).toContain(
      "row 3, column v: 2.5",
    );
  });
});

describe("columns", () => {
  const schema = new arrow.Schema([
    new arrow.Field("f0", new Int64(), false),
    new arrow.Field("f1", new Utf8(), true),
  ]);
  const names = (data: TableData) =>
    buildAppendedTable(data, schema, action).schema.fields.map(({ name }) => name);

  test("in another order, and with a nullable one left out, are written", () => {
    expect(names({ f1: ["a"], f0: [1] })).toEqual(["f0", "f1"]);
    expect(names({ f0: [1] })).toEqual(["f0"]);
  });

  test.each([
    [
      "that the table has not",
      { f0: [1], f2: [1] },
      "column f2: the table has no such column; rename it to f0",
    ],
    ["in other capitals", { F0: [1] }, "rename it to f0"],
    [
      "that take no nulls, left out",
      { f1: ["a"] },
      "column f0: it is missing; the column is int64, not null; add its values",
    ],
  ])("%s are refused", (_, data, message) => {
    expect(refusal(() => buildAppendedTable(data, schema, action))).toContain(message);
  });

  test("of a new table: strings stay strings, and one of nothing but nulls is refused", () => {
    const encoded = given(new arrow.Dictionary(new Utf8(), new Int32()), ["a"]);
    expect(String(buildNewTable(encoded, action).schema.fields[0]?.type)).toBe("Utf8");
    expect(String(buildNewTable([{ v: "a" }], action).schema.fields[0]?.type)).toBe("Utf8");
    expect(refusal(() => buildNewTable([{ v: null }], action))).toContain("all values are null");
  });
});

test("rows as an Arrow table and as an IPC stream, by the rules of a new table", () => {
  const rows = [
    { n: 1, s: "a", b: null },
    { n: 2, s: null, b: true },
  ];
  const names = (table: Table) => table.schema.fields.map(({ name, type }) => `${name}: ${type}`);
  expect(names(toArrowTable(rows))).toEqual(["n: Int64", "s: Utf8", "b: Bool"]);
  const read = arrow.tableFromIPC(toIpcStream(rows));
  expect(read.toArray().map((row) => row?.toJSON())).toEqual([
    { n: 1n, s: "a", b: null },
    { n: 2n, s: null, b: true },
  ]);
  expect(refusal(() => toIpcStream([{ n: 1 }, { n: "x" }]))).toContain(
    "Cannot make an Arrow table: row 2, column n",
  );
});

describe("JavaScript values", () => {
  const entries = [new arrow.Field("key", new Utf8(), false), new arrow.Field("value", new Int32(), true)];
  const pairs = new arrow.Map_(
    new arrow.Field("entries", new arrow.Struct(entries as never), false) as never,
  );
  test.each<readonly [string, DataType, readonly unknown[], readonly unknown[]]>([
    ["times of day", new arrow.TimeMicrosecond(), ["08:30:00.000001", null, 5n], [30_600_000_001n, null, 5n]],
    ["times of day in seconds", new arrow.TimeSecond(), ["23:59:59", 0], [86_399, 0]],
    [
      "durations",
      new arrow.DurationMillisecond(),
      ["1d 00:00:00.5", "-00:00:01", 7],
      [86_400_500n, -1_000n, 7n],
    ],
    ["maps", pairs, [new Map([["a", 1]]), [["b", null]], { c: 3 }], [{ a: 1 }, { b: null }, { c: 3 }]],
  ])("%s", (_, type, rows, expected) => {
    const seen = values(buildAppendedTable({ v: rows }, target(type), action));
    expect(seen.map((value) => (value instanceof arrow.MapRow ? value.toJSON() : value))).toEqual(expected);
  });

  test("decimals, from text and whole numbers, never from floats", () => {
    const type = new Decimal(2, 10, 128);
    const table = buildAppendedTable({ v: ["12.34", "-0.01", 7, 8n] }, target(type), action);
    const words = table.getChild("v")?.data[0]?.values as Uint32Array;
    expect([0, 4, 8, 12].map((at) => (words[at] ?? 0) | 0)).toEqual([1234, -1, 700, 800]);
    expect(refusal(() => buildAppendedTable({ v: [0.1] }, target(type), action))).toContain(
      'write it as text, "0.1"',
    );
    expect(refusal(() => buildAppendedTable({ v: ["0.123"] }, target(type), action))).toContain(
      "round it to 2 digits",
    );
  });

  test("JSON, from objects and from JSON text", () => {
    const json = new arrow.Schema([
      new arrow.Field("v", new arrow.LargeBinary(), true, new Map([["ARROW:extension:name", "lance.json"]])),
    ]);
    expect(values(buildAppendedTable({ v: [{ a: 1 }, "[2]", null] }, json, action))).toEqual([
      '{"a":1}',
      "[2]",
      null,
    ]);
    expect(refusal(() => buildAppendedTable({ v: ["not json"] }, json, action))).toContain(
      "is not JSON; the column is json",
    );
  });

  test.each([
    ["a time that is beyond the day", new arrow.TimeSecond(), "24:00:00", "is not within a day"],
    ["a time finer than the unit", new arrow.TimeSecond(), "08:00:00.5", "is finer than the column's unit"],
    [
      "a bigint beyond 64 bits in a timestamp",
      microseconds("UTC"),
      2n ** 63n,
      "beyond what the column's unit can hold",
    ],
  ])("refuses %s", (_, type, value, message) => {
    expect(refusal(() => buildAppendedTable({ v: [value] }, target(type), action))).toContain(message);
  });

  test("typed arrays of the column's own type are used as they are, others checked", () => {
    const own = BigInt64Array.of(1n, 2n);
    expect(buildAppendedTable({ v: own }, target(new Int64()), action).getChild("v")?.data[0]?.values).toBe(
      own,
    );
    expect(values(buildAppendedTable({ v: Int32Array.of(1, 2) }, target(new Int64()), action))).toEqual([
      1n,
      2n,
    ]);
    expect(
      refusal(() => buildAppendedTable({ v: Float64Array.of(1, 2.5) }, target(new Int64()), action)),
    ).toContain("row 2, column v: 2.5 is not a whole number");
    expect(String(buildNewTable({ v: new Float32Array(1) }, action).schema.fields[0]?.type)).toBe("Float32");
  });
});

test("columns over one array, or over parts of one, are written as they are", () => {
  const ids = BigInt64Array.from({ length: 1_000 }, (_, id) => BigInt(id));
  const table = arrow.tableFromArrays({
    a: ids.subarray(0, 600),
    b: ids.subarray(400),
    again: ids.subarray(0, 600),
    floats: new Float64Array(ids.buffer, 0, 600),
    next: ids.subarray(600, 700),
    own: ids.slice(0, 600),
  });
  const both = table.slice(0, 100).concat(table.slice(50, 90)) as Table;
  const written = [toIpcStream(both), encodeIpcFile([both, table.slice(7, 9) as Table])];
  const rows = [both, both.concat(table.slice(7, 9) as Table)].map((one) => one.toArray().map(String));
  expect(written.map((bytes) => arrow.tableFromIPC(bytes).toArray().map(String))).toEqual(rows);
});
