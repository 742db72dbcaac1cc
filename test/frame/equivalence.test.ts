import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { arrow, type DataType } from "../../src/arrow.ts";
import { lag } from "../../src/frame/builder/window-functions.ts";
import { engines } from "../../src/frame/engines/engines.ts";
import { Frame } from "../../src/frame/frame.ts";
import { describePlan } from "../../src/frame/plan/describe-plan.ts";
import { parsePlanDocument } from "../../src/frame/plan/plan-document.ts";
import { sizes } from "../sizes.ts";
import { comparable, runPlainly } from "./comparable-rows.ts";
import {
  type Draw,
  type DrawnColumn,
  type DrawnFrame,
  drawCondition,
  drawFrame,
  drawFrom,
  pick,
} from "./draw-frame.ts";
import { columnName, drawTable } from "./draw-table.ts";
import { type LanceFolder, openLanceFolder } from "./lance-folder.ts";
import { readPlainly } from "./plain-engine/run-plain.ts";
import { buildTable, type ColumnSample, columnSamples, nestedSamples } from "./sample-table.ts";

let folder: LanceFolder;

beforeAll(async () => {
  // A few rows a batch, so that limits end within and between batches.
  folder = await openLanceFolder(4);
});
afterAll(() => folder.remove());

/** A case is reported as it was found: making it smaller through Lance would take longer than a test may. */
const asFound = { endOnFailure: true } as const;

/** What Lance builds a B-tree over. */
function isIndexable(type: DataType): boolean {
  return !/Bool|Binary|Dictionary|Decimal|LargeUtf8/.test(type.toString());
}

test("a plan gives the rows of the plain engine, pushed down to Lance and in every engine", async () => {
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
    { numRuns: Math.ceil(sizes.generatedPlans / 10), ...asFound },
  );
  let answered = 0;
  const ran = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(fc.gen(), async (draw) => {
      const [first, other] = pick(draw, tables);
      if (first === undefined || other === undefined) return;
      const whole = await first.frame.count();
      const { frame, isOrdered } = drawFrame(draw, first, [first, other], 6);
      const told = describePlan(frame.plan);
      expect(parsePlanDocument(JSON.parse(JSON.stringify(frame))), told).toEqual(frame.plan);
      const expected = await runPlainly(frame);
      if (expected === undefined) return;
      const lines = comparable(expected, isOrdered);
      expect(comparable(await frame.toObjects(), isOrdered), told).toEqual(lines);
      expect(await frame.count(), told).toBe(lines.length);
      const { engine, others } = await frame.explain();
      ran.set(engine, (ran.get(engine) ?? 0) + 1);
      for (const { name, isOnRequest } of engines) {
        if (isOnRequest === true) continue;
        const cannot = others.some((one) => one.name === name && one.why !== "it would take longer");
        if (name === engine || cannot || engine === "lance") continue;
        expect(comparable(await frame.toObjects({ engine: name }), isOrdered), `${name}: ${told}`).toEqual(
          lines,
        );
        ran.set(name, (ran.get(name) ?? 0) + 1);
      }
      if (expected.length > 0 && expected.length < whole) answered += 1;
    }),
    { numRuns: sizes.generatedPlans, ...asFound },
  );
  // Plans that keep all rows or none would prove little.
  expect(answered).toBeGreaterThan(sizes.generatedPlans / 20);
  expect(ran.get("lance")).toBeGreaterThan(sizes.generatedPlans / 20);
}, 1_200_000);

test("an optimised plan gives the rows of the plan as written, also of no rows", async () => {
  const [integer, float, words] = [0, 4, 6].map((index) => columnSamples[index] as ColumnSample);
  const columns = Object.entries({ a: integer, b: integer, x: float, s: words }).map(([name, sample]) => ({
    name,
    ...(sample as ColumnSample),
  }));
  const rows = fc.sample(fc.gen(), { numRuns: 1, seed: 3 })[0] as Draw;
  const few = { ...columns[0], cell: fc.bigInt({ min: 0n, max: 3n }) } as DrawnColumn;
  const frames = [0, 40].map((count) => {
    const table = drawTable(rows, [few, ...columns.slice(1)], Math.max(count, 1));
    const frame = Frame.of(count === 0 ? new arrow.Table(table.schema) : table, `rows ${count}`);
    return { frame, columns, isOrdered: true };
  });
  await fc.assert(
    fc.asyncProperty(fc.gen(), async (draw) => {
      const first = pick(draw, frames);
      const { frame, isOrdered } = drawFrame(draw, first, frames, 8);
      const expected = await runPlainly(frame);
      if (expected === undefined) return;
      expect(comparable(await frame.toObjects(), isOrdered), describePlan(frame.plan)).toEqual(
        comparable(expected, isOrdered),
      );
    }),
    { numRuns: sizes.generatedPlans, ...asFound },
  );
});

test.each(columnSamples.map((sample) => [sample.type.toString(), sample] as const))(
  "conditions on %s keep the same rows in Lance, with an index and without",
  async (typeName, sample) => {
    const columns = ["a", "b"].map((name) => ({ name, ...sample }));
    const cells = fc.sample(fc.array(sample.cell, { minLength: 40, maxLength: 40 }), { numRuns: 2, seed: 7 });
    const table = buildTable(
      columns.map(({ name, type }, index) => ({ name, type, cells: cells[index] ?? [] })),
    );
    const plain = await folder.create(`plain_${typeName}`.replace(/\W/g, "_"), table);
    const indexed = await folder.create(`indexed_${typeName}`.replace(/\W/g, "_"), table);
    if (isIndexable(sample.type)) await indexed.createIndex("a");
    await fc.assert(
      fc.asyncProperty(fc.gen(), async (draw) => {
        // Often the same few values: what cancels out is what gets simplified.
        const few = fc.constantFrom(...Array.from({ length: 3 }, () => drawFrom(draw, sample.literal)));
        const asked = draw(fc.boolean)
          ? columns
          : columns.slice(0, 1).map((column) => ({ ...column, literal: few }));
        const condition = drawCondition(draw, asked, 3);
        const frame = Frame.from(plain).where(condition);
        const expected = await readPlainly(frame);
        expect(await frame.toObjects(), describePlan(frame.plan)).toEqual(expected);
        const throughIndex = Frame.from(indexed).where(condition);
        expect(await throughIndex.toObjects(), `indexed: ${describePlan(frame.plan)}`).toEqual(expected);
      }),
      { numRuns: Math.ceil(sizes.generatedCases / 10), ...asFound },
    );
  },
);

test("columns of dictionaries that two tables number alike stand side by side", async () => {
  const type = new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32());
  const int = new arrow.Int32();
  for (const [name, cells] of Object.entries({ first: ["a", "b", "a"], second: ["b", "c", null] })) {
    const columns = [
      { name: "id", type: int, cells: [1n, 2n, 3n] },
      { name: "word", type, cells },
    ];
    await folder.create(name, buildTable(columns));
  }
  const joined = folder.read("first").join(folder.read("second"), { on: "id" }).sort("id");
  expect((await joined.schema()).fields.map(({ type }) => `${type}`)).toEqual([
    "Int32",
    "Dictionary<Int32, Utf8>",
    "Dictionary<Int32, Utf8>",
  ]);
  expect((await joined.limit(0).collect()).numCols).toBe(3);
  const previous = joined.withColumn("previous", lag("word").over({ orderBy: "id" }));
  for (const engine of [undefined, "duckdb"] as const) {
    const rows = await previous.toObjects(engine && { engine });
    expect(rows.map((row) => Object.values(row))).toEqual([
      [1, "a", "b", null],
      [2, "b", "c", "a"],
      [3, "a", null, "b"],
    ]);
    const stream = arrow.tableToIPC(await previous.collect(engine && { engine }));
    expect(
      arrow
        .tableFromIPC(stream)
        .toArray()
        .map((row) => Object.values(row.toJSON())),
    ).toEqual(rows.map((row) => Object.values(row)));
  }
});
