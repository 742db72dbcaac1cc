import {
  tableFromIPC as flechetteFromIpc,
  int32,
  runEndEncoded,
  tableFromArrays,
  utf8,
} from "@uwdata/flechette";
import { table as arqueroTable, desc } from "arquero";
import { expect, test } from "vitest";
import { arrow } from "../../src/arrow.ts";
import { formatForDisplay, inspectText, isDisplayable } from "../../src/display/mime.ts";
import type { TableOptions } from "../../src/display/table/table-options.ts";
import { loadPolars } from "./polars.ts";
import { findAll, readMarkup, textOf } from "./read-markup.ts";
import { makeData, sampleColumns, strings, tableOf } from "./sample-columns.ts";

/** The lines of the text, after a check that the markup has the same cells. */
async function linesOf(value: unknown, options: TableOptions = {}): Promise<string[]> {
  const bundle = await formatForDisplay(value, options);
  const text = inspectText(bundle);
  const cells = findAll(readMarkup(String(bundle["text/html"])), "td").map(textOf);
  for (const cell of cells) expect(text.includes(cell.slice(0, 20)) || cell.includes("\n")).toBe(true);
  return text.split("\n");
}

test("an array of plain objects is a table, its types in TypeScript's words", async () => {
  const rows = [
    { id: 1, "a b": "x", when: new Date(0), tags: ["p", "q"], deep: { n: 2n ** 70n } },
    { id: -0, "a b": null, when: new Date(Number.NaN), tags: [], deep: { n: undefined } },
    { id: 2.5, "a b": "null", tags: new Set([1]), deep: new Map([[{ k: 1 }, true]]) },
  ];
  expect(await linesOf(rows, { title: "rows" })).toEqual([
    "rows",
    "┌────────┬───────────────┬──────────────────────┬────────────┬─────────────────────────────┐",
    "│     id │ a b           │                 when │ tags       │ deep                        │",
    "│ number │ string | null │     Date | undefined │ list | Set │ object | Map                │",
    "├────────┼───────────────┼──────────────────────┼────────────┼─────────────────────────────┤",
    '│    1.0 │ x             │ 1970-01-01 00:00:00Z │ ["p", "q"] │ {n: 1180591620717411303424} │'.replace(
      " │ {",
      " │ {",
    ),
    "│   -0.0 │ null          │         Invalid Date │ []         │ {n: undefined}              │",
    '│    2.5 │ "null"        │            undefined │ [1]        │ {"{k: 1}": true}            │',
    "└────────┴───────────────┴──────────────────────┴────────────┴─────────────────────────────┘",
    "3 rows × 5 columns",
  ]);
});

test.each<[string, readonly unknown[]]>([
  ["nothing", []],
  ["texts", ["a", "b"]],
  ["numbers", [1, 2]],
  ["arrays", [[1], [2]]],
  ["objects and others", [{ a: 1 }, 5]],
  ["objects without properties", [{}, {}]],
  ["objects with little in common", [{ a: 1 }, { b: 1 }, { c: 1 }]],
  ["objects of a class", [new Error("x"), new Error("y")]],
  ["holes", new Array(3)],
])("an array of %s is no table", async (_, values) => {
  expect(inspectText(await formatForDisplay(values))).not.toContain("┌");
});

test("of a million objects few are read", async () => {
  let reads = 0;
  const row = {
    get x() {
      reads += 1;
      return 7;
    },
  };
  const lines = await linesOf(new Array(1_000_000).fill(row));
  expect(lines.at(-1)).toBe("1,000,000 rows × 1 column · columns as in the first 1,000 rows and the last 10");
  expect(reads).toBeLessThan(1000);
});

test("getters and proxies that throw, cycles and depth are shown as such", async () => {
  const loop: Record<string, unknown> = { name: "loop" };
  loop.self = loop;
  const trap = new Proxy(
    {},
    {
      getPrototypeOf: () => {
        throw new Error("trap");
      },
    },
  );
  const rows = [
    {
      getter: Object.defineProperty({}, "x", {
        enumerable: true,
        get: () => {
          throw new Error("no");
        },
      }),
      loop,
      trap,
    },
  ];
  const text = (await linesOf(rows)).join("\n");
  expect(text).toContain("‹can not be read›");
  expect(text).toContain("loop");
});

test("Arquero: as its filter and order leave the rows", async () => {
  const whole = arqueroTable({
    n: [1, 2, 3],
    exact: [1n, 2n ** 60n, null],
    text: ["<b>", undefined, "c"],
  });
  const lines = await linesOf(whole.filter("d => d.n > 1").orderby(desc("n")), { bars: ["n"] });
  expect(lines).toEqual([
    "┌────────────┬─────────────────────┬────────────────────┐",
    "│          n │               exact │ text               │",
    "│     number │       bigint | null │ string | undefined │",
    "├────────────┼─────────────────────┼────────────────────┤",
    "│ 3 ████████ │                null │ c                  │",
    "│ 2 █████▍   │ 1152921504606846976 │ undefined          │",
    "└────────────┴─────────────────────┴────────────────────┘",
    "2 rows × 3 columns · bars of n up to 3",
  ]);
});

/** Its own reader refuses these two. */
const unreadable = ["decimal_negative_scale", "sparse_union"];

test.each(
  sampleColumns
    .filter(({ name }) => !unreadable.includes(name))
    .map((column) => [column.name, column] as const),
)("Flechette: %s as exact as from Arrow", async (_, column) => {
  const own = tableOf([column]);
  const bytes = arrow.tableToIPC(own);
  for (const options of [{}, { useDate: true, useBigInt: true, useDecimalInt: true }]) {
    const lines = await linesOf(flechetteFromIpc(bytes, options));
    expect(lines.slice(0, -1)).toEqual((await linesOf(own)).slice(0, -1));
  }
});

test("Flechette: several batches, and types that apache-arrow does not know", async () => {
  const part = (begin: number) =>
    tableOf([
      { name: "n", data: makeData({ type: new arrow.Int32(), data: Int32Array.of(begin, begin + 1) }) },
    ]);
  const [first, second] = [part(1), part(3)];
  const joined = flechetteFromIpc(arrow.tableToIPC(first.concat(second)));
  expect((await linesOf(joined)).slice(4, 8)).toEqual(["│     1 │", "│     2 │", "│     3 │", "│     4 │"]);
  const runs = tableFromArrays({ r: ["a", "a", "b"] }, { types: { r: runEndEncoded(int32(), utf8()) } });
  expect((await linesOf(runs)).slice(1, 7)).toEqual([
    "│ r                              │",
    "│ run_end_encoded<int32, string> │",
    "├────────────────────────────────┤",
    "│ a                              │",
    "│ a                              │",
    "│ b                              │",
  ]);
});

test("nodejs-polars: exact, before its own display", async () => {
  const polars = await loadPolars();
  const frame = polars
    .DataFrame({
      a: Array.from({ length: 50 }, (_, row) => 2n ** 60n + BigInt(row)),
      "<b>": Array.from({ length: 50 }, (_, row) =>
        row === 49 ? null : `a text longer than twelve bytes ${row}`,
      ),
      e: Array.from({ length: 50 }, (_, row) => [row, null]),
    })
    .withColumns(
      polars.col("a").cast(polars.Decimal(38, 2)).alias("d"),
      polars.col("<b>").cast(polars.Categorical).alias("c"),
      polars.col("a").cast(polars.Datetime("us", "Asia/Shanghai")).alias("t"),
    );
  expect(isDisplayable(frame)).toBe(true);
  const root = readMarkup(String((await formatForDisplay(frame, { maxRows: 3 }))["text/html"]));
  expect(findAll(root, "th").map(textOf).slice(6)).toEqual([
    "uint64",
    "string_view",
    "large_list<double>",
    "decimal128(38, 2)",
    "dictionary<uint32, string_view>",
    "timestamp[us, Asia/Shanghai]",
  ]);
  expect(findAll(root, "td").map(textOf).slice(-6)).toEqual([
    "1152921504606847025",
    "null",
    "[49, null][\n  49\n  null\n]",
    "1152921504606847025.00",
    "null",
    "+038504-08-18 05:30:06.847025+08:00",
  ]);
  expect(inspectText(await formatForDisplay(frame))).toMatch(/50 rows × 6 columns$/);
}, 120_000);

test("bars of a column that is not there are refused in words", async () => {
  await expect(formatForDisplay([{ a: 1 }], { bars: ["b"] })).rejects.toMatchObject({
    code: "InvalidInput",
    message: "Cannot draw bars: no column named b; the columns are a",
  });
});

test("a column of texts has no bars, and zero no bar", async () => {
  const table = tableOf([{ name: "t", data: strings(["1", "2"]) }]);
  expect((await formatForDisplay(table, { bars: ["t"] }))["text/html"]).not.toContain("gradient");
  expect((await linesOf([{ n: 0 }, { n: 0 }], { bars: ["n"] })).at(-1)).toBe("2 rows × 1 column");
});
