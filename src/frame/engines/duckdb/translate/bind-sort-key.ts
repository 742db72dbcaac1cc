import type { SortKey } from "../../../expression/expression-node.ts";
import type { Binder } from "./binder.ts";
import { type Tree, textAt, treeAt } from "./tree.ts";

/** How it sorts: nulls are last unless it says otherwise. */
export function sortDirection(order: Tree): Pick<SortKey, "descending" | "nullsFirst"> {
  const nulls = textAt(order, "null_order").replaceAll("_", " ");
  return { descending: order.type === "DESCENDING", nullsFirst: nulls === "NULLS FIRST" };
}

export function bindSortKey(order: Tree, bind: Binder): SortKey {
  return { expression: bind.bind(treeAt(order, "expression")), ...sortDirection(order) };
}
