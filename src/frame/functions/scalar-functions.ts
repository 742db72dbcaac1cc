/**
 * The table of the functions of a row. A function is one entry: what it takes and gives, its form in DuckDB, its form in
 * Lance where that computes the same, and its words.
 */
import type { ScalarFunction } from "../expression/expression-node.ts";
import { choiceFunctions } from "./choice-functions.ts";
import { listFunctions } from "./list-functions.ts";
import { numberFunctions } from "./number-functions.ts";
import type { ScalarEntry } from "./scalar-entry.ts";
import { textFunctions } from "./text-functions.ts";
import { timeFunctions } from "./time-functions.ts";

export const scalarTable: Readonly<Record<ScalarFunction, ScalarEntry>> = {
  ...numberFunctions,
  ...textFunctions,
  ...timeFunctions,
  ...listFunctions,
  ...choiceFunctions,
};
