/** FROM: tables, subqueries and their joins. */
import type { ExpressionNode } from "../../../expression/expression-node.ts";
import type { JoinKey, JoinKind } from "../../../plan/plan.ts";
import { isSameName } from "../statements/statement-selects.ts";
import { BindExpression } from "./bind-expression.ts";
import type { QueryColumn, Relation } from "./columns.ts";
import { compareNodes } from "./compare-values.ts";
import { filterRows, idsOf, joinAll, joinRows, keyOf, reads, separateConditions } from "./join-rows.ts";
import { refusePart } from "./refuse-part.ts";
import type { Names, Translator } from "./translator.ts";
import { conjunctsOf, expectAbsent, isTree, type Tree, textAt, textsAt, treeAt } from "./tree.ts";

/** Rows that are not joined yet: the WHERE of the query says by what. */
export interface FromRows {
  readonly relations: readonly Relation[];
  readonly conditions: readonly ExpressionNode[];
  readonly columns: readonly QueryColumn[];
}

const kinds: Readonly<Record<string, JoinKind>> = {
  INNER: "inner",
  LEFT: "left",
  RIGHT: "right",
  OUTER: "full",
  FULL: "full",
  SEMI: "semi",
  ANTI: "anti",
};

export function translateFrom(tree: Tree, names: Names, translate: Translator): FromRows {
  expectAbsent(tree, "sample", "TABLESAMPLE", "use sample() of a frame");
  switch (tree.type) {
    case "BASE_TABLE":
      return alone(readTable(tree, names, translate));
    case "SUBQUERY": {
      const relation = translate.query(treeAt(treeAt(tree, "subquery"), "node"), names);
      return alone(callRows(relation, textAt(tree, "alias"), textsAt(tree, "column_name_alias")));
    }
    case "JOIN":
      return translateJoin(tree, names, translate);
    case "EMPTY":
      throw refusePart("a SELECT without FROM", "compute the value in JavaScript, and pass it as a value");
    case "EXPRESSION_LIST":
      throw refusePart("VALUES", "put the rows in as a frame, as in FROM ${fromRows(rows)}");
    case "TABLE_FUNCTION": {
      const called = isTree(tree.function) ? `${textAt(tree.function, "function_name")}()` : "a function";
      throw refusePart(`the table function ${called}`, "put its rows in as a frame, as in FROM ${frame}");
    }
    case "SHOW_REF":
      throw refusePart("DESCRIBE or SUMMARIZE");
    default:
      throw refusePart(textAt(tree, "type").replaceAll("_", " "));
  }
}

function alone(relation: Relation): FromRows {
  return { relations: [relation], conditions: [], columns: relation.columns };
}

function readTable(tree: Tree, names: Names, translate: Translator): Relation {
  expectAbsent(tree, "at_clause", "AT", "use at() of a frame, as in FROM ${read(name).at(3)}");
  const [schema, table] = [textAt(tree, "schema_name"), textAt(tree, "table_name")];
  const aliases = textsAt(tree, "column_name_alias");
  const alias = textAt(tree, "alias") || table;
  const common = schema === "" ? names.get(table.toLowerCase()) : undefined;
  if (common !== undefined) {
    const relation = callRows(translate.query(common.node, common.names), table, common.aliases);
    return callRows(relation, alias, aliases);
  }
  const relation = translate.table(schema === "" ? table : `${schema}.${table}`);
  const named = callRows(relation, alias, aliases);
  if (alias !== table || schema === "") return named;
  return { ...named, columns: named.columns.map((column) => ({ ...column, schema })) };
}

/** The rows by other names: the first columns as they are listed. */
function callRows({ plan, columns }: Relation, table: string, aliases: readonly string[]): Relation {
  const called = columns
    .filter(({ isQualified }) => isQualified !== true)
    .map(({ name, id }, index): QueryColumn => ({ name: aliases[index] ?? name, table, id }));
  return { plan, columns: called };
}

function translateJoin(tree: Tree, names: Names, translate: Translator): FromRows {
  const [written, reference] = [textAt(tree, "join_type"), textAt(tree, "ref_type")];
  const kind = kinds[written];
  if (kind === undefined || (reference !== "REGULAR" && reference !== "CROSS"))
    throw refusePart(
      `${reference === "ASOF" ? "an" : "a"} ${reference === "REGULAR" ? written : reference} JOIN`,
      reference === "NATURAL" ? "name its columns, as in USING (id)" : undefined,
    );
  const [left, right] = [treeAt(tree, "left"), treeAt(tree, "right")].map((side) =>
    translateFrom(side, names, translate),
  ) as [FromRows, FromRows];
  const using = textsAt(tree, "using_columns");
  const columns = [...left.columns, ...right.columns];
  const bind = new BindExpression({
    scope: { columns },
    columns: translate.columns,
    parameters: translate.parameters,
  });
  const on = isTree(tree.condition) ? conjunctsOf(tree.condition).map((part) => bind.bindFilter(part)) : [];
  if (kind === "inner" && using.length === 0) {
    const relations = [...left.relations, ...right.relations];
    return { relations, conditions: [...left.conditions, ...right.conditions, ...on], columns };
  }
  return alone(joinSides(kind, left, right, on, using, translate));
}

function joinSides(
  kind: JoinKind,
  left: FromRows,
  right: FromRows,
  on: readonly ExpressionNode[],
  using: readonly string[],
  translate: Translator,
): Relation {
  const [ids, otherIds] = [idsOf(left), idsOf(right)];
  const merged = using.map((name) => mergeColumn(name, kind, left, right, translate));
  const keys: JoinKey[] = merged.map(({ key }) => key);
  const filters: Record<"left" | "right", ExpressionNode[]> = { left: [], right: [] };
  const rest: ExpressionNode[] = [];
  for (const condition of separateConditions(on)) {
    const key = keyOf(condition, ids, otherIds);
    if (key !== undefined) keys.push(key);
    else if (reads(condition, otherIds) && kind !== "right" && kind !== "full") filters.right.push(condition);
    else if (reads(condition, ids) && (kind === "right" || kind === "semi")) filters.left.push(condition);
    else rest.push(condition);
  }
  const input = filterRows(joinAll(left.relations, left.conditions), filters.left);
  const other = filterRows(joinAll(right.relations, right.conditions), filters.right);
  const isOneSided = kind === "semi" || kind === "anti";
  const isAfter = kind === "inner" && rest.length > 0;
  const joined = joinRows(input, other, kind, keys, isAfter ? [] : rest);
  const plan = isAfter ? filterRows(joined, rest) : joined;
  if (merged.length === 0) return { plan, columns: [...left.columns, ...(isOneSided ? [] : right.columns)] };
  const own = left.columns.map((column): QueryColumn => {
    const shared = merged.find(({ left: id }) => id === column.id && column.isQualified !== true);
    return shared === undefined ? column : { name: column.name, table: undefined, id: shared.id };
  });
  const qualified = [...left.columns, ...right.columns].filter(
    ({ id, table }) => table !== undefined && merged.some((pair) => pair.left === id || pair.right === id),
  );
  const others = right.columns.filter(({ id }) => !merged.some((pair) => pair.right === id));
  const extended = merged.flatMap(({ id, expression }) =>
    expression === undefined ? [] : [{ name: id, expression }],
  );
  return {
    plan: extended.length === 0 ? plan : { step: "extend", input: plan, columns: extended },
    columns: [
      ...own,
      ...(isOneSided ? [] : others),
      ...qualified
        .filter(({ id }) => !isOneSided || ids.has(id))
        .map((column) => ({ ...column, isQualified: true })),
    ],
  };
}

interface MergedColumn {
  readonly left: string;
  readonly right: string;
  readonly id: string;
  readonly key: JoinKey;
  /** Where it is neither of both. */
  readonly expression?: ExpressionNode;
}

/** The column that both sides of USING have. */
function mergeColumn(
  name: string,
  kind: JoinKind,
  left: FromRows,
  right: FromRows,
  { columns }: Translator,
): MergedColumn {
  const [one, other] = [left, right].map((side) => {
    const found = side.columns.filter(
      (column) => column.isQualified !== true && isSameName(column.name ?? "", name),
    );
    const [column] = found;
    if (column === undefined || found.length > 1) throw refusePart(`${name}, a column of USING,`);
    return column.id;
  }) as [string, string];
  const nodes = [one, other].map((id): ExpressionNode => ({ node: "column", name: id })) as [
    ExpressionNode,
    ExpressionNode,
  ];
  const equal = compareNodes("eq", nodes[0], nodes[1], { columns }, `${name} of both sides of USING`);
  if (equal.node !== "comparison") throw refusePart(`${name}, a column of USING that is always null,`);
  const key = { left: equal.left, right: equal.right };
  if (kind !== "full") return { left: one, right: other, key, id: kind === "right" ? other : one };
  const expression: ExpressionNode = { node: "call", function: "coalesce", arguments: nodes };
  return { left: one, right: other, key, id: columns.defineFor(name, expression), expression };
}
