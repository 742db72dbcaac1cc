/**
 * A statement as steps of a plan, which other engines run. Whatever is not understood to the last detail is refused with its
 * words.
 */
import { countOf } from "../../../../display/text/number-text.ts";
import type { LiteralNode } from "../../../expression/literal.ts";
import { type Plan, plainColumn } from "../../../plan/plan.ts";
import type { Statement } from "../statements/statement.ts";
import { fixClock } from "./fix-clock.ts";
import { refusePart } from "./refuse-part.ts";
import { type TranslatedTable, TranslateQuery } from "./translate-query.ts";
import { isTree, textAt, treeAt } from "./tree.ts";

/**
 * @param tables by the names that the statement has for them
 * @param names of the columns of its result
 * @throws DlfLanceError Unsupported, naming the part, for what is no step
 */
export function translateStatement(
  { tree, reading, text, tables: named }: Statement,
  tables: ReadonlyMap<string, TranslatedTable>,
  parameters: readonly LiteralNode[],
  names: readonly string[],
): Plan {
  if (reading === undefined || reading !== text)
    throw refusePart("EXPLAIN", "call explain() of the frame for the steps");
  if (!isTree(tree)) throw refusePart("the statement");
  const known = [...tables.values()].flatMap(({ fields }) => fields.map(({ name }) => name.toLowerCase()));
  const node = treeAt(fixClock(tree, new Set(known), new Date()), "node");
  if (named.length === 0 || textAt(node, "type") === "SHOW_REF")
    throw refusePart("a statement that reads no table");
  const { plan, columns } = new TranslateQuery(tables, parameters).query(node, new Map());
  if (columns.length !== names.length)
    throw refusePart(
      `the result's ${countOf(names.length, "column")}`,
      `${columns.length} of a plan would stand for them; name the columns in place of *`,
    );
  return {
    step: "project",
    input: plan,
    columns: columns.map(({ id }, index) => ({
      name: names[index] as string,
      expression: plainColumn(id).expression,
    })),
  };
}
