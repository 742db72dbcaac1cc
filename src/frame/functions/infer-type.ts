/** The type of an expression over columns; with it, that the expression makes sense. */

import { arrow, type DataType, type Field, Types } from "../../arrow.ts";
import { typeName } from "../../display/arrow/type-name.ts";
import { DlfLanceError } from "../../errors.ts";
import { listWords } from "../../list-words.ts";
import { findNearest } from "../../nearest.ts";
import { describeName } from "../expression/describe-expression.ts";
import type {
  AggregateNode,
  ArithmeticNode,
  ComparisonNode,
  ExpressionNode,
  SortKey,
  WindowFunctionNode,
  WindowSpecification,
} from "../expression/expression-node.ts";
import { type ColumnKind, kindOf } from "../types/column-kind.ts";
import { commonType, isNullType } from "../types/common-type.ts";
import {
  checkCompared,
  checkComparedLiteral,
  checkEqualLiteral,
  describeOperand,
} from "../types/comparable.ts";
import { literalDataType } from "../types/literal-value.ts";
import { parseType } from "../types/parse-type.ts";
import { findAggregate } from "./aggregate-functions.ts";
import { arithmeticType } from "./arithmetic.ts";
import { inferCall } from "./check-call.ts";

/** The field of a column by its name; it throws when there is none. */
export type FindField = (column: string) => Field;

/**
 * What the expression gives. A column is its own field, with extension type; all else is a field without name.
 * @throws DlfLanceError InvalidInput for operands that make no sense; and what `find` throws.
 */
export function inferField(node: ExpressionNode, find: FindField): Field {
  return node.node === "column" ? find(node.name) : unnamed(inferType(node, find));
}

/** Types found before: each part of an expression asks for those of the parts inside it. */
const knownTypes = new WeakMap<FindField, WeakMap<ExpressionNode, DataType>>();

/** @throws as {@link inferField}. */
export function inferType(node: ExpressionNode, find: FindField): DataType {
  let types = knownTypes.get(find);
  if (types === undefined) {
    types = new WeakMap();
    knownTypes.set(find, types);
  }
  let type = types.get(node);
  if (type === undefined) {
    type = typeOfNode(node, find);
    types.set(node, type);
  }
  return type;
}

function typeOfNode(node: ExpressionNode, find: FindField): DataType {
  switch (node.node) {
    case "column":
      return find(node.name).type;
    case "literal":
      return literalDataType(node);
    case "comparison":
      checkComparison(node, find);
      return new arrow.Bool();
    case "arithmetic":
      return inferArithmetic(node, find);
    case "isNull":
      inferType(node.operand, find);
      return new arrow.Bool();
    case "isIn": {
      const field = inferField(node.operand, find);
      for (const value of node.values) {
        checkComparedLiteral(node.operand, field, value);
        checkEqualLiteral(node.operand, field, value);
      }
      return new arrow.Bool();
    }
    case "like":
      checkKind(node.operand, ["text"], "matched as text", find);
      return new arrow.Bool();
    case "not":
      checkCondition(node.operand, find);
      return new arrow.Bool();
    case "and":
    case "or":
      for (const operand of node.operands) checkCondition(operand, find);
      return new arrow.Bool();
    case "cast":
      return inferCast(node.operand, node.type, find);
    case "case":
      for (const { when } of node.branches) checkCondition(when, find);
      return commonType(
        [...node.branches.map(({ value }) => value), ...(node.otherwise === null ? [] : [node.otherwise])],
        (part) => inferField(part, find),
        "choose between",
      );
    case "field":
      return inferStructField(node.operand, node.name, find);
    case "call":
      return inferCall(node, (argument) => inferField(argument, find));
    case "function":
      for (const argument of node.arguments) inferType(argument, find);
      return parseType(node.function.type, `apply ${node.function.name}`);
    case "aggregate":
      return inferAggregate(node, find);
    case "window":
      for (const part of node.partitionBy) inferType(part, find);
      checkSortKeys(node.orderBy, find);
      checkFrame(node, find);
      return inferWindowFunction(node.function, find);
    default:
      return node satisfies never;
  }
}

/** @throws as {@link inferField}; InvalidInput for what is neither true nor false. */
export function checkCondition(node: ExpressionNode, find: FindField): void {
  checkKind(node, ["boolean"], "a condition by itself", find);
}

/** @throws as {@link inferField}; InvalidInput for a key of a type that has no order. */
export function checkSortKeys(keys: readonly SortKey[], find: FindField): void {
  for (const { expression } of keys) {
    const field = inferField(expression, find);
    if (kindOf(field).kind !== "other" || isNullType(field.type)) continue;
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot sort by ${describeOperand(expression, field)}: values of this type have no order`,
    );
  }
}

/** @throws DlfLanceError InvalidInput for a range over what has no differences, or none of such a size. */
function checkFrame({ frame, orderBy }: WindowSpecification, find: FindField): void {
  if (frame?.range === undefined) return;
  const [key, ...others] = orderBy;
  const refuse = (why: string) =>
    new DlfLanceError("InvalidInput", `Cannot open a window with a range: ${why}`);
  if (key === undefined || others.length > 0) throw refuse("it takes one sort key, in orderBy");
  const field = inferField(key.expression, find);
  const kind = kindOf(field);
  const isTime =
    kind.kind === "timestamp" || kind.kind === "date" || kind.kind === "duration" || kind.kind === "time";
  if (frame.range === "number" && !["integer", "float", "decimal"].includes(kind.kind))
    throw refuse(`${describeOperand(key.expression, field)} is not a number; pass a time as { days: -7 }`);
  if (frame.range === "number") return;
  if (!isTime) throw refuse(`${describeOperand(key.expression, field)} is not a time; pass numbers`);
  const perTick = microsecondsPerTick(kind);
  if ([frame.start, frame.end].some((edge) => edge !== null && edge % perTick !== 0))
    throw refuse(`it is finer than the unit of ${describeOperand(key.expression, field)}`);
}

/** Of a time; below 1 of nanoseconds. */
export function microsecondsPerTick(kind: ColumnKind): number {
  if (kind.kind === "date") return kind.unit === "day" ? 86_400_000_000 : 1000;
  return "unit" in kind ? 1000 ** (2 - kind.unit) : 1;
}

export function inferWindowFunction(node: WindowFunctionNode, find: FindField): DataType {
  switch (node.node) {
    case "aggregate":
      return inferAggregate(node, find);
    case "ranking":
      return node.function === "percentRank" || node.function === "cumeDist"
        ? new arrow.Float64()
        : new arrow.Int64();
    case "shift":
      return commonType(
        [node.operand, ...(node.otherwise === null ? [] : [node.otherwise])],
        (part) => inferField(part, find),
        `apply ${node.function} to`,
      );
    default:
      return node satisfies never;
  }
}

function unnamed(type: DataType): Field {
  return new arrow.Field("", type, true);
}

function checkComparison({ operator, left, right }: ComparisonNode, find: FindField): void {
  const [leftField, rightField] = [inferField(left, find), inferField(right, find)];
  if (operator === "eq" || operator === "neq") {
    if (right.node === "literal") checkEqualLiteral(left, leftField, right);
    else if (left.node === "literal") checkEqualLiteral(right, rightField, left);
  }
  if (right.node === "literal") checkComparedLiteral(left, leftField, right);
  else if (left.node === "literal") checkComparedLiteral(right, rightField, left);
  else checkCompared(left, leftField, right, rightField);
}

const computable: readonly ColumnKind["kind"][] = [
  "integer",
  "float",
  "decimal",
  "date",
  "timestamp",
  "duration",
];

function inferArithmetic({ operator, left, right }: ArithmeticNode, find: FindField): DataType {
  const isWhole = operator === "intDivide";
  for (const operand of [left, right]) {
    if (isWhole) checkKind(operand, ["integer"], "divided into whole numbers", find);
    else checkKind(operand, computable, "computed with", find);
  }
  if (isWhole) return new arrow.Int64();
  return arithmeticType(
    operator,
    { node: left, field: inferField(left, find) },
    { node: right, field: inferField(right, find) },
  );
}

function inferCast(operand: ExpressionNode, type: string, find: FindField): DataType {
  const field = inferField(operand, find);
  const to = parseType(type, `cast ${describeOperand(operand, field)}`);
  if (isCastable(field, to)) return to;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot cast ${describeOperand(operand, field)} to ${typeName(to)}: the types do not convert; cast to string first`,
  );
}

/** Kinds that a kind is cast to, besides itself and text. */
const castable: Readonly<Record<ColumnKind["kind"], readonly ColumnKind["kind"][]>> = {
  integer: ["float", "decimal", "boolean", "timestamp", "duration"],
  float: ["integer", "decimal"],
  decimal: ["integer", "float"],
  text: ["integer", "float", "decimal", "boolean", "timestamp", "date", "time"],
  boolean: ["integer"],
  bytes: [],
  timestamp: ["date", "time", "integer"],
  date: ["timestamp"],
  time: ["duration"],
  duration: ["time", "integer"],
  nested: [],
  other: [],
};

function isCastable(from: Field, to: DataType): boolean {
  if (isNullType(from.type) || typeName(from.type) === typeName(to)) return true;
  const isNested = (type: DataType) => Types.isList(type) || Types.isFixedSizeList(type);
  if (isNested(from.type) && isNested(to)) {
    const [fromItem, toItem] = [from.type.children[0], to.children[0]];
    return fromItem !== undefined && toItem !== undefined && isCastable(fromItem, toItem.type);
  }
  // DuckDB has none, and rounds and checks for float32.
  if (Types.isFloat(to) && to.precision === 0) return false;
  const [kind, target] = [kindOf(from).kind, kindOf(unnamed(to)).kind];
  if ([kind, target].some((each) => each === "other" || each === "nested")) return false;
  return kind === target || castable[kind].includes(target) || (target === "text" && kind !== "bytes");
}

function inferStructField(operand: ExpressionNode, name: string, find: FindField): DataType {
  const field = inferField(operand, find);
  const children: readonly Field[] = Types.isStruct(field.type) ? field.type.children : [];
  const child = children.find((candidate) => candidate.name === name);
  if (child !== undefined) return child.type;
  const names = children.map((candidate) => candidate.name);
  const nearest = findNearest(name, names);
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot take field ${describeName(name)} of ${describeOperand(operand, field)}: ` +
      (names.length === 0
        ? "it is not a struct"
        : `${nearest === undefined ? "its" : `did you mean ${describeName(nearest)}? Its`} fields are ${names.map(describeName).join(", ")}`),
  );
}

function inferAggregate(node: AggregateNode, find: FindField): DataType {
  if (node.condition !== undefined) checkCondition(node.condition, find);
  if (node.operand === null) return new arrow.Int64();
  const entry = findAggregate(node.function);
  const field = inferField(node.operand, find);
  if (entry.takes === "ordered")
    checkSortKeys([{ expression: node.operand, descending: false, nullsFirst: false }], find);
  else if (entry.takes !== "any")
    checkKind(
      node.operand,
      entry.takes,
      node.function === "sum" ? "summed" : `used in ${node.function}`,
      find,
    );
  const others = (node.others ?? []).map((other) => inferField(other, find));
  for (const [index, other] of (node.others ?? []).entries()) {
    const kinds = entry.others?.[index];
    if (kinds === "ordered")
      checkSortKeys([{ expression: other, descending: false, nullsFirst: false }], find);
    else if (kinds !== undefined && kinds !== "any")
      checkKind(other, kinds, `used in ${node.function}`, find);
  }
  return entry.gives(field, others);
}

function checkKind(
  node: ExpressionNode,
  kinds: readonly ColumnKind["kind"][],
  use: string,
  find: FindField,
): ColumnKind["kind"] | "null" {
  const field = inferField(node, find);
  if (isNullType(field.type)) return "null";
  const { kind } = kindOf(field);
  if (kinds.includes(kind)) return kind;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot use ${describeOperand(node, field)}: it is not ${listWords(kinds, "or")}, so it cannot be ${use}; cast it, or take another column`,
  );
}
