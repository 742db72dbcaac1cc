/** Rows of a statement: their columns are numbered, and their place can be one of them. */
import { type DataType, type Field, Types } from "../../../arrow.ts";
import { DlfLanceError } from "../../../errors.ts";
import type { ExpressionNode, SortKey } from "../../expression/expression-node.ts";
import { type Scope, writeOperand } from "../../functions/expression-sql.ts";
import { typeSql } from "../../functions/sql-type.ts";
import { isCarriedInOrder } from "../../types/carried-type.ts";
import { kindOf } from "../../types/column-kind.ts";

export interface SqlRows {
  /** A query whose columns are `c0`, `c1`, … */
  readonly sql: string;
  /** What the columns stand for. */
  readonly fields: readonly Field[];
  /** Whether it also has the place of each row, as `rn`. */
  readonly isNumbered?: boolean;
}

export function scopeOf({ fields }: SqlRows, alias: string): Scope {
  const places = new Map(fields.map(({ name }, index) => [name, index]));
  return {
    field(column) {
      const field = fields[places.get(column) ?? -1];
      if (field !== undefined) return field;
      throw new DlfLanceError("Internal", `Cannot read column ${column}: it is missing; report this`);
    },
    sql: (column) => `${alias}.c${places.get(column)}`,
  };
}

/** Rows without columns have one that says nothing. */
export function columnList(count: number): string {
  return count === 0 ? "1" : Array.from({ length: count }, (_, index) => `c${index}`).join(", ");
}

/** The rows with their place in the order of the input, as `rn`. */
export function numbered({ sql, isNumbered }: SqlRows): string {
  return isNumbered === true
    ? `FROM (${sql}) AS q`
    : `FROM (SELECT *, row_number() OVER () AS rn FROM (${sql}) AS p) AS q`;
}

export function orderSql(keys: readonly SortKey[], scope: Scope): string {
  return keys
    .map(({ expression, descending, nullsFirst }) => {
      const direction = `${descending ? "DESC" : "ASC"} NULLS ${nullsFirst ? "FIRST" : "LAST"}`;
      return `${keySql(expression, scope)} ${direction}`;
    })
    .join(", ");
}

/**
 * A key of a sort or a partition. DuckDB restores the column of a key from what it compares, where 0 stands for -0: so
 * what is compared is not the column itself.
 */
export function keySql(node: ExpressionNode, scope: Scope): string {
  if (node.node === "column" && isCarriedInOrder(scope.field(node.name).type)) return scope.sql(node.name);
  const { sql, field } = writeOperand(node, scope);
  if (node.node !== "column" || !holdsFloats(field.type)) return sql;
  return kindOf(field).kind === "float"
    ? `(${sql} + CAST(0 AS ${typeSql(field.type)}))`
    : `(CASE WHEN ${sql} IS NOT NULL THEN [${sql}] END)`;
}

export function holdsFloats(type: DataType): boolean {
  return Types.isFloat(type) || (type.children ?? []).some((child: Field) => holdsFloats(child.type));
}
