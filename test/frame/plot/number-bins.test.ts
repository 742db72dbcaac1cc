import fc from "fast-check";
import { expect, test } from "vitest";
import { binOf, binStart, chooseBinWidth, finestOf, stepOf } from "../../../src/frame/plot/number-bins.ts";
import { chooseTimeUnit, nextUnit } from "../../../src/frame/plot/time-bins.ts";
import { sizes } from "../../sizes.ts";

const whole = { isWhole: true, rounding: 0 };
const double = { isWhole: false, rounding: 2 ** -50 };
const value = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e300, max: 1e300 }),
  fc.integer(),
);

test("at most so many ranges of a round width hold everything", () => {
  fc.assert(
    fc.property(value, value, fc.integer({ min: 2, max: 200 }), fc.boolean(), (a, b, most, isWhole) => {
      const [min, max] = [Math.min(a, b), Math.max(a, b)];
      const width = chooseBinWidth(min, max, most, isWhole ? whole : double);
      const step = stepOf(width);
      expect([step > 0, Number.isFinite(width.factor)]).toEqual([true, true]);
      // Powers of ten beyond these are rounded themselves.
      if (step > 1e-22 && step < 1e22) expect(String(step)).toMatch(/^[125]0*$|^0\.0*[125]$|^[125]e[+-]\d+$/);
      if (isWhole) expect(step).toBeGreaterThanOrEqual(1);
      const [first, last] = [binOf(width, min), binOf(width, max)];
      expect(last - first + 1).toBeLessThanOrEqual(most);
    }),
    { numRuns: sizes.generatedCases },
  );
});

test("the ends of ranges are the numbers people write", () => {
  const width = chooseBinWidth(0, 1, 12, double);
  expect(stepOf(width)).toBe(0.1);
  expect([0.1, 0.2, 0.3, 0.6, 0.7].map((at) => binOf(width, at))).toEqual([1, 2, 3, 6, 7]);
  expect([1, 2, 3, 6, 7].map((bin) => binStart(width, bin))).toEqual([0.1, 0.2, 0.3, 0.6, 0.7]);
  expect(stepOf(chooseBinWidth(1, 12, 40, whole))).toBe(1);
  expect(stepOf(chooseBinWidth(0, 10_000_000, 40, whole))).toBe(500_000);
  expect(stepOf(chooseBinWidth(5, 5, 40, double))).toBe(0.05);
});

test("as many ranges as asked for hold numbers from one round end to another, the last with its own end", () => {
  const rows = [
    [0, 100, 10, double],
    [0, 1, 10, double],
    [0.2, 0.8, 6, double],
    [-0.3, 0.4, 7, double],
    [-1e6, 1e6, 20, double],
    [0, 100, 10, whole],
    [-20, 20, 4, whole],
    [0, 7, 1, double],
  ] as const;
  for (const [min, max, most, precision] of rows) {
    const width = chooseBinWidth(min, max, most, precision);
    const [first, last] = [binOf(width, min), binOf(width, max)];
    expect([min, max, last - first + 1]).toEqual([min, max, most === 1 ? 1 : most]);
    expect(binStart(width, first)).toBeCloseTo(min, 9);
    if (most > 1) expect(binStart(width, last + 1)).toBeCloseTo(max, 9);
  }
  // Whole numbers with a range each have none that holds two.
  expect(binOf(chooseBinWidth(0, 10, 10, whole), 10)).toBe(5);
});

test("a number with decimals is in the range that it begins", () => {
  const most = 100;
  for (const [precision, round] of [
    [double, Number],
    [{ isWhole: false, rounding: 2 ** -22 }, Math.fround],
  ] as const) {
    const width = chooseBinWidth(-0.5, 0.49, most, precision);
    expect(stepOf(width)).toBe(0.01);
    const bins = Array.from({ length: most }, (_, index) => binOf(width, round((index - 50) / 100)));
    expect(bins).toEqual(Array.from({ length: most }, (_, index) => index - 50));
  }
});

test("every round width above another is a multiple of its finest part", () => {
  fc.assert(
    fc.property(value, value, fc.integer({ min: 2, max: 200 }), (a, b, most) => {
      const width = chooseBinWidth(Math.min(a, b), Math.max(a, b), most, double);
      const finest = finestOf(width);
      const parts = stepOf(width) / stepOf(finest);
      expect([1, 2, 5]).toContain(Math.round(parts));
      if (stepOf(width) > 1e-22 && stepOf(width) < 1e22)
        expect(String(stepOf(finest))).toMatch(/^10*$|^0\.0*1$|^1e[+-]\d+$/);
    }),
    { numRuns: sizes.generatedCases },
  );
});

test("times are put into the finest unit of which few enough lie between the ends", () => {
  const unit = (end: string, most = 100, isDate = false) =>
    chooseTimeUnit("2024-01-01T00:00:00.000Z", `${end}.000Z`, most, isDate);
  expect(unit("2024-01-01T00:01:00")).toBe("second");
  expect(unit("2024-01-02T00:00:00")).toBe("hour");
  expect(unit("2024-02-20T00:00:00")).toBe("day");
  expect(unit("2024-12-31T00:00:00")).toBe("week");
  expect(unit("2034-12-31T00:00:00", 100)).toBe("quarter");
  expect(unit("2924-12-31T00:00:00", 10)).toBe("year");
  expect(unit("2024-01-02T00:00:00", 100, true)).toBe("day");
});

test("the end of a unit is the beginning of the next", () => {
  const next = (day: string, unit: Parameters<typeof nextUnit>[1]) =>
    nextUnit(`${day}T00:00:00.000Z`, unit).slice(0, 10);
  expect(next("2024-02-01", "month")).toBe("2024-03-01");
  expect(next("2024-10-01", "quarter")).toBe("2025-01-01");
  expect(next("2024-01-01", "year")).toBe("2025-01-01");
  expect(next("2024-12-30", "week")).toBe("2025-01-06");
  expect(next("2024-02-28", "day")).toBe("2024-02-29");
});
