/** What Lance can address of a table: a column, or a field of a struct in one. */
import { type Field, Types } from "../../../arrow.ts";
import type { ExpressionNode } from "../../expression/expression-node.ts";
import { type ColumnKind, kindOf } from "../../types/column-kind.ts";

/** The field of a column of the table, or undefined when there is none. */
export type FindTableField = (column: string) => Field | undefined;

export interface Place {
  /** In Lance's SQL. A field of a struct that is null is null. */
  readonly sql: string;
  readonly field: Field;
  readonly kind: ColumnKind;
}

/** Undefined for anything else, and for a field whose name Lance cannot address. */
export function findPlace(node: ExpressionNode, find: FindTableField): Place | undefined {
  if (node.node === "column") {
    const field = find(node.name);
    return field && { sql: nameSql(node.name), field, kind: comparedKind(field) };
  }
  if (node.node !== "field" || node.name === "" || node.name.includes("`")) return undefined;
  const struct = findPlace(node.operand, find);
  if (struct === undefined || !Types.isStruct(struct.field.type)) return undefined;
  const [field, ...others] = struct.field.type.children.filter(({ name }: Field) => name === node.name);
  if (field === undefined || others.length > 0) return undefined;
  return { sql: `${struct.sql}.${nameSql(node.name)}`, field, kind: comparedKind(field) };
}

/** Lance compares a float16 with nothing but a float16. */
function comparedKind(field: Field): ColumnKind {
  const kind = kindOf(field);
  return kind.kind === "float" && kind.bitWidth === 16 ? { kind: "other" } : kind;
}

/** Names in backticks. One that holds a backtick never comes here: Lance cannot read such a column at all. */
export function nameSql(name: string): string {
  return `\`${name.replaceAll("`", "``")}\``;
}
