/** Vega-Lite specifications of a user's own. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { arrow } from "../../../src/arrow.ts";
import type { Chart } from "../../../src/chart/chart.ts";
import { compileSpec } from "../../../src/chart/compile-spec.ts";
import {
  columnsInSpec,
  markNames,
  unknownFields,
  unknownMarks,
  unknownTypes,
} from "../../../src/chart/spec-fields.ts";
import { Frame } from "../../../src/frame/frame.ts";
import { plot } from "../../../src/frame/plot/plot.ts";
import { hostileText } from "../../display/hostile-text.ts";
import { refusal } from "../../refusal.ts";
import { sizes } from "../../sizes.ts";
import { buildTable } from "../sample-table.ts";

const spec = {
  title: "my own",
  mark: "bar",
  encoding: { x: { field: "name", type: "nominal" }, y: { field: "amount", type: "quantitative" } },
};

function valuesOf({ spec: drawn }: Chart): readonly Readonly<Record<string, unknown>>[] {
  const inner = (Array.isArray(drawn.vconcat) ? drawn.vconcat[0] : drawn) as { data: { values: [] } };
  return inner.data.values;
}

const table = buildTable([
  { name: "name", type: new arrow.Utf8(), cells: ["a", null, "c"] },
  { name: "amount", type: new arrow.Int64(), cells: [1n, 2n, null] },
  { name: "when", type: new arrow.TimestampMillisecond(), cells: [0n, 86_400_000n, null] },
]);

const frame = Frame.of(table, "test.rows");

test("rows and Arrow tables are drawn as they are, with numbers and times that JSON can hold", async () => {
  const rows = [
    { name: "a", amount: 1n, when: new Date(0), skipped: () => 1 },
    { name: null, amount: Number.NaN, when: new Date(Number.NaN), skipped: undefined },
  ];
  const chart = await plot(spec, rows);
  expect(valuesOf(chart)).toEqual([
    { name: "a", amount: 1, when: "1970-01-01T00:00:00.000" },
    { name: null, amount: null, when: null, skipped: null },
  ]);
  expect(chart.note).toBeUndefined();
  expect(chart.description).toBe("Chart of bar marks: my own, of 2 rows");
  expect(chart.spec).toMatchObject({ $schema: expect.stringContaining("/v5.json"), mark: "bar" });
  expect(await chart.svg()).toContain("my own");
  expect(valuesOf(await plot(spec, table))).toEqual([
    { name: "a", amount: 1, when: "1970-01-01T00:00:00.000" },
    { name: null, amount: 2, when: "1970-01-02T00:00:00.000" },
    { name: "c", amount: null, when: null },
  ]);
});

test("of a frame only the columns that the specification names are read", async () => {
  const chart = await plot(spec, frame);
  expect(valuesOf(chart)[0]).toEqual({ name: "a", amount: 1 });
  const computed = {
    ...spec,
    transform: [{ calculate: "datum.when > 0", as: "late" }],
    encoding: { x: { field: "late" } },
  };
  expect(valuesOf(await frame.plot(computed))[0]).toEqual({
    when: "1970-01-01T00:00:00.000",
  });
});

test("more than 5,000 rows are an even sample, and the chart says so", async () => {
  const many = Array.from({ length: 12_345 }, (_, row) => ({ name: "n", amount: row }));
  const chart = await plot({ ...spec, width: 200, config: { bar: { color: "red" } } }, many);
  expect(valuesOf(chart)).toHaveLength(5_000);
  expect(chart.note).toBe("an even sample of 5,000 of 12,345 rows: counts and sums are those of the sample");
  expect(chart.description).toContain(chart.note);
  expect(await chart.svg()).toContain("an even sample of 5,000");
  expect(chart.spec).toMatchObject({ config: { bar: { color: "red" }, background: "transparent" } });
});

test("columns are found by field paths, however a name is written", () => {
  const name = hostileText.filter((text) => text !== "" && !/^\[/.test(text));
  fc.assert(
    fc.property(name, (column) => {
      const field = column.replace(/[\\.[\]"']/g, "\\$&");
      const own = { mark: "bar", encoding: { x: { field } } };
      expect(columnsInSpec(own, [column, `${column} and more`])).toEqual([column]);
      expect(unknownFields(own, [column])).toEqual([]);
      expect(unknownFields(own, [`${column}x`])).toEqual([column]);
    }),
    { numRuns: sizes.generatedCases },
  );
});

test.each([
  [
    () => frame.plot({ mark: "bar", encoding: { x: { field: "nome" } } }),
    /^TableColumnNotFound: .* did you mean name\?/,
  ],
  [() => plot({ ...spec, data: { url: "x" } }, []), /leave data out of the specification/],
  [() => frame.plot({ mark: "bar", x: "name", y: "price" } as never), /write kind in place of mark/],
  [() => plot({ encoding: {} } as never, []), /the first argument is a Vega-Lite specification/],
  [() => plot(spec, "rows" as never), /the second argument is a frame/],
  [() => plot({ ...spec, mark: "bra" }, table), /^InvalidInput: .* no mark "bra"; did you mean bar\?/],
  [() => frame.plot({ ...spec, mark: { type: "lines" } }), /no mark "lines"; did you mean line\?/],
  [
    () => plot({ layer: [spec, { ...spec, mark: "pie" }] }, table),
    /no mark "pie"; the marks are arc, area, bar/,
  ],
  [
    () => plot({ facet: { field: "name" }, spec: { mark: "brr" } }, table),
    /no mark "brr"; did you mean bar\?/,
  ],
  [
    () => plot({ mark: "bar", encoding: { x: { field: "name", type: "nomnial" } } }, table),
    /^InvalidInput: .* no type "nomnial"; did you mean nominal\?/,
  ],
  [
    () => plot({ mark: "bar", encoding: { tooltip: [{ field: "name", type: "text" }] } }, table),
    /no type "text"; the types are quantitative, temporal, ordinal, nominal/,
  ],
  [() => plot({ mark: "bar", layer: 5 }, []), /vega-lite does not take its specification/],
])("%s is refused in words", async (work, message) => {
  expect(await refusal(work)).toMatch(message);
});

test.each(markNames)("the mark %s is one that the compiler takes", async (mark) => {
  await expect(
    compileSpec({ ...spec, mark, data: { values: [{ name: "a", amount: 1 }] } }),
  ).resolves.toBeDefined();
  expect(unknownMarks({ mark })).toEqual([]);
});

test("types of channels may be short, and in capital letters", async () => {
  for (const type of ["q", "T", "o", "N", "Quantitative", "geojson"])
    expect(unknownTypes({ mark: "bar", encoding: { x: { type } } })).toEqual([]);
});
