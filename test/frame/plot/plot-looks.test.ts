/** What a reader of a chart is told by its colors, orders and ticks. */
import { expect, test } from "vitest";
import { arrow, type DataType } from "../../../src/arrow.ts";
import type { Chart } from "../../../src/chart/chart.ts";
import { Frame } from "../../../src/frame/frame.ts";
import type { PlotOptions } from "../../../src/frame/plot/plot-options.ts";
import { refusal } from "../../refusal.ts";
import { buildTable } from "../sample-table.ts";

type Columns = Readonly<Record<string, readonly [type: DataType, cells: readonly unknown[]]>>;

function plot(columns: Columns, options: PlotOptions): Promise<Chart> {
  const table = buildTable(Object.entries(columns).map(([name, [type, cells]]) => ({ name, type, cells })));
  return Frame.of(table, "test.rows").plot(options);
}

const [text, float, int, time] = [
  new arrow.Utf8(),
  new arrow.Float64(),
  new arrow.Int32(),
  new arrow.TimestampMillisecond(),
];
const day = 86_400_000;
const fill = <T>(count: number, make: (at: number) => T) =>
  Array.from({ length: count }, (_, at) => make(at));

function marksOf({ spec }: Chart): readonly Readonly<Record<string, unknown>>[] {
  const inner = (Array.isArray(spec.vconcat) ? spec.vconcat[0] : spec) as { data: { values: [] } };
  return inner.data.values;
}

async function textsOf(chart: Chart): Promise<string[]> {
  return [...(await chart.svg()).matchAll(/<text[^>]*>([^<]+)<\/text>/g)].map(([, shown = ""]) => shown);
}

/** What each mark is called, and its color. */
async function colorsOf(chart: Chart): Promise<string[]> {
  const symbols = (await chart.svg()).matchAll(
    /aria-label="([^"]*)" role="graphics-symbol"[^>]*fill="([^"]*)"/g,
  );
  return [...symbols].map(([, label, color]) => `${label} ${color}`);
}

const close: readonly (readonly [what: string, type: DataType, cells: readonly unknown[]])[] = [
  ["whole numbers beyond 2^53", new arrow.Int64(), fill(40, (at) => 2n ** 53n + BigInt(at * 2))],
  ["whole numbers of 17 digits", new arrow.Int64(), fill(40, (at) => 10n ** 17n + BigInt(at * 1000))],
  ["floats near a large one", float, fill(40, (at) => 1_700_000_000 + at / 100)],
  ["large floats", float, fill(40, (at) => 1e15 + at)],
];
test.each(close)("bars and ticks of %s are told apart", async (_, type, cells) => {
  const chart = await plot({ n: [type, cells] }, { x: "n", bins: 20 });
  const bars = chart.description.split("\n").filter((line) => line.includes(" – "));
  const labels = bars.map((line) => line.split("█")[0]?.trim());
  expect(bars.length).toBeGreaterThan(5);
  expect(new Set(labels).size).toBe(bars.length);
  for (const label of labels) expect(label?.split(" – ")[0]).not.toBe(label?.split(" – ")[1]);
  const [, from, to] = /x: n, from (\S+) to (\S+)/.exec(chart.description) ?? [];
  expect(from).not.toBe(to);
  const ticks = (await textsOf(chart)).filter((shown) => /^1|^9/.test(shown) && shown.length > 4);
  expect(ticks.length).toBeGreaterThan(0);
  expect(new Set(ticks).size).toBe(ticks.length);
});

test("thousands of numbers color by ranges, from dark to light", async () => {
  const numbers: Columns = {
    name: [text, fill(1_000, (at) => "ab"[at % 2])],
    size: [float, fill(1_000, (at) => ((at * 7919) % 1_000) / 100)],
    code: [int, fill(1_000, (at) => (at * 7919) % 70)],
    at: [time, fill(1_000, (at) => BigInt(Date.UTC(2024, 0, 1) + at * day))],
  };
  const bySize = await plot(numbers, { x: "name", color: "size" });
  expect(bySize.note).toBe("1,000 rows: size in ranges of 2");
  const parts = new Map(marksOf(bySize).map(({ x, y, color }) => [`${x} ${color}`, y]));
  expect(parts.size).toBe(10);
  expect(parts.get("a 2 – 4")).toBe(
    fill(1_000, (at) => at).filter(
      (at) => at % 2 === 0 && ((at * 7919) % 1_000) / 200 >= 1 && ((at * 7919) % 1_000) / 200 < 2,
    ).length,
  );
  expect(JSON.stringify(bySize.spec)).toContain(
    '"domain":["0 – 2","2 – 4","4 – 6","6 – 8","8 – 10"],"range":["#2f6c8e"',
  );
  const byCode = await plot(numbers, { x: "size", color: "code", kind: "histogram" });
  expect(byCode.description).toContain("color: code: 0 – 9, 10 – 19, 20 – 29");
  const byTime = await plot(numbers, { x: "name", color: "at", kind: "bar" });
  expect(byTime.description).toContain("color: at: 2024-01-01, 2025-01-01, 2026-01-01");
  expect(byTime.note).toBe("1,000 rows: at by year");
  const panels = await plot(numbers, { x: "size", color: "code", kind: "histogram", column: "name" });
  expect(new Set(marksOf(panels).map(({ color }) => color))).toEqual(
    new Set(marksOf(byCode).map(({ color }) => color)),
  );
});

test("few numbers color as names do, and null among ranges is grey", async () => {
  const few = await plot(
    { name: [text, ["a", "a", "b"]], code: [int, [404, 200, 500]] },
    { x: "name", color: "code" },
  );
  expect(few.description).toContain("color: code: 200, 404, 500");
  const some = fill(40, (at) => (at % 4 === 0 ? null : at / 4));
  const chart = await plot(
    { name: [text, fill(40, () => "a")], size: [float, some] },
    { x: "name", color: "size" },
  );
  expect(marksOf(chart).find(({ color }) => color === "(null)")).toMatchObject({ y: 10 });
  expect((await colorsOf(chart)).find((mark) => mark.includes("(null)"))).toContain("#636363");
});

test("a point without a color is drawn in grey", async () => {
  const points: Columns = {
    x: [float, [1, 2, 3]],
    size: [float, [null, 5, 7]],
    at: [time, [null, 0n, BigInt(400 * day)]],
  };
  for (const color of ["size", "at"]) {
    const colors = await colorsOf(await plot(points, { kind: "point", x: "x", y: "x", color }));
    expect(colors).toHaveLength(3);
    expect(colors[0]).toContain("#636363");
    expect(colors.slice(1).map((mark) => /rgb\(.*/.exec(mark)?.[0])).toEqual([
      "rgb(47, 108, 142)",
      "rgb(222, 228, 27)",
    ]);
  }
});

test("parts of a bar are in the order of the legend, also side by side", async () => {
  const parts: Columns = {
    name: [text, fill(60, (at) => `n${at % 2}`)],
    part: [text, fill(60, (at) => [null, "b 10", "b 9"][at % 3])],
    size: [float, fill(60, () => 1)],
  };
  const order = ["b 9", "b 10", "(null)"];
  const placesOf = async (options: PlotOptions, axis: 4 | 5) =>
    [
      ...(await (await plot(parts, options)).svg()).matchAll(
        /aria-label="name: n0;[^"]*part: ([^";]*)[^"]*"[^>]*d="M([-\d.]+),([-\d.]+)/g,
      ),
    ]
      .map(([, part, x, y]) => ({ part, place: Number(axis === 4 ? x : y) }))
      .toSorted((a, b) => a.place - b.place)
      .map(({ part }) => part);
  expect(await placesOf({ x: "name", y: "size", color: "part" }, 5)).toEqual(order);
  expect(await placesOf({ x: "name", y: "size", color: "part", aggregate: "mean" }, 4)).toEqual(order);
});

test("shares with a part below zero are refused", async () => {
  const columns: Columns = { a: [text, ["x", "x"]], b: [text, ["p", "q"]], v: [float, [5, -3]] };
  for (const options of [
    { x: "a", y: "v" },
    { y: "a", x: "v" },
  ]) {
    expect(await refusal(() => plot(columns, { ...options, color: "b", stack: "normalize" }))).toMatch(
      /shares of a whole need values of zero or more, and some are negative/,
    );
  }
});

test("an axis of one number names that number, and a box of it is seen", async () => {
  const one: Columns = { x: [float, [42.5]], at: [time, [BigInt(day)]] };
  for (const options of [
    { kind: "point", x: "x", y: "x" },
    { kind: "line", x: "at", y: "x" },
    { kind: "box", y: "x" },
  ] as const) {
    const labels = (await textsOf(await plot(one, options)))
      .map(Number)
      .filter((label) => !Number.isNaN(label));
    expect(labels.length).toBeGreaterThan(3);
    expect(Math.min(...labels)).toBeLessThan(42.5);
    expect(Math.max(...labels)).toBeGreaterThan(42.5);
  }
  const log = await textsOf(await plot(one, { kind: "point", x: "x", y: "x", log: "y" }));
  expect(log).toEqual(expect.arrayContaining(["10", "100"]));
  expect(await colorsOf(await plot(one, { kind: "box", y: "x" }))).toEqual(
    expect.arrayContaining([expect.stringContaining("#4a90c2")]),
  );
});

test("an axis of whole numbers has labels at these alone, whatever Vega puts ticks at", async () => {
  const { spec } = await plot({ x: [float, [42.5]] }, { x: "x", kind: "histogram" });
  expect(JSON.stringify(spec)).toContain(`"labelExpr":"datum.value % 1 ? '' : format(datum.value, ',d')"`);
});

test("a logarithmic axis has the labels of Vega", async () => {
  const chart = await plot(
    { x: [float, fill(60, (at) => at + 1)] },
    { kind: "line", x: "x", y: "x", log: "both" },
  );
  expect(JSON.stringify(chart.spec)).not.toContain("datum.value % 1");
});

test("days have ticks of days", async () => {
  const days: Columns = { day: [new arrow.DateDay(), [19_800, 19_801, 19_802]], v: [float, [1, 3, 2]] };
  const texts = await textsOf(await plot(days, { x: "day", y: "v" }));
  expect(texts).toEqual(expect.arrayContaining(["Mar 19", "Mar 20"]));
  expect(texts.filter((label) => label.includes(":"))).toEqual([]);
});

test("months, weekdays, ages and lines keep their order, other bars that of their values", async () => {
  const named = (names: readonly string[]): Columns => ({
    name: [text, names],
    v: [float, names.map((_, at) => (at * 7) % 5)],
  });
  const order = async (names: readonly string[], options: PlotOptions = { x: "name", y: "v" }) =>
    marksOf(await plot(named(names), options)).map(({ x }) => x);
  expect(await order(["Mar", "Jan", "Feb"])).toEqual(["Jan", "Feb", "Mar"]);
  expect(await order(["10–19", "0–9", "100–"])).toEqual(["0–9", "10–19", "100–"]);
  expect(await order(["rent", "food", "books"])).toEqual(["books", "food", "rent"]);
  expect(await order(["b 10", "a", "b 9"], { x: "name", y: "v", kind: "line" })).toEqual([
    "a",
    "b 9",
    "b 10",
  ]);
  const boxes = await plot(
    { name: [text, ["m 10", "m 9", "m 10", "m 9"]], v: [float, [1, 2, 3, 4]] },
    { kind: "box", x: "name", y: "v" },
  );
  expect(marksOf(boxes).map(({ x }) => x)).toEqual(["m 9", "m 10"]);
  const panels = await plot({ p: [text, ["p 10", "p 9"]], v: [float, [1, 2]] }, { x: "v", column: "p" });
  expect(JSON.stringify(panels.spec)).toContain('"sort":["p 9","p 10"]');
});

test("long names keep their ends, wherever they are cut", async () => {
  const names = fill(4, (at) => `Department of extraordinarily long administrative names, number ${at}`);
  for (const options of [
    { x: "name", y: "v" },
    { x: "name", y: "name", kind: "heatmap" },
  ] as const) {
    const texts = await textsOf(await plot({ name: [text, names], v: [float, [1, 2, 3, 4]] }, options));
    for (const [at] of names.entries())
      expect(texts.filter((label) => label.includes("…") && label.endsWith(` ${at}`)).length).toBe(
        "kind" in options ? 2 : 1,
      );
  }
  const long = fill(2, (at) => `${"lorem ipsum ".repeat(400)}${at}`);
  const chart = await plot({ name: [text, long], v: [float, [1, 2]] }, { x: "name", y: "v" });
  expect(marksOf(chart).map(({ y }) => String(y).slice(-2))).toEqual([" 1", " 0"]);
});

test("a name of a panel is as long as the panel, and keeps its end", async () => {
  const names = fill(4, (at) => `Department of extraordinarily long administrative names, number ${at}`);
  for (const direction of ["column", "row"]) {
    const svg = await (
      await plot({ name: [text, names], v: [float, [1, 2, 3, 4]] }, { x: "v", [direction]: "name" })
    ).svg();
    const shown = [...svg.matchAll(/<text[^>]*>(De[^<]*…[^<]*)</g)].map(([, label = ""]) => label);
    expect(shown.map((label) => label.slice(-2))).toEqual([" 0", " 1", " 2", " 3"]);
    expect(Math.max(...shown.map(({ length }) => length))).toBeLessThan(18);
    expect(Number(/width="(\d+)"/.exec(svg)?.[1])).toBeLessThan(700);
  }
});

test("a name of blanks is seen", async () => {
  const chart = await plot({ name: [text, ["", "  ", null]], v: [float, [3, 2, 1]] }, { x: "name", y: "v" });
  expect(marksOf(chart).map(({ x }) => x)).toEqual(["(empty)", '"  "', "(null)"]);
});

test("tiny numbers of an axis have one form", async () => {
  const texts = await textsOf(
    await plot({ v: [float, fill(50, (at) => at * 1e-7)] }, { kind: "point", x: "v", y: "v" }),
  );
  const numbers = texts.filter((label) => Number(label) > 0);
  expect(numbers.length).toBeGreaterThan(4);
  expect(numbers.filter((label) => !/^[\d.]+e-\d$/.test(label))).toEqual([]);
});

test("titles say what is drawn: nothing was averaged of single rows, and a color that repeats the axis is no news", async () => {
  const single: Columns = { name: [text, ["a", "b"]], v: [float, [1, 2]] };
  expect((await plot(single, { x: "name", y: "v" })).description).toContain("Bar chart: v by name");
  expect((await plot(single, { x: "name", y: "v", aggregate: "max" })).description).toContain(
    "maximum v by name",
  );
  expect((await plot(single, { x: "name", y: "v", color: "name" })).description).toContain(": v by name\n");
  const double: Columns = { name: [text, ["a", "a"]], v: [float, [1, 2]] };
  expect((await plot(double, { x: "name", y: "v" })).description).toContain("total v by name");
});

test("titles that are longer than the chart have several lines", async () => {
  const name = "a column whose name says everything about what it holds, also in which unit it is, in meters";
  const svg = await (await plot({ [name]: [float, [1, 2, 3]] }, { x: name })).svg();
  expect(svg.replaceAll(/aria-label="[^"]*"/g, "")).not.toContain(name);
  expect(Number(/width="(\d+)"/.exec(svg)?.[1])).toBeLessThan(600);
});

const eras: readonly (readonly [options: PlotOptions, note: RegExp])[] = [
  [{ x: "at" }, /^9,999 rows: at by 500 years; the first 500 years begin|^9,999 rows: at by 500 years$/],
  [{ x: "at", bins: 10 }, /^9,999 rows: at by 2,000 years/],
  [{ x: "at", y: "v" }, /^mean v over 9,999 rows: at by 50 years/],
  [{ x: "at", y: "v", kind: "bar" }, /^total v over 9,999 rows: at by 500 years/],
  [{ x: "at", y: "v", kind: "area" }, /^total v over 9,999 rows: at by 50 years/],
  [{ x: "at", y: "v", kind: "heatmap" }, /^9,999 rows: at by 500 years$/],
  [{ x: "v", color: "at" }, /at by 2,000 years/],
  [{ x: "at", color: "v" }, /at by 500 years/],
  [{ x: "at", column: "v" }, /at by 500 years/],
];
test.each(eras)("years from 1 to 9999 are combined: %j", async (options, note) => {
  const years = fill(9_999, (at) => new Date(0).setUTCFullYear(at + 1, 0, 1));
  for (const columns of [
    { at: [time, years.map(BigInt)], v: [int, years.map((_, at) => at % 3)] },
    { at: [new arrow.DateDay(), years.map((at) => at / day)], v: [int, years.map((_, at) => at % 3)] },
  ] satisfies Columns[]) {
    const chart = await plot(columns, options);
    expect(chart.note).toMatch(note);
    expect(await textsOf(chart)).not.toContain("no values");
    if (options.kind === "heatmap" || options.y !== undefined) continue;
    const counts = marksOf(chart).map(({ x, y }) => [String(x), Number(y)] as const);
    expect(counts.reduce((sum, [, rows]) => sum + rows, 0)).toBe(9_999);
  }
});

test("bars of a hundred years are as wide as their years", async () => {
  const years = fill(1_000, (at) => BigInt(Math.round(Date.UTC(1924, 2, 9) + at * 36.5 * day)));
  expect(JSON.stringify((await plot({ at: [time, years] }, { x: "at" })).spec)).toContain('"binSpacing":0');
});

test("few points are large", async () => {
  const size = async (count: number) =>
    Number(
      /"size":(\d+)/.exec(
        JSON.stringify(
          (await plot({ x: [float, fill(count, (at) => at)] }, { kind: "point", x: "x", y: "x" })).spec,
        ),
      )?.[1],
    );
  expect(await Promise.all([2, 100, 1_000, 4_000].map(size))).toEqual([60, 36, 25, 9]);
});

test("a name that reads as null stands beside null under a name that is told from it", async () => {
  const columns: Columns = {
    name: [text, ["(null)", null, "(empty)", "", "a", "(null)"]],
    n: [int, [1, 2, 3, 4, 5, 6]],
  };
  const bars = await plot(columns, { x: "name", y: "n" });
  expect(marksOf(bars).map(({ x, y }) => [x, y])).toEqual(
    expect.arrayContaining([
      ['"(null)"', 7],
      ["(null)", 2],
      ['"(empty)"', 3],
      ["(empty)", 4],
    ]),
  );
  const points = await plot(columns, { x: "n", y: "n", color: "name" });
  expect(points.description).toContain('"(null)"');
});

test("times beyond the year 9999 and before the year 0 stand in their order", async () => {
  const years = [12_345, -44, 2024, 9999, 44];
  const columns: Columns = {
    at: [new arrow.TimestampMillisecond(), years.map((year) => new Date(0).setUTCFullYear(year))],
    n: [int, years],
  };
  for (const kind of ["line", "point", "bar"] as const) {
    const { description } = await plot(columns, { x: "at", y: "n", kind });
    expect(description).toMatch(/x: at.*, from -000044\S* to [+]01234[56]/);
  }
});

test("decimals of which nearly all digits are behind the point are drawn", async () => {
  const decimal = new arrow.Decimal(38, 38, 128);
  const chart = await plot({ d: [decimal, fill(20, (at) => BigInt(at) * 10n ** 36n)] }, { x: "d" });
  expect(chart.description).toContain("x: d, from 0 to 0.195");
});

const unlogged: readonly (readonly [kind: PlotOptions["kind"], says: string])[] = [
  ["heatmap", "a heat map has no logarithmic axes"],
  ["box", "a box plot has no logarithmic axes"],
  ["bar", "a bar chart begins at zero, which a logarithm does not have"],
  ["area", "an area chart begins at zero, which a logarithm does not have"],
  ["histogram", "a histogram begins at zero, which a logarithm does not have"],
];
test.each(unlogged)("a logarithmic axis of a %s is refused by what the chart lacks", async (kind, says) => {
  const columns: Columns = { a: [int, [1, 2]], b: [int, [3, 4]] };
  const options = kind === "histogram" ? { x: "a" } : { x: "a", y: "b" };
  expect(await refusal(() => plot(columns, { ...options, kind, log: "x" } as never))).toContain(says);
});

test("the widths of ranges are written as numbers of their axes are", async () => {
  const { note } = await plot({ people: [float, fill(90, (at) => at * 100_000)] }, { x: "people" });
  expect(note).toBe("90 rows: people in ranges of 500,000");
});
