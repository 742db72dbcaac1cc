/** The summary of a frame's columns, by every engine, worked out by hand. */
import { afterAll, beforeAll, expect, expectTypeOf, test } from "vitest";
import { arrow, type DataType } from "../../../src/arrow.ts";
import { formatForDisplay } from "../../../src/display/mime.ts";
import { Frame } from "../../../src/frame/frame.ts";
import { type ColumnSummary, col, fromRows } from "../../../src/index.ts";
import { sampleColumns, tableOf } from "../../display/sample-columns.ts";
import { refusal } from "../../refusal.ts";
import { type LanceFolder, openLanceFolder } from "../lance-folder.ts";
import { buildTable } from "../sample-table.ts";

/** Types with which no engine computes. */
const lacking = ["decimal256", "decimal_negative_scale", "interval_months", "interval_day_time"];

let folder: LanceFolder;

beforeAll(async () => {
  folder = await openLanceFolder(2);
});
afterAll(() => folder.remove());

const column = (name: string, type: DataType, ...cells: readonly unknown[]) => ({ name, type, cells });
const micros = 1_709_249_415_500_001n;
const plain = buildTable([
  column("id", new arrow.Int64(), 1n, 2n ** 60n, null, 4n),
  column('a "b"', new arrow.Float64(), 1, 2, 6, null),
  column("nan", new arrow.Float64(), 1, Number.NaN, -3, 2),
  column("none", new arrow.Float64(), null, null, null, null),
  column("text", new arrow.Utf8(), "b", "é", null, "b"),
  column("time", new arrow.TimestampMicrosecond(), micros, null, micros + 1n, micros),
  column("day", new arrow.DateDay(), 0, 19_782, 19_782, null),
  column("yes", new arrow.Bool(), true, false, null, null),
]);

const summary = {
  id: { type: "int64", count: 3n, nulls: 1n, distinct: 3n, min: "1", max: String(2n ** 60n) },
  'a "b"': { count: 3n, nulls: 1n, distinct: 3n, min: "1", max: "6", mean: 3, stddev: Math.sqrt(7) },
  nan: { count: 4n, nulls: 0n, distinct: 4n, min: "-3", max: "NaN", mean: Number.NaN, stddev: Number.NaN },
  none: { count: 0n, nulls: 4n, distinct: 0n, min: null, max: null, mean: null, stddev: null },
  text: { count: 3n, nulls: 1n, distinct: 2n, min: "b", max: "é", mean: null, stddev: null },
  time: { count: 3n, distinct: 2n, min: "2024-02-29 23:30:15.500001", max: "2024-02-29 23:30:15.500002" },
  day: { type: "date32[day]", count: 3n, nulls: 1n, distinct: 2n, min: "1970-01-01", max: "2024-02-29" },
  yes: { count: 2n, nulls: 2n, distinct: 2n, min: null, max: null, mean: null },
};

test.each(["aggregate", "duckdb"] as const)("every kind of column, by the engine %s", async (engine) => {
  const frame = await Frame.of(plain, "plain").summarize({ engine, distinct: true });
  const rows = await frame.toObjects();
  expect(rows.map((row) => row.column)).toEqual(Object.keys(summary));
  for (const row of rows) expect(row).toMatchObject(summary[row.column as keyof typeof summary]);
  expectTypeOf(rows).toEqualTypeOf<ColumnSummary[]>();
});

test("one scan of a table gives it all, after the frame's filters", async () => {
  const source = await folder.create("summarized", plain);
  const frame = await folder.read("summarized").where("id < 10").summarize();
  expect(source.scans).toHaveLength(1);
  const rows = await frame.select("column", "count", "max").head(3).toObjects();
  expect(rows).toEqual([
    { column: "id", count: 2n, max: "4" },
    { column: 'a "b"', count: 1n, max: "1" },
    { column: "nan", count: 2n, max: "2" },
  ]);
  const { fields } = await frame.schema();
  expect(fields.map(({ name }) => name)).not.toContain("distinct");
});

test("times stand in the zone of their column, and every column is shown, without a word of laziness", async () => {
  const zoned = buildTable([
    column("at", new arrow.TimestampMillisecond("Asia/Shanghai"), 0, 1_700_000_000_000),
    ...Array.from({ length: 40 }, (_, number) => column(`c${number}`, new arrow.Int32(), 1, 2)),
  ]);
  const frame = await Frame.of(zoned, "zoned").summarize();
  expect(await frame.first()).toMatchObject({
    min: "1970-01-01 08:00:00+08:00",
    max: "2023-11-15 06:13:20+08:00",
  });
  const shown = [String((await formatForDisplay(frame))["text/plain"]), String(await frame.show())];
  for (const text of shown) {
    expect(text).toContain("summary of zoned");
    expect(text).toContain("│ c39 ");
    expect(text).not.toMatch(/lazy|more row/);
  }
});

test("rows without a name are called rows, and text keeps the ends of columns with long values", async () => {
  const rows = ["first", "last"].map((which, n) => ({
    discount_percentage: n / 2,
    ordered_at: new Date(Date.UTC(2024, 0, 1 + n)),
    remark: `the ${which} of some long remarks`,
  }));
  const text = String((await formatForDisplay(await fromRows(rows).summarize()))["text/plain"]);
  expect(text).toMatch(/^summary of rows\n/);
  expect(text).not.toContain("more");
  expect(text).toMatch(/│ discount_percen… │ double +│ +2 │ +0 │ 0\.0 +│ 0\.5 +│/);
  expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(120);
  const total = fromRows(rows).agg(col("discount_percentage").sum().as("sum"));
  expect(String((await formatForDisplay(total))["text/plain"])).toMatch(/^totals of rows\n/);
});

test("means of columns that have nothing in common have their own digits", async () => {
  const rows = [0.000001, 2e-6, 3e-6].map((tiny, at) => ({ tiny, price: 499.5 + at, huge: 1e14 + at }));
  const frame = await Frame.of(
    buildTable([
      column("tiny", new arrow.Float64(), ...rows.map(({ tiny }) => tiny)),
      column("price", new arrow.Float64(), ...rows.map(({ price }) => price)),
      column("huge", new arrow.Float64(), ...rows.map(({ huge }) => huge)),
    ]),
    "mixed",
  ).summarize();
  for (const text of [String((await formatForDisplay(frame))["text/plain"]), String(await frame.show())]) {
    expect(text).toContain("500.5");
    expect(text).toContain("100000000000001");
    expect(text).not.toMatch(/e[+]/);
  }
});

test("no rows, lists, and a column that is not there", async () => {
  const empty = await Frame.of(plain, "plain").where(col("id").lt(0)).summarize();
  expect(await empty.select("count", "nulls", "min").distinct().toObjects()).toEqual([
    { count: 0n, nulls: 0n, min: null },
  ]);
  const list = new arrow.List(new arrow.Field("item", new arrow.Int32(), true));
  const lists = Frame.of(new arrow.Table({ list: arrow.vectorFromArray([[1], null, []], list) }), "lists");
  const found = await (await lists.summarize({ distinct: true })).toObjects();
  expect(found).toMatchObject([{ type: "list<int32>", count: 2n, nulls: 1n, distinct: null, min: null }]);
  expect(await refusal(() => lists.select("gone").summarize())).toMatch(/^TableColumnNotFound/);
});

test("a tiny end of floats does not make the other one scientific", async () => {
  const rows = buildTable([column("share", new arrow.Float64(), 6.197591e-6, 0.9997921)]);
  const text = String(await (await Frame.of(rows, "shares").summarize()).show());
  expect(text).toContain("6.19759e-6");
  expect(text).toContain("0.999792");
});

test("the ends of floats are shown with the digits that suit both, and are exact as data", async () => {
  const cells = [0.011231294, 19.98213, null];
  const frame = await Frame.of(buildTable([column("kg", new arrow.Float64(), ...cells)]), "w").summarize();
  expect(await frame.toObjects()).toMatchObject([{ min: "0.011231294", max: "19.98213" }]);
  const { "text/html": html } = await formatForDisplay(await frame.show());
  expect(html).toMatch(/title="0\.011231294"[^>]*>0\.0112</);
  expect(html).toMatch(/>19\.9821</);
});

test.each(sampleColumns.map((sample) => [sample.name, sample] as const))(
  "a column of %s keeps no other column from its summary and its profile",
  async (name, sample) => {
    if (name === "timestamp_ns") return; // Its zone is refused when the frame is made.
    const table = tableOf([{ ...sample, name: "x" }]);
    const { type, length } = sample.data;
    const valid = Array.from(
      { length },
      (_, row) => !arrow.DataType.isNull(type) && sample.data.getValid(row),
    );
    const expected = valid.filter((isValid) => !isValid).length;
    const frame = Frame.of(table, "sample");
    const [found] = await (await frame.summarize({ distinct: true })).toObjects();
    expect(found?.nulls).toBe(BigInt(expected));
    const [column] = (await frame.profile()).columns;
    expect(column?.nulls).toBe(expected);
    if (lacking.includes(name)) {
      expect(found).toMatchObject({ min: null, max: null, mean: null, stddev: null, distinct: null });
      expect(column).toMatchObject({ min: null, max: null, mean: null, distinct: null });
    }
  },
);
