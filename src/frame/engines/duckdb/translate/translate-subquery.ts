/** Subqueries in expressions as joins: of one row, of groups, or of rows of which only is asked whether they are there. */
import type { AggregateNode, ExpressionNode } from "../../../expression/expression-node.ts";
import { columnsOf, holds, operandsOf } from "../../../expression/expression-parts.ts";
import type { JoinKey, Plan } from "../../../plan/plan.ts";
import { readLiteral } from "../statements/statement-literals.ts";
import { BindExpression } from "./bind-expression.ts";
import type { Binder } from "./binder.ts";
import type { QueryColumn, Relation } from "./columns.ts";
import { compareNodes } from "./compare-values.ts";
import { booleanLiteral, integerLiteral } from "./constants.ts";
import { filterRows, idsOf, joinRows, keyOf, reads } from "./join-rows.ts";
import { refusePart } from "./refuse-part.ts";
import type { Scope } from "./scope.ts";
import type { Names, SelectRows, Translator } from "./translator.ts";
import { expectAbsent, type Tree, textAt, treeAt, treesAt } from "./tree.ts";

/** What a subquery adds to the rows around it. */
export interface Attachment {
  /** Columns that it adds. */
  readonly ids: readonly string[];
  /** Columns of the rows around it that it reads. */
  readonly reads: ReadonlySet<string>;
  attach(plan: Plan): Plan;
}

interface Around {
  readonly names: Names;
  readonly translate: Translator;
  /** Of the query around it. */
  readonly scope: Scope;
}

interface BoundSubquery {
  readonly node: ExpressionNode;
  readonly attachment: Attachment;
}

function column(name: string): ExpressionNode {
  return { node: "column", name };
}

function isThere(id: string): ExpressionNode {
  return { node: "not", operand: { node: "isNull", operand: column(id) } };
}

const countRows: AggregateNode = { node: "aggregate", function: "count", operand: null, fraction: null };

/** A subquery as a value. @param isPositive whether null is as good as false */
export function bindSubquery(tree: Tree, bind: Binder, isPositive: boolean, around: Around): BoundSubquery {
  const type = textAt(tree, "subquery_type");
  const isMember = type === "ANY" && tree.comparison_type === "COMPARE_EQUAL";
  if ((isMember || type === "EXISTS" || type === "NOT_EXISTS") && isEmpty(queryOf(tree)))
    return { node: booleanLiteral(type === "NOT_EXISTS"), attachment: nothing };
  if (type === "SCALAR") return bindScalar(queryOf(tree), around);
  if (type === "EXISTS") return mark(readInner(queryOf(tree), around), [], around);
  if (type === "NOT_EXISTS") {
    const { node, attachment } = mark(readInner(queryOf(tree), around), [], around);
    return { node: { node: "not", operand: node }, attachment };
  }
  if (isMember && isPositive) {
    const { rows, key } = readIn(tree, bind, around);
    return mark(rows, [key], around);
  }
  throw refusePart(
    type === "ANY" ? "IN (SELECT …) where its value may be null" : "ANY or ALL of a subquery",
    "write it as a condition of WHERE by itself, or join the subquery",
  );
}

const nothing: Attachment = { ids: [], reads: new Set(), attach: (plan) => plan };

/** `SELECT … WHERE false` of no table, as an empty list behind IN is written. */
function isEmpty(node: Tree): boolean {
  if (node.type !== "SELECT_NODE" || treeAt(node, "from_table").type !== "EMPTY") return false;
  return readLiteral(node.where_clause, { kind: "boolean" }, [])?.text === "false" && isPlainSelect(node);
}

function queryOf(tree: Tree): Tree {
  return treeAt(treeAt(tree, "subquery"), "node");
}

/** The rows of a subquery, what ties them to the query around it, and what else is true of each pair. */
interface InnerRows {
  readonly relation: Relation;
  readonly keys: readonly JoinKey[];
  readonly rest: readonly ExpressionNode[];
}

function correlate({ relation, correlated }: SelectRows, outer: Scope): InnerRows {
  const [own, around] = [idsOf(relation), idsOf(outer)];
  const keys: JoinKey[] = [];
  const rest: ExpressionNode[] = [];
  for (const condition of correlated) {
    const key = keyOf(condition, around, own);
    if (key === undefined) rest.push(condition);
    else keys.push(key);
  }
  return { relation, keys, rest };
}

/** Of EXISTS: what it selects does not matter. */
function readInner(node: Tree, { names, translate, scope }: Around): InnerRows {
  if (!isPlainSelect(node))
    throw refusePart("EXISTS of a query with groups, LIMIT, UNION or WITH", "join it instead");
  return correlate(translate.readRows(node, names, scope), scope);
}

/** A SELECT with a row for each row of its FROM that its WHERE lets through. */
function isPlainSelect(node: Tree): boolean {
  if (node.type !== "SELECT_NODE" || node.having !== null || node.qualify !== null) return false;
  const isGrouped =
    treesAt(node, "group_expressions").length > 0 || node.aggregate_handling !== "STANDARD_HANDLING";
  const keepsRows = treesAt(node, "modifiers").every(
    ({ type, distinct_on_targets: targets }) =>
      type === "ORDER_MODIFIER" ||
      (type === "DISTINCT_MODIFIER" && Array.isArray(targets) && targets.length === 0),
  );
  return !isGrouped && keepsRows && !holdsClass(node.select_list, ["FUNCTION", "WINDOW"]);
}

function holdsClass(part: unknown, classes: readonly string[]): boolean {
  if (typeof part !== "object" || part === null) return false;
  if ("class" in part && classes.includes(String(part.class))) return true;
  return Object.values(part).some((inner) => holdsClass(inner, classes));
}

/** The rows of IN, and the equality of its operand with their column. */
function readIn(tree: Tree, bind: Binder, around: Around): { rows: InnerRows; key: JoinKey } {
  const { names, translate, scope } = around;
  const node = queryOf(tree);
  const operand = bind.bind(treeAt(tree, "child"));
  const { rows, value } = ((): { rows: InnerRows; value: ExpressionNode } => {
    if (!isPlainSelect(node)) {
      const relation = translate.query(node, names);
      return { rows: { relation, keys: [], rest: [] }, value: column(onlyColumn(relation.columns)) };
    }
    const inner = translate.readRows(node, translate.names(node, names), scope);
    if (inner.correlated.length === 0) {
      const relation = translate.finishSelect(node, names, inner);
      return { rows: { relation, keys: [], rest: [] }, value: column(onlyColumn(relation.columns)) };
    }
    const [selected, ...others] = treesAt(node, "select_list");
    if (selected === undefined || others.length > 0 || selected.class === "STAR")
      throw refusePart("IN of several columns");
    const innerBind = new BindExpression({
      scope: { columns: inner.relation.columns },
      columns: translate.columns,
      parameters: translate.parameters,
    });
    return { rows: correlate(inner, scope), value: innerBind.bind(selected) };
  })();
  const equal = compareNodes("eq", operand, value, translate, "IN (SELECT …)");
  const key = keyOf(equal, idsOf(scope), idsOf(rows.relation));
  if (key === undefined)
    throw refusePart("IN (SELECT …) of what is not a column", "compare it with EXISTS or a join");
  return { rows, key };
}

function onlyColumn(columns: readonly QueryColumn[]): string {
  const [only, ...others] = columns;
  if (only === undefined || others.length > 0) throw refusePart("a subquery of several columns");
  return only.id;
}

/** Whether there is such a row, as a column: the rows as groups of their keys, with a count. */
function mark(
  { relation, keys: own, rest }: InnerRows,
  more: readonly JoinKey[],
  { translate: { columns } }: Around,
): BoundSubquery {
  if (rest.length > 0)
    throw refusePart(
      "EXISTS by more than equal columns, within OR or a value",
      "write it as a condition of WHERE by itself",
    );
  const keys = [...own, ...more];
  const count = columns.defineFor("rows", countRows);
  if (keys.length === 0) {
    const one: Plan = {
      step: "aggregate",
      input: relation.plan,
      keys: [],
      aggregates: [{ name: count, expression: countRows }],
    };
    const node: ExpressionNode = {
      node: "comparison",
      operator: "gt",
      left: column(count),
      right: integerLiteral(0),
    };
    return { node, attachment: crossed(one, [count]) };
  }
  const groups = keys.map(({ right }) => ({ name: columns.defineFor("key", right), expression: right }));
  const grouped: Plan = {
    step: "aggregate",
    input: relation.plan,
    keys: groups,
    aggregates: [{ name: count, expression: countRows }],
  };
  const on = keys.map(({ left }, index) => ({ left, right: column(groups[index]?.name ?? "") }));
  return {
    node: isThere(count),
    attachment: looked(grouped, on, [...groups.map(({ name }) => name), count]),
  };
}

function crossed(one: Plan, ids: readonly string[]): Attachment {
  return { ids, reads: new Set(), attach: (plan) => joinRows(plan, one, "cross", []) };
}

/** Of groups there is one row at most for each row. */
function looked(groups: Plan, on: readonly JoinKey[], ids: readonly string[]): Attachment {
  const outer = new Set(on.flatMap(({ left }) => [...columnsOf(left)]));
  return { ids, reads: outer, attach: (plan) => joinRows(plan, groups, "left", on) };
}

function bindScalar(node: Tree, around: Around): BoundSubquery {
  const { names: outer, translate, scope } = around;
  if (node.type !== "SELECT_NODE" || treesAt(node, "group_expressions").length > 0 || node.having !== null)
    throw refusePart(
      "a subquery that may have several rows as a value",
      "let it compute one aggregate without GROUP BY and HAVING",
    );
  expectAbsent(node, "modifiers", "ORDER BY, DISTINCT or LIMIT of a subquery that is a value");
  expectAbsent(node, "qualify", "QUALIFY of a subquery that is a value");
  const names = translate.names(node, outer);
  const rows = translate.readRows(node, names, scope);
  const [selected, ...others] = treesAt(node, "select_list");
  if (selected === undefined || others.length > 0)
    throw refusePart("a subquery of several columns as a value");
  const inner = new BindExpression({
    scope: { columns: rows.relation.columns },
    columns: translate.columns,
    parameters: translate.parameters,
  });
  const value = inner.bind(selected);
  if (!holds(value, "aggregate") || holds(value, "window"))
    throw refusePart("a subquery that may have several rows as a value", "let it compute one aggregate");
  if (rows.correlated.length === 0) {
    const relation = translate.finishSelect(node, names, rows);
    const id = onlyColumn(relation.columns);
    return { node: column(id), attachment: crossed(relation.plan, [id]) };
  }
  const { relation, keys, rest } = correlate(rows, scope);
  if (rest.length > 0)
    throw refusePart(
      "a subquery that reads the query around it by other than equal columns",
      "join it instead",
    );
  if (!isNullOfNothing(value))
    throw refusePart(
      "a subquery that counts rows of the query around it",
      "join its groups, with COALESCE(…, 0)",
    );
  const { columns } = translate;
  const groups = keys.map(({ right }) => ({ name: columns.defineFor("key", right), expression: right }));
  const id = columns.defineFor("value", value);
  const grouped: Plan = {
    step: "aggregate",
    input: relation.plan,
    keys: groups,
    aggregates: [{ name: id, expression: value }],
  };
  const on = keys.map(({ left }, index) => ({ left, right: column(groups[index]?.name ?? "") }));
  return { node: column(id), attachment: looked(grouped, on, [...groups.map(({ name }) => name), id]) };
}

/** Whether it is null without rows, as what is not found by a join is. */
function isNullOfNothing(node: ExpressionNode): boolean {
  if (node.node === "aggregate")
    return node.operand !== null && node.function !== "count" && node.function !== "countDistinct";
  if (node.node === "cast") return isNullOfNothing(node.operand);
  if (node.node === "call" && node.function === "negate") return operandsOf(node).every(isNullOfNothing);
  if (node.node !== "arithmetic") return false;
  return isNullOfNothing(node.left) || isNullOfNothing(node.right);
}

/** A condition of WHERE by itself that a subquery decides: rows are kept by a join. Undefined for any other. */
export function filterBySubquery(
  tree: Tree,
  bind: Binder,
  around: Around,
): ((plan: Plan) => Plan) | undefined {
  if (tree.class === "OPERATOR" && tree.type === "OPERATOR_NOT") {
    const [inner] = treesAt(tree, "children");
    if (inner?.class !== "SUBQUERY" || isEmpty(queryOf(inner))) return undefined;
    if (inner.subquery_type === "EXISTS") return keepRows("anti", readInner(queryOf(inner), around), around);
    if (isIn(inner)) return keepOthers(inner, bind, around);
    return undefined;
  }
  if (tree.class !== "SUBQUERY" || isEmpty(queryOf(tree))) return undefined;
  if (tree.subquery_type === "EXISTS") return keepRows("semi", readInner(queryOf(tree), around), around);
  if (tree.subquery_type === "NOT_EXISTS") return keepRows("anti", readInner(queryOf(tree), around), around);
  if (!isIn(tree)) return undefined;
  const { rows, key } = readIn(tree, bind, around);
  return keepRows("semi", { ...rows, keys: [...rows.keys, key] }, around);
}

function isIn(tree: Tree): boolean {
  return tree.subquery_type === "ANY" && tree.comparison_type === "COMPARE_EQUAL";
}

function keepRows(kind: "semi" | "anti", rows: InnerRows, around: Around): (plan: Plan) => Plan {
  const { relation, keys, rest } = rows;
  const known = new Set([...idsOf(around.scope), ...idsOf(relation)]);
  if (!rest.every((condition) => reads(condition, known))) throw refusePart("a subquery within a subquery");
  if (keys.length > 0 || rest.length > 0) return (plan) => joinRows(plan, relation.plan, kind, keys, rest);
  const { node, attachment } = mark(rows, [], around);
  const condition: ExpressionNode = kind === "semi" ? node : { node: "not", operand: node };
  return (plan) => filterRows(attachment.attach(plan), [condition]);
}

/** NOT IN: nothing is outside of rows of which one is null, and all is outside of none. */
function keepOthers(tree: Tree, bind: Binder, around: Around): (plan: Plan) => Plan {
  const { columns } = around.translate;
  const { rows, key } = readIn(tree, bind, around);
  if (rows.keys.length > 0 || rows.rest.length > 0)
    throw refusePart("NOT IN of a subquery that reads the query around it", "write NOT EXISTS");
  const values: AggregateNode = { ...countRows, operand: key.right };
  const [all, there] = [columns.defineFor("rows", countRows), columns.defineFor("values", values)];
  const counted: Plan = {
    step: "aggregate",
    input: rows.relation.plan,
    keys: [],
    aggregates: [
      { name: all, expression: countRows },
      { name: there, expression: values },
    ],
  };
  const equal = (left: string, right: ExpressionNode): ExpressionNode => ({
    node: "comparison",
    operator: "eq",
    left: column(left),
    right,
  });
  const hasValue: ExpressionNode = { node: "not", operand: { node: "isNull", operand: key.left } };
  const isOutside: ExpressionNode = {
    node: "or",
    operands: [
      equal(all, integerLiteral(0)),
      { node: "and", operands: [hasValue, equal(all, column(there))] },
    ],
  };
  return (plan) =>
    filterRows(joinRows(joinRows(plan, rows.relation.plan, "anti", [key]), counted, "cross", []), [
      isOutside,
    ]);
}
