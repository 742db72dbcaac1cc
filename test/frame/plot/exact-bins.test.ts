/** Charts of whole numbers and decimals that doubles would round: every bar counts the values of its range. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { arrow, type DataType } from "../../../src/arrow.ts";
import type { Chart } from "../../../src/chart/chart.ts";
import { addExactly, showExactly } from "../../../src/chart/exact-axis.ts";
import { formatUnscaled } from "../../../src/display/text/number-text.ts";
import { Frame } from "../../../src/frame/frame.ts";
import { chooseExactBins } from "../../../src/frame/plot/exact-bins.ts";
import type { PlotOptions } from "../../../src/frame/plot/plot-options.ts";
import { sizes } from "../../sizes.ts";
import { buildTable } from "../sample-table.ts";

interface Drawn {
  readonly type: DataType;
  /** In units of the last digit. */
  readonly cells: readonly bigint[];
}

const cases = Math.ceil(sizes.generatedCases / 2);
const scaleOf = (type: DataType) => (arrow.DataType.isDecimal(type) ? type.scale : 0);
const ends: readonly (readonly [type: DataType, min: bigint, max: bigint])[] = [
  [new arrow.Int64(), -(2n ** 63n), 2n ** 63n - 1n],
  [new arrow.Uint64(), 0n, 2n ** 64n - 1n],
  [new arrow.Decimal(0, 38, 128), -(10n ** 38n) + 1n, 10n ** 38n - 1n],
  [new arrow.Decimal(2, 38, 128), -(10n ** 38n) + 1n, 10n ** 38n - 1n],
  [new arrow.Decimal(10, 28, 128), -(10n ** 28n) + 1n, 10n ** 28n - 1n],
  [new arrow.Decimal(30, 38, 128), -(10n ** 38n) + 1n, 10n ** 38n - 1n],
];

/** Values around one another, from a few units to all of the type apart; often at multiples of powers of ten. */
const columns: fc.Arbitrary<Drawn> = fc.constantFrom(...ends).chain(([type, min, max]) => {
  const base = fc.oneof(
    fc.bigInt({ min, max }),
    fc.constantFrom(min, max, 2n ** 53n, -(2n ** 53n), 10n ** 17n),
  );
  const reach = fc.oneof(
    fc.integer({ min: 1, max: 40 }).map(BigInt),
    fc.integer({ min: 1, max: 37 }).map((digits) => 10n ** BigInt(digits)),
  );
  return fc.tuple(base, reach).chain(([middle, far]) => {
    const step = far / 40n || 1n;
    const near = fc.oneof(
      fc.bigInt({ min: middle - far, max: middle + far }),
      // Just below, at and just above round numbers.
      fc
        .tuple(fc.bigInt({ min: -40n, max: 40n }), fc.bigInt({ min: -1n, max: 1n }))
        .map(([at, beside]) => (middle / step) * step + at * step + beside),
    );
    const fitted = near.map((value) => {
      if (value < min) return min;
      return value > max ? max : value;
    });
    return fc.array(fitted, { minLength: 1, maxLength: 60 }).map((cells) => ({ type, cells }));
  });
});

function frameOf({ type, cells }: Drawn) {
  return Frame.of(
    buildTable([
      { name: "n", type, cells },
      { name: "part", type: new arrow.Utf8(), cells: cells.map((_, at) => (at % 3 === 0 ? "a" : "b")) },
      { name: "small", type: new arrow.Int32(), cells: cells.map((_, at) => at % 5) },
    ] as never),
    "test.rows",
  );
}

interface Mark {
  readonly x: number;
  readonly x2: number;
  readonly y: number | string;
  readonly exactX?: string;
  readonly color?: number;
}

function marksOf({ spec }: Chart): readonly Mark[] {
  const inner = (Array.isArray(spec.vconcat) ? spec.vconcat[0] : spec) as { data: { values: Mark[] } };
  return inner.data.values;
}

/** Where a mark begins and ends, as its label says, in units a thousand times as fine as those of the values. */
function rangeOf({ x, x2, exactX }: Mark, { type }: Drawn): readonly [begin: bigint, end: bigint] {
  const read = (text: string) => {
    const [whole = "", fraction = ""] = text.replaceAll(",", "").split(".");
    return BigInt(whole + fraction.padEnd(scaleOf(type) + 3, "0"));
  };
  const [begin = "", end] =
    exactX === undefined ? [x, x2].map((value) => addExactly("0", value)) : exactX.split(" – ");
  // A bar of one whole number is labelled with that number.
  return end === undefined ? [read(begin) - 500n, read(begin) + 500n] : [read(begin), read(end)];
}

function countsHere(marks: readonly Mark[], drawn: Drawn): number[] {
  const ranges = marks.map((mark) => rangeOf(mark, drawn));
  const last = ranges
    .map(([, end]) => end)
    .toSorted((a, b) => Number(a - b))
    .at(-1);
  return ranges.map(
    ([begin, end]) =>
      drawn.cells.filter((cell) => {
        const fine = cell * 1000n;
        return fine >= begin && (fine < end || (fine === end && end === last));
      }).length,
  );
}

test("every bar of a histogram counts the values between the ends it is labelled with", async () => {
  await fc.assert(
    fc.asyncProperty(columns, fc.constantFrom(undefined, 1, 7, 20, 300), async (drawn, bins) => {
      const options: PlotOptions = { x: "n", kind: "histogram", ...(bins === undefined ? {} : { bins }) };
      const marks = marksOf(await frameOf(drawn).plot(options));
      expect(marks.map(({ y }) => y)).toEqual(countsHere(marks, drawn));
      expect(marks.reduce((sum, { y }) => sum + Number(y), 0)).toBe(drawn.cells.length);
      expect(new Set(marks.map((mark) => String(rangeOf(mark, drawn)))).size).toBe(marks.length);
    }),
    { numRuns: cases },
  );
});

test("so do panels, parts of bars and tiles", async () => {
  const kinds: readonly PlotOptions[] = [
    { x: "n", kind: "histogram", column: "part" },
    { x: "n", kind: "histogram", color: "part" },
    { x: "n", y: "small", kind: "heatmap" },
  ];
  await fc.assert(
    fc.asyncProperty(columns, fc.constantFrom(...kinds), async (drawn, options) => {
      const marks = marksOf(await frameOf(drawn).plot(options));
      const byRange = new Map<string, Mark>();
      for (const mark of marks) {
        const [name, rows] = [
          String(rangeOf(mark, drawn)),
          Number(options.y === undefined ? mark.y : mark.color),
        ];
        byRange.set(name, { ...mark, y: Number(byRange.get(name)?.y ?? 0) + rows });
      }
      const whole = [...byRange.values()];
      expect(whole.map(({ y }) => y)).toEqual(countsHere(whole, drawn));
      expect(whole.reduce((sum, { y }) => sum + Number(y), 0)).toBe(drawn.cells.length);
    }),
    { numRuns: cases },
  );
});

test("round ranges of whole units hold all values, and are as narrow as they can be", () => {
  const any = fc.bigInt({ min: -(10n ** 37n), max: 10n ** 37n });
  fc.assert(
    fc.property(any, any, fc.integer({ min: 2, max: 5_000 }), (a, b, most) => {
      const [min, max] = a < b ? [a, b] : [b, a];
      const { width, first, last, isClosed } = chooseExactBins({ min, max }, most);
      expect(String(width)).toMatch(/^[125]0*$/);
      expect(first * width <= min && min < (first + 1n) * width).toBe(true);
      expect(max >= last * width && max < (last + 1n) * width + (isClosed ? 1n : 0n)).toBe(true);
      expect(last - first < BigInt(most)).toBe(true);
      const narrower = String(width).startsWith("5") ? (width * 2n) / 5n : width / 2n;
      if (narrower > 0n) expect((max - min) / narrower >= BigInt(most) - 1n).toBe(true);
    }),
    { numRuns: cases },
  );
});

test("consecutive numbers beyond 2^53 have a bar each, and its axis and words are exact", async () => {
  const cells = Array.from({ length: 10 }, (_, at) => 2n ** 53n + BigInt(at));
  const chart = await frameOf({ type: new arrow.Int64(), cells }).plot({ x: "n" });
  expect(marksOf(chart).map(({ y }) => y)).toEqual(cells.map(() => 1));
  expect(chart.description).toContain("x: n, from 9,007,199,254,740,992 to 9,007,199,254,741,001");
  for (const cell of cells) expect(chart.description).toContain(`  ${showExactly(String(cell), 0)} █`);
  const svg = await chart.svg();
  expect(svg).toContain(">9,007,199,254,740,995<");
  expect(svg).toContain("n: 9,007,199,254,740,993; rows: 1");
  expect(svg.replaceAll(/9,007,199,254,74\d,\d{3}/g, "")).not.toMatch(/4[01],?9\d\d/);
});

test("a range of color is named by all digits", async () => {
  const cells = Array.from({ length: 40 }, (_, at) => 2n ** 60n + BigInt(at));
  const chart = await frameOf({ type: new arrow.Int64(), cells }).plot({
    x: "small",
    color: "n",
    kind: "bar",
  });
  expect(chart.description).toContain("1152921504606846970 – 1152921504606846979");
});

test("sums of an origin and a distance have all their digits", () => {
  expect(addExactly("9007199254740992", 1)).toBe("9007199254740993");
  expect(addExactly("123456789012345678901.25", -0.05)).toBe("123456789012345678901.2");
  expect(addExactly("-100", 1e-7)).toBe("-99.9999999");
  expect(addExactly("5", 1e21)).toBe("1000000000000000000005");
  expect(showExactly("-1234567", -0.5)).toBe("-1,234,567.5");
  expect(formatUnscaled(0n, 2)).toBe("0.00");
});
