/**
 * A statement in which functions get columns as types that DuckDB has: it finds no function for a type that has a name. What
 * only picks values gets them as they are, so that the name stays with the result.
 */

const picking = new Set(
  (
    "min max first last any_value arbitrary arg_min arg_max min_by max_by mode list array_agg first_value last_value " +
    "nth_value lag lead greatest least list_value struct_pack row unnest array_value nullif"
  ).split(" "),
);

type Tree = Readonly<Record<string, unknown>>;

/**
 * @param tree as DuckDB serializes a statement.
 * @param columns the SQL of their nearest types, by names in small letters.
 */
export function plainArguments(tree: unknown, columns: ReadonlyMap<string, string>): unknown {
  const known = new Map(columns);
  while (addAliases(tree, known));
  const visit = (part: unknown, isArgument: boolean): unknown => {
    if (Array.isArray(part)) return part.map((each) => visit(each, isArgument));
    if (!isTree(part)) return part;
    const sql = isArgument ? known.get(columnName(part) ?? "") : undefined;
    if (sql !== undefined) return { ...castTree(sql), child: part };
    const isInside = part.class === "SUBQUERY" ? false : isArgument;
    const entries = Object.entries(part).map(([key, value]): [string, unknown] => {
      // The places of words do not matter, and some are numbers that JavaScript cannot hold.
      if (key === "query_location") return [key, 0];
      const isCall =
        ["FUNCTION", "WINDOW"].includes(String(part.class)) &&
        !picking.has(String(part.function_name).toLowerCase());
      return [key, visit(value, key === "children" && isCall ? true : isInside)];
    });
    return Object.fromEntries(entries);
  };
  return visit(tree, false);
}

/** Adds other names that columns get, as in `at AS moment`; false where all are known. */
function addAliases(part: unknown, known: Map<string, string>): boolean {
  if (Array.isArray(part)) return part.map((each) => addAliases(each, known)).includes(true);
  if (!isTree(part)) return false;
  const sql = known.get(columnName(part) ?? "");
  const alias = typeof part.alias === "string" ? part.alias.toLowerCase() : "";
  const isNew = sql !== undefined && alias !== "" && !known.has(alias);
  if (isNew) known.set(alias, sql);
  return addAliases(Object.values(part), known) || isNew;
}

function isTree(part: unknown): part is Tree {
  return typeof part === "object" && part !== null;
}

function columnName(part: Tree): string | undefined {
  const { class: kind, column_names: names } = part;
  return kind === "COLUMN_REF" && Array.isArray(names) ? String(names.at(-1)).toLowerCase() : undefined;
}

function castTree(sql: string): Tree {
  return {
    class: "CAST",
    type: "OPERATOR_CAST",
    alias: "",
    query_location: 0,
    cast_type: { id: sql, type_info: null },
    try_cast: false,
  };
}
