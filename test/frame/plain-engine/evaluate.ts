/** Expressions evaluated row by row. Truth has SQL's three values; null is the third. */
import { arrow, type DataType, type Field, type RecordBatch } from "../../../src/arrow.ts";
import { DlfLanceError } from "../../../src/errors.ts";
import { mirrored } from "../../../src/frame/expression/comparison.ts";
import { describeExpression } from "../../../src/frame/expression/describe-expression.ts";
import type {
  ArithmeticNode,
  CallNode,
  CaseNode,
  ComparisonNode,
  ComparisonOperator,
  ExpressionNode,
  LikeNode,
} from "../../../src/frame/expression/expression-node.ts";
import type { LiteralNode } from "../../../src/frame/expression/literal.ts";
import { inferField, inferType } from "../../../src/frame/functions/infer-type.ts";
import { columnData, type ReadValue, type Value, valueReader } from "../../../src/frame/rows/values.ts";
import { kindOfType } from "../../../src/frame/types/column-kind.ts";
import { literalValue } from "../../../src/frame/types/literal-value.ts";
import { computeFloats, computeIntegers } from "./arithmetic.ts";
import { compileCall, extreme, type NullFunction } from "./call.ts";
import { compileCast, toNumber, widen } from "./cast.ts";
import { comparableForms, compareValues, literalOrder } from "./compare.ts";

/** The value of an expression at a row of the batch. It must have been checked against the batch's columns. */
export function compileExpression(node: ExpressionNode, batch: RecordBatch): ReadValue {
  return compile(node, { batch, find: (column) => findField(batch, column) });
}

interface Scope {
  readonly batch: RecordBatch;
  readonly find: (column: string) => Field;
}

function findField(batch: RecordBatch, column: string): Field {
  const field = batch.schema.fields.find(({ name }) => name === column);
  if (field !== undefined) return field;
  throw new DlfLanceError("Internal", `Cannot read column ${column}: the plan was not checked; report this`);
}

function compile(node: ExpressionNode, scope: Scope): ReadValue {
  switch (node.node) {
    case "column":
      return valueReader(columnData(scope.batch, node.name));
    case "literal": {
      const value = literalValue(node, inferType(node, scope.find));
      return () => value;
    }
    case "comparison":
      return compileComparison(node, scope);
    case "arithmetic":
      return compileArithmetic(node, scope);
    case "isNull": {
      const read = compile(node.operand, scope);
      return (row) => read(row) === null;
    }
    case "isIn": {
      const { type } = inferField(node.operand, scope.find);
      const orders = node.values.map((value) => literalOrder(type, value));
      if (orders.length === 0) return () => false;
      return ofPresent(compile(node.operand, scope), (value) => orders.some((order) => order(value) === 0));
    }
    case "like": {
      const pattern = likePattern(node);
      return ofPresent(compile(node.operand, scope), (value) => pattern.test(value as string));
    }
    case "not":
      return ofPresent(compile(node.operand, scope), (value) => value === false);
    case "and":
    case "or": {
      const truths = node.operands.map((operand) => compile(operand, scope));
      const decisive = node.node === "or";
      return (row) => combine(truths, row, decisive);
    }
    case "cast": {
      const to = inferType(node, scope.find);
      const cast = compileCast(inferField(node.operand, scope.find).type, to, node.orNull);
      const read = compile(node.operand, scope);
      return (row) => cast(read(row));
    }
    case "case":
      return compileCase(node, scope);
    case "field": {
      const { type } = inferField(node.operand, scope.find);
      const children: readonly Field[] = type.children;
      const index = children.findIndex(({ name }) => name === node.name);
      return ofPresent(compile(node.operand, scope), (value) => (value as readonly Value[])[index] ?? null);
    }
    case "call":
      return compileFunction(node, scope);
    case "function":
    case "aggregate":
    case "window":
      throw new DlfLanceError(
        "Internal",
        `Cannot compute ${describeExpression(node)} for a row: the plan was not checked; report this`,
      );
    default:
      return node satisfies never;
  }
}

function ofPresent(read: ReadValue, compute: (value: Value) => Value): ReadValue {
  return (row) => {
    const value = read(row);
    return value === null ? null : compute(value);
  };
}

/** `and` is decided by one false, `or` by one true; otherwise null wins over the rest. */
function combine(truths: readonly ReadValue[], row: number, decisive: boolean): Value {
  let result: Value = !decisive;
  for (const truth of truths) {
    const value = truth(row);
    if (value === decisive) return decisive;
    if (value === null) result = null;
  }
  return result;
}

function accepts(operator: ComparisonOperator, sign: number): boolean {
  switch (operator) {
    case "eq":
      return sign === 0;
    case "neq":
      return sign !== 0;
    case "gt":
      return sign > 0;
    case "gte":
      return sign >= 0;
    case "lt":
      return sign < 0;
    case "lte":
      return sign <= 0;
    default:
      return operator satisfies never;
  }
}

function compileComparison({ operator, left, right }: ComparisonNode, scope: Scope): ReadValue {
  if (right.node === "literal") return compareLiteral(left, operator, right, scope);
  if (left.node === "literal") return compareLiteral(right, mirrored[operator], left, scope);
  const [readLeft, readRight] = [compile(left, scope), compile(right, scope)];
  const [formLeft, formRight] = comparableForms(
    inferField(left, scope.find).type,
    inferField(right, scope.find).type,
  );
  return (row) => {
    const [a, b] = [formLeft(readLeft(row)), formRight(readRight(row))];
    return a === null || b === null ? null : accepts(operator, compareValues(a, b));
  };
}

function compareLiteral(
  node: ExpressionNode,
  operator: ComparisonOperator,
  literal: LiteralNode,
  scope: Scope,
): ReadValue {
  const order = literalOrder(inferField(node, scope.find).type, literal);
  return ofPresent(compile(node, scope), (value) => accepts(operator, order(value)));
}

function compileArithmetic(node: ArithmeticNode, scope: Scope): ReadValue {
  const { operator, left, right } = node;
  const [readLeft, readRight] = [compile(left, scope), compile(right, scope)];
  const both = (compute: (a: Value, b: Value) => Value): ReadValue => {
    return (row) => {
      const [a, b] = [readLeft(row), readRight(row)];
      return a === null || b === null ? null : compute(a, b);
    };
  };
  const type = inferType(node, scope.find);
  if (operator !== "divide" && arrow.DataType.isInt(type)) {
    const what = describeExpression(node);
    return both((a, b) => computeIntegers(operator, a as bigint, b as bigint, what));
  }
  if (operator === "intDivide") return both(() => null);
  const [kindLeft, kindRight] = [left, right].map((operand) =>
    kindOfType(inferField(operand, scope.find).type),
  );
  const number = (value: Value, kind = kindLeft) =>
    (kind === undefined ? undefined : toNumber(value, kind)) ?? Number.NaN;
  return both((a, b) => computeFloats(operator, number(a), number(b, kindRight)));
}

/** An expression as a value of the type in which several stand side by side. */
function compileAs(node: ExpressionNode, type: DataType, scope: Scope): ReadValue {
  if (node.node === "literal") {
    const value = literalValue(node, type);
    return () => value;
  }
  const change = widen(inferField(node, scope.find).type, type);
  const read = compile(node, scope);
  return (row) => change(read(row));
}

function compileCase(node: CaseNode, scope: Scope): ReadValue {
  const type = inferType(node, scope.find);
  const branches = node.branches.map(({ when, value }) => ({
    when: compile(when, scope),
    read: compileAs(value, type, scope),
  }));
  const otherwise: ReadValue = node.otherwise === null ? () => null : compileAs(node.otherwise, type, scope);
  return (row) => (branches.find(({ when }) => when(row) === true)?.read ?? otherwise)(row);
}

const nullFunctions: readonly string[] = ["coalesce", "nullIf", "greatest", "least", "listContains"];

function compileFunction(call: CallNode, scope: Scope): ReadValue {
  if (nullFunctions.includes(call.function))
    return compileNullFunction(call, call.function as NullFunction, scope);
  const types = call.arguments.map((argument) => inferField(argument, scope.find).type);
  const reads = call.arguments.map((argument) => compile(argument, scope));
  if (types.some((type) => arrow.DataType.isNull(type))) return () => null;
  const compute = compileCall(call, types);
  return (row) => {
    const values = reads.map((read) => read(row));
    return values.includes(null) ? null : compute(values);
  };
}

function compileNullFunction(call: CallNode, name: NullFunction, scope: Scope): ReadValue {
  const type = inferType(call, scope.find);
  const reads = () => call.arguments.map((argument) => compileAs(argument, type, scope));
  switch (name) {
    case "coalesce": {
      const all = reads();
      return (row) => {
        for (const read of all) {
          const value = read(row);
          if (value !== null) return value;
        }
        return null;
      };
    }
    case "greatest":
    case "least": {
      const all = reads();
      const sign = name === "greatest" ? 1 : -1;
      return (row) =>
        extreme(
          all.map((read) => read(row)),
          sign,
        );
    }
    case "nullIf": {
      const [left, right] = call.arguments as readonly [ExpressionNode, ExpressionNode];
      const [read, isEqual] = [
        compile(left, scope),
        compileComparison({ node: "comparison", operator: "eq", left, right }, scope),
      ];
      return (row) => (isEqual(row) === true ? null : read(row));
    }
    case "listContains":
      return compileListContains(call, scope);
    default:
      return name satisfies never;
  }
}

function compileListContains(call: CallNode, scope: Scope): ReadValue {
  const [list, searched] = call.arguments as readonly [ExpressionNode, ExpressionNode];
  const readList = compile(list, scope);
  const item: Field | undefined = inferField(list, scope.find).type.children[0];
  if (item === undefined) return () => null;
  if (searched.node === "literal") {
    const order = literalOrder(item.type, searched);
    return ofPresent(readList, (items) =>
      (items as readonly Value[]).some((value) => value !== null && order(value) === 0),
    );
  }
  const readValue = compile(searched, scope);
  const [formItem, formValue] = comparableForms(item.type, inferField(searched, scope.find).type);
  return (row) => {
    const [items, value] = [readList(row), formValue(readValue(row))];
    if (items === null || value === null) return null;
    return (items as readonly Value[]).some(
      (one) => one !== null && compareValues(formItem(one), value) === 0,
    );
  };
}

function likePattern({ pattern, ignoreCase }: LikeNode): RegExp {
  const source = pattern.replace(
    /\\(.)|(%)|(_)|[\s\S]/gsu,
    (found, escaped?: string, any?: string, one?: string) => {
      if (any !== undefined) return ".*";
      if (one !== undefined) return ".";
      const codePoint = (escaped ?? found).codePointAt(0) ?? 0;
      return `\\u{${codePoint.toString(16)}}`;
    },
  );
  return new RegExp(`^${source}$`, ignoreCase ? "sui" : "su");
}
