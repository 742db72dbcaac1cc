/** Histograms that are counted as their column is read. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { arrow, type DataType } from "../../../src/arrow.ts";
import type { Chart } from "../../../src/chart/chart.ts";
import { Frame } from "../../../src/frame/frame.ts";
import { countBins } from "../../../src/frame/plot/count-bins.ts";
import { findPlotColumn } from "../../../src/frame/plot/plot-source.ts";
import { sizes } from "../../sizes.ts";
import { buildTable } from "../sample-table.ts";

const orNull = <T>(value: fc.Arbitrary<T>) => fc.array(fc.option(value, { freq: 4 }), { maxLength: 60 });
const bigUnsigned = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const columns: fc.Arbitrary<{ readonly type: DataType; readonly cells: readonly unknown[] }> = fc.oneof(
  orNull(fc.double()).map((cells) => ({ type: new arrow.Float64(), cells })),
  orNull(fc.double({ min: -10, max: 10 })).map((cells) => ({ type: new arrow.Float64(), cells })),
  orNull(fc.float()).map((cells) => ({ type: new arrow.Float32(), cells })),
  orNull(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })).map((cells) => ({
    type: new arrow.Int64(),
    cells,
  })),
  orNull(fc.bigInt({ min: -50n, max: 50n })).map((cells) => ({ type: new arrow.Int64(), cells })),
  orNull(bigUnsigned).map((cells) => ({ type: new arrow.Uint64(), cells })),
  orNull(fc.integer({ min: 0, max: 255 })).map((cells) => ({ type: new arrow.Uint8(), cells })),
  orNull(fc.integer()).map((cells) => ({ type: new arrow.Int32(), cells })),
);

function buildNumbers(type: DataType, cells: readonly unknown[]) {
  return buildTable([
    { name: "number", type, cells },
    { name: "same", type: new arrow.Utf8(), cells: cells.map(() => "same") },
  ] as never);
}

function barsOf({ spec }: Chart): readonly object[] {
  const inner = (Array.isArray(spec.vconcat) ? spec.vconcat[0] : spec) as { data: { values: object[] } };
  return inner.data.values.map(({ color: _, ...bar }: { color?: unknown }) => bar);
}

test("its bars are those of a group-by, whatever the numbers are", async () => {
  await fc.assert(
    fc.asyncProperty(columns, fc.integer({ min: 1, max: 80 }), async ({ type, cells }, bins) => {
      const frame = Frame.of(buildNumbers(type, cells), "test.rows");
      const [counted, grouped] = [
        await frame.plot({ x: "number", kind: "histogram", bins }),
        await frame.plot({ x: "number", kind: "histogram", bins, color: "same" }),
      ];
      expect(barsOf(counted)).toEqual(barsOf(grouped));
      expect(counted.note).toBe(grouped.note);
    }),
    { numRuns: sizes.generatedCases },
  );
});

test("a column is read once, whatever its order, and counted as if all of it were known", async () => {
  const order = fc.constantFrom("rising", "falling", "as drawn");
  const numbers = fc.array(
    fc.oneof(
      fc.integer({ min: -500, max: 500 }).map((value) => value / 100),
      // What lies nearer to the end of a range than numbers of its size are exact may fall to either side.
      fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((value) => Math.round(value * 1e3) / 1e3),
      fc.constant(7),
    ),
    { minLength: 1, maxLength: 60 },
  );
  await fc.assert(
    fc.asyncProperty(numbers, order, fc.integer({ min: 2, max: 80 }), async (drawn, way, most) => {
      const cells = way === "as drawn" ? drawn : drawn.toSorted((a, b) => (way === "rising" ? a - b : b - a));
      const table = buildNumbers(new arrow.Float64(), cells);
      let reads = 0;
      const source = (step: number) => ({
        name: "test.rows",
        schema: table.schema,
        collect: () => Promise.reject(new Error("nothing is to be collected")),
        async *batches() {
          reads += 1;
          for (let begin = 0; begin < cells.length; begin += step)
            yield* table.slice(begin, begin + step).batches;
        },
      });
      const column = findPlotColumn(source(1), "number");
      const [parts, whole] = [
        await countBins(source(7), column, most),
        await countBins(source(1_000), column, most),
      ];
      expect(reads).toBe(2);
      expect(parts?.groups).toEqual(whole?.groups);
      expect(parts?.rows).toBe(cells.length);
      expect(parts?.groups.reduce((sum, group) => sum + group.rows, 0)).toBe(cells.length);
    }),
    { numRuns: sizes.generatedCases },
  );
});
