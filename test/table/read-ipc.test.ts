import * as flechette from "@uwdata/flechette";
import fc from "fast-check";
import { expect, test } from "vitest";
import { arrow } from "../../src/arrow.ts";
import { typeName } from "../../src/display/arrow/type-name.ts";
import { createBatchReader, readIpc, readSchema } from "../../src/table/arrow/read-ipc.ts";
import { sizes } from "../sizes.ts";

type Item = number | null;
type Nested = { readonly tags: (string | null)[] | null } | null;

interface Given {
  readonly plain: (number | null)[];
  readonly lists: (Item[] | null)[];
  readonly nested: Nested[];
}

/** Large lists beside every layout of buffers that may lie before or after theirs. */
function encode(given: Given, format: "stream" | "file"): Uint8Array {
  const { largeList, int32, utf8, struct, field } = flechette;
  const table = flechette.tableFromArrays(
    { plain: given.plain, lists: given.lists, nested: given.nested, after: given.plain.map(String) },
    {
      types: {
        plain: int32(),
        lists: largeList(int32()),
        nested: struct([field("tags", largeList(utf8()))]),
        after: utf8(),
      },
    },
  );
  return flechette.tableToIPC(table, { format }) ?? new Uint8Array();
}

function plainValue(value: unknown): unknown {
  if (value instanceof arrow.Vector) return [...value].map(plainValue);
  if (value instanceof arrow.StructRow) {
    return Object.fromEntries([...value].map(([name, cell]) => [name, plainValue(cell)]));
  }
  return value;
}

const columnOf = (table: ReturnType<typeof readIpc>, name: string) =>
  [...(table.getChild(name) ?? [])].map(plainValue);

test("large lists, nested and with nulls, are read as they were written", () => {
  const item = fc.option(fc.integer());
  const row = fc.record({
    plain: item,
    list: fc.option(fc.array(item, { maxLength: 5 })),
    nested: fc.option(fc.record({ tags: fc.option(fc.array(fc.option(fc.string()), { maxLength: 4 })) })),
  });
  fc.assert(
    fc.property(
      fc.array(row, { minLength: 1, maxLength: 20 }),
      fc.constantFrom("stream" as const, "file" as const),
      (rows, format) => {
        const given: Given = {
          plain: rows.map(({ plain }) => plain),
          lists: rows.map(({ list }) => list),
          nested: rows.map(({ nested }) => nested),
        };
        const bytes = encode(given, format);
        const before = bytes.slice();
        const table = readIpc(bytes);
        expect(columnOf(table, "plain")).toEqual(given.plain);
        expect(columnOf(table, "lists")).toEqual(given.lists);
        expect(columnOf(table, "nested")).toEqual(given.nested);
        expect(columnOf(table, "after")).toEqual(given.plain.map(String));
        expect(bytes).toEqual(before);
      },
    ),
    { numRuns: sizes.generatedCases },
  );
});

test("a file is read whose first message lies further in, as the native library writes them", () => {
  const bytes = encode({ plain: [1], lists: [[1, 2]], nested: [null] }, "file");
  const padded = Buffer.concat([bytes.subarray(0, 8), Buffer.alloc(56), bytes.subarray(8)]);
  expect(columnOf(readIpc(padded), "lists")).toEqual([[1, 2]]);
});

test("the schema still says that a list is a large one, and the batches can be written again", () => {
  const bytes = encode({ plain: [1], lists: [[1, 2]], nested: [{ tags: ["a"] }] }, "file");
  expect(readSchema(bytes).fields.map((field) => `${field.name}: ${typeName(field.type)}`)).toEqual([
    "plain: int32",
    "lists: large_list<int32>",
    "nested: struct<tags: large_list<string>>",
    "after: string",
  ]);
  const read = createBatchReader();
  const again = readIpc(arrow.tableToIPC(new arrow.Table([...read(bytes), ...read(bytes)])));
  expect(columnOf(again, "lists")).toEqual([
    [1, 2],
    [1, 2],
  ]);
});
