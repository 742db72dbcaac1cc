/** Conditions over columns: frozen data with methods to combine them. Nothing here runs anything. */
import { inspect } from "node:util";
import { displaySymbol, type MimeBundle } from "../display/bundle.ts";
import { renderLines } from "../display/text-block.ts";
import { DlfLanceError } from "../errors.ts";
import { describeExpression } from "./describe-expression.ts";
import type {
  ColumnNode,
  ComparisonOperator,
  ConditionNode,
  ExpressionNode,
  LogicalNode,
} from "./expression-node.ts";
import { type LiteralInput, type LiteralNode, toLiteral } from "./literal.ts";

/** The other side of a comparison: a value, or another column. */
export type Operand = LiteralInput | Expression;

const brand: unique symbol = Symbol.for("dlf-lance.expression") as never;

const mirrored: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  eq: "eq",
  neq: "neq",
  gt: "lt",
  gte: "lte",
  lt: "gt",
  lte: "gte",
};

/**
 * A column, a value, or a condition on columns. Made by {@link col} and {@link lit}.
 *
 * Conditions follow SQL: with null they are neither true nor false, and `where` keeps what is true. NaN equals NaN
 * and is greater than every number; 0 equals -0. A value is compared exactly (9007199254740993n, and 1.5 with whole
 * numbers), except that a value for a float column is first rounded to that column's precision.
 */
export class Expression {
  /** The expression as data that survives JSON. */
  readonly node: ExpressionNode;

  /** @internal */
  constructor(node: ExpressionNode) {
    this.node = node;
    Object.defineProperty(this, brand, { value: true });
    Object.freeze(this);
  }

  eq(other: Operand): Expression {
    return compare(this, "eq", other);
  }

  neq(other: Operand): Expression {
    return compare(this, "neq", other);
  }

  gt(other: Operand): Expression {
    return compare(this, "gt", other);
  }

  gte(other: Operand): Expression {
    return compare(this, "gte", other);
  }

  lt(other: Operand): Expression {
    return compare(this, "lt", other);
  }

  lte(other: Operand): Expression {
    return compare(this, "lte", other);
  }

  /** Both ends belong to the range. */
  between(low: Operand, high: Operand): Expression {
    return this.gte(low).and(this.lte(high));
  }

  /** True when the column equals one of the values; with no values always false. */
  isIn(values: Iterable<LiteralInput>): Expression {
    const column = columnOf(this, "isIn");
    const literals = [...values].map((value) => toLiteral(value, `search column ${column} for a value`));
    return create({ node: "isIn", column, values: Object.freeze(literals) });
  }

  isNull(): Expression {
    return create({ node: "isNull", column: columnOf(this, "isNull") });
  }

  isNotNull(): Expression {
    return this.isNull().not();
  }

  /** SQL's LIKE: `%` is any text, `_` one character, a backslash takes the next character as it is. */
  like(pattern: string): Expression {
    const column = columnOf(this, "like");
    const { text } = toText(pattern, `match column ${column} with a pattern`);
    if (/(?<!\\)(?:\\\\)*\\$/.test(text)) {
      throw new DlfLanceError(
        "InvalidInput",
        `Cannot match column ${column} with pattern ${JSON.stringify(text)}: it ends with a lone backslash; write two of them to mean one.`,
      );
    }
    return create({ node: "like", column, pattern: text });
  }

  startsWith(prefix: string): Expression {
    const column = columnOf(this, "startsWith");
    return create({ node: "startsWith", column, prefix: toText(prefix, `match column ${column}`).text });
  }

  and(other: Expression): Expression {
    return combine("and", this, other);
  }

  or(other: Expression): Expression {
    return combine("or", this, other);
  }

  not(): Expression {
    const operand = conditionOf(this, "not");
    return create(operand.node === "not" ? operand.operand : { node: "not", operand });
  }

  toJSON(): ExpressionNode {
    return this.node;
  }

  toString(): string {
    return describeExpression(this.node);
  }

  [displaySymbol](): MimeBundle {
    return renderLines([`Expression(${this.toString()})`]);
  }

  [inspect.custom](): string {
    return `Expression(${this.toString()})`;
  }
}

/** A column by its exact name. The name is checked when the frame runs. */
export function col(name: string): Expression {
  if (typeof name !== "string" || name === "" || !name.isWellFormed()) {
    throw new DlfLanceError("InvalidInput", "Cannot name a column: col() takes the column's name as a text.");
  }
  return create({ node: "column", name });
}

/** A constant value, for the sides of a comparison and for `where(lit(true))`. */
export function lit(value: LiteralInput): Expression {
  return create(toLiteral(value, "make a constant"));
}

/** True for an expression, also one made by another copy of this package. */
export function isExpression(value: unknown): value is Expression {
  return typeof value === "object" && value !== null && brand in value;
}

/** The node of an expression that can be true or false. */
export function conditionOf(expression: unknown, method: string): ConditionNode {
  if (!isExpression(expression)) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot apply ${method}: it takes a condition such as col("f0").gt(201).`,
    );
  }
  const { node } = expression;
  if (node.node === "literal" && node.type !== "boolean") {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot apply ${method} to ${describeExpression(node)}: a condition is needed, such as col("f0").gt(201).`,
    );
  }
  return node as ConditionNode;
}

function create(node: ExpressionNode): Expression {
  return new Expression(Object.freeze(node));
}

function columnOf(expression: Expression, method: string): string {
  if (expression.node.node === "column") return expression.node.name;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot apply ${method} to ${describeExpression(expression.node)}: it takes a column; start with col("name").`,
  );
}

function toText(value: unknown, action: string): LiteralNode {
  if (typeof value !== "string") {
    throw new DlfLanceError("InvalidInput", `Cannot ${action}: it must be a text, not ${typeof value}.`);
  }
  return toLiteral(value, action);
}

function compare(left: Expression, operator: ComparisonOperator, operand: unknown): Expression {
  const right = isExpression(operand) ? operand : undefined;
  if (left.node.node === "literal" && right?.node.node === "column") {
    return create({
      node: "comparison",
      column: right.node.name,
      operator: mirrored[operator],
      value: left.node,
    });
  }
  const column = columnOf(left, operator);
  return create({ node: "comparison", column, operator, value: toComparedValue(column, operand, right) });
}

function toComparedValue(
  column: string,
  operand: unknown,
  expression: Expression | undefined,
): LiteralNode | ColumnNode {
  if (expression === undefined) return toLiteral(operand, `compare column ${column}`);
  const { node } = expression;
  if (node.node === "literal" || node.node === "column") return node;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot compare column ${column} with the condition ${describeExpression(node)}: compare it with a value or another column.`,
  );
}

/** Chains of the same operator stay one flat list, so that a loop of `or` does not nest. */
function combine(node: LogicalNode["node"], left: Expression, right: unknown): Expression {
  const operands = [conditionOf(left, node), conditionOf(right, node)].flatMap((operand) =>
    operand.node === node ? operand.operands : [operand],
  );
  return create({ node, operands: Object.freeze(operands) });
}
