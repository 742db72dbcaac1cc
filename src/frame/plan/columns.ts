/** Columns by name: found, named twice, made unique. */
import type { Field } from "../../arrow.ts";
import { DlfLanceError } from "../../errors.ts";
import { findNearest } from "../../nearest.ts";
import { describeName } from "../expression/describe-expression.ts";
import type { FindField } from "../functions/infer-type.ts";
import { namePlan, type Plan } from "./plan.ts";

const shownColumns = 40;

/** Finds fields among those of a plan's result. It throws TableColumnNotFound naming the nearest and the others. */
export function finder(fields: readonly Field[], plan: Plan): FindField {
  const byName = new Map(fields.map((field) => [field.name, field]));
  return (column) => {
    const field = byName.get(column);
    if (field !== undefined) return field;
    const names = [...byName.keys()];
    const nearest = findNearest(column, names);
    throw new DlfLanceError(
      "TableColumnNotFound",
      `Cannot read ${namePlan(plan)}: no column named ${describeName(column)}; ` +
        `${nearest === undefined ? "the columns are" : `did you mean ${describeName(nearest)}? The columns are`} ${listNames(names)}`,
    );
  };
}

/** @throws DlfLanceError InvalidInput naming the column that two things are called. */
export function refuseSameNames(names: readonly string[], action: string, next: string): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) {
      throw new DlfLanceError(
        "InvalidInput",
        `Cannot ${action}: two columns would be called ${describeName(name)}; ${next}.`,
      );
    }
    seen.add(name);
  }
}

/** The name, or one like it that is not taken; it is taken from then on. */
export function takeName(name: string, taken: Set<string>): string {
  let free = name;
  for (let count = 2; taken.has(free); count++) free = `${name}_${count}`;
  taken.add(free);
  return free;
}

export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, shownColumns).map(describeName);
  if (names.length > shownColumns) shown.push(`… ${names.length - shownColumns} more`);
  return shown.join(", ");
}
