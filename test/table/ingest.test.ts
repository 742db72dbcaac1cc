import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arrow, type DataType } from "../../src/arrow.ts";
import { typeName } from "../../src/display/arrow/type-name.ts";
import { isError } from "../../src/errors.ts";
import { buildAppendedTable, buildNewTable } from "../../src/table/ingest/ingest.ts";
import type { TableData } from "../../src/table/ingest/read-data.ts";
import { sizes } from "../sizes.ts";

const action = "append to default.t";

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (isError(error)) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error("nothing was refused");
}

function schemaOf(...fields: readonly [name: string, type: DataType, nullable?: boolean][]) {
  return new arrow.Schema(
    fields.map(([name, type, nullable]) => new arrow.Field(name, type, nullable ?? true)),
  );
}

const typeNames = (table: ReturnType<typeof buildNewTable>) =>
  table.schema.fields.map((field) => typeName(field.type));
const columnOf = (table: ReturnType<typeof buildNewTable>, name: string) => [...(table.getChild(name) ?? [])];

describe("a new table", () => {
  test("from rows: int64 for whole numbers, string never a dictionary, missing values null", () => {
    const table = buildNewTable([{ a: 1, b: "x" }, { a: 2 }, { b: "y", c: 2.5 }], "create table default.t");
    expect(table.schema.fields.map((field) => `${field.name}: ${typeName(field.type)}`)).toEqual([
      "a: int64",
      "b: string",
      "c: double",
    ]);
    expect(columnOf(table, "a")).toEqual([1n, 2n, null]);
    expect(columnOf(table, "b")).toEqual(["x", null, "y"]);
  });

  test.each([
    ["bool", [true, null], "bool"],
    ["bigint beyond doubles", [9_007_199_254_740_993n], "int64"],
    ["numbers, one fractional", [1, 0.5], "double"],
    ["date", [new Date(0)], "timestamp[ms, UTC]"],
    ["bytes", [new Uint8Array([1])], "binary"],
    ["vector", [new Float32Array([1, 2])], "fixed_size_list<float>[2]"],
    ["list", [[1], []], "list<int64>"],
    ["struct", [{ x: 1, y: "a" }], "struct<x: int64, y: string>"],
  ])("infers a type for %s", (_, values, type) => {
    const table = buildNewTable({ v: values }, "create table default.t");
    expect(typeNames(table)).toEqual([type]);
    expect(table.numRows).toBe(values.length);
  });

  test("from an IPC stream, with dictionaries as their values", () => {
    const encoded = arrow.tableFromArrays({ s: ["a", "b", "a"] });
    expect(typeNames(encoded)).toEqual(["dictionary<int32, string>"]);
    const table = buildNewTable(arrow.tableToIPC(encoded, "stream"), "create table default.t");
    expect(typeNames(table)).toEqual(["string"]);
    expect(columnOf(table, "s")).toEqual(["a", "b", "a"]);
  });

  test.each<[string, TableData, string]>([
    [
      "mixed values",
      [{ a: 1 }, { a: "x" }],
      'row 2, column a: "x" is string, and the values before are integer',
    ],
    [
      "only nulls",
      [{ a: null }],
      "all values are null, so the type is unknown; pass an Arrow table with a schema, or leave it out and add nulls, " +
        'as in fromRows(rows).withColumn("a", lit(null).cast("string"))',
    ],
    [
      "only empty lists",
      [{ a: [] }, { a: null }],
      "column a: all its lists are empty, so the type is unknown; pass an Arrow table with a schema, or leave it out and " +
        'add nulls, as in fromRows(rows).withColumn("a", lit(null).cast("list<string>"))',
    ],
    ["only lists of nulls", [{ a: [null] }, { a: [] }], "all values in its lists are null, so the type"],
    [
      "only empty Maps",
      [{ a: new Map() }],
      'all its Maps are empty, so the type is unknown; pass an Arrow table with a schema, or leave it out and add nulls, as in fromRows(rows).withColumn("a", lit(null).cast("map<string, string>"))',
    ],
    [
      "a field of empty lists",
      [{ a: { b: [] } }],
      "column a: field b: all its lists are empty, so the type is unknown; pass an Arrow table with a schema. Nothing",
    ],
    [
      "lists of empty lists",
      [{ a: [[]] }],
      "all its lists are empty, so the type is unknown; pass an Arrow table with a schema. Nothing",
    ],
    ["no columns", [], "no columns; pass"],
    [
      "uneven columns",
      { a: [1], b: [1, 2] },
      "columns have different lengths: 1, 2; pass a value for each row",
    ],
    ["a column that is not an array", { a: 1 } as never, "column a is 1; pass an array of its values"],
    ["a row that is not an object", [1] as never, "row 1 is 1; pass an object"],
    ["bytes that are not Arrow", new Uint8Array([1, 2, 3]), "not an Arrow IPC stream"],
    ["empty bytes", new Uint8Array(), "not an Arrow IPC stream"],
  ])("refuses %s", (_, data, message) => {
    expect(refusal(() => buildNewTable(data, "create table default.t"))).toContain(message);
  });
});

describe("an append by the table's schema", () => {
  const schema = schemaOf(
    ["id", new arrow.Int32(), false],
    ["name", new arrow.Utf8()],
    ["price", new arrow.Float32()],
  );

  test("matches columns by name in any order and leaves missing nullable ones out", () => {
    const table = buildAppendedTable({ name: ["a"], id: [1] }, schema, action);
    expect(table.schema.fields.map((field) => field.name)).toEqual(["id", "name"]);
    expect(columnOf(table, "id")).toEqual([1]);
  });

  test("takes Arrow columns of another width when every value fits", () => {
    const data = arrow.tableFromArrays({ id: BigInt64Array.from([7n]), name: ["x"] });
    const table = buildAppendedTable(data, schema, action);
    expect(typeNames(table)).toEqual(["int32", "string"]);
    expect(columnOf(table, "id")).toEqual([7]);
  });

  test.each<[string, TableData, string]>([
    [
      "a fraction for a whole number",
      [{ id: 1 }, { id: 2.5 }],
      "row 2, column id: 2.5 is not a whole number",
    ],
    [
      "a number out of range",
      [{ id: 2 ** 31 }],
      "row 1, column id: 2147483648 is outside -2147483648 to 2147483647",
    ],
    ["text for a number", [{ id: "7" }], 'row 1, column id: "7" is not a number'],
    ["a number for text", [{ id: 1, name: 5 }], "row 1, column name: 5 is not text"],
    [
      "a null where none is allowed",
      [{ id: 1 }, { id: null }],
      "row 2, column id: null, and the column takes no nulls",
    ],
    ["a missing required column", [{ name: "a" }], "column id: it is missing; the column is int32, not null"],
    ["an extra column", [{ id: 1, extra: 1 }], "no such column; leave it out; the table has id, name, price"],
    ["a column in another case", [{ ID: 1 }], "rename it to id"],
    [
      "a float beyond float32",
      [{ id: 1, price: 1e300 }],
      "row 1, column price: 1e+300 is beyond 32-bit floats",
    ],
    [
      "an Arrow column of another kind",
      new arrow.Table({ id: arrow.vectorFromArray(["1"], new arrow.Utf8()) }),
      "column id: the data is string; the column is int32; cast it to int32 first",
    ],
  ])("refuses %s and says nothing was written", (_, data, message) => {
    const text = refusal(() => buildAppendedTable(data, schema, action));
    expect(text).toContain(message);
    expect(text).toContain("TableSchemaValidationError: Cannot append to default.t:");
    expect(text).toContain("Nothing was written.");
  });

  test("lists every column that does not fit at once", () => {
    const text = refusal(() => buildAppendedTable([{ id: "x", name: 1, price: "y" }], schema, action));
    expect(text.split("\n")).toEqual([
      "TableSchemaValidationError: Cannot append to default.t: 3 columns do not fit. Nothing was written.",
      "  column │ row │ have                │ want   │ fix",
      ...[
        ["id    ", '"x" is not a number', "int32 ", "pass a number or a bigint"],
        [
          "name  ",
          "1 is not text      ",
          "string",
          "change the value, or pass an Arrow table of the column's type",
        ],
        ["price ", '"y" is not a number', "float ", "pass a number"],
      ].map(([column, have, want, fix]) => `  ${column} │ 1   │ ${have} │ ${want} │ ${fix}`),
    ]);
  });

  test.each([
    [
      "timestamp[us, UTC]",
      new arrow.TimestampMicrosecond("UTC"),
      "2026-01-31T08:00:00.123456+08:00",
      1769817600123456n,
    ],
    ["timestamp[ns]", new arrow.TimestampNanosecond(), "2026-01-31T00:00:00.000000001", 1769817600000000001n],
    ["timestamp[s, UTC]", new arrow.TimestampSecond("UTC"), new Date("2026-01-31T00:00:00Z"), 1769817600n],
  ])("stores a moment in %s exactly", (_, type, value, stored) => {
    const table = buildAppendedTable([{ t: value }], schemaOf(["t", type]), action);
    expect(table.getChild("t")?.data[0]?.values[0]).toBe(stored);
  });

  test.each<[string, DataType, unknown, string]>([
    [
      "a moment without offset for a zoned column",
      new arrow.TimestampSecond("UTC"),
      "2026-01-31T00:00:00",
      "has no offset",
    ],
    [
      "an offset for a column without zone",
      new arrow.TimestampSecond(),
      "2026-01-31T00:00:00Z",
      "the column has no zone",
    ],
    [
      "a moment finer than the unit",
      new arrow.TimestampSecond("UTC"),
      new Date(1),
      "finer than the column's unit",
    ],
    ["a day that is no day", new arrow.DateDay(), "2026-02-31", "is not a Date or a text like"],
    ["a time of day for a day", new arrow.DateDay(), new Date(1), "has a time of day"],
    [
      "a vector of the wrong length",
      new arrow.FixedSizeList(2, new arrow.Field("item", new arrow.Float32(), true)),
      [1, 2, 3],
      "a list of 3 values where the column holds 2",
    ],
    ["a float for a decimal", new arrow.Decimal(2, 10, 128), 0.1, 'write it as text, "0.1"'],
  ])("refuses %s", (_, type, value, message) => {
    expect(refusal(() => buildAppendedTable([{ v: value }], schemaOf(["v", type]), action))).toContain(
      message,
    );
  });
});

test("every int64, float64, string, boolean and list comes back as it was given", () => {
  const row = fc.record({
    i: fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
    f: fc.option(fc.double()),
    s: fc.option(fc.string({ unit: "binary" })),
    b: fc.option(fc.boolean()),
    l: fc.option(fc.array(fc.option(fc.integer()))),
  });
  const schema = schemaOf(
    ["i", new arrow.Int64()],
    ["f", new arrow.Float64()],
    ["s", new arrow.Utf8()],
    ["b", new arrow.Bool()],
    ["l", new arrow.List(new arrow.Field("item", new arrow.Int32(), true))],
  );
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 20 }), (rows) => {
      const written = buildAppendedTable(rows, schema, action);
      const table = arrow.tableFromIPC(arrow.tableToIPC(written));
      rows.forEach((given, index) => {
        expect(table.getChild("i")?.get(index)).toBe(given.i);
        expect(table.getChild("f")?.get(index)).toBe(given.f);
        expect(table.getChild("s")?.get(index)).toBe(given.s?.toWellFormed() ?? null);
        // A column of nothing but null booleans is left out: Lance fills it.
        expect(table.getChild("b")?.get(index) ?? null).toBe(given.b);
        const list = table.getChild("l")?.get(index);
        expect(list === null ? null : [...list]).toEqual(given.l);
      });
    }),
    { numRuns: sizes.generatedCases },
  );
});
