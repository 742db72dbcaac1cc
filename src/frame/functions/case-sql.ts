/** The choice among values of one type in DuckDB's SQL. */
import { type DataType, type Field, Types } from "../../arrow.ts";
import { isArray } from "./sql-type.ts";

export interface Branch {
  readonly when: string;
  readonly value: string;
}

/**
 * The value of the first branch whose condition is true, or `otherwise`. DuckDB does not choose among values of its ARRAY,
 * bare or in a struct, so those are chosen as the one item of a list.
 */
export function caseSql(branches: readonly Branch[], otherwise: string, type: DataType): string {
  const isListed = holdsArray(type);
  const held = (sql: string) => (isListed ? `[${sql}]` : sql);
  const parts = branches.map(({ when, value }) => `WHEN ${when} THEN ${held(value)}`);
  const chosen = `(CASE ${parts.join(" ")} ELSE ${held(otherwise)} END)`;
  return isListed ? `list_extract(${chosen}, 1)` : chosen;
}

/** Bare or in structs: what a list holds is chosen with it. */
export function holdsArray(type: DataType): boolean {
  if (Types.isStruct(type)) return type.children.some((child: Field) => holdsArray(child.type));
  return isArray(type);
}
