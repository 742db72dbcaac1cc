/** Nodes of expressions from what a user hands over, checked at the call. */
import { describeValue, isPlainObject } from "../../check-options.ts";
import { DlfLanceError } from "../../errors.ts";
import { expressionBrand } from "../../expression-brand.ts";
import { mirrored } from "./comparison.ts";
import { describeExpression } from "./describe-expression.ts";
import type {
  AggregateNode,
  ArithmeticOperator,
  CallNode,
  ComparisonOperator,
  ExpressionNode,
  LogicalNode,
} from "./expression-node.ts";
import type { ExpressionLike } from "./expression-types.ts";
import { durationNode, isInterval, movedNode } from "./interval-value.ts";
import { type LiteralNode, toLiteral } from "./literal.ts";

/** True for an expression, also one made by another copy of this package. */
export function isExpression(value: unknown): value is ExpressionLike {
  return typeof value === "object" && value !== null && expressionBrand in value;
}

/** The node of an expression, or of a constant; null is the constant null. */
export function nodeOf(value: unknown, action: string): ExpressionNode {
  if (isExpression(value)) return value.node;
  if (isInterval(value)) return durationNode(value, action);
  return value === null ? nullNode : toLiteral(value, action);
}

export const nullNode: LiteralNode = Object.freeze({ node: "literal", type: "null", text: "" });

/** The node of an expression or of a text. */
export function textNode(value: unknown, action: string): ExpressionNode {
  if (isExpression(value)) return value.node;
  if (typeof value === "string") return toLiteral(value, action);
  const next =
    value instanceof RegExp
      ? `a JavaScript RegExp; write its pattern as a text, as in matches("${value.source}") or regexpReplace("${value.source}", "…")`
      : undefined;
  throw new DlfLanceError("InvalidInput", `Cannot ${action}: it must be a text, not ${next ?? typeof value}`);
}

/** The node of an expression that can be true or false. */
export function conditionOf(expression: unknown, method: string): ExpressionNode {
  if (!isExpression(expression)) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot apply ${method}: it takes a condition such as col("f0").gt(201)`,
    );
  }
  const { node } = expression;
  if (node.node === "literal" && node.type !== "boolean") {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot apply ${method} to ${describeExpression(node)}: a condition is needed, such as col("f0").gt(201)`,
    );
  }
  return node;
}

export function compare(
  left: ExpressionLike,
  operator: ComparisonOperator,
  operand: unknown,
): ExpressionNode {
  const action = compareAction(left);
  const right =
    isExpression(operand) || isInterval(operand) ? nodeOf(operand, action) : toLiteral(operand, action);
  if (left.node.node === "literal" && right.node !== "literal") {
    return { node: "comparison", operator: mirrored[operator], left: right, right: left.node };
  }
  return { node: "comparison", operator, left: left.node, right };
}

export function compareAction({ node }: ExpressionLike): string {
  return `compare ${node.node === "column" ? `column ${node.name}` : describeExpression(node)}`;
}

export function arithmetic(
  left: ExpressionLike,
  operator: ArithmeticOperator,
  operand: unknown,
): ExpressionNode {
  if (isInterval(operand) && (operator === "add" || operator === "subtract"))
    return movedNode(left.node, operand, operator === "add" ? 1n : -1n);
  if (isOffset(operand)) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot compute with ${describeExpression(left.node)}: an object is not a value; wrap it, as in interval({ ${Object.entries(
        operand,
      )
        .map(([name, value]) => `${name}: ${describeValue(value)}`)
        .join(", ")} })`,
    );
  }
  const right = nodeOf(operand, `compute with ${describeExpression(left.node)}`);
  return { node: "arithmetic", operator, left: left.node, right };
}

/** Whether it looks like the parts of an interval. */
function isOffset(value: unknown): value is Readonly<Record<string, unknown>> {
  if (!isPlainObject(value) || isExpression(value)) return false;
  const names = Object.keys(value);
  return (
    names.length > 0 &&
    names.every((name) =>
      /^(year|quarter|month|week|day|hour|(milli|micro|nano)?second|minute)s?$/.test(name),
    )
  );
}

/** Chains of the same operator stay one flat list, so that a loop of `or` does not nest. */
export function combine(node: LogicalNode["node"], left: ExpressionLike, right: unknown): ExpressionNode {
  const operands = [conditionOf(left, node), conditionOf(right, node)].flatMap((operand) =>
    operand.node === node ? operand.operands : [operand],
  );
  return { node, operands };
}

export function negation(expression: ExpressionLike): ExpressionNode {
  const operand = conditionOf(expression, "not");
  return operand.node === "not" ? operand.operand : { node: "not", operand };
}

export function call(
  name: string,
  first: ExpressionLike | ExpressionNode,
  ...others: readonly unknown[]
): CallNode {
  const own =
    "node" in first && typeof first.node === "string"
      ? (first as ExpressionNode)
      : (first as ExpressionLike).node;
  return {
    node: "call",
    function: name,
    arguments: [own, ...others.map((other) => nodeOf(other, `apply ${name} to ${describeExpression(own)}`))],
  };
}

/** The same for functions of texts. */
export function textCall(name: string, first: ExpressionLike, ...others: readonly unknown[]): CallNode {
  const action = `match ${first.node.node === "column" ? `column ${first.node.name}` : describeExpression(first.node)}`;
  return {
    node: "call",
    function: name,
    arguments: [first.node, ...others.map((other) => textNode(other, action))],
  };
}

export function like(expression: ExpressionLike, pattern: unknown, ignoreCase: boolean): ExpressionNode {
  const { node } = expression;
  const what = node.node === "column" ? `column ${node.name}` : describeExpression(node);
  const text = textNode(pattern, `match ${what} with a pattern`);
  if (text.node !== "literal") {
    throw new DlfLanceError("InvalidInput", `Cannot match ${what} with a pattern: the pattern is a text`);
  }
  if (/(?<!\\)(?:\\\\)*\\$/.test(text.text)) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot match ${what} with pattern ${JSON.stringify(text.text)}: it ends with a lone backslash; write two of them to mean one`,
    );
  }
  return { node: "like", operand: node, pattern: text.text, ignoreCase };
}

export function aggregate(
  name: string,
  operand: ExpressionLike | null,
  fraction: number | null = null,
): AggregateNode {
  if (fraction !== null && !(typeof fraction === "number" && fraction >= 0 && fraction <= 1)) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot take a quantile: ${describeValue(fraction)} is not a number from 0 to 1`,
    );
  }
  return { node: "aggregate", function: name, operand: operand?.node ?? null, fraction };
}

/** @throws DlfLanceError InvalidInput unless it is a whole number in the range. */
export function wholeNumber(value: unknown, least: number, action: string): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= least) return value;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot ${action}: ${describeValue(value)} is not a whole number${Number.isFinite(least) ? ` of ${least} or more` : ""}`,
  );
}

/** @throws DlfLanceError InvalidInput for what is not a column's name. */
export function checkName<N extends string>(name: N): N {
  if (typeof name === "string" && name !== "" && name.isWellFormed()) return name;
  throw new DlfLanceError("InvalidInput", "Cannot name a column: col() takes the column's name as a text");
}
