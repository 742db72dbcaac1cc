/** Columns of float16 are computed with as float32 of the same values: in rows, in Lance tables, by every function. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { arrow } from "../../../../src/arrow.ts";
import { call } from "../../../../src/frame/expression/expression-build.ts";
import { Frame } from "../../../../src/frame/frame.ts";
import { findScalar, scalarFunctions } from "../../../../src/frame/functions/scalar-functions.ts";
import { col, Expression, lit } from "../../../../src/index.ts";
import { type LanceFolder, openLanceFolder } from "../../lance-folder.ts";
import { buildTable } from "../../sample-table.ts";

const smallest = 2 ** -24;
const cells = [0, -0, 1, -1.5, 2.5, 65504, -65504, smallest, -smallest, 2 ** -15, 0.333251953125, 7].concat(
  [Number.NaN, Infinity, -Infinity],
  null as never,
  [0, -0, Number.NaN, 3, 100],
);
const table = buildTable([
  { name: "id", type: new arrow.Int32(), cells: cells.map((_, row) => row) },
  { name: "h", type: new arrow.Float16(), cells },
  { name: "f", type: new arrow.Float32(), cells },
]);
const rows = Frame.of(table, "rows");
let folder: LanceFolder;
let frames: readonly Frame[];

beforeAll(async () => {
  folder = await openLanceFolder();
  await folder.create("halves", table);
  frames = [rows, folder.read("halves")];
});
afterAll(() => folder.remove());

async function values(frame: Frame, engine?: "duckdb"): Promise<unknown[][]> {
  const found = await frame.toObjects(engine && { engine });
  return found.map((row) => Object.values(row).map((value) => (value === 0 ? 0 : value)));
}

test("in every function", async () => {
  const others = [[], [lit(2)], [lit("int32")], [lit(1), lit(3)]];
  let tried = 0;
  const columns = new Map<string, Expression>();
  for (const name of scalarFunctions) {
    for (const [index, given] of others.entries()) {
      const [half, float] = ["h", "f"].map((column) => {
        const more = given.length === 0 && findScalar(name).takes.length > 1 ? [col(column)] : given;
        return () => new Expression(call(name, col(column), ...more), "v");
      });
      const isWritten = await rows
        .select((half as () => Expression)().as("v"))
        .schema()
        .then(
          () => true,
          () => false,
        );
      if (!isWritten) continue;
      tried += 1;
      columns.set(`${name} ${index}`, (half as () => Expression)());
      columns.set(`${name} ${index} of float32`, (float as () => Expression)());
    }
  }
  expect(tried).toBeGreaterThan(40);
  const all = [...columns].map(([name, expression]) => expression.as(name));
  for (const frame of frames) {
    for (const row of await frame.select(...all).toObjects()) {
      for (const name of columns.keys()) {
        if (name.endsWith("float32")) continue;
        const [half, float] = [row[name], row[`${name} of float32`]];
        expect(half === 0 ? 0 : half, name).toEqual(float === 0 ? 0 : float);
      }
    }
  }
});

test("in conditions", async () => {
  // What is no float16 is rounded to one, as what is no float32 is for a column of these.
  const constants = [0, -0, 1, Number.NaN, Infinity, -Infinity, smallest, 0.333251953125, 70_000, 1e30];
  const conditions: readonly ((value: Expression) => Expression)[] = [
    ...constants.flatMap((constant) =>
      (["eq", "neq", "lt", "lte", "gt", "gte"] as const).map(
        (operator) => (value: Expression) => value[operator](constant),
      ),
    ),
    (value) => value.isNull(),
    (value) => value.isNaN(),
    (value) => value.isIn([0, Number.NaN, smallest, 65504]),
    (value) => value.isIn([1, Number.NaN]).not(),
    (value) => value.mul(3).lte(0),
    (value) => lit(1).div(value).lt(0),
    (value) => value.lt(col("f").sub(1)),
    (value) => value.eq(col("f")),
    (value) => value.lt(0).or(value.isNull()),
  ];
  for (const condition of conditions) {
    const expected = await values(rows.where(condition(col("f"))).select("id"), "duckdb");
    for (const frame of frames)
      expect(await values(frame.where(condition(col("h"))).select("id"))).toEqual(expected);
  }
});

test("a value is rounded to the precision of its column", async () => {
  const found = (value: number) => values(rows.where(col("h").eq(value)).select("id"));
  expect(await found(0.33325)).toEqual([[10]]);
  expect(await found(65_505)).toEqual([[5]]);
  expect(await found(70_000)).toEqual([]);
});

test("in groups, sorts, joins and aggregates", async () => {
  const shapes: readonly ((frame: Frame, column: "h" | "f") => Frame)[] = [
    (frame, column) => frame.groupBy(col(column).as("k")).agg(col("id").count().as("n")).sort("k"),
    (frame, column) => frame.sort({ by: column, descending: true }).select("id"),
    (frame, column) => frame.select(col(column).as("v")).distinct().sort("v"),
    (frame, column) =>
      frame
        .join(frame.select(col("id").as("other"), col(column).as("value")), {
          leftOn: column,
          rightOn: "value",
        })
        .select("id", "other")
        .sort("id", "other"),
    ...(["sum", "mean", "min", "max", "median", "stddev", "first", "last", "countDistinct"] as const).map(
      (name) => (frame: Frame, column: "h" | "f") =>
        frame.where(col("id").isIn([0, 2, 3, 4, 7, 9, 10, 15])).agg(col(column)[name]().as("v")),
    ),
  ];
  for (const shape of shapes) {
    const expected = await values(shape(rows, "f"));
    for (const frame of frames) expect(await values(shape(frame, "h"))).toEqual(expected);
  }
});

test("a result that no float16 holds is refused", async () => {
  await expect(rows.fillNull(70_000, "h").collect()).rejects.toMatchObject({
    code: "InvalidInput",
    message: expect.stringContaining("a float16 is at most 65504, and one would be 70000"),
  });
  expect((await rows.fillNull(0.1, "h").select("h").toObjects())[15]).toEqual({ h: 0.0999755859375 });
});
