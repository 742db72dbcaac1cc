/**
 * Conditions of rows where JavaScript takes them for true: `col("a").gt(1) && col("b")` is `col("b")` alone. TypeScript has
 * nothing against that, and a `delete` with it would take other rows than it says.
 */
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
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    if (Array.isArray(value)) {
      for (const item of value) visit(item);
      return;
    }
    const node = value as Node;
    if (typeof node.type !== "string") return;
    if (node.type === "VariableDeclarator" && node.id.type === "Identifier" && node.init && isOurs(node.init))
      named.add(node.id.name);
    const lost = readLost(node, isOurs);
    if (lost !== undefined) found.push({ ...lost, start: node.start, end: node.end });
    for (const part of Object.values(node)) visit(part);
  };
  visit(body);
  return found;
}

function readLost(node: Node, isOurs: Ours): Pick<LostCondition, "operator"> | undefined {
  if (node.type === "LogicalExpression" && node.operator !== "??")
    return isOurs(node.left) ? { operator: node.operator } : undefined;
  if (node.type === "UnaryExpression" && node.operator === "!")
    return isOurs(node.argument) ? { operator: "!" } : undefined;
  if (node.type === "ConditionalExpression") return isOurs(node.test) ? { operator: "?" } : undefined;
  if (node.type === "IfStatement") return isOurs(node.test) ? { operator: "if" } : undefined;
  return undefined;
}

/** A chain of calls that begins with `col(…)`, or a name that stands for one in this cell. */
function isCondition(node: Node, named: ReadonlySet<string>): boolean {
  switch (node.type) {
    case "Identifier":
      return named.has(node.name);
    case "ParenthesizedExpression":
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
