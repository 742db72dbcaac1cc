/** Expressions as a person reads them. Not SQL, and never parsed. */
import type {
  AggregateNode,
  ArithmeticOperator,
  ComparisonOperator,
  ExpressionNode,
  SortKey,
  WindowFrame,
  WindowFunctionNode,
  WindowNode,
  WindowSpecification,
} from "./expression-node.ts";
import { describeOffset } from "./interval-value.ts";
import type { LiteralNode } from "./literal.ts";

const signs: Readonly<Record<ComparisonOperator | ArithmeticOperator, string>> = {
  eq: "=",
  neq: "≠",
  gt: ">",
  gte: "≥",
  lt: "<",
  lte: "≤",
  add: "+",
  subtract: "-",
  multiply: "*",
  divide: "/",
  intDivide: "//",
  modulo: "%",
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
    case "arithmetic":
      return `${describeOperand(expression.left)} ${signs[expression.operator]} ${describeOperand(expression.right)}`;
    case "isNull":
      return `${describeOperand(expression.operand)} is null`;
    case "isIn":
      return `${describeOperand(expression.operand)} in (${describeValues(expression.values)})`;
    case "like":
      return `${describeOperand(expression.operand)} ${expression.ignoreCase ? "ilike" : "like"} ${quote(expression.pattern)}`;
    case "not":
      if (expression.operand.node === "isNull")
        return `${describeOperand(expression.operand.operand)} is not null`;
      return `not (${describeExpression(expression.operand)})`;
    case "and":
    case "or":
      return expression.operands.map(describeCondition).join(` ${expression.node} `);
    case "cast":
      return `${expression.orNull ? "try_cast" : "cast"}(${describeExpression(expression.operand)} as ${expression.type})`;
    case "case": {
      const branches = expression.branches.map(
        ({ when, value }) => `when ${describeExpression(when)} then ${describeExpression(value)}`,
      );
      const otherwise =
        expression.otherwise === null ? "" : ` else ${describeExpression(expression.otherwise)}`;
      return `case ${branches.join(" ")}${otherwise} end`;
    }
    case "field":
      return `${describeOperand(expression.operand)}.${describeName(expression.name)}`;
    case "call":
      return describeCall(expression.function, expression.arguments);
    case "function":
      return `${expression.function.name}(${expression.arguments.map(describeExpression).join(", ")})`;
    case "aggregate":
      return describeAggregate(expression);
    case "window":
      return describeWindow(expression);
    default:
      return expression satisfies never;
  }
}

/** A name as it is when it reads as one word, and quoted otherwise. */
export function describeName(name: string): string {
  return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) ? name : quote(name);
}

/** `f0 descending, f1 nulls first`. */
export function describeSortKeys(keys: readonly SortKey[]): string {
  return keys
    .map(
      ({ expression, descending, nullsFirst }) =>
        `${describeExpression(expression)}${descending ? " descending" : ""}${nullsFirst ? " nulls first" : ""}`,
    )
    .join(", ");
}

export function describeWindowFunction(node: WindowFunctionNode): string {
  switch (node.node) {
    case "aggregate":
      return describeAggregate(node);
    case "ranking":
      return `${node.function}(${node.count ?? ""})`;
    case "shift": {
      const otherwise = node.otherwise === null ? "" : `, ${describeLiteral(node.otherwise)}`;
      const isFill = node.function === "forwardFill" || node.function === "backwardFill";
      const offset = isFill && node.offset === 0 ? "" : `, ${node.offset}`;
      const nulls = node.ignoreNulls === true ? ", ignoring null" : "";
      return `${node.function}(${describeExpression(node.operand)}${offset}${otherwise}${nulls})`;
    }
    default:
      return node satisfies never;
  }
}

/** `partition by f0 order by f1 rows -2 to 0`. */
export function describeSpecification({ partitionBy, orderBy, frame }: WindowSpecification): string {
  const parts = [
    partitionBy.length === 0 ? "" : `partition by ${partitionBy.map(describeExpression).join(", ")}`,
    orderBy.length === 0 ? "" : `order by ${describeSortKeys(orderBy)}`,
    frame === null
      ? ""
      : `${frameWords(frame)} ${frame.start ?? "all before"} to ${frame.end ?? "all after"}`,
  ];
  return parts.filter((part) => part !== "").join(" ");
}

function frameWords({ range }: WindowFrame): string {
  return range === undefined ? "rows" : range === "number" ? "range" : "range in microseconds";
}

function describeAggregate({ function: name, operand, fraction, others, condition }: AggregateNode): string {
  const parts = [
    ...(operand === null ? [] : [describeExpression(operand)]),
    ...(others ?? []).map(describeExpression),
    ...(fraction === null ? [] : [String(fraction)]),
  ];
  const rows = condition === undefined ? "" : ` where ${describeExpression(condition)}`;
  return `${name}(${parts.join(", ")})${rows}`;
}

function describeWindow(node: WindowNode): string {
  return `${describeWindowFunction(node.function)} over (${describeSpecification(node)})`;
}

function describeCall(name: string, parts: readonly ExpressionNode[]): string {
  const [first, second] = parts;
  if (name === "startsWith" && first !== undefined && second !== undefined) {
    return `${describeOperand(first)} starts with ${describeOperand(second)}`;
  }
  const lengths = parts.slice(1).flatMap((part) => (part.node === "literal" ? [part.text] : []));
  const isOffset = lengths.length === 3 && lengths.every((text) => /^-?\d+$/.test(text));
  if ((name === "offsetBy" || name === "timeBucket") && first !== undefined && isOffset)
    return `${name}(${describeExpression(first)}, ${describeOffset(lengths.map(BigInt))})`;
  return `${name}(${parts.map(describeExpression).join(", ")})`;
}

/** In parentheses where it would otherwise be read as another expression. */
function describeOperand(operand: ExpressionNode): string {
  const text = describeExpression(operand);
  const isCompound = ["comparison", "arithmetic", "isNull", "isIn", "like", "and", "or"].includes(
    operand.node,
  );
  return isCompound ? `(${text})` : text;
}

function describeCondition(operand: ExpressionNode): string {
  const text = describeExpression(operand);
  return operand.node === "and" || operand.node === "or" ? `(${text})` : text;
}

function describeLiteral({ type, text }: LiteralNode): string {
  if (type === "string") return quote(text);
  if (type === "integer") return `${text}n`;
  if (type === "bytes") return `0x${cut(text)}`;
  return type === "null" ? "null" : text;
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
