/** The clock of a statement: `now()`, `current_date` and the like as constants, the same ones in all of it. */
import { clocks } from "./function-table.ts";
import { isTree, type Tree, textAt, textsAt } from "./tree.ts";

/** Those that are written without parentheses, where a column may have the name. */
const words: readonly string[] = ["current_date", "current_timestamp", "localtimestamp"];

/** @param columns names that the statement may mean instead, in small letters */
export function fixClock(tree: Tree, columns: ReadonlySet<string>, time: Date): Tree {
  const known = new Set([...columns, ...namesIn(tree)]);
  const visit = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(visit);
    if (!isTree(part)) return part;
    const type = clockOf(part, known);
    if (type !== undefined) return constantOf(type, time, textAt(part, "alias"));
    return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, visit(inner)]));
  };
  return visit(tree) as Tree;
}

function clockOf(part: Tree, known: ReadonlySet<string>): string | undefined {
  if (part.class === "COLUMN_REF") {
    const [name = "", ...more] = textsAt(part, "column_names").map((word) => word.toLowerCase());
    return more.length === 0 && words.includes(name) && !known.has(name) ? clocks[name] : undefined;
  }
  const isPlain = part.class === "FUNCTION" && Array.isArray(part.children) && part.children.length === 0;
  return isPlain ? clocks[textAt(part, "function_name").toLowerCase()] : undefined;
}

/** Names that the statement gives. */
function namesIn(part: unknown): readonly string[] {
  if (typeof part === "string") return words.includes(part.toLowerCase()) ? [part.toLowerCase()] : [];
  if (typeof part !== "object" || part === null) return [];
  return Object.entries(part).flatMap(([key, inner]) => (key === "column_names" ? [] : namesIn(inner)));
}

/** As the cast of a text, which is how a constant is written. */
function constantOf(type: string, time: Date, alias: string): Tree {
  const text = time.toISOString();
  const value = type === "DATE" ? text.slice(0, 10) : type === "TIMESTAMP" ? text.slice(0, 23) : text;
  return {
    class: "CAST",
    type: "OPERATOR_CAST",
    alias,
    child: {
      class: "CONSTANT",
      type: "VALUE_CONSTANT",
      alias: "",
      value: { type: { id: "VARCHAR", type_info: null }, is_null: false, value },
    },
    cast_type: { id: type, type_info: null },
    try_cast: false,
  };
}
