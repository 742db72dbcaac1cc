/** Parts of a statement as DuckDB serializes it. */
import { readConstant } from "../statements/statement-literals.ts";
import { refusePart } from "./refuse-part.ts";

export type Tree = Readonly<Record<string, unknown>>;

export function isTree(part: unknown): part is Tree {
  return typeof part === "object" && part !== null && !Array.isArray(part);
}

/** @throws DlfLanceError Unsupported where the part is missing. */
export function treeAt(tree: Tree, key: string): Tree {
  const part = tree[key];
  if (isTree(part)) return part;
  throw refusePart(describeTree(tree));
}

export function treesAt(tree: Tree, key: string): readonly Tree[] {
  const parts = tree[key];
  if (Array.isArray(parts) && parts.every(isTree)) return parts;
  throw refusePart(describeTree(tree));
}

export function textAt(tree: Tree, key: string): string {
  const text = tree[key];
  return typeof text === "string" ? text : "";
}

export function textsAt(tree: Tree, key: string): readonly string[] {
  const texts = tree[key];
  return Array.isArray(texts) ? texts.map(String) : [];
}

/** @throws DlfLanceError Unsupported where it is there. @param words what it is called in SQL */
export function expectAbsent(tree: Tree, key: string, words: string, wayOut?: string): void {
  const part = tree[key];
  const isAbsent = part === null || part === undefined || part === false || part === "";
  if (!isAbsent && !(Array.isArray(part) && part.length === 0)) throw refusePart(words, wayOut);
}

/** The parts of a condition of which all have to be true. */
export function conjunctsOf(tree: Tree): readonly Tree[] {
  return tree.type === "CONJUNCTION_AND" ? treesAt(tree, "children").flatMap(conjunctsOf) : [tree];
}

const comparisons: Readonly<Record<string, string>> = {
  COMPARE_EQUAL: "=",
  COMPARE_NOTEQUAL: "<>",
  COMPARE_LESSTHAN: "<",
  COMPARE_LESSTHANOREQUALTO: "<=",
  COMPARE_GREATERTHAN: ">",
  COMPARE_GREATERTHANOREQUALTO: ">=",
};

/** A part in short, as a statement has it. */
export function describeTree(tree: Tree): string {
  const children = Array.isArray(tree.children) ? tree.children.filter(isTree) : [];
  switch (tree.class) {
    case "COLUMN_REF":
      return textsAt(tree, "column_names").join(".");
    case "CONSTANT": {
      const { value } = isTree(tree.value) ? tree.value : { value: undefined };
      const number = readConstant(tree);
      if (number !== undefined && number.type !== "string") return number.text;
      return typeof value === "string" ? `'${value}'` : value === undefined ? "NULL" : String(value);
    }
    case "PARAMETER":
      return `$${textAt(tree, "identifier")}`;
    case "FUNCTION": {
      const name = textAt(tree, "function_name");
      const [left, right] = children;
      if (tree.is_operator === true && left !== undefined && right !== undefined)
        return `${describeTree(left)} ${name} ${describeTree(right)}`;
      return `${name}(${children.map(describeTree).join(", ")})`;
    }
    case "WINDOW":
      return `${textAt(tree, "function_name")}() OVER (…)`;
    case "COMPARISON": {
      const sign = comparisons[textAt(tree, "type")] ?? "IS DISTINCT FROM";
      return isTree(tree.left) && isTree(tree.right)
        ? `${describeTree(tree.left)} ${sign} ${describeTree(tree.right)}`
        : sign;
    }
    case "CAST": {
      const type = isTree(tree.cast_type) ? textAt(tree.cast_type, "id") : "";
      return isTree(tree.child) ? `CAST(${describeTree(tree.child)} AS ${type})` : "CAST";
    }
    case "SUBQUERY":
      return "(SELECT …)";
    case "CASE":
      return "CASE … END";
    case "STAR":
      return "*";
    default:
      return textAt(tree, "type").toLowerCase().replaceAll("_", " ");
  }
}
