/** Columns by name: found, named twice, made unique. */
import type { Field } from "../../arrow.ts";
import { DlfLanceError } from "../../errors.ts";
import { findNearest } from "../../nearest.ts";
import { describeName } from "../expression/describe-expression.ts";
import type { FindField } from "../functions/infer-type.ts";
import { namePlan, type Plan } from "./plan.ts";

const shownColumns = 40;

/**
 * Finds fields among those of a plan's result. It throws TableColumnNotFound naming the nearest and the others.
 * @param use the plan that is read; or what they are for, such as `update default.orders`
 */
export function finder(fields: readonly Field[], use: Plan | string): FindField {
  const byName = new Map(fields.map((field) => [field.name, field]));
  return (column) => {
    const field = byName.get(column);
    if (field !== undefined) return field;
    const names = [...byName.keys()];
    const nearest = findNearest(column, names);
    const next =
      adviseOn(column, byName) ??
      `${nearest === undefined ? "the columns are" : `did you mean ${describeName(nearest)}? The columns are`} ${listNames(names)}`;
    throw new DlfLanceError(
      "TableColumnNotFound",
      `Cannot ${typeof use === "string" ? use : `read ${namePlan(use)}`}: no column named ${describeName(column)}; ${next}`,
    );
  };
}

/** What to write instead of a text that is meant as more than a name. */
function adviseOn(text: string, fields: ReadonlyMap<string, Field>): string | undefined {
  const quote = (part: string) => JSON.stringify(part);
  if (text === "*") return "leave select() out to keep all columns";
  if (/^(?:asc|desc)(?:ending)?$/i.test(text)) return 'to sort downward, pass { by: "…", descending: true }';
  const [, minus, sorted = "", direction] = /^(-)?(.*?)(?:\s+(asc|desc))?$/is.exec(text) ?? [];
  if (fields.has(sorted)) {
    const isDown = minus !== undefined || direction?.toLowerCase() === "desc";
    return isDown ? `pass { by: ${quote(sorted)}, descending: true }` : `pass ${quote(sorted)}`;
  }
  const [, parent = "", path = ""] = /^([^.]+)\.(.+)$/s.exec(text) ?? [];
  if (fields.has(parent)) {
    const steps = path.split(".").map((part) => `.field(${quote(part)})`);
    return `for a field of a struct, write col(${quote(parent)})${steps.join("")}`;
  }
  const [, renamed = "", alias = ""] = /^(.+?)\s+as\s+(\w+)$/is.exec(text) ?? [];
  if (fields.has(renamed)) return `write col(${quote(renamed)}).as(${quote(alias)})`;
  const parts = text.split(",").map((part) => part.trim());
  if (parts.length > 1 && parts.every((part) => fields.has(part)))
    return `pass the names one by one: ${parts.map(quote).join(", ")}`;
  const words = /[-+*/%()<>=|]/.test(text) ? (text.match(/[\p{L}_][\p{L}\p{N}_]*/gu) ?? []) : [];
  const known = words.find((word) => fields.has(word));
  if (known === undefined) return undefined;
  return `it reads as an expression; compute it with col(${quote(known)}) and its methods, or with sql\`…\``;
}

/** @throws DlfLanceError InvalidInput naming the column that two things are called. */
export function refuseSameNames(names: readonly string[], action: string, next: string): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) {
      throw new DlfLanceError(
        "InvalidInput",
        `Cannot ${action}: two columns would be called ${describeName(name)}; ${next}`,
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
