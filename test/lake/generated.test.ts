import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { arrow, type DataType } from "../../src/arrow.ts";
import type { Connection } from "../../src/index.ts";
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
