import type { Schema } from "../../arrow.ts";
import { fieldTypeName } from "../../display/arrow/type-name.ts";
import { findNearest } from "../../nearest.ts";
import type { ColumnProblem } from "./column-problem.ts";

/** What the names of the given columns alone show of a misfit: columns too many, required ones that are missing. */
export function compareNames(given: readonly string[], schema: Schema): ColumnProblem[] {
  const known = schema.fields.map((field) => field.name);
  const extra = given
    .filter((name) => !known.includes(name))
    .map((name) => ({
      column: name,
      have: "the table has no such column",
      fix: suggestColumn(name, known),
    }));
  const repeated = given
    .filter((name, index) => given.indexOf(name) !== index)
    .map((name) => ({
      column: name,
      have: "it is given twice",
      fix: "rename one of the two",
    }));
  const missing = schema.fields
    .filter((field) => !field.nullable && !given.includes(field.name))
    .map((field) => ({
      column: field.name,
      have: "it is missing",
      want: `${fieldTypeName(field)}, not null`,
      fix: "add its values",
    }));
  return [...extra, ...repeated, ...missing];
}

function suggestColumn(name: string, known: readonly string[]): string {
  const near = findNearest(name.trim(), known);
  return near === undefined ? `leave it out; the table has ${known.join(", ")}` : `rename it to ${near}`;
}
