import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { arrow, type DataType } from "../../src/arrow.ts";
import { stopSidecars } from "../../src/daft/sidecars.ts";
import { isError } from "../../src/errors.ts";
import { col } from "../../src/frame/builder/expr.ts";
import type { Frame } from "../../src/frame/frame.ts";
import { describePlan } from "../../src/frame/plan/describe-plan.ts";
import { comparable, runPlainly } from "../frame/comparable-rows.ts";
import { type DrawnFrame, drawFrame, drawFrom, pick } from "../frame/draw-frame.ts";
import { columnName, drawTable } from "../frame/draw-table.ts";
import { type LanceFolder, openLanceFolder } from "../frame/lance-folder.ts";
import { buildTable, columnSamples, nestedSamples } from "../frame/sample-table.ts";
import { sizes } from "../sizes.ts";
import { makeBarePython } from "./bare-python.ts";

let folder: LanceFolder;
let large: LanceFolder;
const bare = makeBarePython();

beforeAll(async () => {
  process.env.DLF_LANCE_DAFT_PYTHON = bare.python;
  folder = await openLanceFolder(4);
  large = await openLanceFolder();
});
afterAll(async () => {
  stopSidecars();
  bare.remove();
  await folder.remove();
  await large.remove();
});

const asFound = { endOnFailure: true } as const;

test("a plan gives the rows of the plain engine on Daft, or is refused before it runs", async () => {
  const tables: DrawnFrame[][] = [];
  await fc.assert(
    fc.asyncProperty(fc.gen(), async (draw) => {
      const names = drawFrom(draw, fc.uniqueArray(columnName, { minLength: 1, maxLength: 5 }));
      const isNested = names.length > 1 && draw(fc.nat, 2) === 0;
      const columns = names.map((name, index) => ({
        name,
        ...pick(draw, isNested && index === 0 ? nestedSamples : columnSamples),
      }));
      const pair = await Promise.all(
        [draw(fc.integer, { min: 1, max: 12 }), draw(fc.integer, { min: 1, max: 6 })].map(
          async (rows, index) => {
            const name = `t${tables.length}_${index}`;
            await folder.create(name, drawTable(draw, columns, rows));
            return { frame: folder.read(name), columns, isOrdered: true };
          },
        ),
      );
      tables.push(pair);
    }),
    { numRuns: Math.ceil(sizes.generatedDaftPlans / 5), ...asFound },
  );
  let ran = 0;
  await fc.assert(
    fc.asyncProperty(fc.gen(), async (draw) => {
      const [first, other] = pick(draw, tables);
      if (first === undefined || other === undefined) return;
      const { frame, isOrdered } = drawFrame(draw, first, [first, other], 5);
      const told = describePlan(frame.plan);
      const onDaft = frame.on("daft");
      try {
        await onDaft.explain();
      } catch (error) {
        if (isError(error, "InvalidInput")) return;
        expect(String(error), told).toMatch(/^Unsupported: Cannot run the frame over .* on Daft: .*; /s);
        return;
      }
      const expected = await runPlainly(frame);
      if (expected === undefined) return;
      expect(comparable(await onDaft.toObjects(), isOrdered), told).toEqual(comparable(expected, isOrdered));
      ran += 1;
    }),
    { numRuns: sizes.generatedDaftPlans, ...asFound },
  );
  expect(ran).toBeGreaterThan(sizes.generatedDaftPlans / 3);
}, 1_200_000);

test("rows of many batches keep their order through conditions, columns and limits", async () => {
  const count = 60_000;
  const types = { id: new arrow.Int64(), part: new arrow.Int64() };
  await large.create("many", numbered(0, count, types));
  for (const begin of [1, 2]) await large.append("many", numbered(begin * count, count, types));
  const many = (engine: "daft" | "here") => large.read("many").on(engine);
  for (const change of [
    (frame: Frame) => frame.where(col("id").add(col("part")).mod(3).neq(0)).limit(9_000, { offset: 70_000 }),
    (frame: Frame) =>
      frame.withColumn("next", col("id").add(1)).sort({ by: "part", descending: true }).limit(500),
    (frame: Frame) =>
      frame
        .where(col("id").add(col("part")).gt(5))
        .where(col("id").mul(2).gt(10))
        .where(col("id").sub(1).lt(60_100))
        .offset(100)
        .concat(frame.where(col("id").add(0).gt(179_990))),
    (frame: Frame) =>
      frame.groupBy("part").agg(col("id").sum().as("s"), col("id").mean().as("m")).sort("part"),
    (frame: Frame) => {
      const third = col("id").mod(3).eq(0);
      const some = third.and(col("part").gt(4));
      return frame
        .groupBy("part")
        .agg(
          col("id").sum().filter(some).as("sum"),
          col("part").mean().filter(some).as("mean"),
          col("id").countDistinct().filter(some).as("distinct"),
          col("id").count().filter(some).as("rows"),
          third.countIf().as("n"),
        )
        .sort("part");
    },
  ]) {
    const [there, here] = await Promise.all(
      (["daft", "here"] as const).map((engine) => change(many(engine)).toObjects()),
    );
    expect(there).toEqual(here);
  }
}, 60_000);

function numbered(begin: number, count: number, types: { readonly id: DataType; readonly part: DataType }) {
  const ids = Array.from({ length: count }, (_, index) => BigInt(begin + index));
  return buildTable([
    { name: "id", type: types.id, cells: ids },
    { name: "part", type: types.part, cells: ids.map((id) => (id * 7_919n) % 13n) },
  ]);
}
