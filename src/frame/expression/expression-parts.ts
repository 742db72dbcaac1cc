/** What expressions are made of: their operands, found and replaced. */
import type {
  AggregateNode,
  ExpressionNode,
  SortKey,
  WindowFunctionNode,
  WindowNode,
} from "./expression-node.ts";

/** The expressions directly inside one, in order. */
export function operandsOf(node: ExpressionNode): readonly ExpressionNode[] {
  const found: ExpressionNode[] = [];
  mapOperands(node, (operand) => {
    found.push(operand);
    return operand;
  });
  return found;
}

/** The same expression over other operands. */
export function mapOperands(
  node: ExpressionNode,
  change: (operand: ExpressionNode) => ExpressionNode,
): ExpressionNode {
  switch (node.node) {
    case "column":
    case "literal":
      return node;
    case "comparison":
    case "arithmetic":
      return { ...node, left: change(node.left), right: change(node.right) };
    case "isNull":
    case "isIn":
    case "like":
    case "not":
    case "cast":
    case "field":
      return { ...node, operand: change(node.operand) };
    case "and":
    case "or":
      return { ...node, operands: node.operands.map(change) };
    case "case":
      return {
        ...node,
        branches: node.branches.map(({ when, value }) => ({ when: change(when), value: change(value) })),
        otherwise: node.otherwise === null ? null : change(node.otherwise),
      };
    case "call":
    case "function":
      return { ...node, arguments: node.arguments.map(change) };
    case "aggregate":
      return mapAggregate(node, change);
    case "window":
      return mapWindow(node, change);
    default:
      return node satisfies never;
  }
}

function mapAggregate(
  node: AggregateNode,
  change: (operand: ExpressionNode) => ExpressionNode,
): AggregateNode {
  return {
    ...node,
    operand: node.operand === null ? null : change(node.operand),
    ...(node.others === undefined ? {} : { others: node.others.map(change) }),
    ...(node.condition === undefined ? {} : { condition: change(node.condition) }),
  };
}

function mapSortKeys(
  keys: readonly SortKey[],
  change: (operand: ExpressionNode) => ExpressionNode,
): readonly SortKey[] {
  return keys.map((key) => ({ ...key, expression: change(key.expression) }));
}

function mapWindowFunction(
  node: WindowFunctionNode,
  change: (operand: ExpressionNode) => ExpressionNode,
): WindowFunctionNode {
  if (node.node === "aggregate") return mapAggregate(node, change);
  return node.node === "shift" ? { ...node, operand: change(node.operand) } : node;
}

function mapWindow(node: WindowNode, change: (operand: ExpressionNode) => ExpressionNode): WindowNode {
  return {
    ...node,
    function: mapWindowFunction(node.function, change),
    partitionBy: node.partitionBy.map(change),
    orderBy: mapSortKeys(node.orderBy, change),
  };
}

/** The names of all columns an expression reads. */
export function columnsOf(node: ExpressionNode): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (part: ExpressionNode): void => {
    if (part.node === "column") names.add(part.name);
    else for (const operand of operandsOf(part)) visit(operand);
  };
  visit(node);
  return names;
}

/** The expression with other expressions in place of its columns. */
export function replaceColumns(
  node: ExpressionNode,
  replacement: (name: string) => ExpressionNode | undefined,
): ExpressionNode {
  if (node.node === "column") return replacement(node.name) ?? node;
  return mapOperands(node, (operand) => replaceColumns(operand, replacement));
}

export function holds(node: ExpressionNode, kind: "aggregate" | "window" | "function"): boolean {
  return node.node === kind || operandsOf(node).some((operand) => holds(operand, kind));
}

/** One text for equal expressions. */
export function expressionKey(node: ExpressionNode): string {
  return JSON.stringify(node);
}
