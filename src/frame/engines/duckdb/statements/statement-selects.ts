/**
 * What each SELECT of a statement reads: tables, and what other SELECTs make of tables, as subqueries in FROM and common table
 * expressions do. Whatever is not understood to the last detail is an input of which nothing is known.
 */
import { z } from "../../../../zod.ts";
import { readCommonTables } from "./common-tables.ts";

/** A place in the statement where a table is read. */
export interface TableInput {
  /** By which columns are qualified. */
  readonly alias: string;
  readonly table: string;
}

export interface SelectInput {
  readonly alias: string;
  readonly select: Select;
}

export type Input = TableInput | SelectInput | { readonly alias: string };

export interface Select {
  readonly inputs: readonly Input[];
  /** Rows of the inputs for which one of them is not true come to nothing: WHERE, and what inner joins are made on. */
  readonly conditions: readonly unknown[];
  /** Whether there are no conditions but its WHERE. */
  readonly isFilter: boolean;
  readonly columns: readonly unknown[];
  /** Whether a condition on columns that it hands on may as well stand in its own WHERE. */
  readonly passes: boolean;
}

export interface Selects {
  /** Each once, wherever it stands. */
  readonly all: readonly Select[];
  /** Undefined for what is not one. */
  find(node: unknown): Select | undefined;
}

const empty = z.array(z.unknown()).length(0);
const baseTable = z.object({
  type: z.literal("BASE_TABLE"),
  alias: z.string(),
  sample: z.null(),
  schema_name: z.string(),
  table_name: z.string(),
  column_name_alias: empty,
  catalog_name: z.literal(""),
  at_clause: z.null(),
});
const subquery = z.object({
  type: z.literal("SUBQUERY"),
  alias: z.string(),
  sample: z.null(),
  subquery: z.object({ node: z.unknown() }),
  column_name_alias: empty,
});
const join = z.object({
  type: z.literal("JOIN"),
  join_type: z.enum(["INNER", "LEFT", "SEMI", "ANTI"]),
  ref_type: z.enum(["REGULAR", "CROSS"]),
  left: z.unknown(),
  right: z.unknown(),
  condition: z.unknown(),
});
const selectNode = z.object({
  type: z.literal("SELECT_NODE"),
  modifiers: z.array(z.looseObject({ type: z.string() })),
  sample: z.null(),
  from_table: z.unknown(),
  where_clause: z.unknown(),
  select_list: z.array(z.unknown()),
  group_expressions: z.array(z.unknown()),
  aggregate_handling: z.string(),
  having: z.unknown(),
  qualify: z.unknown(),
});

/** @param statement as DuckDB serializes it. */
export function readSelects(statement: unknown): Selects {
  const made = new Map<string, readonly unknown[]>();
  const nodes: object[] = [];
  visit(statement, (part) => {
    if (part.type === "SELECT_NODE") nodes.push(part);
    for (const { name, aliases, node } of readCommonTables(part))
      made.set(name, [...(made.get(name) ?? []), aliases.length === 0 ? node : undefined]);
  });
  const known = new Map<unknown, Select | undefined>();
  const find = (node: unknown): Select | undefined => {
    if (known.has(node)) return known.get(node);
    // Whoever asks on the way is a query that reads itself.
    known.set(node, undefined);
    const select = readSelect(node, readInput);
    known.set(node, select);
    return select;
  };
  const readInput = (part: unknown): Input => {
    const inner = subquery.safeParse(part);
    if (inner.success) return derive(inner.data.alias, inner.data.subquery.node);
    const table = baseTable.safeParse(part);
    if (!table.success) return { alias: aliasOf(part) };
    const { alias, schema_name: schema, table_name: name } = table.data;
    const common = schema === "" ? made.get(name.toLowerCase()) : undefined;
    if (common === undefined)
      return { alias: alias || name, table: schema === "" ? name : `${schema}.${name}` };
    const [node, ...others] = common;
    // What is read twice is made once, for both.
    const isOne = others.length === 0 && countTables(statement, name) === 1;
    return isOne ? derive(alias || name, node) : { alias: alias || name };
  };
  const derive = (alias: string, node: unknown): Input => {
    const select = find(node);
    return select?.passes === true ? { alias, select } : { alias };
  };
  return { all: nodes.flatMap((node) => find(node) ?? []), find };
}

function readSelect(node: unknown, readInput: (part: unknown) => Input): Select | undefined {
  const parsed = selectNode.safeParse(node);
  if (!parsed.success) return undefined;
  const { from_table: from, where_clause: where, select_list: columns, modifiers, ...rest } = parsed.data;
  const on: unknown[] = [];
  const inputs = readInputs(from, readInput, on);
  const isGrouped =
    rest.group_expressions.length > 0 ||
    rest.aggregate_handling !== "STANDARD_HANDLING" ||
    rest.having !== null;
  const keepsRows = modifiers.every(
    ({ type, distinct_on_targets: targets }) =>
      type === "ORDER_MODIFIER" ||
      (type === "DISTINCT_MODIFIER" && Array.isArray(targets) && targets.length === 0),
  );
  return {
    inputs,
    conditions: [...on, ...(where === null ? [] : [where])],
    isFilter: on.length === 0,
    columns,
    passes: keepsRows && !isGrouped && rest.qualify === null && !holdsWindow(columns),
  };
}

/** @param on is given the conditions of inner joins. */
function readInputs(from: unknown, readInput: (part: unknown) => Input, on: unknown[]): readonly Input[] {
  const joined = join.safeParse(from);
  if (!joined.success) return [readInput(from)];
  const { join_type: type, left, right, condition } = joined.data;
  const isInner = type === "INNER";
  const inputs = readInputs(left, readInput, isInner ? on : []);
  if (isInner && condition !== null) on.push(condition);
  // Of the other side of an outer join there are rows in the result that are in no table.
  const others = isInner ? readInputs(right, readInput, on) : [{ alias: aliasOf(right) }];
  return [...inputs, ...others];
}

const named = z.looseObject({ alias: z.string().optional(), table_name: z.string().optional() });

function aliasOf(part: unknown): string {
  const { alias, table_name: name } = named.safeParse(part).data ?? {};
  return alias || name || "";
}

function holdsWindow(part: unknown): boolean {
  let isFound = false;
  visit(part, ({ class: name }) => {
    isFound ||= name === "WINDOW";
  });
  return isFound;
}

/** How often a statement reads a table, or what it calls so itself. */
export function countTables(statement: unknown, name: string): number {
  let count = 0;
  visit(statement, ({ type, schema_name: schema, table_name: table }) => {
    if (type === "BASE_TABLE" && isSameName(schema ? `${schema}.${table}` : String(table), name)) count += 1;
  });
  return count;
}

export function visit(part: unknown, look: (part: Readonly<Record<string, unknown>>) => void): void {
  if (typeof part !== "object" || part === null) return;
  if (!Array.isArray(part)) look(part as Readonly<Record<string, unknown>>);
  for (const inner of Object.values(part)) visit(inner, look);
}

/** DuckDB does not tell upper case from lower. */
export function isSameName(a: string, b: string | undefined): boolean {
  return a.toLowerCase() === b?.toLowerCase();
}
