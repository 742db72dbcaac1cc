/** Values of JavaScript's classes: written as what they hold, or refused by column and row; never as something else. */
import vm from "node:vm";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arrow, type DataType, type Table } from "../../src/arrow.ts";
import { typeName } from "../../src/display/arrow/type-name.ts";
import { isError } from "../../src/errors.ts";
import { toHalfBits } from "../../src/table/columns/half-bits.ts";
import { buildAppendedTable, buildNewTable } from "../../src/table/ingest/ingest.ts";
import type { TableData } from "../../src/table/ingest/read-data.ts";
import { sizes } from "../sizes.ts";

const action = "append to default.t";

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (isError(error)) return error.message;
    throw error;
  }
  return "written";
}

function created(data: TableData): Table {
  return buildNewTable(data, "create table default.t");
}

function schemaOf(type: DataType, metadata = new Map<string, string>()) {
  return new arrow.Schema([new arrow.Field("v", type, true, metadata)]);
}

/** The values of a column as the table holds them, read back from bytes. */
function stored(table: Table): unknown[] {
  const read = arrow.tableFromIPC(arrow.tableToIPC(table));
  return [...(read.getChild("v") ?? [])].map(plain);
}

function plain(value: unknown): unknown {
  if (value instanceof arrow.Vector) return [...value].map(plain);
  if (value instanceof Uint8Array) return [...value];
  if (value instanceof arrow.StructRow || value instanceof arrow.MapRow) {
    return Object.fromEntries([...value].map(([name, item]) => [String(name), plain(item)]));
  }
  return value;
}

const bytes = Uint8Array.of(1, 2, 3);
const item = (type: DataType) => new arrow.Field("item", type, true);
const text = new arrow.Utf8();
const struct = new arrow.Struct([new arrow.Field("a", new arrow.Int32(), true)]);
const map = new arrow.Map_(
  new arrow.Field(
    "entries",
    new arrow.Struct([
      new arrow.Field("key", text, false),
      new arrow.Field("value", new arrow.Int32(), true),
    ]),
    false,
  ) as never,
);
const json = new Map([["ARROW:extension:name", "lance.json"]]);

/** What no column holds. */
const strange: readonly (readonly [string, () => unknown])[] = [
  ["a Set", () => new Set([1])],
  ["a WeakMap", () => new WeakMap()],
  ["a URL", () => new URL("https://example.com/")],
  ["a RegExp", () => /a/],
  ["an Error", () => new Error("failed")],
  ["an Error with a code", () => Object.assign(new Error("failed"), { code: "E" })],
  ["a boxed number", () => Object(5)],
  ["a boxed text", () => Object("text")],
  ["a boxed boolean", () => Object(true)],
  ["a promise", () => Promise.resolve(1)],
  ["a Map with other keys", () => new Map([[{}, 1]])],
  ["an instance without fields", () => new (class Empty {})()],
  [
    "an instance with a JSON form",
    () =>
      Object.assign(
        new (class Money {
          cents = 5;
          toJSON() {
            return "0.05";
          }
        })(),
      ),
  ],
  ["an iterator", () => [1].values()],
  ["a function", () => () => 1],
  ["a symbol", () => Symbol("s")],
  ["an Error of another realm", () => vm.runInNewContext("new Error('failed')")],
  ["a Set of another realm", () => vm.runInNewContext("new Set([1])")],
];

describe("what no column holds is refused by column and row", () => {
  const targets: readonly (readonly [string, DataType])[] = [
    ["a text", text],
    ["a number", new arrow.Float64()],
    ["a boolean", new arrow.Bool()],
    ["bytes", new arrow.Binary()],
    ["a moment", new arrow.TimestampMillisecond("UTC")],
    ["a decimal", new arrow.Decimal(2, 10, 128)],
    ["a list", new arrow.List(item(new arrow.Int32()))],
    ["a vector", new arrow.FixedSizeList(1, item(new arrow.Float32()))],
    ["a struct", struct],
    ["a map", map],
  ];

  test.each(strange)("%s", (_, make) => {
    const value = make();
    const place = "row 2, column v: ";
    // A Map with keys that are no text may be a map of such keys, whose keys are then refused.
    for (const [what, type] of targets) {
      const message = refusal(() => buildAppendedTable([{ v: null }, { v: value }], schemaOf(type), action));
      expect([what, message]).toEqual([what, expect.stringContaining(place)]);
    }
    const asJson = refusal(() =>
      buildAppendedTable([{ v: null }, { v: value }], schemaOf(new arrow.LargeBinary(), json), action),
    );
    if (!(value instanceof URL) && !String(_).includes("JSON form")) expect(asJson).toContain(place);
    expect(refusal(() => created([{ v: null }, { v: value }]))).toContain(place);
    expect(refusal(() => created([{ v: [1] }, { v: [value] }]))).toContain(place);
    expect(refusal(() => created([{ v: { a: 1 } }, { v: { a: value } }]))).toContain(place);
    expect(refusal(() => created([{ v: new Map([["a", value]]) }]))).toContain("row 1, column v: ");
  });

  test.each<[string, string]>([
    ["\ud800", "\ud800"],
    ["after other texts", "é\udc00"],
    ["in a long text", `${"x".repeat(100)}\ud83d`],
  ])("half a surrogate pair (%s)", (_, value) => {
    const expected = "row 2, column v: ";
    for (const data of [
      [{ v: "é" }, { v: value }],
      [{ v: ["a"] }, { v: [value] }],
      [{ v: { s: "a" } }, { v: { s: value } }],
    ]) {
      const message = refusal(() => created(data as never));
      expect(message).toContain(expected);
      expect(message).toContain("holds half a surrogate pair");
    }
  });
});

describe("what a value holds is written", () => {
  class Point {
    a = 1;
    get length() {
      return 2;
    }
  }

  test.each<[string, unknown, unknown]>([
    ["a Uint8Array", bytes, [1, 2, 3]],
    ["a Buffer", Buffer.from(bytes), [1, 2, 3]],
    ["an ArrayBuffer", bytes.buffer, [1, 2, 3]],
    ["a DataView", new DataView(bytes.buffer, 1, 2), [2, 3]],
    ["a SharedArrayBuffer", new SharedArrayBuffer(2), [0, 0]],
    ["bytes of another realm", vm.runInNewContext("Uint8Array.of(4, 5)"), [4, 5]],
    ["a buffer of another realm", vm.runInNewContext("Uint8Array.of(4, 5).buffer"), [4, 5]],
  ])("%s as binary", (_, value, expected) => {
    const table = created([{ v: null }, { v: value }]);
    expect(typeName(table.schema.fields[0]?.type as DataType)).toBe("binary");
    expect(stored(table)).toEqual([null, expected]);
    expect(stored(buildAppendedTable([{ v: value }], schemaOf(new arrow.Binary()), action))).toEqual([
      expected,
    ]);
    const fixed = new arrow.FixedSizeBinary((expected as number[]).length);
    expect(stored(buildAppendedTable([{ v: value }], schemaOf(fixed), action))).toEqual([expected]);
  });

  test.each<[string, unknown]>([
    ["a Map", new Map([["a", 5]])],
    ["an object", { a: 5 }],
    ["an object without a prototype", Object.assign(Object.create(null), { a: 5 })],
    ["an object of another realm", vm.runInNewContext("({ a: 5 })")],
    ["a Map of another realm", vm.runInNewContext("new Map([['a', 5]])")],
  ])("%s as a struct, a map and JSON by the column's type", (_, value) => {
    for (const type of [struct, map]) {
      expect(stored(buildAppendedTable([{ v: value }], schemaOf(type), action))).toEqual([{ a: 5 }]);
    }
    const written = buildAppendedTable([{ v: value }], schemaOf(new arrow.LargeBinary(), json), action);
    expect(stored(written)).toEqual(['{"a":5}']);
  });

  test("a Map makes a map, and beside objects a struct", () => {
    const maps = created([{ v: new Map([["a", 5]]) }, { v: new Map() }, { v: null }]);
    expect(typeName(maps.schema.fields[0]?.type as DataType)).toBe("map<string, int64>");
    expect(stored(maps)).toEqual([{ a: 5n }, {}, null]);
    const mixed = created([{ v: new Map([["a", 5]]) }, { v: { b: "x" } }]);
    expect(stored(mixed)).toEqual([
      { a: 5n, b: null },
      { a: null, b: "x" },
    ]);
  });

  test("an instance of a class of one's own is its fields, as a struct and as a row", () => {
    expect(stored(created([{ v: new Point() }]))).toEqual([{ a: 1n }]);
    expect(
      created([new Point() as never])
        .getChild("a")
        ?.get(0),
    ).toBe(1n);
    const rows = arrow.tableFromArrays({ v: Int32Array.of(1, 2) }).toArray();
    expect(stored(created(rows as never))).toEqual([1n, 2n]);
  });

  test("a field or a column called like a method of objects is missing where it is", () => {
    const table = created([{ v: { toString: "x" } }, { v: {} }]);
    expect(stored(table)).toEqual([{ toString: "x" }, { toString: null }]);
    expect(
      created([{ constructor: "x" }, { b: 1 }] as never)
        .getChild("constructor")
        ?.get(1),
    ).toBeNull();
  });

  test.each<[string, unknown, string, readonly unknown[]]>([
    ["Int8Array", Int8Array.of(-1, 2), "list<int8>", [-1, 2]],
    ["Uint8ClampedArray", Uint8ClampedArray.of(1, 255), "list<uint8>", [1, 255]],
    ["Int16Array", Int16Array.of(-300), "list<int16>", [-300]],
    ["Uint16Array", Uint16Array.of(300), "list<uint16>", [300]],
    ["Int32Array", Int32Array.of(-70_000), "list<int32>", [-70_000]],
    ["Uint32Array", Uint32Array.of(2 ** 32 - 1), "list<uint32>", [2 ** 32 - 1]],
    ["BigInt64Array", BigInt64Array.of(-(2n ** 63n)), "list<int64>", [-(2n ** 63n)]],
    ["BigUint64Array", BigUint64Array.of(2n ** 64n - 1n), "list<uint64>", [2n ** 64n - 1n]],
    ["Float32Array", Float32Array.of(0.5, -1), "fixed_size_list<float>[2]", [0.5, -1]],
    ["Float64Array", Float64Array.of(0.1, -1), "fixed_size_list<double>[2]", [0.1, -1]],
    [
      "a class derived from one",
      new (class Embedding extends Float32Array {})(2),
      "fixed_size_list<float>[2]",
      [0, 0],
    ],
    ["one of another realm", vm.runInNewContext("Int8Array.of(1)"), "list<int8>", [1]],
  ])("a %s in a row keeps its elements' type", (_, value, type, expected) => {
    const table = created([{ v: value }, { v: null }, { v: value }]);
    expect(typeName(table.schema.fields[0]?.type as DataType)).toBe(type);
    expect(stored(table)).toEqual([expected, null, expected]);
    expect(stored(created([{ v: value }, { v: value }]))).toEqual([expected, expected]);
  });
});

const Halves = (globalThis as { Float16Array?: new (values: ArrayLike<number>) => ArrayLike<number> })
  .Float16Array;

describe("halves", () => {
  test.runIf(Halves !== undefined)(
    "a Float16Array is a vector in a row, and a column of halves by itself",
    () => {
      const half = new (Halves as NonNullable<typeof Halves>)([0.5, -0, 65_504, Number.NaN]);
      const rows = created([{ v: half }, { v: half }]);
      expect(typeName(rows.schema.fields[0]?.type as DataType)).toBe("fixed_size_list<halffloat>[4]");
      const expected = [0.5, -0, 65_504, Number.NaN];
      expect(stored(rows)).toEqual([expected, expected]);
      const column = created({ v: half } as never);
      expect(typeName(column.schema.fields[0]?.type as DataType)).toBe("halffloat");
      expect(stored(column)).toEqual(expected);
    },
  );

  test.runIf(Halves !== undefined)("any number becomes the half nearest to it", () => {
    const nearest = (value: number) => {
      const bits = new Uint16Array(
        (new (Halves as NonNullable<typeof Halves>)([value]) as never as DataView).buffer,
      );
      return bits[0];
    };
    const exponents = fc.integer({ min: -30, max: 18 });
    const numbers = fc.oneof(
      fc
        .tuple(fc.double({ min: -2, max: 2, noNaN: true }), exponents)
        .map(([value, power]) => value * 2 ** power),
      // Right between two halves.
      fc
        .tuple(fc.integer({ min: -4096, max: 4096 }), exponents)
        .map(([value, power]) => value * 2 ** (power - 11)),
      fc.constantFrom(0, -0, Infinity, -Infinity, 65_519.99, 65_520, 2 ** -25, 2 ** -24, 2 ** -14),
    );
    fc.assert(
      fc.property(numbers, (value) => {
        expect([value, toHalfBits(value)]).toEqual([value, nearest(value)]);
      }),
      { numRuns: sizes.generatedCases * 10 },
    );
  });

  test("a number beyond halves is refused", () => {
    const halves = schemaOf(new arrow.Float16());
    expect(stored(buildAppendedTable([{ v: 1e-9 }, { v: 65_519 }], halves, action))).toEqual([0, 65_504]);
    expect(refusal(() => buildAppendedTable([{ v: 1 }, { v: 70_000 }], halves, action))).toContain(
      "row 2, column v: 70000 is beyond 16-bit floats",
    );
  });
});

test("JSON columns take what JSON has a form of, through and through", () => {
  const type = schemaOf(new arrow.LargeBinary(), json);
  const write = (value: unknown) => stored(buildAppendedTable([{ v: value }], type, action))[0];
  expect(write({ a: [1, "x", null, true, { b: Float32Array.of(0.5) }], c: new Date(0) })).toBe(
    '{"a":[1,"x",null,true,{"b":[0.5]}],"c":"1970-01-01T00:00:00.000Z"}',
  );
  expect(write({ site: new URL("https://example.com/") })).toBe('{"site":"https://example.com/"}');
  const self: Record<string, unknown> = {};
  self.self = self;
  for (const value of [{ a: Number.NaN }, [Infinity], { a: bytes }, { a: 1n }, { a: [new Set([1])] }, self]) {
    expect(refusal(() => buildAppendedTable([{ v: null }, { v: value }], type, action))).toContain(
      "row 2, column v: ",
    );
  }
});

test("no value of any class is changed: it is refused, or is read back", () => {
  const leaf = fc.oneof(
    fc.constantFrom(...strange.map(([, make]) => make)).map((make) => ({ given: make(), wanted: undefined })),
    fc.constantFrom("text", 5, true, null).map((given) => ({ given, wanted: given })),
    fc
      .uint8Array({ minLength: 1, maxLength: 4 })
      .map((given) => ({ given: given.slice().buffer, wanted: [...given] })),
    fc.integer({ min: -9, max: 9 }).map((n) => ({ given: new Map([["a", n]]), wanted: { a: n } })),
  );
  const types = [text, new arrow.Int32(), new arrow.Bool(), new arrow.Binary(), struct, map];
  fc.assert(
    fc.property(leaf, fc.constantFrom(...types), fc.nat(2), ({ given, wanted }, type, before) => {
      const rows = [...Array.from({ length: before }, () => ({ v: null })), { v: given }];
      let table: Table;
      try {
        table = buildAppendedTable(rows, schemaOf(type), action);
      } catch (error) {
        expect(isError(error, "TableSchemaValidationError")).toBe(true);
        expect((error as Error).message).toContain(`row ${before + 1}, column v: `);
        return;
      }
      expect(stored(table)[before]).toEqual(wanted);
    }),
    { numRuns: sizes.generatedCases },
  );
});
