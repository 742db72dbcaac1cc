/** `*`, `table.*`, and these without some columns or with others in their place. */
import type { ExpressionNode } from "../../../expression/expression-node.ts";
import { isSameName } from "../statements/statement-selects.ts";
import type { Binder } from "./binder.ts";
import type { QueryColumn } from "./columns.ts";
import { refusePart } from "./refuse-part.ts";
import type { Scope } from "./scope.ts";
import { expectAbsent, type Tree, textAt, textsAt, treeAt, treesAt } from "./tree.ts";

export function expandStar(
  star: Tree,
  { columns }: Scope,
  bind: Binder,
): readonly { readonly name: string | undefined; readonly node: ExpressionNode }[] {
  expectAbsent(star, "expr", "COLUMNS(…)", "name the columns");
  expectAbsent(star, "columns", "COLUMNS(*)", "name the columns");
  expectAbsent(star, "rename_list", "RENAME of *", "name the columns");
  expectAbsent(star, "qualified_exclude_list", "EXCLUDE of a qualified name", "leave the table's name out");
  const table = textAt(star, "relation_name");
  const excluded = textsAt(star, "exclude_list");
  const replaced = treesAt(star, "replace_list").map((part) => ({
    name: textAt(part, "key"),
    node: bind.bind(treeAt(part, "value")),
  }));
  const isMeant = ({ table: own, isQualified }: QueryColumn) =>
    table === "" ? isQualified !== true : isSameName(table, own);
  const shown = columns.filter(isMeant);
  if (shown.length === 0) throw refusePart(`${table}.*`);
  return shown
    .filter(({ name }) => !excluded.some((one) => isSameName(one, name)))
    .map(({ name, id }) => {
      const other = replaced.find((one) => isSameName(one.name, name));
      return { name, node: other?.node ?? { node: "column", name: id } };
    });
}
