/** Names of tables and namespaces, from the catalog's listing. */
import type { NamePlace } from "../source/table-names.ts";
import { readEscapes } from "../source/text-literal.ts";
import type { Completion, Completions } from "./checker.ts";
import { inQuotes } from "./in-quotes.ts";

/** Above so many tables their namespaces are offered, each up to its dot. */
const mostTables = 500;

/** What begins with what is typed. */
export function completeTables(names: readonly string[], typed: string): readonly Completion[] {
  const start = typed.toLowerCase();
  const found = names.filter((name) => name.toLowerCase().startsWith(start));
  if (found.length <= mostTables) return found.sort().map((text) => ({ text, kind: "table" }));
  const namespaces = new Set(found.map((name) => name.slice(0, name.indexOf(".") + 1)));
  // One namespace that is typed already leads no further.
  if (namespaces.size === 1) return found.sort().map((text) => ({ text, kind: "table" }));
  return [...namespaces].sort().map((text) => ({ text, kind: "namespace" }));
}

/** For the cursor in a text that names a table or a namespace. */
export function completeNames(
  names: readonly string[],
  { of, start }: NamePlace,
  code: string,
  offset: number,
): Completions {
  const quote = code.charAt(start - 1);
  const typed = readEscapes(code.slice(start, offset));
  if (of === "table") return inQuotes({ start, end: offset, matches: completeTables(names, typed) }, quote);
  const namespaces = new Set(names.map((name) => name.slice(0, name.indexOf("."))));
  const matches = [...namespaces]
    .filter((name) => name.toLowerCase().startsWith(typed.toLowerCase()))
    .sort()
    .map((text): Completion => ({ text, kind: "namespace" }));
  return inQuotes({ start, end: offset, matches }, quote);
}
