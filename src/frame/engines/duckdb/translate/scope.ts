/** Which column a name of a query stands for. */
import { type Field, Types } from "../../../../arrow.ts";
import type { ExpressionNode } from "../../../expression/expression-node.ts";
import { isSameName } from "../statements/statement-selects.ts";
import type { Columns, QueryColumn } from "./columns.ts";
import { refusePart } from "./refuse-part.ts";

export interface Scope {
  readonly columns: readonly QueryColumn[];
  /** The query around it, where a subquery may read that. */
  readonly outer?: Scope | undefined;
}

/** `column`, `table.column`, `schema.table.column`, and fields of structs behind these. Undefined where there is none. */
export function findColumn(
  path: readonly string[],
  scope: Scope,
  columns: Columns,
): ExpressionNode | undefined {
  const own = findOwn(path, scope, columns);
  if (own !== undefined || scope.outer === undefined) return own;
  return findColumn(path, scope.outer, columns);
}

function findOwn(path: readonly string[], scope: Scope, columns: Columns): ExpressionNode | undefined {
  const [first = "", second, third] = path;
  const named = (name: string | undefined, test: (column: QueryColumn) => boolean) =>
    name === undefined
      ? []
      : scope.columns.filter((column) => isSameName(column.name ?? "", name) && test(column));
  const candidates = [
    [named(third, ({ table, schema }) => isSameName(first, schema) && isSameName(second ?? "", table)), 3],
    [named(second, ({ table }) => isSameName(first, table)), 2],
    [named(first, ({ isQualified }) => isQualified !== true), 1],
  ] as const;
  const [found, length] = candidates.find(([all]) => all.length > 0) ?? [[], 0];
  const [column, ...others] = found;
  if (column === undefined) return undefined;
  if (others.length > 0) throw refusePart(`${path.join(".")}, which is the name of several columns,`);
  return path.slice(length).reduce<ExpressionNode>((operand, name) => takeField(operand, name, columns), {
    node: "column",
    name: column.id,
  });
}

export function takeField(operand: ExpressionNode, written: string, columns: Columns): ExpressionNode {
  const { type } = columns.fieldOf(operand);
  const fields: readonly Field[] = Types.isStruct(type) ? type.children : [];
  const [field, ...others] = fields.filter(({ name }) => isSameName(name, written));
  if (field === undefined || others.length > 0) throw refusePart(`the field ${written}`);
  return { node: "field", operand, name: field.name };
}
