/** Functions that give float64. Where DuckDB raises an error where the result is not a real number, the result is NaN. */
import type { LiteralNode } from "../expression/literal.ts";
import { doubleSql, float64 } from "./operand.ts";
import { constantOf, first, type Kind, type ScalarEntry, second } from "./scalar-entry.ts";

const numbers: readonly Kind[] = ["integer", "float", "decimal"];

/** @param domain where it is a real number, of the value `x`; everywhere when left out */
function float(name: string, domain?: (x: string) => string): ScalarEntry {
  return {
    takes: [numbers],
    gives: float64,
    duckdb: (call) => {
      const x = doubleSql(first(call));
      const value = `${name}(${x})`;
      return domain === undefined
        ? value
        : `(CASE WHEN ${x} IS NULL THEN NULL WHEN ${domain(x)} THEN ${value} ELSE 'nan'::DOUBLE END)`;
    },
  };
}

const isReal = (x: string) => `isfinite(${x})`;
const isWithinOne = (x: string) => `${x} BETWEEN -1 AND 1`;

const base = {
  constant: ({ type, text }: LiteralNode) =>
    (type === "number" || type === "integer") && Number(text) > 0 && Number(text) !== 1,
  what: "a number above 0 other than 1",
};

export const floatFunctions = {
  cbrt: float("cbrt"),
  sin: float("sin", isReal),
  cos: float("cos", isReal),
  tan: float("tan", isReal),
  cot: float("cot", (x) => `${isReal(x)} AND ${x} <> 0`),
  asin: float("asin", isWithinOne),
  acos: float("acos", isWithinOne),
  atan: float("atan"),
  sinh: float("sinh"),
  cosh: float("cosh"),
  tanh: float("tanh"),
  asinh: float("asinh"),
  acosh: float("acosh", (x) => `${x} >= 1`),
  atanh: float("atanh", isWithinOne),
  degrees: float("degrees"),
  radians: float("radians"),
  atan2: {
    takes: [numbers, numbers],
    gives: float64,
    duckdb: (call) => `atan2(${doubleSql(first(call))}, ${doubleSql(second(call))})`,
  },
  log: {
    takes: [numbers, base],
    gives: float64,
    duckdb: (call) => {
      const x = doubleSql(first(call));
      return `(CASE WHEN ${x} < 0 THEN 'nan'::DOUBLE WHEN ${x} = 0 THEN ${Number(constantOf(call, 1)) > 1 ? "'-infinity'" : "'infinity'"}::DOUBLE ELSE ln(${x}) / ln(${Number(constantOf(call, 1))}::DOUBLE) END)`;
    },
  },
} as const satisfies Readonly<Record<string, ScalarEntry>>;
