/** Means and variances of long whole numbers and decimals, next to those of fractions computed here. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { arrow, type DataType } from "../../../src/arrow.ts";
import { Frame } from "../../../src/frame/frame.ts";
import { exactMean } from "../../../src/frame/functions/exact-mean.ts";
import { col } from "../../../src/index.ts";
import { refusal } from "../../refusal.ts";
import { sizes } from "../../sizes.ts";
import { buildTable } from "../sample-table.ts";

function frameOf(type: DataType, cells: readonly (bigint | null)[]) {
  return Frame.of(
    buildTable([
      { name: "n", type, cells },
      { name: "part", type: new arrow.Utf8(), cells: cells.map((_, at) => "ab"[at % 2]) },
    ] as never),
    "test.rows",
  );
}

const mostDecimal = 10n ** 38n - 1n;
/** Long ones, short ones, and what lies between them. */
const decimals = fc.array(
  fc.option(
    fc.oneof(
      fc.bigInt({ min: -mostDecimal, max: mostDecimal }),
      fc.constantFrom(mostDecimal, -mostDecimal, 10n ** 28n, 10n ** 28n - 1n, -(10n ** 28n), 0n),
      fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }),
    ),
    { freq: 8 },
  ),
  { maxLength: 30 },
);

test("the mean of decimals is the nearest double, also where their sum has more than 38 digits", async () => {
  await fc.assert(
    fc.asyncProperty(decimals, fc.constantFrom(0, 2, 9, 10, 20, 30, 37, 38), async (cells, scale) => {
      const values = cells.filter((cell) => cell !== null);
      const frame = frameOf(new arrow.Decimal(scale, 38, 128), cells);
      const sum = values.reduce((total, value) => total + value, 0n);
      const expected = values.length === 0 ? null : exactMean(sum, scale, BigInt(values.length)) + 0;
      const [whole] = await frame.agg(col("n").mean().as("mean")).toObjects();
      expect(whole?.mean).toBe(expected);
      const over = await frame.withColumn("mean", col("n").mean().over({})).toObjects();
      for (const row of over) expect(row.mean).toBe(expected);
    }),
    { numRuns: Math.ceil(sizes.generatedCases / 4) },
  );
});

test("a sum of more than 38 digits is refused in words", async () => {
  const frame = frameOf(new arrow.Decimal(2, 38, 128), [mostDecimal, mostDecimal]);
  const says =
    /Cannot compute a sum: it has more than 38 digits, which no decimal holds; cast the column to double/;
  expect(await refusal(() => frame.agg(col("n").sum()).toObjects())).toMatch(says);
  const asDouble = await frame.agg(col("n").cast("double").sum().as("sum")).toObjects();
  expect(asDouble).toEqual([{ sum: 2e36 }]);
  expect((await frame.profile()).columns[0]?.mean).toBe(1e36);
});

/** Near one another and anywhere, at both ends of the type. */
function wholeNumbers(min: bigint, max: bigint): fc.Arbitrary<(bigint | null)[]> {
  return fc
    .tuple(fc.bigInt({ min, max }), fc.constantFrom(3n, 1_000n, 2n ** 40n, 2n ** 62n))
    .chain(([middle, far]) => {
      const near = fc.bigInt({ min: middle - far, max: middle + far }).map((value) => {
        if (value < min) return min;
        if (value > max) return max;
        return value;
      });
      return fc.array(fc.option(near, { freq: 8 }), { maxLength: 30 });
    });
}

test("variances of whole numbers are about those of fractions, however long the numbers are", async () => {
  const columns = fc.oneof(
    wholeNumbers(-(2n ** 63n), 2n ** 63n - 1n).map((cells) => ({ type: new arrow.Int64(), cells })),
    wholeNumbers(0n, 2n ** 64n - 1n).map((cells) => ({ type: new arrow.Uint64(), cells })),
  );
  await fc.assert(
    fc.asyncProperty(columns, async ({ type, cells }) => {
      const values = cells.filter((cell) => cell !== null);
      const count = BigInt(values.length);
      const squares = values.reduce((total, value) => total + value * value, 0n);
      const sum = values.reduce((total, value) => total + value, 0n);
      const variance = (less: bigint) =>
        count <= less ? null : exactMean(count * squares - sum * sum, 0, count * (count - less));
      const n = col("n");
      const frame = frameOf(type, cells);
      const found = [
        await frame.agg(n.variance().as("v"), n.stddev().as("s"), n.variancePopulation().as("p")).toObjects(),
        // A window is computed by the other engine.
        (
          await frame
            .withColumns({
              v: n.variance().over({}),
              s: n.stddev().over({}),
              p: n.variancePopulation().over({}),
            })
            .toObjects()
        ).slice(0, 1),
      ];
      for (const [row] of found) {
        if (row === undefined) continue;
        const [sample, population] = [variance(1n), variance(0n)];
        const close = (value: unknown, expected: number | null) =>
          expected === null || expected === 0
            ? expect(value).toBe(expected)
            : expect(Math.abs(Number(value) / expected - 1)).toBeLessThan(1e-12);
        close(row.v, sample);
        close(row.s, sample === null ? null : Math.sqrt(sample));
        close(row.p, population);
      }
    }),
    { numRuns: Math.ceil(sizes.generatedCases / 4) },
  );
});
