/**
 * Conditions of rows where JavaScript takes them for true: `col("a").gt(1) && col("b")` is `col("b")` alone. TypeScript has
 * nothing against that, and a `delete` with it would take other rows than it says.
 */
import { nodesOf } from "./nodes.ts";
import type { Node, Statement } from "./parse.ts";

export interface LostCondition {
  /** In UTF-16 units. */
  readonly start: number;
  readonly end: number;
  readonly operator: "&&" | "||" | "!" | "?" | "if";
}

/** What conditions begin with. */
const beginnings: ReadonlySet<string> = new Set(["col", "lit"]);
/** Their methods that return something else. */
const leaving: ReadonlySet<string> = new Set(["toString", "toJSON"]);

type Ours = (node: Node) => boolean;

export function findLostConditions(code: string, body: readonly Statement[]): readonly LostCondition[] {
  if (!/\b(?:col|lit)\s*\(/.test(code) || !/&&|\|\||!|\?|\bif\b/.test(code)) return [];
  const found: LostCondition[] = [];
  const named = new Set<string>();
  const isOurs: Ours = (node) => isCondition(node, named);
  for (const node of nodesOf(body)) {
    if (node.type === "VariableDeclarator" && node.id.type === "Identifier" && node.init && isOurs(node.init))
      named.add(node.id.name);
    const operator = readOperator(node, isOurs);
    if (operator !== undefined) found.push({ operator, start: node.start, end: node.end });
  }
  return found;
}

/** What takes a condition for true here; undefined where nothing does. */
function readOperator(node: Node, isOurs: Ours): LostCondition["operator"] | undefined {
  switch (node.type) {
    case "LogicalExpression":
      return node.operator !== "??" && isOurs(node.left) ? node.operator : undefined;
    case "UnaryExpression":
      return node.operator === "!" && isOurs(node.argument) ? "!" : undefined;
    case "ConditionalExpression":
      return isOurs(node.test) ? "?" : undefined;
    case "IfStatement":
      return isOurs(node.test) ? "if" : undefined;
    default:
      return undefined;
  }
}

/** A chain of calls that begins with `col(…)`, or a name that stands for one in this cell. */
function isCondition(node: Node, named: ReadonlySet<string>): boolean {
  switch (node.type) {
    case "Identifier":
      return named.has(node.name);
    case "TSNonNullExpression":
    case "TSAsExpression":
      return isCondition(node.expression, named);
    case "LogicalExpression":
      return isCondition(node.left, named);
    case "CallExpression": {
      const { callee } = node;
      if (callee.type === "Identifier") return beginnings.has(callee.name);
      if (callee.type !== "MemberExpression" || callee.property.type !== "Identifier") return false;
      return !leaving.has(callee.property.name) && isCondition(callee.object, named);
    }
    default:
      return false;
  }
}
