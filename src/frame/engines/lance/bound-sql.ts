import type { FloatKind, TickKind } from "../../types/column-kind.ts";
import { floatSql } from "./filter-sql.ts";
import { nameSql } from "./place.ts";
import { tickSql } from "./tick-sql.ts";

export interface Bound {
  readonly from: "gte" | "lte";
  /** A float for a float column, else a value in the column's own unit and range. */
  readonly value: number | bigint;
}

/** True for the values of a column from a bound on, and for null or not. @param bound none: for null alone */
export function boundSql(
  column: string,
  kind: TickKind | FloatKind,
  bound: Bound | undefined,
  withNull: boolean,
): string {
  const name = nameSql(column);
  const conditions = withNull ? [`${name} IS NULL`] : [];
  if (bound !== undefined) {
    const constant =
      kind.kind === "float" ? floatSql(Number(bound.value)) : tickSql(BigInt(bound.value), kind);
    conditions.unshift(`${name} ${bound.from === "gte" ? ">=" : "<="} ${constant}`);
  }
  return conditions.join(" OR ");
}
