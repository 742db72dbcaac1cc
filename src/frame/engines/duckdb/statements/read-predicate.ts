/** Conditions of a statement as predicates of frames. */
import { type Field, Types } from "../../../../arrow.ts";
import { z } from "../../../../zod.ts";
import { mirrored } from "../../../expression/comparison.ts";
import type { ComparisonOperator, ExpressionNode } from "../../../expression/expression-node.ts";
import type { LiteralNode } from "../../../expression/literal.ts";
import { kindOf } from "../../../types/column-kind.ts";
import { readConstant, readLiteral } from "./statement-literals.ts";
import { type Input, isSameName, type Select, type TableInput } from "./statement-selects.ts";

/** The columns of a table by the name that the statement has for it. */
export type TableFields = ReadonlyMap<string, readonly Field[]>;

const empty = z.array(z.unknown()).length(0);
export const conjunction = z.object({
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
const operators: Readonly<Record<string, ComparisonOperator>> = {
  COMPARE_EQUAL: "eq",
  COMPARE_NOTEQUAL: "neq",
  COMPARE_LESSTHAN: "lt",
  COMPARE_LESSTHANOREQUALTO: "lte",
  COMPARE_GREATERTHAN: "gt",
  COMPARE_GREATERTHANOREQUALTO: "gte",
};

/** What names and parameters of a condition stand for. */
export interface Names {
  readonly inputs: readonly Input[];
  readonly fields: TableFields;
  readonly parameters: readonly LiteralNode[];
}

/** A column of a table, or a field of a struct in it. */
interface Place {
  readonly input: TableInput;
  readonly field: Field;
  readonly node: ExpressionNode;
}

/** On one input alone. */
export interface Predicate {
  readonly input: TableInput;
  readonly node: ExpressionNode;
}

export function readPredicate(expression: unknown, names: Names): Predicate | undefined {
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
    const field = readConstant(name);
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
    // What a query makes may have that name; of a table all columns are known.
    if (!qualifying.every(isKnown)) return undefined;
  }
  const [input, ...others] = names.inputs;
  if (input === undefined || others.length > 0) return undefined;
  return rest.reduce(findField, findColumn(input, first, names));
}

function findColumn(input: Input, written: string, names: Names): Place | undefined {
  if ("select" in input) return findSelected(input.select, written, names);
  if (!("table" in input)) return undefined;
  const { fields } = names;
  const [field, ...others] = (fields.get(input.table) ?? []).filter(({ name }) => isSameName(name, written));
  if (field === undefined || others.length > 0) return undefined;
  return { input, field, node: { node: "column", name: field.name } };
}

/** A column that a SELECT hands on as it is, by the name that it gives it. */
function findSelected(select: Select, written: string, names: Names): Place | undefined {
  const own = { ...names, inputs: select.inputs };
  const [only, ...others] = select.inputs;
  const found = select.columns.flatMap((column): (Place | undefined)[] => {
    if (plainStar.safeParse(column).success) {
      const place = only === undefined || others.length > 0 ? undefined : findColumn(only, written, names);
      return place === undefined && others.length === 0 && isKnown(only) ? [] : [place];
    }
    const { alias, column_names: path = [] } = selected.safeParse(column).data ?? {};
    // What is not named may be named anything.
    if (!alias && path.length === 0) return [undefined];
    return isSameName(alias || (path.at(-1) as string), written) ? [findPlace(column, own)] : [];
  });
  return found.length === 1 ? found[0] : undefined;
}

/** Whether all of its columns are. */
function isKnown(input: Input | undefined): boolean {
  return input !== undefined && "table" in input;
}

const selected = z.object({ alias: z.string(), column_names: z.array(z.string()).optional() });
/** `*`, without a column left out, replaced or renamed. */
export const plainStar = z.object({
  class: z.literal("STAR"),
  relation_name: z.literal(""),
  exclude_list: empty,
  replace_list: empty,
  qualified_exclude_list: empty,
  rename_list: empty,
  columns: z.literal(false),
  expr: z.null(),
});

function findField(struct: Place | undefined, written: string): Place | undefined {
  if (struct === undefined || !Types.isStruct(struct.field.type)) return undefined;
  const [field, ...others] = struct.field.type.children.filter(({ name }: Field) =>
    isSameName(name, written),
  );
  if (field === undefined || others.length > 0) return undefined;
  return { ...struct, field, node: { node: "field", operand: struct.node, name: field.name } };
}
