/**
 * What a statement's WHERE says of single columns of its tables, as predicates of frames: rows for which they are not
 * true are in no result of it, so that they need not be read. The statement keeps its WHERE. Whatever is not
 * understood to the last detail is left out.
 */

import * as z from "zod";
import type { Field } from "../../../../arrow.ts";
import { mirrored } from "../../../expression/comparison.ts";
import type { ComparisonOperator, ExpressionNode } from "../../../expression/expression-node.ts";
import type { LiteralNode } from "../../../expression/literal.ts";
import { type ColumnKind, kindOf } from "../../../types/column-kind.ts";
import { isWholeNumber } from "../../../types/literal-value.ts";

/** The columns of a table by the name that the statement has for it. */
export type TableFields = ReadonlyMap<string, readonly Field[]>;

interface NamedInput {
  /** By which columns are qualified. */
  readonly alias: string;
  readonly name: string;
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
const innerJoin = z.object({
  type: z.literal("JOIN"),
  join_type: z.literal("INNER"),
  ref_type: z.enum(["REGULAR", "CROSS"]),
  using_columns: empty,
  left: z.unknown(),
  right: z.unknown(),
});
const selection = z.object({
  node: z.object({
    type: z.literal("SELECT_NODE"),
    cte_map: z.object({ map: empty }),
    sample: z.null(),
    from_table: z.unknown(),
    where_clause: z.unknown(),
  }),
});
const conjunction = z.object({ type: z.literal("CONJUNCTION_AND"), children: z.array(z.unknown()) });
const comparison = z.object({
  class: z.literal("COMPARISON"),
  type: z.string(),
  left: z.unknown(),
  right: z.unknown(),
});
const between = z.object({
  type: z.literal("COMPARE_BETWEEN"),
  input: z.unknown(),
  lower: z.unknown(),
  upper: z.unknown(),
});
const operation = z.object({
  class: z.literal("OPERATOR"),
  type: z.string(),
  children: z.array(z.unknown()),
});
const columnReference = z.object({ class: z.literal("COLUMN_REF"), column_names: z.array(z.string()) });
const constant = z.object({
  class: z.literal("CONSTANT"),
  value: z.object({
    is_null: z.literal(false),
    type: z.object({ id: z.string(), type_info: z.object({ scale: z.number().optional() }).nullable() }),
    value: z.union([z.number(), z.string()]),
  }),
});
const cast = z.object({
  class: z.literal("CAST"),
  child: constant,
  cast_type: z.object({ id: z.string() }),
  try_cast: z.literal(false),
});
const parameter = z.object({ class: z.literal("PARAMETER"), identifier: z.string().regex(/^[1-9]\d*$/) });

const operators: Readonly<Record<string, ComparisonOperator>> = {
  COMPARE_EQUAL: "eq",
  COMPARE_NOTEQUAL: "neq",
  COMPARE_LESSTHAN: "lt",
  COMPARE_LESSTHANOREQUALTO: "lte",
  COMPARE_GREATERTHAN: "gt",
  COMPARE_GREATERTHANOREQUALTO: "gte",
};

export interface StatementConditions {
  /** The predicates by the table's name in the statement. */
  readonly found: ReadonlyMap<string, readonly ExpressionNode[]>;
  /** The statement's only table, where its rows that fulfil the predicates are those that fulfil the WHERE. */
  readonly whole: string | undefined;
}

/** @param statement as DuckDB serialises it. */
export function statementConditions(
  statement: unknown,
  parameters: readonly LiteralNode[],
  fields: TableFields,
): StatementConditions {
  const found = new Map<string, ExpressionNode[]>();
  const selected = selection.safeParse(statement);
  if (!selected.success) return { found, whole: undefined };
  const { from_table: from, where_clause: where } = selected.data.node;
  const inputs = joinedInputs(from);
  // A table that is read twice is one input: what holds for one of the two need not hold for the other.
  const isReadOnce = ({ name }: NamedInput) => countTables(statement, name) === 1;
  if (inputs === undefined || !inputs.every(isReadOnce)) return { found, whole: undefined };

  function findColumn(expression: unknown): { input: NamedInput; field: Field } | undefined {
    const reference = columnReference.safeParse(expression);
    if (!reference.success || inputs === undefined) return undefined;
    const names = reference.data.column_names;
    const [input, ...others] =
      names.length === 1 ? inputs : inputs.filter(({ alias }) => isSameName(alias, names[0]));
    if (input === undefined || others.length > 0 || names.length > 2) return undefined;
    const [field, ...more] = (fields.get(input.name) ?? []).filter(({ name }) =>
      isSameName(name, names.at(-1)),
    );
    return field === undefined || more.length > 0 ? undefined : { input, field };
  }

  /** Each of these returns whether there is a predicate now that means the same. */
  function add(
    expression: unknown,
    make: (field: Field, column: ExpressionNode) => ExpressionNode | undefined,
  ): boolean {
    const column = findColumn(expression);
    if (column === undefined) return false;
    const node = make(column.field, { node: "column", name: column.field.name });
    if (node === undefined) return false;
    found.set(column.input.name, [...(found.get(column.input.name) ?? []), node]);
    return true;
  }

  function addComparison(column: unknown, operator: ComparisonOperator, value: unknown): boolean {
    return add(column, (field, left) => {
      const right = readLiteral(value, kindOf(field), parameters);
      return right === undefined ? undefined : { node: "comparison", operator, left, right };
    });
  }

  function take(expression: unknown): boolean {
    const all = conjunction.safeParse(expression);
    if (all.success) return all.data.children.map(take).every(Boolean);
    const compared = comparison.safeParse(expression);
    const operator = compared.success ? operators[compared.data.type] : undefined;
    if (compared.success && operator !== undefined) {
      const { left, right } = compared.data;
      return addComparison(left, operator, right) || addComparison(right, mirrored[operator], left);
    }
    const range = between.safeParse(expression);
    if (range.success) {
      const { input, lower, upper } = range.data;
      return [addComparison(input, "gte", lower), addComparison(input, "lte", upper)].every(Boolean);
    }
    const { type, children } = operation.safeParse(expression).data ?? { type: "", children: [] };
    const [operand, ...listed] = children;
    switch (type) {
      case "OPERATOR_IS_NULL":
        return add(operand, (_, column) => ({ node: "isNull", operand: column }));
      case "OPERATOR_IS_NOT_NULL":
        return add(operand, (_, column) => ({ node: "not", operand: { node: "isNull", operand: column } }));
      case "COMPARE_IN":
        return add(operand, (field, column) => {
          const values = listed.flatMap((value) => readLiteral(value, kindOf(field), parameters) ?? []);
          return values.length < listed.length ? undefined : { node: "isIn", operand: column, values };
        });
      default:
        return false;
    }
  }

  const isWhole = where === null || take(where);
  const [only, ...others] = inputs;
  return { found, whole: isWhole && others.length === 0 ? only?.name : undefined };
}

/** Undefined where rows can be in the result that are in no table, as behind an outer join. */
function joinedInputs(from: unknown): readonly NamedInput[] | undefined {
  const table = baseTable.safeParse(from);
  if (table.success) {
    const { alias, schema_name: schema, table_name: name } = table.data;
    return [{ alias: alias || name, name: schema === "" ? name : `${schema}.${name}` }];
  }
  const join = innerJoin.safeParse(from);
  if (!join.success) return undefined;
  const [left, right] = [joinedInputs(join.data.left), joinedInputs(join.data.right)];
  return left && right && [...left, ...right];
}

function countTables(part: unknown, name: string): number {
  if (typeof part !== "object" || part === null) return 0;
  const { type, schema_name: schema, table_name: table } = part as Readonly<Record<string, unknown>>;
  const isOne = type === "BASE_TABLE" && isSameName(schema ? `${schema}.${table}` : String(table), name);
  return Object.values(part).reduce((sum: number, inner) => sum + countTables(inner, name), isOne ? 1 : 0);
}

/** DuckDB does not tell upper case from lower. */
function isSameName(a: string, b: string | undefined): boolean {
  return a.toLowerCase() === b?.toLowerCase();
}

/** The constant, where it is compared with a column of that kind just as frames do it. */
function readLiteral(
  expression: unknown,
  kind: ColumnKind,
  parameters: readonly LiteralNode[],
): LiteralNode | undefined {
  const bound = parameter.safeParse(expression);
  if (bound.success) return fitLiteral(parameters[Number(bound.data.identifier) - 1], kind);
  const converted = cast.safeParse(expression);
  if (converted.success) {
    const { child, cast_type: to } = converted.data;
    const isTime =
      (to.id === "DATE" && kind.kind === "date") || (to.id === "TIMESTAMP" && kind.kind === "timestamp");
    return isTime ? fitLiteral(constantLiteral(child), kind) : undefined;
  }
  const written = constant.safeParse(expression);
  return written.success ? fitLiteral(constantLiteral(written.data), kind) : undefined;
}

function constantLiteral({ value: { type, value } }: z.infer<typeof constant>): LiteralNode | undefined {
  if (typeof value === "string") return type.id === "VARCHAR" ? literal("string", value) : undefined;
  if (type.id === "DOUBLE") return literal("number", String(value));
  if (!Number.isSafeInteger(value)) return undefined;
  if (type.id === "DECIMAL")
    return literal("number", String(Number(`${value}e${-(type.type_info?.scale ?? 0)}`)));
  return type.id.endsWith("INT") || type.id === "INTEGER" ? literal("integer", String(value)) : undefined;
}

function fitLiteral(value: LiteralNode | undefined, kind: ColumnKind): LiteralNode | undefined {
  if (value === undefined) return undefined;
  const isNumber = value.type === "number" || value.type === "integer";
  const isWhole = value.type === "integer" || (value.type === "number" && isWholeNumber(value));
  const isText = value.type === "string";
  switch (kind.kind) {
    case "integer":
      return isWhole ? value : undefined;
    case "float":
      return isNumber && kind.bitWidth === 64 && Number.isFinite(Number(value.text)) ? value : undefined;
    case "text":
      return isText ? value : undefined;
    case "date":
      return isText && kind.unit === "day" && datePattern.test(value.text) && isDay(value.text)
        ? value
        : undefined;
    case "timestamp":
      if (kind.zone !== null) return value.type === "instant" && kind.unit < 3 ? value : undefined;
      return isText && clockPattern.test(value.text) && isDay(value.text.slice(0, 10)) ? value : undefined;
    case "decimal":
    case "boolean":
    case "bytes":
    case "time":
    case "duration":
    case "nested":
    case "other":
      return undefined;
    default:
      return kind satisfies never;
  }
}

const datePattern = /^\d{4}-\d\d-\d\d$/;
const clockPattern = /^\d{4}-\d\d-\d\d([ T]([01]\d|2[0-3]):[0-5]\d:[0-5]\d)?$/;

function isDay(date: string): boolean {
  const time = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date);
}

function literal(type: LiteralNode["type"], text: string): LiteralNode {
  return Object.freeze({ node: "literal", type, text });
}
