/** Rows as they come out of Daft's process: cut into pieces, over its memory and over its output. */
import { afterAll, expect, inject, test } from "vitest";
import { arrow, type DataType, type Table, Types } from "../../src/arrow.ts";
import type { Program } from "../../src/daft/program.ts";
import { runProgram, stopSidecars } from "../../src/daft/sidecars.ts";
import { encodeSchema } from "../../src/frame/engines/daft/type-table.ts";

const python = inject("testPython");
const rows = 70_001;
/** What glibc maps in the kernel, see `kernel.json`. */
const mapped = 1 << 20;

afterAll(stopSidecars);

function everyKind(): Table {
  const { Bool, Dictionary, Field, FixedSizeList, Float32, Int32, List, Struct, Utf8 } = arrow;
  const make = (type: DataType, value: (row: number) => unknown) =>
    arrow.vectorFromArray(
      Array.from({ length: rows }, (_, row) => value(row)),
      type,
    );
  return new arrow.Table({
    id: make(new arrow.Int64(), (row) => BigInt(row)),
    flag: make(new Bool(), (row) => (row % 7 === 0 ? null : row % 3 === 0)),
    text: make(new Utf8(), (row) => (row % 11 === 0 ? null : "日本".repeat(row % 23))),
    kind: make(new Dictionary(new Utf8(), new Int32()), (row) => `kind ${row % 5}`),
    list: make(new List(new Field("item", new Int32(), true)), (row) =>
      row % 13 === 0 ? null : Array.from({ length: row % 4 }, (_, at) => row + at),
    ),
    pair: make(new Struct([new Field("a", new Int32(), true)]), (row) => ({ a: row % 5 === 0 ? null : row })),
    vector: make(new FixedSizeList(8, new Field("item", new Float32(), true)), (row) =>
      Array.from({ length: 8 }, (_, at) => row / 2 + at),
    ),
  });
}

/** More than Daft's process puts into the memory that it shares. */
function oneGreatValue(): Table {
  return new arrow.Table({
    id: arrow.vectorFromArray([1n, 2n, 3n], new arrow.Int64()),
    text: arrow.vectorFromArray(["a", "b".repeat(70 << 20), "c"], new arrow.Utf8()),
  });
}

function everyColumn({ schema: { fields } }: Table): Program {
  const places = fields.map((_, place) => place);
  return {
    types: encodeSchema(fields.map(({ type }, at) => new arrow.Field(`t${at}`, keptType(type), true))),
    result: encodeSchema(fields),
    places: [],
    plan: { step: "rows", rows: 0, columns: places.map((place) => [`c${place}`, place]), places },
  };
}

/** Daft has no dictionaries. */
const keptType = (type: DataType) => (Types.isDictionary(type) ? type.dictionary : type);

test.each([
  ["every kind of column", "socket", everyKind, mapped],
  ["every kind of column", "stdio", everyKind, undefined],
  ["one great value", "socket", oneGreatValue, undefined],
] as const)(
  "%s, over %s: all rows, in their order",
  async (_, transport, make, most) => {
    const table = make();
    const tables = [arrow.tableToIPC(table, "stream")];
    const order = { program: everyColumn(table), tables, action: "read t" };
    const expected = table.toArray().map(asText);
    const found: string[] = [];
    for await (const batch of runProgram({ python, transport }, order)) {
      for (const row of new arrow.Table([batch]).toArray()) found.push(asText(row));
      const size = batch.data.children[0]?.values.buffer.byteLength ?? 0;
      if (most !== undefined) expect(size).toBeLessThan(most);
    }
    expect(found.length).toBe(table.numRows);
    // Lists of so many texts are slow to compare, and slower to print.
    expect(found.findIndex((text, row) => text !== expected[row])).toBe(-1);
  },
  60_000,
);

function asText(row: unknown): string {
  return JSON.stringify(row, (_, value) => (typeof value === "bigint" ? `${value}n` : value));
}
