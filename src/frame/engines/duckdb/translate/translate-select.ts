/** A SELECT as steps: its rows, their groups, what it computes of them, and their order. */
import type { ExpressionNode, NamedExpression, SortKey } from "../../../expression/expression-node.ts";
import { columnsOf, expressionKey, holds } from "../../../expression/expression-parts.ts";
import { type Plan, plainColumn } from "../../../plan/plan.ts";
import { readConstant } from "../statements/statement-literals.ts";
import { isSameName } from "../statements/statement-selects.ts";
import { BindExpression } from "./bind-expression.ts";
import { bindSortKey, sortDirection } from "./bind-sort-key.ts";
import type { Binder } from "./binder.ts";
import type { QueryColumn, Relation } from "./columns.ts";
import { decimalNode, isDecimalLiteral } from "./constants.ts";
import { expandStar } from "./expand-star.ts";
import { GroupRows } from "./group-rows.ts";
import { filterRows, idsOf, joinAll, reads } from "./join-rows.ts";
import { refusePart } from "./refuse-part.ts";
import type { Scope } from "./scope.ts";
import { translateFrom } from "./translate-from.ts";
import { applyOrder, readModifiers } from "./translate-modifiers.ts";
import { type Attachment, bindSubquery, filterBySubquery } from "./translate-subquery.ts";
import type { Names, SelectRows, Translator } from "./translator.ts";
import {
  conjunctsOf,
  describeTree,
  expectAbsent,
  isTree,
  type Tree,
  textAt,
  textsAt,
  treeAt,
  treesAt,
} from "./tree.ts";

/** What a query computes, by the names that it gives. */
function aliasesOf(node: Tree): ReadonlyMap<string, Tree> {
  const named = treesAt(node, "select_list").filter((part) => textAt(part, "alias") !== "");
  // Of one name the first is meant.
  return new Map(named.reverse().map((part) => [textAt(part, "alias").toLowerCase(), part]));
}

/** @param outer the query around it, whose columns WHERE may read */
export function readRows(node: Tree, names: Names, translate: Translator, outer?: Scope): SelectRows {
  expectAbsent(node, "sample", "USING SAMPLE", "use sample() of a frame");
  const from = translateFrom(treeAt(node, "from_table"), names, translate);
  const { columns, parameters } = translate;
  const scope: Scope = { columns: from.columns, outer };
  const around = { names, translate, scope: { columns: from.columns } };
  const own = idsOf(from);
  const conditions: ExpressionNode[] = [...from.conditions];
  const correlated: ExpressionNode[] = [];
  const after: ((plan: Plan) => Plan)[] = [];
  for (const part of isTree(node.where_clause) ? conjunctsOf(node.where_clause) : []) {
    const attached: Attachment[] = [];
    const bind = new BindExpression({
      scope,
      columns,
      parameters,
      aliases: aliasesOf(node),
      prefersColumns: true,
      bindSubquery: (tree, within, isPositive) => {
        const { node: value, attachment } = bindSubquery(tree, within, isPositive, around);
        attached.push(attachment);
        return value;
      },
    });
    const filter = filterBySubquery(part, bind, around);
    if (filter !== undefined) {
      after.push(filter);
      continue;
    }
    const condition = bind.bindFilter(part);
    if (holds(condition, "aggregate") || holds(condition, "window"))
      throw refusePart(`${describeTree(part)} in WHERE`, "write it behind HAVING or QUALIFY");
    const known = new Set([...own, ...attached.flatMap(({ ids }) => ids)]);
    if (!reads(condition, known)) {
      if (attached.length > 0)
        throw refusePart("a subquery within a subquery that reads the query around both");
      correlated.push(condition);
    } else if (attached.length === 0) conditions.push(condition);
    else
      after.push((plan) =>
        filterRows(
          attached.reduce((rows, one) => one.attach(rows), plan),
          [condition],
        ),
      );
  }
  const plan = after.reduce((rows, change) => change(rows), joinAll(from.relations, conditions));
  return { relation: { plan, columns: from.columns }, correlated };
}

interface Output {
  readonly name: string | undefined;
  readonly node: ExpressionNode;
}

/** @param rows of its FROM and WHERE */
export function finishSelect(node: Tree, names: Names, translate: Translator, rows: SelectRows): Relation {
  const { columns, parameters } = translate;
  const scope: Scope = { columns: rows.relation.columns };
  const modifiers = readModifiers(node, parameters);
  const attached: Attachment[] = [];
  const aliases = aliasesOf(node);
  const surroundings = {
    scope,
    columns,
    parameters,
    aliases,
    bindSubquery: (tree: Tree, within: Binder, isPositive: boolean) => {
      const { node: value, attachment } = bindSubquery(tree, within, isPositive, { names, translate, scope });
      attached.push(attachment);
      return value;
    },
  };
  const bind = new BindExpression({ ...surroundings, prefersColumns: true });
  const bindAfter = new BindExpression(surroundings);
  const outputs = treesAt(node, "select_list").flatMap((part): readonly Output[] =>
    part.class === "STAR"
      ? expandStar(part, scope, bind)
      : [{ name: nameOf(part), node: asOutput(bind.bind(part)) }],
  );
  const having = isTree(node.having) ? [bindAfter.bindFilter(node.having)] : [];
  const qualify = isTree(node.qualify) ? [bindAfter.bindFilter(node.qualify)] : [];
  const sorted = modifiers.orders.map((order) => readSortKeys(order, outputs, bindAfter));
  const isAll = node.aggregate_handling === "FORCE_AGGREGATES";
  const written = treesAt(node, "group_expressions");
  const all = [
    ...outputs.map((each) => each.node),
    ...having,
    ...qualify,
    ...sorted.flat().map((key) => key.expression),
  ];
  const keys = isAll
    ? outputs.map((each) => each.node).filter((each) => isKeyOfAll(each, attached))
    : written.map((part) => groupKey(part, outputs, bind));
  const isGrouped = keys.length > 0 || having.length > 0 || all.some((each) => holds(each, "aggregate"));
  let { plan } = rows.relation;
  let over = (each: ExpressionNode): ExpressionNode => each;
  if (isGrouped) {
    const added = new Set(attached.flatMap(({ ids }) => ids));
    const groups = new GroupRows(keys, columns, added);
    over = (each) => groups.over(each);
    for (const each of all) over(each);
    const inside = groups.reads;
    const isBefore = ({ ids }: Attachment) => ids.some((id) => inside.has(id));
    const before = attached.filter(isBefore);
    const after = attached.filter((one) => !isBefore(one));
    if (after.some((one) => one.reads.size > 0))
      throw refusePart("a subquery that reads the query around it, in a query with groups", "join it before");
    plan = groups.plan(
      before.reduce((input, one) => one.attach(input), plan),
      readSets(node),
    );
    plan = after.reduce((input, one) => one.attach(input), plan);
  } else plan = attached.reduce((input, one) => one.attach(input), plan);
  plan = filterRows(plan, having.map(over));
  return selectOutputs(
    plan,
    outputs.map((each) => ({ ...each, node: over(each.node) })),
    {
      qualify: qualify.map(over),
      keys: sorted.flat().map((key) => ({ ...key, expression: over(key.expression) })),
      modifiers,
      translate,
    },
  );
}

/** A number with a point by itself is a decimal. */
function asOutput(node: ExpressionNode): ExpressionNode {
  return isDecimalLiteral(node) ? decimalNode(node) : node;
}

interface Selection {
  readonly qualify: readonly ExpressionNode[];
  readonly keys: readonly SortKey[];
  readonly modifiers: ReturnType<typeof readModifiers>;
  readonly translate: Translator;
}

/** Computes what is selected, and what it is filtered and sorted by. */
function selectOutputs(
  input: Plan,
  outputs: readonly Output[],
  { qualify, keys, modifiers, translate: { columns } }: Selection,
): Relation {
  const computed: NamedExpression[] = outputs.map(({ name, node }) => ({
    name: columns.defineFor(name ?? "column", node),
    expression: node,
  }));
  const selected = computed.map(({ name }) => name);
  const find = (node: ExpressionNode): string => {
    const text = expressionKey(node);
    const known = computed.find(({ expression }) => expressionKey(expression) === text);
    if (known !== undefined) return known.name;
    if (modifiers.isDistinct)
      throw refusePart("ORDER BY of what SELECT DISTINCT does not select", "select it too");
    const name = columns.defineFor("column", node);
    computed.push({ name, expression: node });
    return name;
  };
  const sortKeys = keys.map(
    (key): SortKey => ({ ...key, expression: { node: "column", name: find(key.expression) } }),
  );
  const conditions = qualify.map((node): ExpressionNode => {
    const name = columns.defineFor("column", node);
    computed.push({ name, expression: node });
    return { node: "column", name };
  });
  const result: readonly QueryColumn[] = outputs.map(({ name }, index) => ({
    name,
    table: undefined,
    id: selected[index] as string,
  }));
  const only = (plan: Plan): Plan =>
    computed.length === selected.length
      ? plan
      : { step: "project", input: plan, columns: selected.map(plainColumn) };
  const filtered = filterRows({ step: "project", input, columns: computed }, conditions);
  if (!modifiers.isDistinct)
    return { plan: only(applyOrder(filtered, sortKeys, modifiers)), columns: result };
  const distinct: Plan = { step: "distinct", input: only(filtered), on: null };
  return { plan: applyOrder(distinct, sortKeys, modifiers), columns: result };
}

function nameOf(part: Tree): string | undefined {
  const alias = textAt(part, "alias");
  if (alias !== "") return alias;
  return part.class === "COLUMN_REF" ? textsAt(part, "column_names").at(-1) : undefined;
}

function groupKey(part: Tree, outputs: readonly Output[], bind: Binder): ExpressionNode {
  const place = readConstant(part);
  const output = place?.type === "integer" ? outputs[Number(place.text) - 1] : undefined;
  const node = output?.node ?? bind.bind(part);
  if (holds(node, "aggregate") || holds(node, "window")) throw refusePart(`GROUP BY ${describeTree(part)}`);
  if (columnsOf(node).size === 0) throw refusePart("GROUP BY a constant", "leave it out");
  return node;
}

/** GROUP BY ALL leaves out what is one value for all rows: over no rows there still is a group of all. */
function isKeyOfAll(node: ExpressionNode, attached: readonly Attachment[]): boolean {
  const fixed = new Set(attached.filter((one) => one.reads.size === 0).flatMap(({ ids }) => ids));
  const isFixed = [...columnsOf(node)].every((id) => fixed.has(id));
  return !isFixed && !holds(node, "aggregate") && !holds(node, "window");
}

/** The sets of GROUPING SETS, ROLLUP and CUBE, as places of the keys. */
function readSets(node: Tree): readonly (readonly number[])[] {
  return Array.isArray(node.group_sets)
    ? node.group_sets.map((set: unknown) => (set as number[]).map(Number))
    : [];
}

function readSortKeys(order: Tree, outputs: readonly Output[], bind: Binder): readonly SortKey[] {
  const written = treeAt(order, "expression");
  const direction = sortDirection(order);
  if (written.class === "STAR") return outputs.map(({ node }) => ({ expression: node, ...direction }));
  const place = readConstant(written);
  if (place !== undefined) {
    const output = place.type === "integer" ? outputs[Number(place.text) - 1] : undefined;
    if (output === undefined) throw refusePart(`ORDER BY ${describeTree(written)}`, "leave it out");
    return [{ expression: output.node, ...direction }];
  }
  const path = textsAt(written, "column_names");
  if (written.class === "COLUMN_REF" && path.length === 1) {
    const named = outputs.find(({ name }) => isSameName(name ?? "", path[0]));
    if (named !== undefined) return [{ expression: named.node, ...direction }];
  }
  return [bindSortKey(order, bind)];
}
