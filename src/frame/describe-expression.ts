/** Expressions as a person reads them. Not SQL, and never parsed. */
import type { ComparisonOperator, ConditionNode, ExpressionNode } from "./expression-node.ts";
import type { LiteralNode } from "./literal.ts";

const signs: Readonly<Record<ComparisonOperator, string>> = {
  eq: "=",
  neq: "≠",
  gt: ">",
  gte: "≥",
  lt: "<",
  lte: "≤",
};
const mostText = 80;
const mostValues = 10;

export function describeExpression(expression: ExpressionNode): string {
  switch (expression.node) {
    case "literal":
      return describeLiteral(expression);
    case "column":
      return describeName(expression.name);
    case "comparison":
      return `${describeName(expression.column)} ${signs[expression.operator]} ${describeExpression(expression.value)}`;
    case "isNull":
      return `${describeName(expression.column)} is null`;
    case "isIn":
      return `${describeName(expression.column)} in (${describeValues(expression.values)})`;
    case "like":
      return `${describeName(expression.column)} like ${quote(expression.pattern)}`;
    case "startsWith":
      return `${describeName(expression.column)} starts with ${quote(expression.prefix)}`;
    case "not":
      if (expression.operand.node === "isNull")
        return `${describeName(expression.operand.column)} is not null`;
      return `not (${describeExpression(expression.operand)})`;
    case "and":
    case "or":
      return expression.operands.map(describeOperand).join(` ${expression.node} `);
    default:
      return expression satisfies never;
  }
}

/** A name as it is when it reads as one word, and quoted otherwise. */
export function describeName(name: string): string {
  return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) ? name : quote(name);
}

function describeOperand(operand: ConditionNode): string {
  const text = describeExpression(operand);
  return operand.node === "and" || operand.node === "or" ? `(${text})` : text;
}

function describeLiteral({ type, text }: LiteralNode): string {
  if (type === "string") return quote(text);
  if (type === "integer") return `${text}n`;
  if (type === "bytes") return `0x${cut(text)}`;
  return text;
}

function describeValues(values: readonly LiteralNode[]): string {
  const shown = values.slice(0, mostValues).map(describeLiteral);
  if (values.length > mostValues) shown.push(`… ${values.length - mostValues} more`);
  return shown.join(", ");
}

function quote(text: string): string {
  return JSON.stringify(cut(text));
}

function cut(text: string): string {
  const characters = [...text.slice(0, 2 * mostText + 2)];
  return characters.length <= mostText ? text : `${characters.slice(0, mostText).join("")}…`;
}
