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
  /** The name it begins with, where only its type says whether it is a condition. */
  readonly name?: string;
}

/** What conditions begin with. */
const beginnings: ReadonlySet<string> = new Set(["col", "lit"]);
/** Their methods that return something else. */
const leaving: ReadonlySet<string> = new Set(["toString", "toJSON"]);

/** What a value begins with: nothing of ours, something of ours, or a name that may stand for it. */
type Beginning = "other" | "ours" | { readonly name: string };
type ReadBeginning = (node: Node) => Beginning;

/** The most names of one cell whose types are asked for. */
const mostNames = 20;

export function findLostConditions(code: string, body: readonly Statement[]): readonly LostCondition[] {
  if (!/&&|\|\||!|\?|\bif\b/.test(code)) return [];
  const found: LostCondition[] = [];
  const named = new Set<string>();
  let asked = 0;
  const begin: ReadBeginning = (node) => beginningOf(node, named);
  for (const node of nodesOf(body)) {
    if (node.type === "VariableDeclarator" && node.id.type === "Identifier" && node.init) {
      if (begin(node.init) === "ours") named.add(node.id.name);
    }
    const lost = readOperator(node, begin);
    if (lost === undefined) continue;
    const { operator, beginning } = lost;
    const place = { operator, start: node.start, end: node.end };
    if (beginning === "ours") found.push(place);
    else if (beginning !== "other" && ++asked <= mostNames) found.push({ ...place, name: beginning.name });
  }
  return found;
}

interface Operation {
  readonly operator: LostCondition["operator"];
  readonly beginning: Beginning;
}

/** What takes a value for true here; undefined where nothing does. */
function readOperator(node: Node, begin: ReadBeginning): Operation | undefined {
  switch (node.type) {
    case "LogicalExpression":
      return node.operator === "??" ? undefined : { operator: node.operator, beginning: begin(node.left) };
    case "UnaryExpression":
      return node.operator === "!" ? { operator: "!", beginning: begin(node.argument) } : undefined;
    case "ConditionalExpression":
      return { operator: "?", beginning: begin(node.test) };
    case "IfStatement":
      return { operator: "if", beginning: begin(node.test) };
    default:
      return undefined;
  }
}

/** Of a chain of calls what the chain begins with. */
function beginningOf(node: Node, named: ReadonlySet<string>): Beginning {
  switch (node.type) {
    case "Identifier":
      return named.has(node.name) ? "ours" : { name: node.name };
    case "TSNonNullExpression":
    case "TSAsExpression":
      return beginningOf(node.expression, named);
    case "LogicalExpression":
      return beginningOf(node.left, named);
    case "CallExpression": {
      const { callee } = node;
      if (callee.type === "Identifier") return beginnings.has(callee.name) ? "ours" : "other";
      if (callee.type !== "MemberExpression" || callee.property.type !== "Identifier") return "other";
      return leaving.has(callee.property.name) ? "other" : beginningOf(callee.object, named);
    }
    default:
      return "other";
  }
}
