/** Conditions evaluated row by row with SQL's three truth values; null is the third. */
import type { RecordBatch } from "../../arrow.ts";
import { isTickKind } from "../column-kind.ts";
import type { ComparisonOperator, ConditionNode } from "../expression-node.ts";
import type { LiteralNode } from "../literal.ts";
import { checkedTicks } from "../ticks.ts";
import { type ColumnReader, columnReader, type Value } from "./column-reader.ts";

export type Truth = boolean | null;

/** The truth of a condition at a row of the batch. The condition must have been checked against its schema. */
export function compileCondition(condition: ConditionNode, batch: RecordBatch): (row: number) => Truth {
  switch (condition.node) {
    case "literal": {
      const truth = condition.text === "true";
      return () => truth;
    }
    case "column": {
      const { read } = columnReader(batch, condition.name);
      return (row) => read(row) as Truth;
    }
    case "comparison": {
      const left = columnReader(batch, condition.column);
      const { value, operator } = condition;
      const order =
        value.node === "column"
          ? orderColumns(left, columnReader(batch, value.name))
          : orderLiteral(left, value);
      return (row) => {
        const sign = order(row);
        return sign === null ? null : accepts(operator, sign);
      };
    }
    case "isNull": {
      const { read } = columnReader(batch, condition.column);
      return (row) => read(row) === null;
    }
    case "isIn": {
      const column = columnReader(batch, condition.column);
      const orders = condition.values.map((value) => orderLiteral(column, value));
      if (orders.length === 0) return () => false;
      return (row) => (column.read(row) === null ? null : orders.some((order) => order(row) === 0));
    }
    case "like":
      return matchText(columnReader(batch, condition.column), likePattern(condition.pattern));
    case "startsWith": {
      const { read } = columnReader(batch, condition.column);
      return (row) => (read(row) as string | null)?.startsWith(condition.prefix) ?? null;
    }
    case "not": {
      const truth = compileCondition(condition.operand, batch);
      return (row) => negate(truth(row));
    }
    case "and":
    case "or": {
      const truths = condition.operands.map((operand) => compileCondition(operand, batch));
      const decisive = condition.node === "or";
      return (row) => combine(truths, row, decisive);
    }
    default:
      return condition satisfies never;
  }
}

function negate(truth: Truth): Truth {
  return truth === null ? null : !truth;
}

/** `and` is decided by one false, `or` by one true; otherwise null wins over the rest. */
function combine(truths: readonly ((row: number) => Truth)[], row: number, decisive: boolean): Truth {
  let result: Truth = !decisive;
  for (const truth of truths) {
    const value = truth(row);
    if (value === decisive) return decisive;
    if (value === null) result = null;
  }
  return result;
}

/** Negative, zero or positive as the left side is less, equal or greater; null when a side is null. */
type Order = (row: number) => number | null;

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

function orderColumns(left: ColumnReader, right: ColumnReader): Order {
  const asFloats = left.kind.kind === "float" || right.kind.kind === "float";
  return (row) => {
    const [a, b] = [left.read(row), right.read(row)];
    if (a === null || b === null) return null;
    return asFloats ? compareNumbers(Number(a), Number(b)) : compareValues(a, b);
  };
}

function orderLiteral({ kind, read }: ColumnReader, literal: LiteralNode): Order {
  if (isTickKind(kind)) {
    const { floor, isExact } = checkedTicks(kind, literal);
    // A value at the floor of a constant between two units is below the constant.
    const atFloor = isExact ? 0 : -1;
    return (row) => {
      const value = read(row) as bigint | null;
      if (value === null) return null;
      return value === floor ? atFloor : value < floor ? -1 : 1;
    };
  }
  const constant = literalValue(literal, kind.kind === "float" && kind.bitWidth === 32);
  return (row) => {
    const value = read(row);
    return value === null ? null : compareValues(value, constant);
  };
}

function literalValue({ type, text }: LiteralNode, isSingle: boolean): NonNullable<Value> {
  switch (type) {
    case "number":
    case "integer":
      return isSingle ? Math.fround(Number(text)) : Number(text);
    case "boolean":
      return text === "true";
    case "bytes":
      return Buffer.from(text, "hex");
    case "string":
    case "instant":
      return text;
    default:
      return type satisfies never;
  }
}

function compareValues(a: NonNullable<Value>, b: NonNullable<Value>): number {
  if (typeof a === "number" && typeof b === "number") return compareNumbers(a, b);
  if (typeof a === "string" && typeof b === "string") return compareTexts(a, b);
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b);
  return a === b ? 0 : a < b ? -1 : 1;
}

/** NaN equals itself and is above all numbers; 0 equals -0. */
function compareNumbers(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a === b ? 0 : a < b ? -1 : 1;
}

/** In the order of UTF-8 bytes, which beyond U+FFFF is not JavaScript's own. */
function compareTexts(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function matchText({ read }: ColumnReader, pattern: RegExp): (row: number) => Truth {
  return (row) => {
    const value = read(row) as string | null;
    return value === null ? null : pattern.test(value);
  };
}

function likePattern(pattern: string): RegExp {
  const source = pattern.replace(
    /\\(.)|(%)|(_)|[\s\S]/gsu,
    (found, escaped?: string, any?: string, one?: string) => {
      if (any !== undefined) return ".*";
      if (one !== undefined) return ".";
      const codePoint = (escaped ?? found).codePointAt(0) ?? 0;
      return `\\u{${codePoint.toString(16)}}`;
    },
  );
  return new RegExp(`^${source}$`, "su");
}
