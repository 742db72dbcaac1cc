import { expect, test } from "vitest";
import { arrow, type Field, type Table, type Vector } from "../../src/arrow.ts";
import type { MimeBundle } from "../../src/display/bundle.ts";
import { renderProperties } from "../../src/display/card/properties.ts";
import { renderSchema } from "../../src/display/card/schema.ts";
import { renderLines } from "../../src/display/card/text-block.ts";
import { formatForDisplay } from "../../src/display/mime.ts";
import { type DataTableOptions, renderDataTable } from "../../src/display/table/data-table.ts";
import { DlfLanceError } from "../../src/errors.ts";
import { renderLazyFrame } from "../../src/frame/display/frame-display.ts";
import { findAll, readMarkup, textOf } from "./read-markup.ts";
import { makeData, nullable, type SampleColumn, strings, tableOf, variable } from "./sample-columns.ts";

type Data = SampleColumn["data"];

const maxBundleBytes = 200_000;

function expectBounded(bundle: MimeBundle): { html: string; text: string } {
  const [html, text] = [String(bundle["text/html"]), String(bundle["text/plain"])];
  readMarkup(html);
  expect(Buffer.byteLength(html) + Buffer.byteLength(text)).toBeLessThan(maxBundleBytes);
  return { html, text };
}

const integers = (length: number) => makeData({ type: new arrow.Int32(), data: new Int32Array(length) });
const hostile = `"<>&'\u202e数`.repeat(150_000);

test("10,000 columns", () => {
  const table = tableOf(
    Array.from({ length: 10_000 }, (_, column) => ({ name: `column ${column}`, data: integers(3) })),
  );
  const { html, text } = expectBounded(renderDataTable(table));
  expect(html).toContain("9,970 more columns");
  expect(text).toContain("3 rows × 10,000 columns");
  expect(expectBounded(renderDataTable(table, { maxColumns: 100 })).html).toContain("9,900 more columns");
  expectBounded(renderDataTable(table, { maxColumns: 10_000 }));
  expect(expectBounded(renderSchema(table.schema)).text).toContain("9,800 more columns");
});

test("cells, names and notes of a megabyte", () => {
  const long = strings(Array.from({ length: 20 }, () => hostile));
  const columns = Array.from({ length: 8 }, () => ({
    name: hostile,
    data: long,
    metadata: new Map([[hostile, hostile]]),
  }));
  const table = tableOf(columns);
  const { text } = expectBounded(renderDataTable(table, { title: hostile, caption: hostile }));
  expect(text).toContain("20 rows × 8 columns");
  expectBounded(renderSchema(table.schema, { title: hostile, caption: hostile }));
  const rows = Array.from({ length: 100 }, () => [hostile, [hostile, hostile]] as const);
  expect(expectBounded(renderProperties({ title: hostile, rows, table })).text).toContain("more rows");
});

test("as many hostile cells as may be asked for", () => {
  const columns = Array.from({ length: 300 }, (_, column) => ({
    name: `${column} ${hostile.slice(0, 500)}`,
    data: strings(Array.from({ length: 600 }, () => hostile.slice(0, 500))),
  }));
  expectBounded(renderDataTable(tableOf(columns), { maxRows: 1e9, maxColumns: 1e9 }));
});

test("a lazy frame of many hostile columns: plan, schema and rows within one display", () => {
  const data = strings(Array.from({ length: 20 }, () => hostile));
  const name = hostile.slice(0, 500);
  const table = tableOf(Array.from({ length: 1_000 }, (_, column) => ({ name: `${column} ${name}`, data })));
  const frame = { name: hostile, plan: hostile };
  const { text } = expectBounded(renderLazyFrame(frame, { table, totalRows: "more", version: 7 }, {}));
  expect(text).toContain("20 rows × 1,000 columns");
  expect(text).toContain("version 7 · the first rows; there may be more");
});

test("objects, errors and plans of any size", async () => {
  const rows = Array.from({ length: 5000 }, () => ({ [hostile]: hostile, deep: { [hostile]: [hostile] } }));
  expectBounded(await formatForDisplay(rows));
  const wide = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`k${index}`, hostile]));
  expect(expectBounded(await formatForDisplay([wide])).text).toContain("1 row × 10,000 columns");
  expectBounded(await formatForDisplay([{ list: new Array(1e6).fill(wide), number: 10n ** 100_000n }]));
  expectBounded(await formatForDisplay({ [hostile]: hostile.slice(0, 1000), deep: { [hostile]: [1] } }));
  expectBounded(await formatForDisplay(new DlfLanceError("Internal", hostile)));
  expectBounded(renderLines([hostile, hostile]));
});

test("many pictures: the first are shown, the rest described", () => {
  const picture = Buffer.alloc(20_000);
  picture.write("\x89PNG\r\n\x1a\n", "latin1");
  picture.writeUInt32BE(640, 16);
  picture.writeUInt32BE(480, 20);
  const table = tableOf([
    {
      name: "picture",
      data: variable(
        new arrow.Binary(),
        Array.from({ length: 20 }, () => picture),
      ),
    },
  ]);
  const root = readMarkup(expectBounded(renderDataTable(table)).html);
  const pictures = findAll(root, "img");
  expect(pictures).toHaveLength(4);
  expect(pictures[0]?.attributes.get("width")).toBe("80");
  expect(pictures[0]?.attributes.get("height")).toBe("60");
  expect(textOf(root).match(/PNG 640×480 20\.0 kB/g)).toHaveLength(16);
});

test("a long list, a wide struct, a deep struct and a long vector", () => {
  const million = makeData({ type: new arrow.Int64(), data: new BigInt64Array(1_000_000) });
  const list = makeData({
    type: new arrow.List(nullable("item", million.type)),
    length: 1,
    nullCount: 0,
    valueOffsets: Int32Array.of(0, 1_000_000),
    child: million,
  });
  const wide = structOf(Array.from({ length: 10_000 }, (_, index) => [`f${index}`, integers(1)]));
  let deep: Data = integers(1);
  for (let depth = 0; depth < 100; depth++) deep = structOf([["in", deep]]);
  const vector = makeData({
    type: new arrow.FixedSizeList(2_000_000, nullable("item", new arrow.Float32())),
    length: 1,
    nullCount: 0,
    child: makeData({ type: new arrow.Float32(), data: new Float32Array(2_000_000).fill(1) }),
  });
  const vectors = makeData({
    type: new arrow.List(
      nullable("item", new arrow.FixedSizeList(50_000, nullable("item", new arrow.Float32()))),
    ),
    length: 1,
    nullCount: 0,
    valueOffsets: Int32Array.of(0, 3),
    child: makeData({
      type: new arrow.FixedSizeList(50_000, nullable("item", new arrow.Float32())),
      length: 3,
      nullCount: 0,
      child: makeData({ type: new arrow.Float32(), data: new Float32Array(150_000).fill(2) }),
    }),
  });
  const table = tableOf([
    { name: "vectors", data: vectors },
    { name: "list", data: list },
    { name: "wide", data: wide },
    { name: "deep", data: deep },
    { name: "vector", data: vector },
  ]);
  const { html } = expectBounded(renderDataTable(table));
  expect(html).toContain("… 999,900 more");
  expect(html).toContain("… 9,900 more");
  expect(html).toContain("2,000,000 dims<");
  expect(html.match(/50,000 dims · norm 447\.2 ·/g)).toHaveLength(2);
});

function structOf(children: readonly (readonly [name: string, data: Data])[]): Data {
  return makeData({
    type: new arrow.Struct(children.map(([name, data]) => nullable(name, data.type))),
    length: 1,
    nullCount: 0,
    children: children.map(([, data]) => data),
  });
}

/** A table of ten million rows that remembers which of them were read. */
function watchedTable(): { table: Table; touched: Set<number> } {
  const touched = new Set<number>();
  const values = new Proxy([], {
    get: (_, index) => {
      touched.add(Number(index));
      return BigInt(String(index));
    },
  });
  const field: Field = new arrow.Field("id", new arrow.Int64(), true);
  const data = {
    type: field.type,
    length: 10_000_000,
    offset: 0,
    children: [],
    values,
    byteLength: 80_000_000,
  };
  const vector = { data: [data] } as unknown as Vector;
  const schema = new arrow.Schema([field]);
  const table = { schema, numRows: data.length, batches: [], data: [data], getChildAt: () => vector };
  return { table: table as unknown as Table, touched };
}

test.each<[DataTableOptions, readonly number[]]>([
  [{}, [...range(0, 10), ...range(9_999_990, 10_000_000)]],
  [{ maxRows: 3 }, [0, 1, 9_999_999]],
  [{ maxRows: 2, totalRows: 20_000_000 }, [0, 1]],
  [{ maxRows: 0 }, []],
  [{ maxRows: Number.NaN }, []],
])("with %j only the shown rows are read", (options, rows) => {
  const { table, touched } = watchedTable();
  const bundle = renderDataTable(table, options);
  expect([...touched].sort((a, b) => a - b)).toEqual(rows);
  expect(findAll(readMarkup(String(bundle["text/html"])), "tr")).toHaveLength(rows.length + 3);
});

test("a table of ten million rows is shown at once", async () => {
  const bundle = await formatForDisplay(watchedTable().table);
  expect(bundle["text/plain"]).toContain("10,000,000 rows × 1 column · 80.0 MB");
});

function range(begin: number, end: number): number[] {
  return Array.from({ length: end - begin }, (_, index) => begin + index);
}
