import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { arrow, type DataType } from "../../src/arrow.ts";
import { type Connection, isError, readFile } from "../../src/index.ts";
import { sizes } from "../sizes.ts";
import { openTemporaryLake, type TemporaryLake } from "../temporary-lake.ts";

let temporary: TemporaryLake;
let lake: Connection;

beforeAll(async () => {
  temporary = await openTemporaryLake();
  lake = temporary.lake;
});

afterAll(() => temporary?.close());

interface Kind {
  readonly type: DataType;
  readonly values: fc.Arbitrary<unknown>;
}

const flat: readonly Kind[] = [
  { type: new arrow.Bool(), values: fc.boolean() },
  { type: new arrow.Int8(), values: fc.integer({ min: -128, max: 127 }) },
  { type: new arrow.Uint32(), values: fc.integer({ min: 0, max: 2 ** 32 - 1 }) },
  { type: new arrow.Int64(), values: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) },
  { type: new arrow.Float32(), values: fc.float({ noNaN: true }) },
  { type: new arrow.Float64(), values: fc.double() },
  { type: new arrow.Utf8(), values: fc.string({ unit: "grapheme" }) },
  { type: new arrow.LargeUtf8(), values: fc.string() },
  { type: new arrow.Binary(), values: fc.uint8Array() },
  { type: new arrow.FixedSizeBinary(3), values: fc.uint8Array({ minLength: 3, maxLength: 3 }) },
  { type: new arrow.TimestampMillisecond("UTC"), values: fc.date({ noInvalidDate: true }) },
  {
    type: new arrow.DateDay(),
    values: fc.integer({ min: -100_000, max: 100_000 }).map((day) => new Date(day * 86_400_000)),
  },
  {
    type: new arrow.Decimal(2, 20, 128),
    values: fc
      .bigInt({ min: 0n, max: 10n ** 18n - 1n })
      .map((cents) => `${cents / 100n}.${`${cents % 100n}`.padStart(2, "0")}`),
  },
];

function nested({ type, values }: Kind): Kind[] {
  const field = (name: string) => new arrow.Field(name, type, true);
  const nullable = fc.option(values);
  const vector = {
    type: new arrow.FixedSizeList(2, field("item")),
    // The native library adds no vectors that hold NaN.
    values: fc.array(
      nullable.filter((value) => !Number.isNaN(value)),
      { minLength: 2, maxLength: 2 },
    ),
  };
  return [
    { type: new arrow.List(field("item")), values: fc.array(nullable, { maxLength: 3 }) },
    // The native library writes no vectors of texts or bytes.
    ...(hasOffsets(type) ? [] : [vector]),
    {
      type: new arrow.Struct([field("x"), new arrow.Field("y", new arrow.Utf8(), true)]),
      values: fc.record({ x: nullable, y: fc.option(fc.string({ unit: "grapheme-ascii" })) }),
    },
  ];
}

function hasOffsets(type: DataType): boolean {
  const { DataType: Types } = arrow;
  return Types.isUtf8(type) || Types.isLargeUtf8(type) || Types.isBinary(type);
}

const kinds = [...flat, ...flat.flatMap(nested)];

/** A table of any columns, and rows for it. */
const written = fc.uniqueArray(fc.nat(kinds.length - 1), { minLength: 1, maxLength: 6 }).chain((chosen) => {
  const columns = chosen.map((index) => kinds[index] as Kind);
  const row = fc.tuple(...columns.map(({ values }) => fc.option(values)));
  return fc.tuple(fc.constant(columns), fc.array(row, { minLength: 1, maxLength: 12 }));
});

test("any rows of any columns come back as they were appended", { timeout: 600_000 }, async () => {
  let tables = 0;
  await fc.assert(
    fc.asyncProperty(written, async ([columns, values]) => {
      const table = `default.generated_${tables++}`;
      const schema = new arrow.Schema(
        columns.map(({ type }, index) => new arrow.Field(`c${index}`, type, true)),
      );
      const rows = values.map((row) => Object.fromEntries(row.map((value, index) => [`c${index}`, value])));
      await lake.createTable(table, new arrow.Table(schema));
      await lake.append(table, rows);
      const read = await lake.read(table).collect();
      await lake.append(table, read);
      expect(await lake.read(table).toObjects()).toEqual([...rows, ...rows]);
      await lake.dropTable(table);
    }),
    { numRuns: sizes.generatedTables },
  );
});

test("vectors of texts, which the native library cannot write, are refused with a way out", async () => {
  const type = new arrow.FixedSizeList(1, new arrow.Field("item", new arrow.Utf8(), true));
  const data = new arrow.Table({ v: arrow.vectorFromArray([["a"]], type) });
  await expect(lake.createTable("default.texts", data)).rejects.toThrow("make the column a list instead");
  expect(await lake.listTables("default")).not.toContain("texts");
});

const held: Record<string, unknown> = { a: 1 };
held.itself = [held];

const wrong = fc.oneof(
  fc.constantFrom<unknown>(
    ...[
      undefined,
      null,
      Number.NaN,
      -1,
      1.5,
      2 ** 60,
      10n,
      "",
      " ",
      "nope",
      "id; drop",
      "id >",
      "\ud800",
      true,
    ],
    ...[
      Symbol("s"),
      () => 1,
      new Date(Number.NaN),
      held,
      [held],
      [{ id: held }],
      new Error("x"),
      new Proxy({}, {}),
    ],
    ...[
      new Uint8Array(3),
      new Float32Array(0),
      new Map([["id", 1]]),
      new URL("http://x/"),
      Promise.resolve(1),
    ],
    ...[
      { "": 1 },
      { nope: 1 },
      [{ "": 1 }],
      [{ id: "x" }],
      [{ "\ud800": 1 }],
      [[{ id: 1 }], 5],
      { id: [1], s: [] },
    ],
    ...[
      { signal: 1 },
      { at: {} },
      { columns: "id" },
      { k: 0 },
      { metric: "nope" },
      { seed: "x" },
      { details: 1 },
    ],
    ...[
      { commits: 2 },
      { allowRecent: "yes" },
      { olderThan: 5 },
      { mode: 3 },
      { fields: 3 },
      { location: 5 },
    ],
    ...[{ whenMatched: { updateWhere: 5 } }, { whenNotInData: { deleteWhere: {} } }, { where: 5, on: 7 }],
    ...[
      { id: { rename: 5 } },
      { id: { type: 5 } },
      { id: { nullable: 1 } },
      { id: { sql: 5 } },
      { z: { type: 7 } },
    ],
    ...[
      { z: { sql: "nope + 1" } },
      { z: null },
      { type: "fts", language: "Klingon" },
      { type: "fts", stem: 1 },
    ],
    ...[
      { type: "ivf_pq", partitions: -1 },
      { type: "ivf_flat", metric: "x" },
      { type: "ivf_pq", bits: 3 },
    ],
  ),
  fc.anything({
    ...{ withBigInt: true, withBoxedValues: true, withDate: true, withMap: true, withNullPrototype: true },
    ...{ withObjectString: true, withSet: true, withSparseArray: true, withTypedArray: true },
  }),
);

const doors: Readonly<Record<string, (name: string, argument: never) => unknown>> = {
  append: (name, data) => lake.append(name, data),
  "append's options": (name, options) => lake.append(name, [{ id: 3, nope: 1 }], options),
  "append's value": (name, value) => lake.append(name, [{ id: 3, nope: value }]),
  createTable: (_, name) => lake.createTable(name, [{ "": 1 }]),
  "createTable's data": (name, data) => lake.createTable(name, data),
  "createTable's value": (name, value) => lake.createTable(name, [{ value }]),
  "createTable's options": (name, options) => lake.createTable(name, [{ id: 3 }], options),
  insertOverwrite: (name, data) => lake.insertOverwrite(name, data, { where: "id > 5", on: "id" }),
  "insertOverwrite's options": (name, options) => lake.insertOverwrite(name, [{ id: 3 }], options),
  merge: (name, on) => lake.table(name).merge(on, [{ id: 3, nope: 1 }]),
  "merge's data": (name, data) => lake.table(name).merge("id", data),
  "merge's options": (name, options) => lake.table(name).merge("id", [{ id: 3, nope: 1 }], options),
  update: (name, values) => lake.table(name).update(values),
  "update's value": (name, v) => lake.table(name).update({ v }),
  "update's options": (name, options) => lake.table(name).update({ nope: 1 }, options),
  delete: (name, where) => lake.table(name).delete(where),
  "delete's options": (name, options) => lake.table(name).delete("nope > 5", options),
  addColumns: (name, columns) => lake.table(name).addColumns(columns),
  "addColumns' column": (name, column) => lake.table(name).addColumns({ z: column }),
  alterColumns: (name, columns) => lake.table(name).alterColumns(columns),
  "alterColumns' change": (name, id) => lake.table(name).alterColumns({ id }),
  dropColumns: (name, columns) => lake.table(name).dropColumns(columns),
  cleanup: (name, options) => lake.table(name).cleanup(options),
  createTag: (name, tag) => lake.table(name).createTag(tag, 99),
  "createTag's version": (name, version) => lake.table(name).createTag("tag", version),
  restore: (name, version) => lake.table(name).restore(version),
  createIndex: (name, column) => lake.table(name).createIndex(column, { type: "btree" }),
  "createIndex's kind": (name, kind) => lake.table(name).createIndex("s", kind),
  search: (name, text) => lake.table(name).search(text),
  "search's options": (name, options) => lake.table(name).search("alpha", options),
  nearest: (name, vector) => lake.table(name).nearest(vector),
  "nearest's options": (name, options) => lake.table(name).nearest([1, 2], options),
  take: (name, offsets) => lake.table(name).take(offsets),
  sample: (name, count) => lake.table(name).sample(count),
  describe: (_, name) => lake.describe(name),
  "describe's options": (name, options) => lake.describe(name, options),
  readFile: (_, path) => readFile(path).toObjects(),
  "readFile's options": (_, options) => readFile("missing.csv", options).toObjects(),
};

test("a wrong argument is refused in one form, and changes nothing", { timeout: 600_000 }, async () => {
  const name = "default.doors";
  await lake.createTable(name, [
    { id: 1, s: "alpha", v: new Float32Array([1, 2]) },
    { id: 2, s: "beta", v: new Float32Array([3, 4]) },
  ]);
  const look = async () => [(await lake.describe(name)).version, await lake.read(name).toObjects()];
  let before = await look();
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...Object.keys(doors)), wrong, async (door, argument) => {
      try {
        await doors[door]?.(name, argument as never);
        // Some of what is drawn is right.
        before = await look();
      } catch (error) {
        if (!isError(error)) throw error;
        refused++;
        expect(error.code).not.toBe("Internal");
        expect(error.message).toMatch(/^Cannot .+: .+/s);
        expect(error.message).not.toMatch(/napi value|rust type|\[object /);
        expect(await look()).toEqual(before);
      }
    }),
    { numRuns: sizes.wrongCalls },
  );
  expect(refused).toBeGreaterThan(sizes.wrongCalls / 2);
});
