import { DlfLanceError } from "../../errors.ts";
import { z } from "../../zod.ts";

export type Access = "read" | "write";

/**
 * The tables that an identity may use, each as `database.table`, `database.*` or `*`. Who may write may also read;
 * `write` on `database.*` covers the database itself.
 */
export interface AccessGrants {
  readonly read?: readonly string[];
  readonly write?: readonly string[];
}

/** Who sent a request to the catalog, proven by its signature. */
export type CatalogPrincipal =
  | { readonly kind: "owner" }
  | { readonly kind: "identity"; readonly name: string; readonly grants: Required<AccessGrants> };

const pattern = z.string().regex(/^(?:\*|[^.*]+\.(?:\*|[^*]+))$/, "expected database.table, database.* or *");
const patterns = z.array(pattern).default([]);

/** Reads what is stored and checks what is asked for. */
export const grantsSchema = z.strictObject({ read: patterns, write: patterns });

/** @throws DlfLanceError InvalidInput naming the pattern */
export function parseGrants(name: string, grants: AccessGrants): Required<AccessGrants> {
  const parsed = grantsSchema.safeParse(grants);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const message = `Cannot grant access to ${name}: ${issue?.path.join(".")}: ${issue?.message}`;
  throw new DlfLanceError("InvalidInput", message);
}

/** True if the principal may read or write a table; with the table `*`, every table of the database. */
export function mayAccess(
  principal: CatalogPrincipal,
  access: Access,
  database: string,
  table: string,
): boolean {
  if (principal.kind === "owner") return true;
  const { read, write } = principal.grants;
  const granted = access === "write" ? write : [...read, ...write];
  return granted.some((one) => one === "*" || one === `${database}.*` || one === `${database}.${table}`);
}

/** True if the principal may read anything in a database, and so may know of it. */
export function mayKnowDatabase(principal: CatalogPrincipal, database: string): boolean {
  if (principal.kind === "owner") return true;
  const { read, write } = principal.grants;
  return [...read, ...write].some((one) => one === "*" || one.startsWith(`${database}.`));
}
