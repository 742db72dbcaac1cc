import fc from "fast-check";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { isError } from "../../src/errors.ts";
import { describePlan } from "../../src/frame/plan/describe-plan.ts";
import { comparable, runPlainly } from "../frame/comparable-rows.ts";
import { type DrawnFrame, drawFrame, drawFrom, pick } from "../frame/draw-frame.ts";
import { columnName, drawTable } from "../frame/draw-table.ts";
import { type LanceFolder, openLanceFolder } from "../frame/lance-folder.ts";
import { columnSamples, nestedSamples } from "../frame/sample-table.ts";
import { sizes } from "../sizes.ts";

let folder: LanceFolder;

beforeAll(async () => {
  process.env.DLF_LANCE_DAFT_PYTHON = inject("testPython");
  folder = await openLanceFolder(4);
});
afterAll(() => folder.remove());

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
