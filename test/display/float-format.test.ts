import fc from "fast-check";
import { expect, test } from "vitest";
import { formatForDisplay } from "../../src/display/mime.ts";
import { chooseFloatFormat } from "../../src/display/text/float-format.ts";
import { sizes } from "../sizes.ts";
import { findAll, readMarkup, textOf } from "./read-markup.ts";

test.each([
  ["no more digits than needed", [1.6, 1.59, 1.57], ["1.60", "1.59", "1.57"]],
  ["errors of arithmetic are gone", [0.1 + 0.2, 0.5], ["0.3", "0.5"]],
  ["six digits of the largest", [1428.571428, 42.857142], ["1428.57", "42.86"]],
  ["three digits of the smaller ones", [1428.571428, 0.142857], ["1428.571", "0.143"]],
  ["no digit of a whole part is lost", [3179664.420000001, 1012.5], ["3179664", "1013"]],
  ["a fraction does not pass for a whole number", [2509043.76, 1.1], ["2509043.8", "1.1"]],
  [
    "a large number among many small ones",
    [3179664.42, 1.6, 1.59, 1.57],
    ["3179664.42", "1.60", "1.59", "1.57"],
  ],
  [
    "a small number among many large ones",
    [3e6, 2.5e6, 2e6, 1.5e6, 12.25],
    ["3000000.0", "2500000.0", "2000000.0", "1500000.0", "12.3"],
  ],
  ["small numbers next to a far larger one", [2509043760.5, 1.23456], ["2509043760.50", "1.23"]],
  ["numbers too far apart", [2509043760.5, 0.00123456], ["2.50904e+9", "1.23456e-3"]],
  [
    "a digit of a fraction next to a far larger sum",
    [123456789.123, 1.5, 2.25],
    ["123456789.1", "1.5", "2.3"],
  ],
  [
    "a narrow range far from zero",
    [1700000000.123, 1700000000.124, 1700000000.125],
    ["1700000000.123", "1700000000.124", "1700000000.125"],
  ],
  ["parts of a large number", [100000.25, 100000.5, 100000.75], ["100000.3", "100000.5", "100000.8"]],
  ["degrees of one street", [116.397428, 116.397429], ["116.397428", "116.397429"]],
  [
    "a narrow range next to a small number",
    [0.001234, 1000000.001, 1000000.002],
    ["0.00123", "1000000.00100", "1000000.00200"],
  ],
  ["a narrow range of very large numbers", [1e300, 1.0000001e300], ["1.0000000e+300", "1.0000001e+300"]],
  ["numbers that differ by errors of arithmetic", [1 / 3, 1 / 3 + 1e-16], ["0.333333", "0.333333"]],
  ["whole numbers", [1, 20, -3], ["1", "20", "-3"]],
  ["a negative zero and a zero", [-0, 0, 0.5], ["-0.0", "0.0", "0.5"]],
  ["nothing but zeros", [-0, 0], ["-0", "0"]],
  ["what is not finite", [Number.NaN, Number.POSITIVE_INFINITY, 1.25], ["NaN", "Infinity", "1.25"]],
  ["a wide range", [0.000123, 1234.5], ["0.000123", "1234.500000"]],
  ["a range too wide", [0.0000123, 1234.5], ["1.2300e-5", "1.2345e+3"]],
  ["zeros that would hide a number", [1e-9, 0.5], ["1e-9", "5e-1"]],
  ["all very small", [1e-7, 2e-7], ["1e-7", "2e-7"]],
  ["very large", [1e20, 3.5], ["1.0e+20", "3.5e+0"]],
  ["rounding to one digit more", [999999.96, 1500], ["1000000", "1500"]],
  ["nothing", [], []],
])("%s", (_what, values, texts) => {
  expect(values.map(chooseFloatFormat(values))).toEqual(texts);
});

test("all numbers of a column have their points below each other, and none of them vanishes", () => {
  const numbers = fc.array(fc.oneof(fc.double(), fc.double({ min: -1e6, max: 1e6 }), fc.float()), {
    minLength: 1,
  });
  fc.assert(
    fc.property(numbers, (values) => {
      const format = chooseFloatFormat(values);
      const finite = values.filter((value) => Number.isFinite(value));
      const texts = finite.map(format);
      const scientific = texts.filter((text) => text.includes("e")).length;
      if (scientific === 0) {
        expect(new Set(texts.map((text) => text.split(".")[1]?.length ?? 0)).size).toBeLessThanOrEqual(1);
      }
      for (const [at, value] of finite.entries()) {
        const text = texts[at] ?? "";
        if (value !== 0) expect(Number(text)).not.toBe(0);
        expect(text.startsWith("-")).toBe(value < 0 || Object.is(value, -0));
        const mantissa = text.replace(/e.*/, "").replace(/^-/, "");
        if (mantissa.includes("."))
          expect(mantissa.replace(/^0*\.?0*/, "").replace(".", "").length).toBeLessThanOrEqual(13);
        if (Math.abs(value) < 999 && Math.abs(value) > 0.001 && !Number.isInteger(value)) {
          const isNearlyWhole = Math.abs(value - Math.round(value)) < Math.abs(value) * 1e-5;
          if (!isNearlyWhole) expect(text).toContain(".");
        }
      }
    }),
    { numRuns: sizes.generatedCases },
  );
});

test("numbers of a narrow range are told apart, wherever it is", () => {
  const range = fc.record({
    base: fc.double({ min: 1, max: 1e9, noNaN: true }),
    step: fc.double({ min: 1e-10, max: 1e-3, noNaN: true }),
    count: fc.integer({ min: 2, max: 20 }),
  });
  fc.assert(
    fc.property(range, ({ base, step, count }) => {
      const values = Array.from({ length: count }, (_, at) => base * (1 + at * step));
      expect(new Set(values.map(chooseFloatFormat(values))).size).toBe(count);
    }),
    // Rounded to the digits that tell, and then to those that are shown, two of these are one.
    { numRuns: sizes.generatedCases, examples: [[{ base: 641635.372921623, step: 1e-10, count: 3 }]] },
  );
});

test("a few numbers alike among many keep the digits of the others", () => {
  const values = Array.from({ length: 500 }, (_, at) => ((at * 7919) % 500) / 500 + 1e-9 * (at % 2));
  values.push(0.5000001, 0.50000011);
  const format = chooseFloatFormat(values);
  expect(format(0.25)).toBe("0.250");
});

test("the exact number is in the title of its cell, where it is rounded", async () => {
  const bundle = await formatForDisplay([{ n: 3179664.420000001 }, { n: 2 }]);
  const [first, second] = findAll(readMarkup(String(bundle["text/html"])), "td");
  if (first === undefined || second === undefined) throw new Error("no cells");
  expect(textOf(first)).toBe("3179664");
  expect(findAll(first, "span")[0]?.attributes.get("title")).toBe("3179664.420000001");
  expect(textOf(second)).toBe("2");
  expect(findAll(second, "span")).toEqual([]);
});
