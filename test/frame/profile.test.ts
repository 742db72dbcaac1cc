/** What a profile says of each column, exactly for few rows and about right for many. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { arrow, type DataType } from "../../src/arrow.ts";
import { displaySymbol } from "../../src/display/mime.ts";
import { col, fromRows } from "../../src/index.ts";
import { sizes } from "../sizes.ts";
import { buildTable, columnSamples, nestedSamples } from "./sample-table.ts";

test("of few rows everything is exact", async () => {
  const frame = fromRows({
    city: ["Rome", "Oslo", "Rome", null],
    price: [1.5, 2.25, 4, 10],
    id: [1n, 2n, 3n, 2n ** 62n],
    vector: [new Float32Array([1, 2]), null, null, null],
  });
  const profile = await frame.profile();
  expect([profile.rows, profile.isSampled]).toEqual([4, false]);
  const [city, price, id, vector] = profile.columns;
  expect(city).toMatchObject({
    column: "city",
    type: "string",
    nulls: 1,
    distinct: 2,
    min: "Oslo",
    max: "Rome",
    median: null,
    mean: null,
    histogram: { counts: [2, 1], from: "Rome", to: "Oslo" },
  });
  expect(city?.frequent).toEqual([{ value: "Rome", share: 2 / 3 }]);
  expect(price).toMatchObject({
    min: "1.5",
    first: "2.0625",
    median: "3.125",
    third: "5.5",
    max: "10",
    mean: 4.4375,
  });
  expect(id).toMatchObject({ max: String(2n ** 62n), distinct: 4 });
  expect(vector).toMatchObject({ nulls: 3, distinct: null, min: null, histogram: null });
  const bundle = await profile[displaySymbol]();
  expect(bundle["text/plain"]).toContain("4 rows × 4 columns");
  expect(bundle["text/plain"]).toMatch(
    /distribution.*nulls.*distinct.*most frequent[\s\S]*min.*max.*mean[\s\S]*25 %.*median.*75 %/,
  );
  expect(bundle["text/plain"]).not.toContain("≈");
  expect(bundle["text/html"]).toContain('<img src="data:image/svg+xml;base64,');
  expect(bundle["text/html"]).not.toContain("<svg");
});

test("zero is one value, of either sign", async () => {
  const [column] = (await fromRows({ a: [0, -0, 0, -0, 0.5] }).profile()).columns;
  expect(column).toMatchObject({ distinct: 2, frequent: [{ value: "0", share: 0.8 }] });
});

test("lengths of time and times of day have quartiles and a distribution, as moments have", async () => {
  const ticks = BigInt64Array.of(0n, 60_000n, 120_000n, 240_000n, 3_600_000n);
  const of = (type: DataType) =>
    new arrow.Vector([new arrow.Data(type, 0, ticks.length, 0, [undefined, ticks] as never) as never]);
  const table = new arrow.Table({
    wait: of(new arrow.DurationMillisecond()),
    clock: of(new arrow.TimeMicrosecond()),
    at: of(new arrow.TimestampMillisecond()),
  });
  const [wait, clock, at] = (await fromRows(table).profile()).columns;
  expect(wait).toMatchObject({ distinct: 5, first: "00:01:00", median: "00:02:00", third: "00:04:00" });
  expect(clock).toMatchObject({ distinct: 5, min: "00:00:00", first: "00:00:00.060" });
  for (const column of [wait, clock]) expect(column?.histogram?.counts).toEqual(at?.histogram?.counts);
});

test("quartiles of whole numbers beyond 2^53 keep their digits", async () => {
  const id = Array.from({ length: 100 }, (_, at) => 2n ** 63n - 1n - BigInt(at));
  const [column] = (await fromRows({ id }).profile()).columns;
  expect(column).toMatchObject({ min: "9223372036854775708", max: "9223372036854775807" });
  for (const name of ["first", "median", "third"] as const) {
    const quartile = BigInt(column?.[name] ?? 0);
    expect(quartile >= 2n ** 63n - 100n && quartile < 2n ** 63n).toBe(true);
  }
});

const spreads: readonly (readonly [what: string, distinct: number, ranges: number, isEven: boolean])[] = [
  ["few", 5, 5, true],
  ["as many as ranges", 16, 16, true],
  ["twenty", 20, 10, true],
  ["twenty-one", 21, 7, true],
  ["a month", 31, 16, false],
  ["a hundred", 100, 10, true],
];
test.each(spreads)(
  "equally frequent days and whole numbers, %s, have ranges of one width",
  async (_, distinct, ranges, isEven) => {
    const at = Array.from({ length: distinct * 3 }, (_, row) => row % distinct);
    const days = at.map((place) => new Date((19_000 + place) * 86_400_000));
    const table = new arrow.Table({
      day: arrow.vectorFromArray(days, new arrow.DateDay()),
      time: arrow.vectorFromArray(days, new arrow.DateMillisecond()),
      id: arrow.vectorFromArray(at, new arrow.Int32()),
    });
    for (const { column, histogram } of (await fromRows(table).profile()).columns) {
      const counts = histogram?.counts ?? [];
      expect([column, counts.length]).toEqual([column, ranges]);
      expect(new Set(isEven ? counts : counts.slice(0, -1)).size).toBe(1);
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(at.length);
    }
  },
);

const quarters: readonly (readonly [
  cells: readonly string[],
  first: string,
  median: string,
  third: string,
])[] = [
  [["1.00", "2.00"], "1.25", "1.5", "1.75"],
  [
    ["-123456789012345678901.234567", "98.000001"],
    "-92592591759259259151.425925",
    "-61728394506172839401.617283",
    "-30864197253086419651.808641",
  ],
  [["5.10", "5.10", "5.10"], "5.10", "5.10", "5.10"],
  [["-1.00", "1.00"], "-0.5", "0", "0.5"],
];
test.each(quarters)(
  "quartiles of the decimals %j have their digits and no others",
  async (cells, ...expected) => {
    const [column] = (
      await fromRows({ d: cells })
        .select(
          col("d")
            .cast(`decimal(30, ${cells[0]?.split(".")[1]?.length})`)
            .as("d"),
        )
        .profile()
    ).columns;
    expect([column?.first, column?.median, column?.third]).toEqual(expected);
  },
);

test("numbers whose difference is beyond all numbers are spread over the whole distribution", async () => {
  const { columns } = await fromRows({ x: [-1.7e308, -1e301, 1e301, 1.7e308] }).profile();
  const counts = columns[0]?.histogram?.counts ?? [];
  expect([counts.length, counts[0], counts[7], counts[8], counts[15]]).toEqual([16, 1, 1, 1, 1]);
});

test("quartiles are those that quantile() computes", async () => {
  const finite = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 });
  const columns = { double: finite, int: fc.integer(), long: fc.bigInt({ min: -1000n, max: 1000n }) };
  await fc.assert(
    fc.asyncProperty(fc.array(fc.record(columns), { minLength: 1, maxLength: 12 }), async (rows) => {
      const frame = fromRows(rows);
      const { columns: profiles } = await frame.profile();
      for (const { column, first, median, third } of profiles) {
        const parts = [0.25, 0.5, 0.75].map((part) => col(column).quantile(part).as(`at ${part}`));
        const quantiles = Object.values((await frame.agg(...parts).first()) ?? {}).map(Number);
        for (const [index, found] of [first, median, third].entries())
          expect(Number(found)).toBeCloseTo(quantiles[index] ?? Number.NaN, 5);
      }
    }),
    { numRuns: Math.ceil(sizes.generatedCases / 10) },
  );
});

test("of many rows counts and ends are exact, the rest is about right and marked", async () => {
  const rows = 200_000;
  const table = new arrow.Table({
    id: arrow.makeVector(Int32Array.from({ length: rows }, (_, row) => row)),
    kind: arrow.makeVector(Int32Array.from({ length: rows }, (_, row) => row % 7)),
    name: arrow.vectorFromArray(
      Array.from({ length: rows }, (_, row) => `name ${row % 50_000}`),
      new arrow.Utf8(),
    ),
  });
  const profile = await fromRows(table).profile();
  expect(profile.isSampled).toBe(true);
  expect(profile.sampledRows).toBeGreaterThanOrEqual(10_000);
  const [id, kind, name] = profile.columns;
  expect(id).toMatchObject({ min: "0", max: "199999", nulls: 0, mean: 99_999.5 });
  const isNear = (value: number | null | undefined, expected: number) =>
    expect(Math.abs((value ?? 0) / expected - 1)).toBeLessThan(0.06);
  isNear(id?.distinct, rows);
  isNear(Number(id?.median), rows / 2);
  isNear(name?.distinct, 50_000);
  expect(kind?.distinct).toBe(7);
  expect(id?.histogram?.counts).toHaveLength(16);
  expect(String(profile)).toContain("≈ of");
});

test("columns of every type have a profile", async () => {
  const samples = [...columnSamples, ...nestedSamples];
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(...samples.map(({ cell }) => fc.array(cell, { minLength: 5, maxLength: 5 }))),
      async (cells) => {
        const table = buildTable(
          samples.map(({ type }, index) => ({ name: `c${index}`, type, cells: cells[index] ?? [] })),
        );
        const { columns } = await fromRows(table).profile();
        expect(columns.map(({ nulls }) => nulls)).toEqual(
          cells.map((column) => column.filter((cell) => cell === null).length),
        );
        for (const { nulls, distinct } of columns) expect(distinct ?? 0).toBeLessThanOrEqual(5 - nulls);
      },
    ),
    { numRuns: Math.ceil(sizes.generatedCases / 30) },
  );
});

test("a frame without rows, and one without columns to look into", async () => {
  const frame = fromRows({ a: [1], b: ["x"] });
  const { rows, columns } = await frame.limit(0).profile();
  expect([rows, columns.map(({ distinct, max }) => [distinct, max])]).toEqual([
    0,
    [
      [0, null],
      [0, null],
    ],
  ]);
  const bytes = await fromRows({ b: [new Uint8Array([1])] }).profile();
  expect(bytes.columns).toMatchObject([{ type: "binary", nulls: 0, distinct: null }]);
});

test("few whole numbers have a bar each, and floats of one column as many digits as each other", async () => {
  const profile = await fromRows({
    quantity: Array.from({ length: 18 }, (_, row) => (row % 9) + 1),
    amount: Array.from({ length: 18 }, (_, row) => (row === 0 ? 1.1 : 2_509_043.76)),
  }).profile();
  expect(profile.columns[0]?.histogram).toEqual({ counts: new Array(9).fill(2), from: "1", to: "9" });
  const text = String(profile);
  expect(text).toMatch(/1\.1 .*2509043\.8/);
  expect(profile.columns[1]?.max).toBe("2509043.76");
});

test("the small histogram tells numbers of any size apart, and counts each in its range", async () => {
  const whole = fc.tuple(
    fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }),
    fc.integer({ min: 1, max: 2_000 }),
  );
  const types = [new arrow.Int64(), new arrow.Decimal(3, 38, 128), new arrow.TimestampNanosecond()];
  await fc.assert(
    fc.asyncProperty(whole, fc.constantFrom(...types), async ([base, count], type) => {
      const cells = Array.from({ length: count }, (_, at) => base + BigInt(at));
      const [column] = (await fromRows(buildTable([{ name: "n", type, cells }] as never)).profile()).columns;
      const counts = column?.histogram?.counts ?? [];
      expect(counts.reduce((sum, own) => sum + own, 0)).toBe(count);
      expect(column?.histogram).toMatchObject({ from: column?.min, to: column?.max });
      // Consecutive numbers fill their ranges evenly; the last may hold fewer.
      const full = counts.slice(0, -1);
      if (full.length > 0) expect(Math.max(...full) - Math.min(...full)).toBeLessThanOrEqual(1);
    }),
    { numRuns: 30 },
  );
});
