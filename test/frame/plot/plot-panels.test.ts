/** Panels: names are chosen once for all of them, and the note counts what is drawn. */
import { expect, test } from "vitest";
import { arrow, type DataType } from "../../../src/arrow.ts";
import type { Chart } from "../../../src/chart/chart.ts";
import { Frame } from "../../../src/frame/frame.ts";
import type { PlotOptions } from "../../../src/frame/plot/plot-options.ts";
import { buildTable } from "../sample-table.ts";

type Columns = Readonly<Record<string, readonly [type: DataType, cells: readonly unknown[]]>>;

function plot(columns: Columns, options: PlotOptions): Promise<Chart> {
  const table = buildTable(Object.entries(columns).map(([name, [type, cells]]) => ({ name, type, cells })));
  return Frame.of(table, "test.rows").plot(options);
}

function marksOf({ spec }: Chart): readonly Readonly<Record<string, unknown>>[] {
  const inner = (Array.isArray(spec.vconcat) ? spec.vconcat[0] : spec) as { data: { values: [] } };
  return inner.data.values;
}

const fill = <T>(count: number, make: (at: number) => T) =>
  Array.from({ length: count }, (_, at) => make(at));
const [text, float] = [new arrow.Utf8(), new arrow.Float64()];

/** Sixty names; each panel has most rows of other ones, and lacks some. */
const rows = fill(60, (name) => name).flatMap((name) =>
  ["a", "b", "c"].flatMap((panel, at) =>
    fill((name * (at + 3)) % 11, (copy) => ({
      name: name === 50 ? null : `name ${name}`,
      panel,
      size: copy + (copy === 9 ? 1000 : name),
    })),
  ),
);
const columns: Columns = {
  name: [text, rows.map(({ name }) => name)],
  panel: [text, rows.map(({ panel }) => panel)],
  size: [float, rows.map(({ size }) => size)],
};
const labelOf = (name: string | null) => name ?? "(null)";

const charts: readonly (readonly [
  what: string,
  options: PlotOptions,
  along: "x" | "y",
  amount?: "x" | "y",
])[] = [
  ["bars", { x: "name" }, "y", "x"],
  ["bars that lie", { y: "name" }, "y", "x"],
  ["lines", { kind: "line", x: "name", y: "size", aggregate: "count" }, "x", "y"],
  ["areas", { kind: "area", x: "name" }, "x", "y"],
  ["heat maps", { kind: "heatmap", x: "size", y: "name" }, "y"],
];
for (const [what, options, along, amount] of charts) {
  for (const direction of ["column", "row"] as const) {
    test(`${what} have the same names in each ${direction}, and each of them that it has rows of`, async () => {
      const whole = await plot(columns, options);
      const names = new Set(marksOf(whole).map((mark) => mark[along]));
      expect(names.size).toBe(30);
      const chart = await plot(columns, { ...options, [direction]: "panel" });
      const shown = rows.filter(({ name }) => names.has(labelOf(name)));
      const keyOf = (name: unknown, panel: unknown) => JSON.stringify([name, panel]);
      expect(new Set(marksOf(chart).map((mark) => keyOf(mark[along], mark[direction])))).toEqual(
        new Set(shown.map(({ name, panel }) => keyOf(labelOf(name), panel))),
      );
      // The order is that of the whole, whatever the first panel has.
      expect(new Set(marksOf(chart).map((mark) => mark[along]))).toEqual(names);
      if (what !== "heat maps")
        expect([...new Set(marksOf(chart).map((mark) => mark[along]))]).toEqual([...names]);
      expect(chart.note).toContain(`${shown.length} rows`);
      if (amount === undefined) return;
      expect(marksOf(chart).reduce((sum, mark) => sum + Number(mark[amount]), 0)).toBe(shown.length);
    });
  }
}

test("boxes have the same names in each panel, and the note counts their points", async () => {
  const options: PlotOptions = { kind: "box", x: "name", y: "size" };
  const names = new Set(marksOf(await plot(columns, options)).map(({ y }) => y));
  expect(names.size).toBe(30);
  const chart = await plot(columns, { ...options, column: "panel" });
  expect(new Set(marksOf(chart).map(({ y }) => y))).toEqual(names);
  const shown = rows.filter(({ name }) => names.has(labelOf(name)));
  expect(chart.note).toContain(`${shown.length} rows; boxes`);
  const outliers = marksOf(chart).filter(({ outlier }) => outlier !== undefined).length;
  expect(outliers).toBeGreaterThan(0);
  expect(chart.note).toContain(`points are the ${outliers} outliers beyond them`);
});

test("names that are in none of the panels are neither ranked nor counted", async () => {
  // The thirteenth panel has fewer rows than the others, and a name of its own.
  const panels = fill(13, (panel) => fill(panel === 12 ? 3 : 5, () => panel)).flat();
  const chart = await plot(
    {
      panel: [text, panels.map((panel) => `p${panel}`)],
      name: [text, panels.map((panel) => (panel === 12 ? "late" : "early"))],
    },
    { x: "name", column: "panel" },
  );
  expect(new Set(marksOf(chart).map(({ x }) => x))).toEqual(new Set(["early"]));
  expect(chart.note).toBe("60 rows; the 12 most frequent of 13 values of panel");
});

test("a scatter plot of panels draws all rows of few, and counts those it draws of many", async () => {
  const scatter = (count: number) =>
    plot(
      {
        v: [float, fill(count, (at) => at)],
        panel: [text, fill(count, (at) => (at % 40 === 0 ? "a" : "b"))],
      },
      { x: "v", y: "v", kind: "point", column: "panel" },
    );
  const few = await scatter(4_000);
  expect(marksOf(few)).toHaveLength(4_000);
  expect(few.note ?? "").not.toContain("sample");
  const many = await scatter(8_000);
  expect(marksOf(many).length).toBeLessThanOrEqual(5_000);
  expect(many.note).toContain(`${marksOf(many).length.toLocaleString("en")} of 8,000 rows, an even sample`);
});

test("a note does not count null as a value", async () => {
  const names = fill(40, (at) => (at === 0 ? null : `n${at}`));
  const often: Columns = {
    name: [text, [...names, ...names, null, "n1", "n1"]],
    size: [float, fill(83, () => 1)],
  };
  const rarely: Columns = { name: [text, [...names, ...names.slice(1)]], size: [float, fill(79, () => 1)] };
  expect((await plot(often, { x: "name" })).note).toBe(
    "63 rows; (null) and the 29 highest of 39 values of name",
  );
  expect((await plot(rarely, { x: "name" })).note).toBe(
    "60 rows; the 30 highest of 39 values of name and (null)",
  );
  for (const kind of ["bar", "point"] as const) {
    const options: PlotOptions = { kind, x: "size", y: "size", color: "name" };
    expect((await plot(often, options)).note).toContain(
      "(null) and the 6 most frequent of 39 values of name, the others as one",
    );
  }
});
