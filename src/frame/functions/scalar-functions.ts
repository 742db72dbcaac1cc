/**
 * The table of the functions of a row. A function is one entry: what it takes and gives, its form in DuckDB, its form in
 * Lance where that computes the same, and its words.
 */
import { DlfLanceError } from "../../errors.ts";
import { choiceFunctions } from "./choice-functions.ts";
import { encodingFunctions } from "./encoding-functions.ts";
import { floatFunctions } from "./float-functions.ts";
import { jsonFunctions } from "./json-functions.ts";
import { listFunctions } from "./list-functions.ts";
import { numberFunctions } from "./number-functions.ts";
import type { ScalarEntry } from "./scalar-entry.ts";
import { structFunctions } from "./struct-functions.ts";
import { textFunctions } from "./text-functions.ts";
import { timeFunctions } from "./time-functions.ts";
import { vectorFunctions } from "./vector-functions.ts";

const entries = {
  ...numberFunctions,
  ...textFunctions,
  ...timeFunctions,
  ...listFunctions,
  ...choiceFunctions,
  ...floatFunctions,
  ...encodingFunctions,
  ...structFunctions,
  ...vectorFunctions,
  ...jsonFunctions,
};

export type ScalarFunction = keyof typeof entries;

const scalarTable: Readonly<Record<ScalarFunction, ScalarEntry>> = entries;

export const scalarFunctions = Object.keys(entries) as readonly ScalarFunction[];

export function isScalarFunction(name: string): name is ScalarFunction {
  return Object.hasOwn(entries, name);
}

/** @throws DlfLanceError InvalidInput for a function that is not in the table. */
export function findScalar(name: string): ScalarEntry {
  if (isScalarFunction(name)) return scalarTable[name];
  throw new DlfLanceError("InvalidInput", `Cannot apply ${name}: no function has this name`);
}
