import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { arrow, type Table } from "../../../../src/arrow.ts";
import { col } from "../../../../src/frame/builder/expr.ts";
import { BestNumbers } from "../../../../src/frame/engines/lance/best-numbers.ts";
import { sizes } from "../../../sizes.ts";
import { type LanceFolder, openLanceFolder } from "../../lance-folder.ts";
import { collectPlainly } from "../../plain-engine/run-plain.ts";
import { buildTable, type ColumnSample, columnSamples } from "../../sample-table.ts";

let folder: LanceFolder;

beforeAll(async () => {
  // Said to be big, so that their keys are scanned alone first.
  folder = await openLanceFolder(8, claimedRows);
});
afterAll(() => folder.remove());

/** More than are sorted in one go. */
const claimedRows = 10_000_000;

const isSupported = ({ type }: ColumnSample) => /^(Int|Uint|Float|Timestamp|Date)/.test(type.toString());

/** Rows as text, in their order; each has a number of its own, so that the order of equals shows. */
function lines(table: Table): string[] {
  return table
    .toArray()
    .map((row: object) =>
      JSON.stringify(Object.entries(row).map(([, value]) => (Object.is(value, -0) ? "-0" : String(value)))),
    );
}

test("the first rows of a sort are those of the plain engine, equals in the table's order", async () => {
  let made = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...columnSamples.filter(isSupported)).chain(({ type, cell }) =>
        fc.tuple(
          fc.constant(type),
          // Values drawn from few, so that there are equals.
          fc.array(cell, { minLength: 1, maxLength: 8 }).chain((cells) =>
            fc.array(fc.constantFrom(...cells), {
              minLength: 1,
              maxLength: sizes.generatedPlans > 1_000 ? 200 : 40,
            }),
          ),
        ),
      ),
      fc.boolean(),
      fc.boolean(),
      fc.array(fc.tuple(fc.integer({ min: 1, max: 12 }), fc.nat(5)), { minLength: 1, maxLength: 3 }),
      async ([type, cells], descending, nullsFirst, limits) => {
        const name = `t${made++}`;
        await folder.create(
          name,
          buildTable([
            { name: "key", type, cells },
            { name: "other", type: new arrow.Utf8(), cells: cells.map((_, row) => `${(row * 7) % 3}`) },
            { name: "row", type: new arrow.Int32(), cells: cells.map((_, row) => row) },
          ]),
        );
        const table = folder.read(name);
        const key = { by: "key", descending, nullsFirst };
        const filtered = table.where(col("row").gt(2));
        for (const [limit, offset] of limits) {
          for (const frame of [
            table.sort(key).limit(limit, { offset }),
            table.sort(key, { by: "other", descending }).limit(limit, { offset }),
            filtered.sort(key).limit(limit).select("row", "key"),
            table.withColumn("more", col("row").add(1)).sort(key).limit(limit).select("more", "other"),
          ]) {
            const expected = lines(await collectPlainly(frame));
            expect(lines(await frame.collect())).toEqual(expected);
          }
        }
      },
    ),
    { numRuns: Math.min(300, sizes.generatedPlans / 10), endOnFailure: true },
  );
}, 600_000);

test("the second scan asks for the rows from the bound on", async () => {
  const cells = Array.from({ length: 50 }, (_, row) =>
    row % 10 === 0 ? null : BigInt(2 ** 53) + BigInt(row),
  );
  const source = await folder.create(
    "bounded",
    buildTable([
      { name: "key", type: new arrow.Int64(), cells },
      { name: "small", type: new arrow.Int32(), cells: cells.map((_, row) => row) },
    ]),
  );
  const asked = async (key: { by: string; descending?: boolean; nullsFirst?: boolean }) => {
    source.scans.length = 0;
    await folder.read("bounded").sort(key).limit(3).collect();
    return source.scans.map(({ columns, filter }) => [columns, filter]);
  };
  expect(await asked({ by: "small", descending: true })).toEqual([
    [["small"], undefined],
    [undefined, "(`small` >= 47)"],
  ]);
  // 64-bit numbers are compared as floats first: nothing within their rounding is left out.
  expect(await asked({ by: "key", nullsFirst: false })).toEqual([
    [["key"], undefined],
    [undefined, "(`key` <= 9007199254743044)"],
  ]);
  expect(await asked({ by: "key", nullsFirst: true })).toEqual([
    [["key"], undefined],
    [undefined, "(`key` IS NULL)"],
  ]);
});

test("a NaN of either sign is above all numbers", async () => {
  const values = new Float64Array([1, Number.POSITIVE_INFINITY, 0, 2, 3]);
  new DataView(values.buffer).setBigUint64(16, 0xfff8_0000_0000_0000n, true);
  const data = arrow.makeData({ type: new arrow.Float64(), length: 5, nullCount: 0, data: values });
  await folder.create("signs", new arrow.Table({ key: new arrow.Vector([data]) }));
  for (const descending of [true, false]) {
    const frame = folder.read("signs").sort({ by: "key", descending }).limit(2);
    expect(lines(await frame.collect())).toEqual(lines(await collectPlainly(frame)));
  }
});

test("many rows with the bound's value are sorted by another engine", async () => {
  const cells = Array.from({ length: 25_000 }, (_, row) => row);
  const many = await openLanceFolder(65_536, claimedRows);
  try {
    await many.create(
      "ties",
      buildTable([
        { name: "key", type: new arrow.Int32(), cells: cells.map((row) => (row === 9 ? 0 : 1)) },
        { name: "row", type: new arrow.Int32(), cells },
      ]),
    );
    const frame = many.read("ties").sort("key", { by: "row", descending: true }).limit(3);
    const found = await frame.collect();
    expect([...(found.getChild("row") ?? [])]).toEqual([9, 24_999, 24_998]);
  } finally {
    await many.remove();
  }
});

test("explains its two scans, and scans once where the first key alone tells nothing", async () => {
  await folder.create(
    "told",
    buildTable([
      { name: "key", type: new arrow.Int32(), cells: [1, 2] },
      { name: "text", type: new arrow.Utf8(), cells: ["a", "b"] },
    ]),
  );
  const table = folder.read("told");
  const isBounded = async (frame: { explain(): ReturnType<typeof table.explain> }) =>
    String(await frame.explain()).includes(
      "those that can be among the 1 lowest key, found by scanning key alone first",
    );
  expect(await isBounded(table.sort("key").limit(1))).toBe(true);
  expect(await isBounded(table.withColumn("more", col("key").add(1)).sort("key").limit(1))).toBe(true);
  expect(await isBounded(table.sort("text").limit(1))).toBe(false);
  expect(await isBounded(table.sort(col("key").add(1)).limit(1))).toBe(false);
  expect(await isBounded(table.limit(1).sort("key").limit(1))).toBe(false);
  expect(await isBounded(table.sort("key"))).toBe(false);
  expect(await isBounded(table.sort("key").limit(200_000))).toBe(false);
});

test("the best of many numbers are found in little room", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ noNaN: true }), { maxLength: 50 }),
      fc.integer({ min: 1, max: 60 }),
      fc.constantFrom("highest" as const, "lowest" as const),
      fc.integer({ min: 1, max: 600 }),
      (values, place, order, times) => {
        const best = new BestNumbers(place, order);
        const all = Array.from({ length: times }, () => values).flat();
        for (const value of all) best.add(value);
        const sorted = Float64Array.from(all).sort();
        const expected = order === "highest" ? sorted[sorted.length - place] : sorted[place - 1];
        // Infinities on the wrong side are left out until a bound is known.
        if (best.find(place) !== undefined) expect(best.find(place)).toBe(expected);
        else expect(Math.abs(expected ?? Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
      },
    ),
    { numRuns: 200 },
  );
});
