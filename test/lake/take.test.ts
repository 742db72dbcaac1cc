import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { arrow } from "../../src/arrow.ts";
import type { Connection, LakeTable } from "../../src/index.ts";
import { refusal } from "../refusal.ts";
import { sizes } from "../sizes.ts";
import { openTemporaryLake, type TemporaryLake } from "../temporary-lake.ts";

let temporary: TemporaryLake;
let lake: Connection;
let table: LakeTable;
/** What is left of the table, in order. */
const left = Array.from({ length: 300 }, (_, row) => row).filter((row) => row % 7 !== 0);

beforeAll(async () => {
  temporary = await openTemporaryLake();
  lake = temporary.lake;
  await lake.createTable("default.taken", { a: Array.from({ length: 100 }, (_, row) => row) });
  table = lake.table("default.taken");
  for (const start of [100, 200]) {
    await table.append({ a: Array.from({ length: 100 }, (_, row) => start + row) });
  }
  await table.delete("a % 7 = 0");
});

afterAll(() => temporary?.close());

const valuesOf = (taken: InstanceType<typeof arrow.Table>) => [...(taken.getChild("a") ?? [])].map(Number);

test("rows are taken in the order asked for, duplicates too, over fragments and deleted rows", async () => {
  expect(valuesOf(await table.take([5, 3, 5, 250, 0]))).toEqual(
    [5, 3, 5, 250, 0].map((place) => left[place]),
  );
  const places = fc.array(fc.integer({ min: 0, max: left.length - 1 }), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(places, async (offsets) => {
      expect(valuesOf(await table.take(offsets))).toEqual(offsets.map((place) => left[place]));
    }),
    { numRuns: Math.ceil(sizes.generatedCases / 30) },
  );
});

test("a take chooses columns and a version; what is no row is refused", async () => {
  expect((await table.take([])).schema.fields.map(({ name }) => name)).toEqual(["a"]);
  expect(valuesOf(await table.take([99, 0], { at: 1 }))).toEqual([99, 0]);
  expect(await refusal(() => table.take([left.length]))).toMatch(
    /^InvalidInput: Cannot take row 257 of default\.taken: it has 257 rows/,
  );
  expect(await refusal(() => table.take([-1]))).toMatch(/^InvalidInput: .*-1 is not the place/);
  expect(await refusal(() => table.take([0], { columns: ["b"] }))).toMatch(/^TableColumnNotFound: /);
});

test("a sample holds different rows of the table, the same for the same seed", async () => {
  const sample = async (count: number, seed?: number) =>
    valuesOf(await table.sample(count, seed === undefined ? {} : { seed }));
  const first = await sample(50, 7);
  expect(new Set(first).size).toBe(50);
  expect(first.every((value) => left.includes(value))).toBe(true);
  expect(await sample(50, 7)).toEqual(first);
  expect(await sample(50, 8)).not.toEqual(first);
  expect(await sample(1_000)).toEqual(left);
  expect(await sample(0, 1)).toEqual([]);
});

test("the count and the first row", async () => {
  expect(await table.count()).toBe(left.length);
  expect(await table.first()).toEqual({ a: 1n });
});
