import fc from "fast-check";
import { expect, test } from "vitest";
import { arrow, type DataType, type RecordBatch, type Table, type Vector } from "../../../../src/arrow.ts";
import { sharedDatabase } from "../../../../src/frame/engines/duckdb/database.ts";
import { shareRows } from "../../../../src/frame/engines/duckdb/rows-function.ts";
import { conformBatch } from "../../../../src/frame/engines/duckdb/vectors/conform.ts";
import { Worker } from "../../../../src/frame/engines/duckdb/worker.ts";
import { toRowObjects } from "../../../../src/frame/rows/row-objects.ts";
import { withoutDictionaries } from "../../../../src/table/columns/change-children.ts";
import { sizes } from "../../../sizes.ts";
import { buildTable, columnSamples } from "../../sample-table.ts";

/** All rows of a table as they come back from DuckDB. */
async function throughDuckDb(table: Table, order?: string): Promise<Table> {
  const shared = shareRows({
    columns: table.schema.fields.map(({ name, type }) => ({
      name,
      source: name,
      field: new arrow.Field(name, withoutDictionaries(type), true),
    })),
    batches: table.batches,
  });
  const worker = await Worker.take(await sharedDatabase(), { action: "test" });
  try {
    const { schema, batches } = await worker.query(`FROM ${shared.sql} ${order ?? ""}`);
    const read: RecordBatch[] = [];
    for await (const batch of batches())
      read.push(conformBatch(batch, order === undefined ? table.schema : schema));
    return read.length === 0 ? new arrow.Table(schema) : new arrow.Table(read);
  } finally {
    worker.release();
    shared.withdraw();
  }
}

function rowsOf(table: Table) {
  return table.batches.flatMap((batch) => toRowObjects(batch));
}

test.each(columnSamples.map((sample) => [sample.type.toString(), sample] as const))(
  "a column of %s comes back as it was",
  async (_, sample) => {
    await fc.assert(
      fc.asyncProperty(fc.array(sample.cell, { minLength: 1, maxLength: 40 }), async (cells) => {
        const table = buildTable([{ name: "a", type: sample.type, cells }]);
        expect(rowsOf(await throughDuckDb(table))).toEqual(rowsOf(table));
      }),
      { numRuns: Math.ceil(sizes.generatedCases / 30) },
    );
  },
);

const { Field, Int32, Int64, Utf8, Bool, Float16, Float32 } = arrow;
const field = (name: string, type: DataType) => new Field(name, type, true);

/** Types with items, and what a cell of each is. */
const nested: readonly (readonly [name: string, type: DataType, cell: fc.Arbitrary<unknown>])[] = [
  [
    "lists of texts",
    new arrow.List(field("item", new Utf8())),
    fc.array(fc.option(fc.string({ maxLength: 30 }))),
  ],
  [
    "vectors",
    new arrow.FixedSizeList(3, field("item", new Float32())),
    fc.tuple(fc.integer(), fc.integer(), fc.integer()),
  ],
  [
    "structs",
    new arrow.Struct([field("x", new Int64()), field("y", new arrow.List(field("item", new Bool())))]),
    fc.record({ x: fc.option(fc.bigInt({ min: -9n, max: 9n })), y: fc.option(fc.array(fc.boolean())) }),
  ],
  [
    "lists of structs",
    new arrow.List(field("item", new arrow.Struct([field("x", new Utf8()), field("y", new Int32())]))),
    fc.array(fc.option(fc.record({ x: fc.option(fc.string({ maxLength: 20 })), y: fc.nat(9) })), {
      maxLength: 5,
    }),
  ],
  [
    "maps",
    new arrow.Map_(
      new Field(
        "entries",
        new arrow.Struct([new Field("key", new Utf8(), false), field("value", new Int32())]),
        false,
      ) as never,
    ),
    fc
      .uniqueArray(fc.string({ maxLength: 3 }), { maxLength: 4 })
      .map((keys) => new Map(keys.map((key, at) => [key, at]))),
  ],
  ["half floats", new Float16(), fc.integer({ min: -100, max: 100 })],
];

test.each(nested)("%s come back as they were", async (_, type, cell) => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.option(cell), { minLength: 1, maxLength: 30 }), async (cells) => {
      const vector = arrow.vectorFromArray(cells, type) as Vector;
      const table = new arrow.Table({ a: vector });
      expect(rowsOf(await throughDuckDb(table))).toEqual(rowsOf(table));
    }),
    { numRuns: Math.ceil(sizes.generatedCases / 30) },
  );
});

test("texts of any length keep their bytes over many batches", async () => {
  const texts = Array.from({ length: 5_000 }, (_, row) =>
    row % 7 === 0 ? null : `${"日😀x".repeat(row % 40)}${row}`,
  );
  const table = new arrow.Table({ a: arrow.vectorFromArray(texts, new Utf8()) });
  const back = await throughDuckDb(new arrow.Table([...table.batches, ...table.batches]));
  expect(back.numRows).toBe(10_000);
  expect([...(back.getChild("a") ?? [])]).toEqual([...texts, ...texts]);
  const sorted = await throughDuckDb(table, "order by a desc");
  const bytes = (value: string | null) => Buffer.from(value ?? "");
  const expected = texts.filter((value) => value !== null).sort((a, b) => Buffer.compare(bytes(b), bytes(a)));
  expect([...(sorted.getChild("a") ?? [])].filter((value) => value !== null)).toEqual(expected);
});
