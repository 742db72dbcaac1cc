/**
 * What a statement's WHERE says of the columns of one table, and of fields of structs in them, as predicates of frames:
 * rows for which they are not true are in no result of it, so that they need not be read. The statement keeps its WHERE.
 * Whatever is not understood to the last detail is left out.
 */

import { type Field, Types } from "../../../../arrow.ts";
import { z } from "../../../../zod.ts";
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
const conjunction = z.object({
  type: z.enum(["CONJUNCTION_AND", "CONJUNCTION_OR"]),
  children: z.array(z.unknown()),
});
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
const called = z.object({
  class: z.literal("FUNCTION"),
  schema: z.literal(""),
  function_name: z.string(),
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

/** @param statement as DuckDB serializes it. */
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

  const read = (expression: unknown) => readPredicate(expression, { inputs, fields, parameters });
  /** Returns whether there are predicates now that mean the same. */
  function take(expression: unknown): boolean {
    const all = conjunction.safeParse(expression);
    if (all.success && all.data.type === "CONJUNCTION_AND") return all.data.children.map(take).every(Boolean);
    const predicate = read(expression);
    if (predicate === undefined) return false;
    const { name } = predicate.input;
    found.set(name, [...(found.get(name) ?? []), predicate.node]);
    return true;
  }

  const isWhole = where === null || take(where);
  const [only, ...others] = inputs;
  return { found, whole: isWhole && others.length === 0 ? only?.name : undefined };
}

/** What names and parameters of a condition stand for. */
interface Names {
  readonly inputs: readonly NamedInput[];
  readonly fields: TableFields;
  readonly parameters: readonly LiteralNode[];
}

/** A column of an input, or a field of a struct in it. */
interface Place {
  readonly input: NamedInput;
  readonly field: Field;
  readonly node: ExpressionNode;
}

/** On one input alone. */
interface Predicate {
  readonly input: NamedInput;
  readonly node: ExpressionNode;
}

function readPredicate(expression: unknown, names: Names): Predicate | undefined {
  const place = findPlace(expression, names);
  if (place !== undefined) return kindOf(place.field).kind === "boolean" ? place : undefined;
  const read = (part: unknown) => readPredicate(part, names);
  const joined = conjunction.safeParse(expression);
  if (joined.success)
    return join(joined.data.type === "CONJUNCTION_AND" ? "and" : "or", joined.data.children.map(read));
  const compared = comparison.safeParse(expression);
  const operator = compared.success ? operators[compared.data.type] : undefined;
  if (compared.success && operator !== undefined) {
    const { left, right } = compared.data;
    return (
      readComparison(left, operator, right, names) ?? readComparison(right, mirrored[operator], left, names)
    );
  }
  const range = between.safeParse(expression);
  if (range.success) {
    const { input, lower, upper } = range.data;
    return join("and", [
      readComparison(input, "gte", lower, names),
      readComparison(input, "lte", upper, names),
    ]);
  }
  const call = called.safeParse(expression);
  if (call.success) return readCall(call.data.function_name, call.data.children, names);
  const { type, children } = operation.safeParse(expression).data ?? { type: "", children: [] };
  const [operand, ...listed] = children;
  switch (type) {
    case "OPERATOR_NOT":
      return negate(read(operand));
    case "OPERATOR_IS_NULL":
      return readIsNull(operand, names);
    case "OPERATOR_IS_NOT_NULL":
      return negate(readIsNull(operand, names));
    case "COMPARE_IN":
      return readIsIn(operand, listed, names);
    case "COMPARE_NOT_IN":
      return negate(readIsIn(operand, listed, names));
    default:
      return undefined;
  }
}

function join(node: "and" | "or", parts: readonly (Predicate | undefined)[]): Predicate | undefined {
  const operands: ExpressionNode[] = [];
  const [first] = parts;
  for (const part of parts) {
    if (part === undefined || part.input !== first?.input) return undefined;
    operands.push(part.node);
  }
  return first && { input: first.input, node: { node, operands } };
}

function negate(predicate: Predicate | undefined): Predicate | undefined {
  return predicate && { input: predicate.input, node: { node: "not", operand: predicate.node } };
}

function readComparison(
  written: unknown,
  operator: ComparisonOperator,
  value: unknown,
  names: Names,
): Predicate | undefined {
  const place = findPlace(written, names);
  const right = place && readLiteral(value, kindOf(place.field), names.parameters);
  return place && right && { ...place, node: { node: "comparison", operator, left: place.node, right } };
}

function readIsNull(written: unknown, names: Names): Predicate | undefined {
  const place = findPlace(written, names);
  return place && { ...place, node: { node: "isNull", operand: place.node } };
}

function readIsIn(written: unknown, listed: readonly unknown[], names: Names): Predicate | undefined {
  const place = findPlace(written, names);
  if (place === undefined) return undefined;
  const kind = kindOf(place.field);
  const values = listed.flatMap((value) => readLiteral(value, kind, names.parameters) ?? []);
  return values.length < listed.length
    ? undefined
    : { ...place, node: { node: "isIn", operand: place.node, values } };
}

/** LIKE, and prefixes. */
function readCall(name: string, [text, constant]: readonly unknown[], names: Names): Predicate | undefined {
  const place = findPlace(text, names);
  if (place === undefined || kindOf(place.field).kind !== "text") return undefined;
  const value = readLiteral(constant, kindOf(place.field), names.parameters);
  if (value === undefined) return undefined;
  switch (name) {
    case "~~":
    case "!~~": {
      // In DuckDB a backslash is a character like others.
      if (value.text.includes("\\")) return undefined;
      const like: Predicate = {
        ...place,
        node: { node: "like", operand: place.node, pattern: value.text, ignoreCase: false },
      };
      return name === "~~" ? like : negate(like);
    }
    case "^@":
    case "prefix":
    case "starts_with":
      return { ...place, node: { node: "call", function: "startsWith", arguments: [place.node, value] } };
    default:
      return undefined;
  }
}

/** `column`, `table.column`, and either with fields of structs behind it, as `column.field` or `column['field']`. */
function findPlace(expression: unknown, names: Names): Place | undefined {
  const { type, children } = operation.safeParse(expression).data ?? { type: "", children: [] };
  if (type === "STRUCT_EXTRACT" || type === "ARRAY_EXTRACT") {
    const [struct, name] = children;
    const written = constant.safeParse(name);
    const field = written.success ? constantLiteral(written.data) : undefined;
    return field?.type === "string" ? findField(findPlace(struct, names), field.text) : undefined;
  }
  const reference = columnReference.safeParse(expression);
  if (!reference.success) return undefined;
  const [first = "", ...rest] = reference.data.column_names;
  const qualifying = names.inputs.filter(({ alias }) => isSameName(alias, first));
  if (rest.length > 0 && qualifying.length > 0) {
    const [input, ...others] = qualifying;
    const [column = "", ...path] = rest;
    const place = others.length === 0 && input ? findColumn(input, column, names) : undefined;
    if (place !== undefined) return path.reduce(findField, place);
  }
  const [input, ...others] = names.inputs;
  if (input === undefined || others.length > 0) return undefined;
  return rest.reduce(findField, findColumn(input, first, names));
}

function findColumn(input: NamedInput, written: string, { fields }: Names): Place | undefined {
  const [field, ...others] = (fields.get(input.name) ?? []).filter(({ name }) => isSameName(name, written));
  if (field === undefined || others.length > 0) return undefined;
  return { input, field, node: { node: "column", name: field.name } };
}

function findField(struct: Place | undefined, written: string): Place | undefined {
  if (struct === undefined || !Types.isStruct(struct.field.type)) return undefined;
  const [field, ...others] = struct.field.type.children.filter(({ name }: Field) =>
    isSameName(name, written),
  );
  if (field === undefined || others.length > 0) return undefined;
  return { ...struct, field, node: { node: "field", operand: struct.node, name: field.name } };
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
    if (to.id === "BOOLEAN") return kind.kind === "boolean" ? booleanLiteral(child) : undefined;
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

/** True and false come as casts of `t` and `f`. */
function booleanLiteral({ value: { value } }: z.infer<typeof constant>): LiteralNode | undefined {
  return value === "t" || value === "f" ? literal("boolean", String(value === "t")) : undefined;
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
    case "boolean":
      return value.type === "boolean" ? value : undefined;
    case "decimal":
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
