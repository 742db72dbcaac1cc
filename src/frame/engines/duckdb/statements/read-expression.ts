/** A text that may be an expression, as DuckDB's own parser reads it. */

import { z } from "../../../../zod.ts";
import type { TextExpression } from "../../../expression/text-expression.ts";
import { parseSql } from "./statement.ts";

const parsed = z.tuple([
  z.object({
    node: z.object({
      type: z.literal("SELECT_NODE"),
      modifiers: z.tuple([]),
      select_list: z.tuple([z.unknown(), z.looseObject({ type: z.string(), alias: z.string() })]),
      from_table: z.looseObject({ type: z.literal("EMPTY") }),
      where_clause: z.null(),
      group_expressions: z.tuple([]),
      having: z.null(),
      qualify: z.null(),
    }),
  }),
]);
const columnReference = z.object({ type: z.literal("COLUMN_REF"), column_names: z.array(z.string()) });
const lambda = z.object({ type: z.literal("LAMBDA"), lhs: z.unknown(), expr: z.unknown() });
const named = /\bas\s+[\p{L}\p{N}_"]+\s*;?\s*$/iu;

/** Undefined for a text that is not one expression. */
export async function readExpression(text: string): Promise<TextExpression | undefined> {
  if (text.includes("\0")) return undefined;
  // Behind another expression, words such as DISTINCT and ALL have no meaning.
  const answer = await parseSql(`SELECT 0, ${quoteNames(text)}\n`);
  if (answer.error) return undefined;
  const [statement] = parsed.safeParse(answer.statements).data ?? [];
  if (statement === undefined) return undefined;
  const [, expression] = statement.node.select_list;
  // Two words read as an expression and its new name.
  if (expression.alias !== "" && !named.test(text)) return undefined;
  const columns = [...columnsOf(expression, new Set())];
  return { columns, computes: expression.type !== "COLUMN_REF" || /[("]/.test(text) };
}

/** Lance's SQL has names in backticks. */
function quoteNames(text: string): string {
  return text.replaceAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|`([^`]*)`/g, (found, name?: string) =>
    name === undefined ? found : `"${name.replaceAll('"', '""')}"`,
  );
}

/** @param bound what a function in the text calls its arguments */
function* columnsOf(part: unknown, bound: ReadonlySet<string>): Generator<readonly string[]> {
  if (typeof part !== "object" || part === null) return;
  const reference = columnReference.safeParse(part);
  if (reference.success) {
    if (!bound.has(reference.data.column_names[0] ?? "")) yield reference.data.column_names;
    return;
  }
  const inner = lambda.safeParse(part);
  if (inner.success) {
    const { lhs, expr } = inner.data;
    const names = new Set([...columnsOf(lhs, bound)].map(([name = ""]) => name));
    const isFunction = [...columnsOf(expr, bound)].some(([name = ""]) => names.has(name));
    // Else the arrow takes a value out of JSON.
    if (!isFunction) yield* columnsOf(lhs, bound);
    yield* columnsOf(expr, new Set([...bound, ...names]));
    return;
  }
  for (const each of Object.values(part)) yield* columnsOf(each, bound);
}
