/** What a user hands to a frame, checked at the call. */

import {
  checkChoice,
  checkOptions,
  describeIssue,
  describeValue,
  isPlainObject,
  wordIssue,
} from "../../check-options.ts";
import { DlfLanceError } from "../../errors.ts";
import { listWords } from "../../list-words.ts";
import { loadWhenUsed } from "../../load-when-used.ts";
import { z } from "../../zod.ts";
import { describeExpression, describeName } from "../expression/describe-expression.ts";
import { conditionOf, isExpression, nodeOf } from "../expression/expression-build.ts";
import type { ExpressionNode, NamedExpression } from "../expression/expression-node.ts";
import { operandsOf } from "../expression/expression-parts.ts";
import type { ExpressionLike } from "../expression/expression-types.ts";
import { type LiteralNode, toLiteral } from "../expression/literal.ts";
import { checkSqlText } from "../expression/sql-text.ts";
import type { Predicate, TableVersion } from "../plan/plan.ts";
import type { RowPolicies } from "../rows/row-objects.ts";
import type { ColumnValues, NamedLike, RowFor, Truth, Untyped } from "./frame-types.ts";

/**
 * A condition: an expression, text in Lance's SQL dialect, or values that the named columns must equal. `V` is what the
 * expression gives.
 */
export type Condition<C = Untyped, V = unknown> =
  | (ExpressionLike<V, RowFor<C>> & Truth<C, V>)
  | string
  | ColumnValues<C>;

/** The same; where it holds, the columns `N` are not null. */
export type ConditionOn<C, N extends string, V = unknown> =
  | (ExpressionLike<V, RowFor<C>> & { readonly notNull?: N } & Truth<C, V>)
  | string
  | ColumnValues<C>;

const rowNumber = loadWhenUsed(() =>
  z
    .int({ error: ({ input }) => `${quoteValue(input)} is not a whole number of rows` })
    .nonnegative({ error: ({ input }) => `${quoteValue(input)} is negative; pass 0 or more rows` }),
);
const limitOptions = loadWhenUsed(() => z.strictObject({ offset: rowNumber.default(0) }).prefault({}));
const filePath = loadWhenUsed(() => z.string("a file's path is text").min(1, "a file's path is not empty"));
const columnName = loadWhenUsed(() =>
  z.string({
    error: ({ input }) => `${quoteValue(input)} is not the name of a column; pass its name as a text`,
  }),
);
const columnNames = loadWhenUsed(() =>
  z
    .array(columnName)
    .nonempty("no column; name at least one")
    .refine((names) => new Set(names).size === names.length, {
      error: ({ input }) => `column ${findTwice(input as string[])} is named twice; name it once`,
    }),
);
const values = loadWhenUsed(() =>
  z.record(z.string(), z.unknown(), {
    error: ({ input }) =>
      `${quoteValue(input)} is not a condition; pass an expression such as col("id").gt(5), a text in Lance's SQL, ` +
      "or { column: value }" +
      (typeof input === "boolean"
        ? "; JavaScript's own <, == and && do not work on columns"
        : Array.isArray(input)
          ? "; several stand side by side, as in where(a, b)"
          : ""),
  }),
);
const amountOfRows = "it takes { fraction: 0.1 } or { rows: 1000 }, and a seed";
const sampleOptions = loadWhenUsed(() =>
  z
    .strictObject(
      {
        fraction: z.number().min(0).max(1).optional(),
        rows: rowNumber.optional(),
        seed: z.int().default(0),
      },
      amountOfRows,
    )
    .refine(({ fraction, rows }) => (fraction === undefined) !== (rows === undefined), amountOfRows),
);
const newName = loadWhenUsed(() =>
  z
    .string({ error: ({ input }) => `${quoteValue(input)} is not a name; pass a text` })
    .min(1, "the name is empty; pass a text"),
);

/** @throws DlfLanceError InvalidInput */
export function parseRowNumber(value: unknown, action: string): number {
  return parse(rowNumber, value, action);
}

/** @throws DlfLanceError InvalidInput */
export function parseFilePath(value: unknown, action: string): string {
  return parse(filePath, value, action);
}

/** @throws DlfLanceError InvalidInput */
export function parseLimitOptions(value: unknown): { readonly offset: number } {
  return parse(limitOptions, value, "limit rows");
}

/** @throws DlfLanceError InvalidInput */
export function parseRowPolicies({ ints, timestamps }: RowPolicies): RowPolicies {
  const check = (value: unknown, choices: readonly string[], option: string) =>
    value === undefined || checkChoice(value, choices, option, "read rows");
  check(ints, ["bigint", "number", "string"], "ints");
  check(timestamps, ["date", "text"], "timestamps");
  return { ...(ints === undefined ? {} : { ints }), ...(timestamps === undefined ? {} : { timestamps }) };
}

/** @throws DlfLanceError InvalidInput */
export function parseColumnNames(value: unknown, action: string): readonly string[] {
  return parse(columnNames, Array.isArray(value) ? value.flat().map(nameOfColumn) : value, action);
}

/** @throws DlfLanceError InvalidInput */
export function parseColumnName(value: unknown, action: string): string {
  return parse(columnName, nameOfColumn(value), action);
}

/** A column that is given as an expression is meant by its name. */
function nameOfColumn(value: unknown): unknown {
  return isExpression(value) && value.node.node === "column" ? value.node.name : value;
}

function findTwice(names: readonly string[]): string {
  return describeName(names.find((name, index) => names.indexOf(name) < index) ?? "");
}

function quoteValue(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return "a function";
  if (Array.isArray(value)) return "a list";
  if (isExpression(value)) return describeExpression(value.node);
  return typeof value === "object" && value !== null ? "an object" : String(value);
}

/** @throws DlfLanceError InvalidInput */
export function parseSample(value: unknown): { fraction: number | null; rows: number | null; seed: number } {
  const { fraction = null, rows = null, seed } = parse(sampleOptions, value, "sample rows");
  return { fraction, rows, seed };
}

/** @throws DlfLanceError InvalidInput */
export function parseRenames(value: unknown): readonly { from: string; to: string }[] {
  return entriesOf(value, "rename columns").map(([from, to]) => ({
    from,
    to: parse(newName, to, `rename column ${from}`),
  }));
}

/** Columns by name and expressions, as columns with their names. @throws DlfLanceError InvalidInput */
export function parseSelections(given: readonly unknown[], action: string): readonly NamedExpression[] {
  const selections = given.flat();
  for (const selection of selections) refuseUnfinished(selection, action);
  if (selections.every((selection) => !isExpression(selection))) {
    return parseColumnNames(selections, action).map((name) => ({
      name,
      expression: { node: "column", name },
    }));
  }
  return selections.map((selection) => {
    if (!isExpression(selection)) {
      const name = parseColumnName(selection, action);
      return { name, expression: { node: "column", name } };
    }
    return { name: nameOf(selection), expression: selection.node };
  });
}

/** @throws DlfLanceError InvalidInput for a window function without its window. */
function refuseUnfinished(value: unknown, action: string): void {
  if (isExpression(value) || typeof value !== "object" || value === null) return;
  if ("over" in value && typeof value.over === "function") toLiteral(value, action);
}

/** What is made of groups: each an aggregate, or computed from some. @throws DlfLanceError InvalidInput */
export function parseAggregates(given: readonly unknown[]): readonly NamedExpression[] {
  const aggregates = given.flat();
  for (const aggregate of aggregates) {
    refuseUnfinished(aggregate, "aggregate");
    if (isExpression(aggregate) && !readsRow(aggregate.node)) continue;
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot aggregate: ${quoteValue(aggregate)} is not an aggregate; pass one such as col("price").sum().as("total") ` +
        "or count(), and name what makes the groups in groupBy()",
    );
  }
  return aggregates.length === 0 ? [] : parseSelections(aggregates, "aggregate");
}

/** Whether it takes the value of a column outside of any aggregate. */
function readsRow(node: ExpressionNode): boolean {
  if (node.node === "column") return true;
  return node.node !== "aggregate" && operandsOf(node).some(readsRow);
}

/** @throws DlfLanceError InvalidInput */
export function parseExpressions(value: unknown, action: string): readonly NamedExpression[] {
  return entriesOf(value, action).map(([name, expression]) => ({
    name,
    expression: parseExpression(expression, `${action} ${name}`),
  }));
}

/** Names and what they stand for. A record of zod would leave `__proto__` out. */
function entriesOf(value: unknown, action: string): readonly [string, unknown][] {
  const isRecord =
    typeof value === "object" && value !== null && !Array.isArray(value) && !isExpression(value);
  const entries = isRecord ? Object.entries(value) : [];
  if (entries.length > 0) return entries;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot ${action}: ${quoteValue(value)} does not say which columns; pass an object such as { price: … }`,
  );
}

/** @throws DlfLanceError InvalidInput for what is neither an expression nor a constant. */
export function parseExpression(value: unknown, action: string) {
  return nodeOf(value, action);
}

/** The name of a column to add, which comes before what it is. @throws DlfLanceError InvalidInput */
export function parseNewName(name: unknown): string {
  if (typeof name === "string" && name !== "") return name;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot add a column: ${quoteValue(name)} is not a name; pass the name first, as in ` +
      'withColumn("double", col("price").mul(2))',
  );
}

/** Columns and the names of types. @throws DlfLanceError InvalidInput */
export function parseTypes(types: unknown): readonly (readonly [string, string])[] {
  return entriesOf(types, "cast columns").map(([name, type]) => {
    if (typeof type === "string") return [name, type];
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot cast column ${describeName(name)}: the type is ${quoteValue(type)}; pass its name, such as "int64" or "string"`,
    );
  });
}

/** A value in place of null. @throws DlfLanceError InvalidInput */
export function parseFiller(value: unknown): LiteralNode {
  if (isExpression(value)) {
    if (value.node.node === "literal") return value.node;
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot fill null: ${describeExpression(value.node)} is computed; use withColumn() with the fillNull() of a column`,
    );
  }
  if (value === null || isPlainObject(value)) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot fill null: ${quoteValue(value)} is not a value; pass the value, then the columns, as in fillNull(0, "price")`,
    );
  }
  return toLiteral(value, "fill null");
}

/** The columns given as a text that may be meant as an expression. The frame's columns tell, when they are known. */
export function findTexts(columns: Readonly<Record<string, unknown>>): { texts?: readonly string[] } {
  const texts = Object.entries(columns)
    .filter(([, value]) => typeof value === "string" && value.trim() !== "")
    .map(([name]) => name);
  return texts.length === 0 ? {} : { texts };
}

/** What a column made of the expression is called. */
function nameOf(expression: ExpressionLike): string {
  const { outputName } = expression as NamedLike;
  return typeof outputName === "string" ? outputName : "expression";
}

/** @throws DlfLanceError InvalidInput */
export function parseCondition(condition: unknown): readonly Predicate[] {
  if (isExpression(condition)) return [conditionOf(condition, "where")];
  if (typeof condition === "string" && condition.trim() === "") {
    throw new DlfLanceError(
      "InvalidInput",
      "Cannot apply where: the text is empty; leave it out to keep all rows",
    );
  }
  if (typeof condition === "string") {
    checkSqlText(condition);
    return [Object.freeze({ node: "sql", text: condition })];
  }
  parse(values, condition, "apply where");
  const entries = Object.entries(condition as Record<string, unknown>);
  if (entries.length === 0) {
    throw new DlfLanceError(
      "InvalidInput",
      "Cannot apply where to an empty object: leave it out to keep all rows",
    );
  }
  return entries.map(([name, value]): Predicate => {
    const left = { node: "column", name } as const;
    if (value === null) return { node: "isNull", operand: left };
    const right: LiteralNode = toLiteral(value, `compare column ${name}`);
    return { node: "comparison", operator: "eq", left, right };
  });
}

/** A version by its number, a tag by its name, or a time. @throws DlfLanceError InvalidInput */
export function parseVersion(value: unknown): TableVersion {
  if (typeof value === "number" && Number.isSafeInteger(value) && value > 0) return { number: value };
  if (typeof value === "string" && value !== "") return { tag: value };
  if (Object.prototype.toString.call(value) === "[object Date]" && !Number.isNaN(Number(value))) {
    return { time: new Date(Number(value)).toISOString() };
  }
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot read a version: ${describeValue(value)} is not a version; pass its number (from 1 on), a tag, or a Date for the newest version then`,
  );
}

/** The options that a schema of them knows, whatever is around it. */
function namesOf(schema: z.ZodType): readonly string[] {
  if (schema instanceof z.ZodObject) return Object.keys(schema.shape);
  if (schema instanceof z.ZodUnion) return (schema.options as z.ZodType[]).flatMap(namesOf);
  return "unwrap" in schema ? namesOf((schema.unwrap as () => z.ZodType)()) : [];
}

export function parse<T>(schema: z.ZodType<T>, value: unknown, action: string): T {
  // To a strict schema, which looks at an object's own members, a frame has none.
  if (typeof value === "object" && value !== null && "plan" in value) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot ${action}: the options are a frame; pass an object with ${namesOf(schema).join(", ")}`,
    );
  }
  const result = schema.safeParse(value, { error: wordIssue });
  if (result.success) return result.data;
  const names = namesOf(schema);
  if (names.length > 0 && (value === undefined || value === null))
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot ${action}: nothing says how; pass an object with ${listWords(names, "or")}`,
    );
  if (names.length > 0) {
    checkOptions(value as object, Object.fromEntries(names.map((name) => [name, true])), action);
  }
  throw new DlfLanceError("InvalidInput", `Cannot ${action}: ${describeIssue(result.error.issues[0])}`);
}
