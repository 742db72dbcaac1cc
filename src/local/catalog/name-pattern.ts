import { badRequest } from "./catalog-error.ts";

/** Which names a listing wants. */
export interface NameFilter {
  readonly kind: "all" | "prefix" | "exact";
  readonly text: string;
}

/**
 * Reads the catalog's name pattern: SQL LIKE with `%` at the end only, and `\` before a character to be taken
 * as it is.
 *
 * @throws CatalogError 400 for any other pattern
 */
export function parseNamePattern(pattern: string | undefined): NameFilter {
  if (pattern === undefined || pattern.trim() === "") return { kind: "all", text: "" };
  const match = /^((?:[^%\\]|\\.)*)(%*)$/su.exec(pattern);
  if (match === null) throw badRequest("Can only support prefix sql like pattern query now.");
  const text = (match[1] ?? "").replace(/\\(.)/gsu, "$1");
  return { kind: match[2] === "" ? "exact" : "prefix", text };
}
