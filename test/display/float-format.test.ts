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
  ["small numbers next to a far larger one", [2509043760.5, 1.23456], ["2.50904e+9", "1.23456e+0"]],
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
          expect(mantissa.replace(/^0*\.?0*/, "").replace(".", "").length).toBeLessThanOrEqual(10);
        if (Math.abs(value) < 999 && Math.abs(value) > 0.001 && !Number.isInteger(value)) {
          const isNearlyWhole = Math.abs(value - Math.round(value)) < Math.abs(value) * 1e-5;
          if (!isNearlyWhole) expect(text).toContain(".");
        }
      }
    }),
    { numRuns: sizes.generatedCases },
  );
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
