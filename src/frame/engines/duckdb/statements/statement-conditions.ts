/**
 * What the conditions of a statement say of the columns of one table, and of fields of structs in them, as predicates of
 * frames: rows for which they are not true are in no result of it, so that they need not be read. The statement keeps its
 * conditions. Whatever is not understood to the last detail is left out.
 */

import { z } from "../../../../zod.ts";
import type { ExpressionNode } from "../../../expression/expression-node.ts";
import type { LiteralNode } from "../../../expression/literal.ts";
import { conjunction, plainStar, readPredicate, type TableFields } from "./read-predicate.ts";
import {
  countTables,
  isSameName,
  readSelects,
  type Select,
  type TableInput,
  visit,
} from "./statement-selects.ts";

const empty = z.array(z.unknown()).length(0);

export interface StatementConditions {
  /** The predicates by the table's name in the statement. */
  readonly found: ReadonlyMap<string, readonly ExpressionNode[]>;
  /** Tables whose rows that fulfill the predicates are those that the statement, or a part of its UNION ALL, goes on with. */
  readonly whole: readonly string[];
  /** Tables of which only is asked whether there is a row that fulfills the predicates. */
  readonly asked: readonly string[];
}

/** @param statement as DuckDB serializes it. */
export function statementConditions(
  statement: unknown,
  parameters: readonly LiteralNode[],
  fields: TableFields,
): StatementConditions {
  const selects = readSelects(statement);
  const places = new Map<TableInput, ExpressionNode[]>();
  const complete = new Set<Select>();
  for (const select of selects.all) {
    for (const input of select.inputs) if ("table" in input) places.set(input, places.get(input) ?? []);
    const names = { inputs: select.inputs, fields, parameters };
    /** Returns whether there are predicates now that mean the same. */
    const take = (expression: unknown): boolean => {
      const all = conjunction.safeParse(expression);
      if (all.success && all.data.type === "CONJUNCTION_AND")
        return all.data.children.map(take).every(Boolean);
      const predicate = readPredicate(expression, names);
      if (predicate === undefined) return false;
      places.set(predicate.input, [...(places.get(predicate.input) ?? []), predicate.node]);
      return true;
    };
    const isTaken = select.conditions.map(take).every(Boolean);
    if (isTaken && select.isFilter) complete.add(select);
  }
  const found = new Map<string, readonly ExpressionNode[]>();
  /** Where the rows of a place are those that are read of its table, by all that read it. */
  const isAlone = ({ table }: TableInput) => {
    const all = [...places].filter(([place]) => isSameName(place.table, table));
    const count = countTables(statement, table);
    return count === 1 || (all.length === count && all.every(([, predicates]) => predicates.length === 0));
  };
  for (const table of new Set([...places.keys()].map((place) => place.table))) {
    const all = [...places].filter(([place]) => place.table === table).map(([, predicates]) => predicates);
    // What is read twice is read once, for both.
    const predicates = all.length === countTables(statement, table) ? uniteRows(all) : [];
    if (predicates.length > 0) found.set(table, predicates);
  }
  /** The place of which the rows come, filtered at most. */
  const passed = (node: unknown): TableInput[] => {
    const place = placeOf(selects.find(node), complete);
    return place === undefined || !isAlone(place) ? [] : [place];
  };
  const whole = unitedNodes((statement as { readonly node?: unknown }).node).map(passed);
  const asked = existsNodes(statement).flatMap((node) => {
    const { inputs: [input] = [], passes } = selects.find(node) ?? {};
    const isTable = (place: TableInput) => place === input && countTables(statement, place.table) === 1;
    return passes === true ? passed(node).filter(isTable) : [];
  });
  const tables = (all: readonly TableInput[]) => [...new Set(all.map(({ table }) => table))];
  return {
    found,
    whole: whole.every((all) => all.length === 1) ? tables(whole.flat()) : [],
    asked: tables(asked),
  };
}

/** Predicates of the rows that fulfill all of one list. */
function uniteRows(lists: readonly (readonly ExpressionNode[])[]): readonly ExpressionNode[] {
  const [first, ...others] = lists;
  if (first === undefined || lists.some((list) => list.length === 0)) return [];
  if (others.length === 0) return first;
  const operands = lists.map((list) =>
    list.length === 1 ? (list[0] as ExpressionNode) : { node: "and" as const, operands: list },
  );
  return [{ node: "or", operands }];
}

function placeOf(select: Select | undefined, complete: ReadonlySet<Select>): TableInput | undefined {
  const [input, ...others] = select?.inputs ?? [];
  if (select === undefined || !complete.has(select) || input === undefined || others.length > 0)
    return undefined;
  if ("select" in input) return placeOf(input.select, complete);
  return "table" in input ? input : undefined;
}

const union = z.object({
  type: z.literal("SET_OPERATION_NODE"),
  setop_type: z.literal("UNION"),
  setop_all: z.literal(true),
  left: z.looseObject({ modifiers: empty }),
  right: z.looseObject({ modifiers: empty }),
});

/** The parts of a UNION ALL, or what is none. */
function unitedNodes(node: unknown): readonly unknown[] {
  if (!union.safeParse(node).success) return [node];
  const { left, right } = node as { readonly left: unknown; readonly right: unknown };
  return [...unitedNodes(left), ...unitedNodes(right)];
}

const exists = z.object({
  class: z.literal("SUBQUERY"),
  subquery_type: z.enum(["EXISTS", "NOT_EXISTS"]),
  subquery: z.object({
    node: z.looseObject({
      modifiers: empty,
      // A call may make no row, or several, of one; so may one that a star puts in the place of a column.
      select_list: z.array(
        z.union([plainStar, z.looseObject({ class: z.enum(["CONSTANT", "COLUMN_REF"]) })]),
      ),
    }),
  }),
});

/** Of which the rows only have to be there. */
function existsNodes(statement: unknown): readonly unknown[] {
  const nodes: unknown[] = [];
  visit(statement, (part) => {
    if (part.class === "SUBQUERY" && exists.safeParse(part).success)
      nodes.push((part.subquery as { readonly node: unknown }).node);
  });
  return nodes;
}
