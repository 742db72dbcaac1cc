/** Charts of frames: what is drawn is what a plain reduction of all rows comes to. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { arrow, type DataType, type Table } from "../../../src/arrow.ts";
import { Chart } from "../../../src/chart/chart.ts";
import { chartKinds } from "../../../src/chart/chart-model.ts";
import { isError } from "../../../src/errors.ts";
import { Frame } from "../../../src/frame/frame.ts";
import { plot as plotRows } from "../../../src/frame/plot/plot.ts";
import type { PlotOptions } from "../../../src/frame/plot/plot-options.ts";
import { readPicture } from "../../chart/picture.ts";
import { hostileText } from "../../display/hostile-text.ts";
import { refusal } from "../../refusal.ts";
import { sizes } from "../../sizes.ts";
import { buildTable, columnSamples, nestedSamples } from "../sample-table.ts";

interface Mark {
  readonly x: unknown;
  readonly y: unknown;
  readonly x2?: unknown;
  readonly y2?: unknown;
  readonly color?: unknown;
  readonly [name: string]: unknown;
}

type Columns = readonly (readonly [name: string, type: DataType, cells: readonly unknown[]])[];

function tableOf(columns: Columns): Table {
  return buildTable(columns.map(([name, type, cells]) => ({ name, type, cells })) as never);
}

async function plot(columns: Columns, options: PlotOptions): Promise<Chart> {
  return Frame.of(tableOf(columns), "test.rows").plot(options);
}

function marksOf({ spec }: Chart): readonly Mark[] {
  const inner = (Array.isArray(spec.vconcat) ? spec.vconcat[0] : spec) as { data: { values: Mark[] } };
  return inner.data.values;
}

/** A few rows with everything in them that goes wrong easily. */
const rows = Array.from({ length: 400 }, (_, row) => ({
  city: row % 13 === 0 ? null : `city ${(row * row) % 11}`,
  paid: row % 3 === 0,
  price: row % 17 === 0 ? null : ((row * 37) % 101) / 4,
  weight: row === 5 ? Number.NaN : row === 6 ? Number.POSITIVE_INFINITY : ((row * 29) % 83) - 20,
  units: BigInt((row * 7) % 12) + 1n,
  ordered: Date.UTC(2024, 0, 1) + ((row * 7919) % 50) * 86_400_000 + row * 1000,
}));

const columns: Columns = [
  ["city", new arrow.Utf8(), rows.map(({ city }) => city)],
  ["paid", new arrow.Bool(), rows.map(({ paid }) => paid)],
  ["price", new arrow.Float64(), rows.map(({ price }) => price)],
  ["weight", new arrow.Float64(), rows.map(({ weight }) => weight)],
  ["units", new arrow.Int64(), rows.map(({ units }) => units)],
  ["ordered", new arrow.TimestampMillisecond(), rows.map(({ ordered }) => BigInt(ordered))],
];

type Row = (typeof rows)[number];

function groupBy<K>(key: (row: Row) => K, of: readonly Row[] = rows): Map<K, Row[]> {
  const groups = new Map<K, Row[]>();
  for (const row of of) groups.set(key(row), [...(groups.get(key(row)) ?? []), row]);
  return groups;
}

function sumOf(of: readonly Row[], value: (row: Row) => number | null): number {
  return of.reduce((sum, row) => sum + (value(row) ?? 0), 0);
}

function close(value: number) {
  return expect.closeTo(value, 8);
}

test("a bar for each name, the highest first, null among them", async () => {
  const chart = await plot(columns, { x: "city", y: "price" });
  const expected = [...groupBy(({ city }) => city ?? "(null)")]
    .map(([x, of]) => ({ x, y: sumOf(of, ({ price }) => price) }))
    .toSorted((a, b) => b.y - a.y);
  expect(marksOf(chart)).toEqual(expected.map(({ x, y }) => ({ x, y: close(y) })));
  expect(chart.description).toContain("Bar chart: total price by city");
  expect(chart.note).toBe("total price over 400 rows");
});

test("bars lie where the names are on y, and stand beside each other where parts do not add up", async () => {
  const lying = await plot(columns, { x: "price", y: "city", color: "paid", aggregate: "mean" });
  const expected = [...groupBy(({ city, paid }) => JSON.stringify([city ?? "(null)", String(paid)]))].map(
    ([key, of]) => {
      const [y, color] = JSON.parse(key) as [string, string];
      const present = of.filter(({ price }) => price !== null);
      return { x: close(sumOf(present, ({ price }) => price) / present.length), y, color };
    },
  );
  expect(marksOf(lying)).toHaveLength(expected.length);
  expect(marksOf(lying)).toEqual(expect.arrayContaining(expected));
  expect(JSON.stringify(lying.spec)).toContain('"yOffset"');
});

test("a histogram counts every finite value once, in ranges of a round width", async () => {
  const chart = await plot(columns, { x: "weight", bins: 12 });
  const finite = rows.filter(({ weight }) => Number.isFinite(weight));
  const expected = [...groupBy(({ weight }) => Math.floor(weight / 10), finite)]
    .map(([bin, of]) => ({ x: bin * 10, y: of.length, x2: bin * 10 + 10 }))
    .toSorted((a, b) => a.x - b.x);
  expect(marksOf(chart)).toEqual(expected);
  expect(chart.note).toBe(
    "398 rows: weight in ranges of 10; 2 rows without a finite value of weight left out",
  );
});

test("rows left out because their value is too large to draw are not said to have none", async () => {
  const large: Columns = [
    ["value", new arrow.Float64(), [1, 2, 1e301, null, Number.POSITIVE_INFINITY, -1e305]],
    ["other", new arrow.Float64(), [1, 2, 3, 4, 5, 6]],
    ["name", new arrow.Utf8(), ["a", "a", "a", "a", "a", "a"]],
  ];
  const limits = "between -1e+300 and 1e+300 left out";
  const notes = [
    [{ x: "value" }, `4 rows without a value of value ${limits}`],
    [{ x: "value", color: "name" }, `4 rows without a value of value ${limits}`],
    [{ x: "value", y: "other", kind: "heatmap" }, `4 rows without a value on both axes ${limits}`],
    [{ x: "value", y: "other", kind: "point" }, `4 rows without a value on both axes ${limits}`],
    [{ y: "value", kind: "box" }, `4 rows without a value of value ${limits}`],
  ] as const;
  for (const [options, note] of notes) expect((await plot(large, options)).note, note).toContain(note);
  const usual: Columns = [["value", new arrow.Float64(), [1, 2, null, Number.NaN]]];
  expect((await plot(usual, { x: "value" })).note).toContain(
    "2 rows without a finite value of value left out",
  );
});

test("a histogram has as many bars as are asked for between round ends", async () => {
  const values = Array.from({ length: 101 }, (_, row) => row);
  for (const type of [new arrow.Float64(), new arrow.Int32()]) {
    const columns: Columns = [
      ["value", type, values],
      ["name", new arrow.Utf8(), values.map(() => "a")],
    ];
    for (const options of [{}, { color: "name" }] as const) {
      const chart = await plot(columns, { x: "value", kind: "histogram", bins: 10, ...options });
      const bars = marksOf(chart).map(({ x, x2, y }) => ({ x, x2, y }));
      expect(bars).toEqual(
        Array.from({ length: 10 }, (_, bin) => ({ x: bin * 10, x2: bin * 10 + 10, y: bin === 9 ? 11 : 10 })),
      );
    }
  }
});

test("whole numbers get ranges of whole numbers, times ranges of the calendar", async () => {
  expect(marksOf(await plot(columns, { x: "units", kind: "histogram" }))).toEqual(
    [...groupBy(({ units }) => Number(units))]
      .map(([x, of]) => ({ x: x - 0.5, y: of.length, x2: x + 0.5 }))
      .toSorted((a, b) => a.x - b.x),
  );
  const byTime = await plot(columns, { x: "ordered", color: "paid", bins: 60 });
  const day = 86_400_000;
  const expected = [...groupBy(({ ordered, paid }) => `${Math.floor(ordered / day)} ${paid}`)].map(
    ([key, of]) => {
      const [at = "", color] = key.split(" ");
      const iso = (days: number) => new Date(days * day).toISOString();
      return { x: iso(Number(at)), x2: iso(Number(at) + 1), y: of.length, color };
    },
  );
  expect(marksOf(byTime)).toHaveLength(expected.length);
  expect(marksOf(byTime).map(({ isPartial: _, ...mark }) => mark)).toEqual(expect.arrayContaining(expected));
  expect(byTime.note).toBe("400 rows: ordered by day; the last day ends on 2024-02-19 00:06");
});

test("durations are drawn in seconds", async () => {
  const waits = rows.map((_, row) => (row % 11 === 0 ? null : BigInt(((row * 37) % 90) * 1_500)));
  const timed: Columns = [...columns, ["wait", new arrow.DurationMillisecond(), waits]];
  const seconds = waits.flatMap((wait) => (wait === null ? [] : Number(wait) / 1_000));
  const histogram = await plot(timed, { x: "wait" });
  expect(JSON.stringify(histogram.spec)).toContain('"title":"wait (seconds)"');
  expect(marksOf(histogram)).toEqual(
    [...new Set(seconds.map((value) => Math.floor(value / 5)))]
      .toSorted((a, b) => a - b)
      .map((bin) => ({
        x: bin * 5,
        y: seconds.filter((value) => Math.floor(value / 5) === bin).length,
        x2: bin * 5 + 5,
      })),
  );
  const bars = await plot(timed, { x: "city", y: "wait", aggregate: "max" });
  expect(bars.description).toContain("maximum wait (seconds) by city");
  expect(Math.max(...marksOf(bars).map(({ y }) => Number(y)))).toBe(Math.max(...seconds));
});

test("a line of few rows takes every place as it is, in order", async () => {
  const chart = await plot(columns, { x: "units", y: "price", kind: "line" });
  const expected = [...groupBy(({ units }) => Number(units))].map(([x, of]) => {
    const present = of.filter(({ price }) => price !== null);
    return { x, y: close(sumOf(present, ({ price }) => price) / present.length) };
  });
  expect(marksOf(chart)).toEqual(expected.toSorted((a, b) => a.x - b.x));
  const binned = await plot(columns, { x: "ordered", y: "price", kind: "area", bins: 10 });
  expect(binned.note).toBe(
    "total price over 400 rows: ordered by week; the last week ends on 2024-02-19 00:06",
  );
  expect(marksOf(binned).reduce((sum, { y }) => sum + Number(y), 0)).toBeCloseTo(
    sumOf(rows, ({ price }) => price),
    6,
  );
});

test("a heat map has a place for each pair of ranges or names", async () => {
  const chart = await plot(columns, { x: "units", y: "city" });
  const expected = [...groupBy(({ units, city }) => JSON.stringify([Number(units), city ?? "(null)"]))].map(
    ([key, of]) => {
      const [x, y] = JSON.parse(key) as [number, string];
      return { x: x - 0.5, x2: x + 0.5, y, color: of.length };
    },
  );
  const heat = await plot(columns, { x: "units", y: "city", kind: "heatmap" });
  expect(marksOf(heat)).toHaveLength(expected.length);
  expect(marksOf(heat)).toEqual(expect.arrayContaining(expected));
  expect(chart.description).toMatch(/^Bar chart/);
  expect((await plot(columns, { x: "city", y: "city", kind: "heatmap" })).note).not.toMatch(/ and$/);
});

test("boxes with long names lie, with room for names and title, and numbers far from 1 have exponents", async () => {
  const name = (row: number) => `a name that is too long to stand, number ${row % 3}`;
  const rows = Array.from({ length: 60 }, (_, row) => row);
  const groups: Columns = [
    ["name", new arrow.Utf8(), rows.map(name)],
    ["size", new arrow.Float64(), rows.map((row) => (row - 30) * 1e14)],
  ];
  const chart = await plot(groups, { kind: "box", x: "name", y: "size" });
  expect(new Set(marksOf(chart).flatMap(({ y }) => y ?? []))).toEqual(new Set([0, 1, 2].map(name)));
  expect(chart.description).toMatch(/x: size, from -3e\+15 to/);
  expect(chart.description).toContain(`y: name: ${[0, 1, 2].map(name).join(", ")}\n`);
  const svg = await chart.svg();
  expect(svg).toContain(name(2));
  expect(svg).toMatch(/e\+1\d</);
  expect(svg).not.toContain(",000,000");
  // The note is the longest line, and is broken where the drawing ends.
  expect(Number(/width="(\d+)"/.exec(svg)?.[1])).toBeLessThan(480 + 340);
});

test("boxes hold the quarters of each group", async () => {
  const chart = await plot(columns, { x: "city", y: "price", kind: "box" });
  for (const [city, of] of groupBy(({ city: name }) => name ?? "(null)")) {
    const sorted = of.flatMap(({ price }) => price ?? []).toSorted((a, b) => a - b);
    const middle = (sorted.length - 1) / 2;
    const median = ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
    const mark = marksOf(chart).find(({ x }) => x === city);
    expect(mark).toMatchObject({ median: close(median) });
    const [first, third] = [Number(mark?.first), Number(mark?.third)];
    const reach = 1.5 * (third - first);
    const within = sorted.filter((value) => value >= first - reach && value <= third + reach);
    expect(mark).toMatchObject({ low: within[0], high: within.at(-1) });
    // Quarters are approximate: within a few places of the exact ones.
    for (const [name, part] of [
      ["first", 0.25],
      ["third", 0.75],
    ] as const) {
      const at = part * (sorted.length - 1);
      expect(mark?.[name]).toBeGreaterThanOrEqual(sorted[Math.max(0, Math.floor(at) - 3)] ?? 0);
      expect(mark?.[name]).toBeLessThanOrEqual(sorted[Math.min(sorted.length - 1, Math.ceil(at) + 3)] ?? 0);
    }
  }
});

test("values beyond the whiskers are points while they are few, and a number when they are many", async () => {
  const boxes = (far: number): Columns => [
    ["kind", new arrow.Utf8(), Array.from({ length: 4_000 + far }, (_, row) => (row % 2 === 0 ? "a" : null))],
    [
      "size",
      new arrow.Float64(),
      Array.from({ length: 4_000 + far }, (_, row) => (row < 4_000 ? row % 100 : 1_000)),
    ],
  ];
  const few = await plot(boxes(6), { kind: "box", x: "kind", y: "size" });
  expect(marksOf(few).flatMap(({ outlier }) => outlier ?? [])).toEqual(new Array(6).fill(1_000));
  expect(marksOf(few).find(({ x, median }) => x === "a" && median !== undefined)).toMatchObject({
    low: 0,
    high: 98,
  });
  expect(few.note).toContain("points are the 6 outliers beyond them");
  expect(await few.svg()).toContain("</svg>");
  const many = await plot(boxes(400), { kind: "box", x: "kind", y: "size" });
  expect(marksOf(many).some(({ outlier }) => outlier !== undefined)).toBe(false);
  expect(many.note).toContain("400 outliers beyond them not drawn");
});

test("a month that has not ended is paler, and the note says where it ends", async () => {
  const days = Array.from({ length: 100 }, (_, day) => BigInt(Date.UTC(2024, 0, 1) + day * 86_400_000));
  const chart = await plot([["day", new arrow.TimestampMillisecond(), days]], { x: "day", bins: 6 });
  expect(chart.note).toBe("100 rows: day by month; the last month ends on 2024-04-09");
  expect(marksOf(chart).map(({ isPartial }) => isPartial)).toEqual([undefined, undefined, undefined, true]);
});

test("facets are panels of one scale, with the ranges of the whole", async () => {
  const chart = await plot(columns, { x: "price", column: "city", row: "paid" });
  const whole = await plot(columns, { x: "price" });
  const marks = marksOf(chart);
  expect(new Set(marks.map(({ column }) => column)).size).toBe(groupBy(({ city }) => city).size);
  const drawn = new Map<unknown, number>();
  for (const { x, y } of marks) drawn.set(x, (drawn.get(x) ?? 0) + Number(y));
  expect(drawn).toEqual(new Map(marksOf(whole).map(({ x, y }) => [x, y])));
  for (const [key, of] of groupBy(
    ({ city, paid, price }) => `${city ?? "(null)"} ${paid} ${price === null}`,
  )) {
    if (key.endsWith("true")) continue;
    const inPanel = marks.filter(({ column, row }) => `${column} ${row} false` === key);
    expect(inPanel.reduce((sum, { y }) => sum + Number(y), 0)).toBe(of.length);
  }
  expect(chart.note).toContain("rows: price in ranges of");
  expect(await chart.svg()).toContain("</svg>");
  for (const kind of chartKinds) {
    const asked =
      kind === "histogram" ? { x: "price" } : { x: kind === "box" ? "city" : "units", y: "price" };
    const each = await plot(columns, { kind, ...asked, column: "paid" });
    expect(new Set(marksOf(each).map(({ column }) => column))).toEqual(new Set(["false", "true"]));
    expect(await each.svg()).toContain("</svg>");
  }
  expect(await refusal(() => plot(columns, { x: "price", column: "ordered" }))).toContain(
    "panels need a column of names",
  );
});

test("a scatter plot of few rows draws them all", async () => {
  const chart = await plot(columns, { x: "weight", y: "price", color: "city" });
  const drawn = rows.filter(({ weight, price }) => Number.isFinite(weight) && price !== null);
  expect(marksOf(chart)).toHaveLength(drawn.length);
  expect(new Set(marksOf(chart).map(({ color }) => color)).size).toBe(7);
  const noColor = await plot(columns, { x: "weight", y: "price" });
  expect(noColor.note).toBe(
    `${rows.length - drawn.length} rows without a finite value on both axes left out`,
  );
  expect(marksOf(noColor)).toEqual(
    expect.arrayContaining(drawn.map(({ weight, price }) => ({ x: weight, y: price }))),
  );
});

test("a last date is a whole day, which no range of days or weeks is short of", async () => {
  const days = Array.from({ length: 28 }, (_, day) => Date.UTC(2024, 0, 1 + day) / 86_400_000);
  const dated: Columns = [["day", new arrow.DateDay(), days]];
  const byDay = await plot(dated, { x: "day", kind: "bar" });
  expect(marksOf(byDay)).toHaveLength(28);
  const byWeek = await plot(dated, { x: "day", kind: "bar", bins: 8 });
  expect(byWeek.note).toContain("by week");
  for (const chart of [byDay, byWeek]) {
    expect(chart.note ?? "").not.toContain("ends on");
    expect(marksOf(chart).every(({ isPartial }) => isPartial === undefined)).toBe(true);
  }
});

test("days that all begin at midnight are whole, also as times", async () => {
  const times = Array.from({ length: 300 }, (_, row) => BigInt(Date.UTC(2024, 0, 1 + (row % 30))));
  const daily: Columns = [["day", new arrow.TimestampMillisecond(), times]];
  const byDay = await plot(daily, { x: "day", kind: "bar" });
  expect(byDay.note).toBe("300 rows: day by day");
  expect((await plot(daily, { x: "day", kind: "bar", bins: 7 })).note).toContain(
    "the last week ends on 2024-01-30",
  );
});

test("a part that a place lacks is zero in an area, and shares are told as such", async () => {
  const sparse: Columns = [
    ["x", new arrow.Int32(), [1, 1, 1, 1, 2, 3, 3]],
    ["part", new arrow.Utf8(), ["a", "a", "a", "b", "a", "a", "b"]],
  ];
  const area = await plot(sparse, { kind: "area", x: "x", color: "part" });
  expect(marksOf(area)).toHaveLength(6);
  expect(marksOf(area)).toContainEqual({ x: 2, y: 0, color: "b" });
  const shares = await plot(sparse, { kind: "area", x: "x", color: "part", stack: "normalize" });
  expect(shares.description).toContain("y: share of rows, from 0 % to 100 %");
  const bars = await plot(sparse, { kind: "bar", y: "part", color: "x", stack: "normalize" });
  expect(bars.description).toContain("x: share of rows, from 20 % to 60 %");
});

test("an axis of time says its year, and one of years has no commas", async () => {
  const axisTexts = async (chart: Chart) =>
    [...(await chart.svg()).matchAll(/>([^<]+)<\/(?:text|tspan)>/g)].map(([, text]) => text);
  const times = (count: number, step: number): Columns => [
    [
      "at",
      new arrow.TimestampMillisecond(),
      Array.from({ length: count }, (_, row) => BigInt(Date.UTC(2023, 2, 17) + row * step)),
    ],
    ["year", new arrow.Int32(), Array.from({ length: count }, (_, row) => 1990 + (row % 30))],
    ["count", new arrow.Int32(), Array.from({ length: count }, (_, row) => row * 1000)],
  ];
  const day = 86_400_000;
  expect(await axisTexts(await plot(times(500, day), { x: "at", kind: "histogram" }))).toContain("Jul 2023");
  expect(await axisTexts(await plot(times(10, day), { x: "at", y: "count", kind: "point" }))).toEqual(
    expect.arrayContaining(["2023", "Mar 19"]),
  );
  expect(await axisTexts(await plot(times(10, 3_600_000), { x: "at", y: "count", kind: "point" }))).toEqual(
    expect.arrayContaining(["2023", "02:00"]),
  );
  const years = await plot(times(60, day), { x: "year", y: "count", kind: "bar" });
  expect(await axisTexts(years)).toEqual(expect.arrayContaining(["1990", "60,000"]));
  expect(years.description).toContain("x: year, from 1990 to 2019");
});

test("a color is one value in all panels", async () => {
  const count = 1_200;
  const coded: Columns = [
    ["panel", new arrow.Utf8(), Array.from({ length: count }, (_, row) => `p${row % 3}`)],
    // Each panel has most of other codes.
    [
      "code",
      new arrow.Utf8(),
      Array.from({ length: count }, (_, row) => `c${(row % 3) * 6 + ((row * row) % 11)}`),
    ],
    ["x", new arrow.Float64(), Array.from({ length: count }, (_, row) => row % 20)],
  ];
  const whole = await plot(coded, { x: "x", color: "code", kind: "histogram" });
  const expected = new Set(marksOf(whole).map(({ color }) => color));
  for (const kind of ["histogram", "point"] as const) {
    const y = kind === "point" ? { y: "x" } : {};
    const panels = await plot(coded, { kind, x: "x", ...y, color: "code", column: "panel" });
    expect(new Set(marksOf(panels).map(({ color }) => color))).toEqual(expected);
    expect(panels.note).toContain("the 7 most frequent of");
  }
});

test("rows whose bar has no finite length are counted in the note", async () => {
  const open: Columns = [
    ["name", new arrow.Utf8(), ["a", "a", "b", "b", "c", "c"]],
    ["x", new arrow.Float64(), [1, Number.POSITIVE_INFINITY, 2, 3, null, null]],
  ];
  const chart = await plot(open, { x: "name", y: "x" });
  expect(marksOf(chart)).toEqual([{ x: "b", y: 5 }]);
  expect(chart.note).toBe("total x over 2 rows; 4 rows without a finite total x left out");
  expect((await plot(open, { x: "name", y: "x", column: "name" })).note ?? "").not.toContain("left out");
});

test("many names in a narrow panel do not cover each other", async () => {
  const names = Array.from({ length: 30 }, (_, row) => `name ${row}`);
  const many: Columns = [
    ["name", new arrow.Utf8(), [...names, ...names]],
    ["panel", new arrow.Utf8(), [...names.map(() => "a"), ...names.map(() => "b")]],
  ];
  // One that has no room is there, and not seen.
  const texts = async (options: PlotOptions) =>
    [...(await (await plot(many, options)).svg()).matchAll(/<text[^>]*>name \d+</g)].filter(
      ([text]) => !text.includes('opacity="0"'),
    ).length;
  expect(await texts({ kind: "heatmap", x: "panel", y: "name" })).toBe(30);
  expect(await texts({ kind: "heatmap", x: "panel", y: "name", row: "panel" })).toBeLessThan(30);
});

test("names of heat maps and points are in their own order", async () => {
  const named: Columns = [
    ["name", new arrow.Utf8(), ["b 10", "a", "b 9", "a", "b 10"]],
    ["x", new arrow.Float64(), [1, 2, 3, 4, 5]],
  ];
  for (const kind of ["heatmap", "point"] as const) {
    const { spec } = await plot(named, { kind, x: "x", y: "name" });
    expect(JSON.stringify(spec)).toContain('"sort":["a","b 9","b 10"]');
  }
});

test("many names become the highest thirty, many colors seven and the rest", async () => {
  const many: Columns = [
    ["name", new arrow.Utf8(), Array.from({ length: 3000 }, (_, row) => `n${Math.floor(Math.sqrt(row))}`)],
    ["color", new arrow.Utf8(), Array.from({ length: 3000 }, (_, row) => `c${row % 20}`)],
    ["one", new arrow.Int32(), Array.from({ length: 3000 }, () => 1)],
  ];
  const chart = await plot(many, { x: "name", y: "one", color: "color" });
  // Thirty names lie, so that each is read.
  expect(new Set(marksOf(chart).map(({ y }) => y)).size).toBe(30);
  expect(new Set(marksOf(chart).map(({ color }) => color)).size).toBe(8);
  expect(chart.note).toMatch(
    /the 30 highest of 55 values of name; the 7 most frequent of 20 values of color, the others as one$/,
  );
  // √row = 54 for rows 2916 to 2999 only; 53 has 107 rows.
  expect(
    marksOf(chart)
      .filter(({ y }) => y === "n53")
      .reduce((sum, { x }) => sum + Number(x), 0),
  ).toBe(107);
});

test("a line of means has its own ground, a bar of sums has zero; long names lie, sorted", async () => {
  const rows: Columns = [
    ["name", new arrow.Utf8(), Array.from({ length: 60 }, (_, row) => `a name of the number ${row % 3}`)],
    ["value", new arrow.Float64(), Array.from({ length: 60 }, (_, row) => 100 + (row % 3))],
    ["at", new arrow.Int32(), Array.from({ length: 60 }, (_, row) => row)],
  ];
  const encodingOf = (chart: Chart) => JSON.stringify(chart.spec);
  expect(encodingOf(await plot(rows, { x: "at", y: "value", kind: "line" }))).toContain(
    '"scale":{"zero":false}',
  );
  const bars = await plot(rows, { x: "name", y: "value" });
  expect(bars.description).toContain("total value by name");
  expect(marksOf(bars).map(({ y }) => y)).toEqual(
    [2, 1, 0].map((number) => `a name of the number ${number}`),
  );
  expect(encodingOf(bars)).not.toContain('"zero":false');
  const normalized = await plot(rows, { x: "at", color: "name", kind: "bar", stack: "normalize" });
  expect(encodingOf(normalized)).toContain('"stack":"normalize"');
});

test("logarithms, shares and trends are drawn where they mean something, and refused elsewhere", async () => {
  const rows: Columns = [
    ["x", new arrow.Float64(), Array.from({ length: 50 }, (_, row) => row - 4)],
    ["y", new arrow.Float64(), Array.from({ length: 50 }, (_, row) => 2 ** (row / 5))],
  ];
  const chart = await plot(rows, { x: "x", y: "y", log: "both", trend: "loess" });
  expect(chart.note).toBe(
    "the line is the local trend (LOESS) of these points, as the axes show them; 5 rows without a positive value on both axes left out",
  );
  expect((await chart.svg()).length).toBeGreaterThan(1000);
  for (const trend of ["linear", "loess"] as const) {
    // A straight line through these values would go below zero, where the axis has nothing.
    const svg = await (await plot(rows, { x: "x", y: "y", log: "y", trend })).svg();
    const ticks = [...svg.matchAll(/>([\d.,]+)<\/text>/g)].map(([, text = ""]) =>
      Number(text.replace(",", "")),
    );
    expect(ticks).toEqual(expect.arrayContaining([1, 10, 100]));
    expect(svg).not.toContain("NaN");
  }
  const two = await plot([["x", new arrow.Float64(), [1, 2]]], {
    x: "x",
    y: "x",
    trend: "linear",
    kind: "point",
  });
  expect(two.note).toBe("too few different values for a trend");
  for (const options of [
    { x: "x", log: "x" },
    { x: "x", y: "y", kind: "heatmap", log: "x" },
    { y: "y", kind: "box", log: "y" },
    { x: "x", y: "y", kind: "heatmap", stack: "normalize" },
    { y: "y", kind: "box", trend: "linear" },
    { x: "x", y: "y", stack: "normalize" },
    { x: "x", trend: "linear" },
  ] as const) {
    await expect(plot(rows, options)).rejects.toMatchObject({ code: "InvalidInput" });
  }
});

test("a value has one color in all charts, null and the rest are grey, and the legend is sorted", async () => {
  const colorsOf = (chart: Chart) => {
    const found = /"domain":(\[[^\]]*\]),"range":(\[[^\]]*\])/.exec(JSON.stringify(chart.spec));
    const [domain, range] = [found?.[1], found?.[2]].map((text) => JSON.parse(text ?? "[]") as string[]);
    return Object.fromEntries((domain ?? []).map((name, index) => [name, range?.[index]]));
  };
  const rows = (names: readonly (string | null)[]): Columns => [
    ["name", new arrow.Utf8(), names],
    ["x", new arrow.Float64(), names.map((_, row) => row)],
  ];
  const names = ["violet", "rose", null, "iris 10", "iris 9"];
  const first = colorsOf(await plot(rows(names), { x: "x", y: "x", color: "name", kind: "point" }));
  const second = colorsOf(
    await plot(rows(["iris 9", "rose"]), { x: "x", y: "x", color: "name", kind: "point" }),
  );
  expect(Object.keys(first)).toEqual(["iris 9", "iris 10", "rose", "violet", "(null)"]);
  expect(first["(null)"]).toBe("#636363");
  expect(new Set(Object.values(first)).size).toBe(5);
  expect(second).toEqual({ "iris 9": first["iris 9"], rose: first.rose });
  const many = [...names, ...Array.from({ length: 9 }, (_, row) => `name ${row}`), null, null];
  for (const kind of ["area", "point"] as const) {
    const greys = colorsOf(await plot(rows(many), { x: "x", y: "x", color: "name", kind }));
    const light = (name: string) => Number.parseInt(String(greys[name]).slice(1, 3), 16);
    expect(light("other values") - light("(null)")).toBeGreaterThan(50);
  }
});

test("5,000 instants are a line of ranges, with a note", async () => {
  const rows: Columns = [
    [
      "at",
      new arrow.Timestamp(arrow.TimeUnit.MILLISECOND, "UTC"),
      Array.from({ length: 5_000 }, (_, row) => Date.UTC(2024, 0, 1) + row * 7_200_000),
    ],
    ["value", new arrow.Float64(), Array.from({ length: 5_000 }, (_, row) => row % 9)],
  ];
  const chart = await plot(rows, { x: "at", y: "value" });
  expect(marksOf(chart).length).toBeLessThanOrEqual(300);
  expect(chart.note).toBe(
    "mean value over 5,000 rows: at (UTC) by week; the band reaches from the lowest to the highest value",
  );
  for (const mark of marksOf(chart)) {
    expect(Number(mark.low)).toBeLessThanOrEqual(Number(mark.y));
    expect(Number(mark.high)).toBeGreaterThanOrEqual(Number(mark.y));
  }
  expect(chart.description).toContain("Line chart: mean value by week");
});

test("no specification holds more than 5,000 points, and every kind compiles", async () => {
  const count = sizes.plottedRows;
  const big: Columns = [
    [
      "n",
      new arrow.Float64(),
      Float64Array.from({ length: count }, (_, row) => (row * 7919) % 100_003) as never,
    ],
    ["m", new arrow.Float64(), Float64Array.from({ length: count }, (_, row) => Math.sqrt(row)) as never],
    ["name", new arrow.Utf8(), Array.from({ length: count }, (_, row) => `n${row % 97}`)],
  ];
  for (const kind of chartKinds) {
    const y = kind === "histogram" ? {} : { y: "m" };
    const color = kind === "box" ? {} : { color: "name" };
    const x = kind === "box" ? "name" : "n";
    const chart = await plot(big, { kind, x, ...y, ...(kind === "heatmap" ? {} : color) });
    expect(marksOf(chart).length).toBeGreaterThan(5);
    expect(marksOf(chart).length).toBeLessThanOrEqual(5000);
    expect(chart.note).toBeDefined();
    expect(await chart.svg()).toContain("</svg>");
  }
  const points = await plot(big, { kind: "point", x: "n", y: "m" });
  expect(points.note).toMatch(/^5,000 of [\d,]+ rows, an even sample$/);
});

test("whatever columns and values are called, a chart is drawn and nothing but a name is shown", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(
        hostileText.filter((text) => text !== "" && text.isWellFormed()),
        { minLength: 3, maxLength: 3 },
      ),
      fc.array(
        hostileText.filter((text) => text.isWellFormed()),
        { minLength: 1, maxLength: 6 },
      ),
      fc.array(fc.double(), { minLength: 1, maxLength: 6 }),
      async (names, texts, numbers) => {
        const [name = "", number = "", color = ""] = names;
        const length = Math.max(texts.length, numbers.length);
        const chart = await plot(
          [
            [name, new arrow.Utf8(), Array.from({ length }, (_, row) => texts[row] ?? null)],
            [number, new arrow.Float64(), Array.from({ length }, (_, row) => numbers[row] ?? null)],
            [color, new arrow.Utf8(), Array.from({ length }, (_, row) => texts[length - row] ?? null)],
          ],
          { x: name, y: number, color },
        );
        expect(JSON.parse(JSON.stringify(chart.spec))).toEqual(chart.spec);
        const svg = await chart.svg();
        expect(svg).not.toMatch(/<(?:script|img|b|foreignObject)\b|\son\w+="/i);
      },
    ),
    { numRuns: Math.ceil(sizes.generatedCases / 10) },
  );
});

/** Types of all kinds, those among them that no axis has a place for. */
const anySamples = [
  ...columnSamples,
  ...nestedSamples,
  ...[new arrow.DurationMicrosecond(), new arrow.TimeMillisecond(), new arrow.TimeNanosecond()].map(
    (type) => ({
      type,
      cell: fc.option(fc.bigInt({ min: 0n, max: 86_399_999n })),
    }),
  ),
  { type: new arrow.Null(), cell: fc.constant(null) },
  { type: new arrow.FixedSizeBinary(2), cell: fc.option(fc.uint8Array({ minLength: 2, maxLength: 2 })) },
];
const sampledColumn = fc
  .constantFrom(...anySamples)
  .chain(({ type, cell }) =>
    fc.array(cell, { minLength: 8, maxLength: 8 }).map((cells) => ({ type, cells })),
  );
const askedChart = fc.record(
  {
    x: fc.constantFrom("a", "b", "c"),
    y: fc.constantFrom("a", "b", "c"),
    color: fc.constantFrom("a", "b", "c"),
    column: fc.constant("c"),
    kind: fc.constantFrom(...chartKinds),
    aggregate: fc.constantFrom("count", "sum", "mean", "min", "max"),
    stack: fc.constant("normalize"),
    log: fc.constantFrom("x", "y", "both"),
    trend: fc.constantFrom("linear", "loess"),
    bins: fc.integer({ min: 1, max: 30 }),
  },
  { requiredKeys: ["x"] },
);
/** Each option but y is left out mostly: few go together. */
const fewOptions = fc
  .tuple(
    askedChart,
    fc.subarray(["color", "column", "kind", "aggregate", "stack", "log", "trend", "bins"], { maxLength: 2 }),
  )
  .map(([{ x, y, ...rest }, kept]) => ({
    x,
    ...(y === undefined ? {} : { y }),
    ...Object.fromEntries(Object.entries(rest).filter(([name]) => kept.includes(name))),
  })) as fc.Arbitrary<PlotOptions>;

test("columns of any types make a chart, or one clear sentence", async () => {
  let drawn = 0;
  await fc.assert(
    fc.asyncProperty(sampledColumn, sampledColumn, sampledColumn, fewOptions, async (a, b, c, options) => {
      const columns: Columns = [a, b, c].map(({ type, cells }, index) => ["abc"[index] ?? "", type, cells]);
      const chart = await plot(columns, options).catch((error: unknown) => error);
      if (isError(chart)) {
        expect(`${chart.code}: ${chart.message}`).toMatch(
          /^(?:InvalidInput|Unsupported): Cannot plot[^\n]{10,240}[^.]$/,
        );
        return;
      }
      if (!(chart instanceof Chart)) throw chart;
      drawn += 1;
      expect(chart.description).not.toMatch(/undefined|\[object/);
      expect(chart.note ?? "").not.toMatch(/undefined|\[object/);
      const svg = await chart.svg();
      const broken =
        /(?:values from [^"]*|(?:transform|d|[xy]2?|width|height)="[^"]*)\b(?:NaN|undefined|Infinity)\b/;
      expect(broken.exec(svg)?.[0]).toBeUndefined();
      expect(svg).toContain("</svg>");
    }),
    { numRuns: Math.ceil(sizes.generatedCases / 4) },
  );
  expect(drawn).toBeGreaterThan(10);
});

test("a frame without rows has an empty chart", async () => {
  const empty: Columns = columns.map(([name, type]) => [name, type, []]);
  for (const options of [
    { x: "city" },
    { x: "price" },
    { x: "ordered", y: "price" },
    { x: "weight", y: "price" },
  ]) {
    const chart = await plot(empty, options);
    expect(marksOf(chart)).toEqual([]);
    expect(chart.description).toContain("no values");
  }
});

test.each<[PlotOptions, RegExp]>([
  [{}, /name a column/],
  [
    { x: "prize" },
    /^TableColumnNotFound: Cannot plot test.rows: no column named prize; did you mean price\?/,
  ],
  [{ x: "city", y: "price", kind: "pie" as never }, /kind is "pie"; pass "bar", "line", /],
  [{ x: "city", y: "paid", kind: "bar" }, /there is no sum of paid, which holds no numbers/],
  [{ x: "city", kind: "histogram" }, /a histogram shows numbers or times; take \{ kind: "bar" \} for city/],
  [{ x: "price", y: "units", kind: "histogram" }, /leave y out/],
  [{ x: "price", kind: "point" }, /needs columns for x and for y/],
  [{ x: "city", aggregate: "sum" }, /the sum needs a column of numbers/],
  [{ x: "price", bins: 0 }, /bins is 0; pass 1 or more$/],
])("%o is refused in words", async (options, message) => {
  expect(await refusal(() => plot(columns, options))).toMatch(message);
});

test("the axis of a few whole numbers names no others", async () => {
  const numbers: ReadonlyMap<string, readonly number[]> = new Map([
    ["whole", [2, 3, 4]],
    ["one", [7]],
    ["negative", [-1, 0]],
  ]);
  for (const [name, values] of numbers) {
    const chart = await plot([[name, new arrow.Int32(), [...values]]], { x: name, kind: "histogram" });
    const labels = [...(await chart.svg()).matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);
    const shown = labels
      .filter((text) => /^[−-]?[\d.]+$/.test(text ?? ""))
      .map((text) => Number(text?.replace("−", "-")));
    expect(shown).toEqual(expect.arrayContaining([...values]));
    expect(shown.every(Number.isInteger), `${name}: ${shown}`).toBe(true);
  }
});

test("bars over years are seen, also where one of them is far away", async () => {
  const far = [2024, 2024, 2025, 2026, 9999];
  const centuries = [1850, 1887, 1924, 1961, 2257];
  for (const years of [far, centuries]) {
    const times = years.map((year) => BigInt(Date.UTC(year, 5, 1)));
    const chart = await plot([["when", new arrow.TimestampMillisecond(), times]], { x: "when" });
    const { width, height, opacityAt } = readPicture((await chart.png()) as Uint8Array);
    const tallest = Array.from({ length: width }, (_, x) => {
      let [run, longest] = [0, 0];
      for (let y = 0; y < height; y++) {
        run = opacityAt(x, y) > 200 ? run + 1 : 0;
        longest = Math.max(longest, run);
      }
      return longest;
    });
    expect(tallest.filter((run) => run > 140).length).toBeGreaterThan(0);
  }
});

test.each([
  [
    "plain objects",
    [
      { a: 1, b: 2 },
      { a: 2, c: 3 },
    ],
    "the rows",
  ],
  [
    "an Arrow table",
    new arrow.Table({ a: arrow.vectorFromArray([1]), b: arrow.vectorFromArray([2]) }),
    "the table",
  ],
])("a specification over %s with a column that is not there is refused", async (_, data, source) => {
  const spec = (field: string) => ({ mark: "bar" as const, encoding: { x: { field: "a" }, y: { field } } });
  expect(await refusal(() => plotRows(spec("aa"), data))).toBe(
    `TableColumnNotFound: Cannot plot ${source}: no column named aa; did you mean a?`,
  );
  expect(await refusal(() => plotRows(spec("nope"), data))).toMatch(
    /: no column named nope; the columns are a, b/,
  );
  await plotRows(spec("b"), data);
  await plotRows(spec("nope"), []);
  await plotRows({ ...spec("made"), transform: [{ calculate: "datum.a", as: "made" }] }, data);
});
