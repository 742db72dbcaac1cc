/** Windows, and joins by conditions, have on Daft the rows of this process, or are refused before they run. */
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stopSidecars } from "../../src/daft/sidecars.ts";
import { isError } from "../../src/errors.ts";
import type { Frame } from "../../src/frame/frame.ts";
import { describePlan } from "../../src/frame/plan/describe-plan.ts";
import { comparable } from "../frame/comparable-rows.ts";
import { type Draw, type DrawnColumn, drawFrom, pick } from "../frame/draw-frame.ts";
import { columnName } from "../frame/draw-table.ts";
import { type LanceFolder, openLanceFolder } from "../frame/lance-folder.ts";
import { buildTable, columnSamples, nestedSamples } from "../frame/sample-table.ts";
import { sizes } from "../sizes.ts";
import { makeBarePython } from "./bare-python.ts";
import { drawJoin, drawWindows, drawWindowsOfResult } from "./draw-windows.ts";

let folder: LanceFolder;
const bare = makeBarePython();

beforeAll(async () => {
  process.env.DLF_LANCE_DAFT_PYTHON = bare.python;
  folder = await openLanceFolder(7);
});
afterAll(async () => {
  stopSidecars();
  bare.remove();
  await folder.remove();
});

interface DrawnTables {
  readonly columns: readonly DrawnColumn[];
  readonly frames: readonly [Frame, Frame];
}

/** Of what sums and orders of floats go wrong with. */
const oddFloat = fc.constantFrom(
  ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0, 1.5, null],
);
const oddFloats = columnSamples
  .filter(({ type }) => type.toString().startsWith("Float"))
  .map((sample) => ({ ...sample, cell: oddFloat }));

/** Of few different values, so that rows are equal in them. */
async function drawTables(draw: Draw, number: number): Promise<DrawnTables> {
  const names = drawFrom(draw, fc.uniqueArray(columnName, { minLength: 2, maxLength: 4 }));
  const columns = names.map((name, index) => ({
    name,
    ...pick(draw, index > 0 && draw(fc.nat, 4) === 0 ? nestedSamples : columnSamples),
    ...(index === 0 && draw(fc.boolean) ? pick(draw, oddFloats) : {}),
  }));
  const pools = columns.map(({ cell }) => drawFrom(draw, fc.array(cell, { minLength: 1, maxLength: 4 })));
  const create = async (side: number, rows: number) => {
    const table = columns.map(({ name, type }, index) => {
      const cells = Array.from({ length: rows }, () => pick(draw, pools[index] as unknown[]));
      // Lance refuses a column of nulls alone as apache-arrow writes one of booleans.
      return { name, type, cells: type.toString() === "Bool" ? [true, ...cells.slice(1)] : cells };
    });
    await folder.create(`w${number}_${side}`, buildTable(table));
    return folder.read(`w${number}_${side}`) as unknown as Frame;
  };
  const first = await create(0, draw(fc.integer, { min: 1, max: 20 }));
  return { columns, frames: [first, await create(1, draw(fc.integer, { min: 1, max: 6 }))] };
}

async function expectAlike(frame: Frame, isOrdered: boolean): Promise<boolean> {
  const told = describePlan(frame.plan);
  const onDaft = frame.on("daft");
  try {
    await onDaft.explain();
  } catch (error) {
    if (isError(error, "InvalidInput")) return false;
    expect(String(error), told).toMatch(/^Unsupported: Cannot run the frame over .* on Daft: .*; /s);
    return false;
  }
  const here = await frame
    .on("here")
    .toObjects()
    .catch((error: unknown) => error);
  if (isError(here, "InvalidInput")) {
    const there = await onDaft.toObjects().catch((error: unknown) => error);
    expect(isError(there, "InvalidInput"), `${told}, which here is: ${here.message}`).toBe(true);
    return false;
  }
  if (!Array.isArray(here)) throw here;
  expect(comparable(await onDaft.toObjects(), isOrdered), told).toEqual(comparable(here, isOrdered));
  return true;
}

const asFound = { endOnFailure: true } as const;

test("windows and joins by conditions have the rows of this process, or are refused", async () => {
  const tables: DrawnTables[] = [];
  await fc.assert(
    fc.asyncProperty(fc.gen(), async (draw) => {
      tables.push(await drawTables(draw, tables.length));
    }),
    { numRuns: Math.ceil(sizes.generatedDaftPlans / 5), ...asFound },
  );
  let ran = 0;
  await fc.assert(
    fc.asyncProperty(fc.gen(), async (draw) => {
      const { columns, frames } = pick(draw, tables);
      const [frame, other] = frames;
      let drawn: Frame;
      const kind = draw(fc.nat, 2);
      if (kind === 0) drawn = drawJoin(draw, frame, other, columns);
      else if (kind === 1) drawn = drawWindowsOfResult(draw, frame, other, columns);
      else drawn = drawWindows(draw, frame, columns);
      if (await expectAlike(drawn, kind === 2)) ran += 1;
    }),
    { numRuns: sizes.generatedDaftPlans, ...asFound },
  );
  expect(ran).toBeGreaterThan(sizes.generatedDaftPlans / 3);
}, 1_200_000);
