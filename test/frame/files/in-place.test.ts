/** Plans whose statement reads a file itself: they give the rows that the same plan gives of a table in memory. */
import { execFileSync } from "node:child_process";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { arrow, type Table } from "../../../src/arrow.ts";
import { typeName } from "../../../src/display/arrow/type-name.ts";
import { openFile } from "../../../src/frame/files/open-file.ts";
import { parseReadOptions } from "../../../src/frame/files/read-options.ts";
import { Frame } from "../../../src/frame/frame.ts";
import { describePlan } from "../../../src/frame/plan/describe-plan.ts";
import type { RowSource } from "../../../src/frame/source.ts";
import { type Chart, col, count, fromRows, readFile } from "../../../src/index.ts";
import { withoutDictionaries } from "../../../src/table/columns/change-children.ts";
import { refusal } from "../../refusal.ts";
import { sizes } from "../../sizes.ts";
import { comparable, runPlainly } from "../comparable-rows.ts";
import { drawFrame, drawFrom, pick } from "../draw-frame.ts";
import { columnName, drawTable } from "../draw-table.ts";
import { columnSamples } from "../sample-table.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "in-place-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** A file that is read in place however small it is. */
async function inPlace(path: string, types: Readonly<Record<string, string>>): Promise<RowSource> {
  const { mtimeMs, size } = await stat(path);
  const isCsv = path.endsWith(".csv");
  const options = parseReadOptions(path, isCsv ? { types, delimiter: "," } : {}, "read");
  return {
    name: path,
    resolve: async (signal) =>
      openFile({ name: path, path, stamp: `${mtimeMs}`, bytes: size }, options, undefined, signal),
  };
}

const { DataType: Types } = arrow;
const samples = columnSamples.filter(
  ({ type }) => !Types.isBinary(type) && !(Types.isTimestamp(type) && type.unit === 3 && type.timezone),
);

test("a plan over a file gives the rows of the plain engine", async () => {
  let files = 0;
  let read = 0;
  await fc.assert(
    fc.asyncProperty(fc.gen(), async (draw) => {
      const ending = pick(draw, [".parquet", ".parquet", ".csv"]);
      const names = drawFrom(
        draw,
        fc.uniqueArray(
          columnName.filter((name) => !name.includes("\0")),
          { minLength: 1, maxLength: 4, selector: (name) => name.toLowerCase() },
        ),
      );
      const columns = names.map((name) => ({ name, ...pick(draw, samples) }));
      const table: Table = drawTable(draw, columns, draw(fc.integer, { min: 1, max: 30 }));
      const path = join(folder, `${files++}${ending}`);
      const whole = Frame.of(table, "rows");
      await (ending === ".csv" ? whole.toCsv(path) : whole.toParquet(path));
      const first = { frame: whole, columns, isOrdered: true };
      const { frame, isOrdered } = drawFrame(draw, first, [first], 5);
      const expected = await runPlainly(frame);
      if (expected === undefined) return;
      const types = Object.fromEntries(
        columns.map(({ name, type }) => [name, typeName(withoutDictionaries(type))]),
      );
      const source = await inPlace(path, types);
      const filed = new Frame({ ...frame.context, rows: new Map([["rows", source]]) }, frame.plan);
      const told = `${ending}: ${describePlan(frame.plan)}`;
      expect(comparable(await filed.toObjects(), isOrdered), told).toEqual(comparable(expected, isOrdered));
      if (String(await filed.explain()).includes("reads itself")) read += 1;
    }),
    { numRuns: Math.ceil(sizes.generatedPlans / 2), endOnFailure: true },
  );
  expect(read).toBeGreaterThan(sizes.generatedPlans / 20);
}, 600_000);

/** The statistics that pyarrow writes leave out NaN. */
const nanFile = `
import sys, pyarrow as pa, pyarrow.parquet as parquet
values = [1.0, 2.0, float("nan"), 3.0] * 10
ends = [None, -0.0, float("nan"), float("inf"), 5.0, float("-inf"), 1e301, 7.0] * 5
only = [float("nan"), None] * 20
far = [1e6 + 3 * n for n in range(39)] + [float("nan")]
table = pa.table({"x": values, "f": pa.array(values, pa.float32()), "ends": ends, "only": only, "n": range(40), "far": far})
parquet.write_table(table, sys.argv[1], row_group_size=8)
`;

test("NaN is above all numbers, whatever the statistics of the file say", async () => {
  const path = join(folder, "nan.parquet");
  execFileSync(inject("testPython"), ["-c", nanFile, path]);
  const frame = Frame.of(await inPlace(path, {}), "nan");
  for (const name of ["x", "f"]) {
    const x = col(name);
    const kept = (frames: Frame) => frames.agg(count().as("n")).toObjects();
    expect(await frame.agg(x.max().as("high"), x.min().as("low")).toObjects()).toEqual([
      { high: Number.NaN, low: 1 },
    ]);
    expect(await kept(frame.where(x.gt(5)))).toEqual([{ n: 10n }]);
    expect(await kept(frame.where(x.between(1, 3)))).toEqual([{ n: 30n }]);
    expect(await kept(frame.where(x.eq(Number.NaN)))).toEqual([{ n: 10n }]);
    const sorted = await frame.sort({ by: name, descending: true }).limit(2).toObjects();
    expect(sorted.map((row) => row[name])).toEqual([Number.NaN, Number.NaN]);
  }
});

test("charts of what is NaN, infinite or null in a file are those of its rows", async () => {
  const path = join(folder, "ends.parquet");
  execFileSync(inject("testPython"), ["-c", nanFile, path]);
  const frame = Frame.of(await inPlace(path, {}), "rows");
  const memory = Frame.of(await frame.collect(), "rows");
  const charts: readonly ((frame: Frame) => Promise<Chart>)[] = [
    ...["x", "f", "ends", "only", "n", "far"].flatMap((x) => [
      (rows: Frame) => rows.plot({ x, kind: "histogram" }),
      (rows: Frame) => rows.where(col("x").gt(2)).plot({ x, kind: "histogram" }),
      (rows: Frame) => rows.plot({ x, y: "n", kind: "bar" }),
      (rows: Frame) => rows.plot({ x, y: "n", kind: "line" }),
      (rows: Frame) => rows.plot({ x, kind: "histogram", bins: 3 }),
      (rows: Frame) => rows.plot({ x, kind: "histogram", bins: 500 }),
    ]),
    (rows) => rows.plot({ x: "f", color: "x", kind: "histogram" }),
  ];
  for (const draw of charts) {
    const [ours, theirs] = await Promise.all([frame, memory].map((rows) => draw(rows).catch(String)));
    expect(typeof ours === "string" ? ours : ours?.spec).toEqual(
      typeof theirs === "string" ? theirs : theirs?.spec,
    );
    expect(String((ours as Chart).note)).toBe(String((theirs as Chart).note));
  }
});

test("a file of many rows is grouped, filtered and drawn where it lies, as its table is", async () => {
  const rows = 200_000;
  const table = arrow.tableFromArrays({
    n: Int32Array.from({ length: rows }, (_, row) => row % 1000),
    x: Float64Array.from({ length: rows }, (_, row) => (row % 7 === 0 ? Number.NaN : (row * 31) % 977)),
    s: Array.from({ length: rows }, (_, row) => `name ${row % 13}`),
  });
  const path = join(folder, "many.parquet");
  await fromRows(table).toParquet(path);
  const [file, memory] = [readFile(path), fromRows(table)];
  const grouped = (frame: Frame) =>
    frame
      .where(col("n").gt(10))
      .groupBy("s")
      .agg(
        count().as("rows"),
        col("n").sum().as("total"),
        col("x").max().as("high"),
        col("n").mean().as("mean"),
      )
      .sort("s");
  expect(String(await grouped(file).explain())).toContain(`Rows of ${path}, which DuckDB reads itself`);
  expect(await grouped(file).toObjects()).toEqual(await grouped(memory).toObjects());
  for (const options of [{ x: "x" }, { x: "n", bins: 7 }, { x: "s", y: "n" }]) {
    const [ours, theirs] = [await file.plot(options), await memory.plot(options)];
    expect(ours.description.replaceAll(path, "rows")).toBe(theirs.description);
    expect(ours.spec.datasets ?? ours.spec.data).toEqual(theirs.spec.datasets ?? theirs.spec.data);
  }
});

test("a value of a large CSV that does not fit is named by its row, wherever it is read", async () => {
  const path = join(folder, "misfit.csv");
  const lines = Array.from({ length: 30 }, (_, row) => (row === 20 ? "x,1" : `${row},2`));
  await writeFile(path, `a,b\n${lines.join("\n")}\n`);
  const frame = Frame.of(await inPlace(path, { a: "int64" }), "misfit");
  expect(await frame.agg(col("b").sum().as("b")).toObjects()).toEqual([{ b: 59n }]);
  const message = await refusal(() => frame.agg(col("a").sum().as("a")).toObjects());
  expect(message).toBe(
    `InvalidInput: Cannot read ${path}: row 21, column a holds "x", and its type is to be int64; pass { types: { "a": "string" } }, or the text for null as nullText`,
  );
});
