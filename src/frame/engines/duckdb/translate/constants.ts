/** Constants of a statement as expressions. */
import type { ExpressionNode } from "../../../expression/expression-node.ts";
import type { LiteralNode } from "../../../expression/literal.ts";
import { readConstant } from "../statements/statement-literals.ts";
import { refusePart } from "./refuse-part.ts";
import { describeTree, type Tree, textAt, treeAt } from "./tree.ts";

export const nullLiteral: LiteralNode = { node: "literal", type: "null", text: "" };

export function integerLiteral(value: number | bigint): LiteralNode {
  return { node: "literal", type: "integer", text: String(value) };
}

export function stringLiteral(text: string): LiteralNode {
  return { node: "literal", type: "string", text };
}

export function castNode(operand: ExpressionNode, type: string, orNull = false): ExpressionNode {
  return { node: "cast", operand, type, orNull };
}

export const nullCondition: ExpressionNode = castNode(nullLiteral, "bool");

/** A DOUBLE, which is written with an exponent; other numbers with a point are decimals. */
function doubleNode(literal: LiteralNode): ExpressionNode {
  return castNode(literal, "double");
}

/** The number of a constant that is a DOUBLE. */
export function doubleLiteral(node: ExpressionNode): LiteralNode | undefined {
  return node.node === "cast" && node.type === "double" && node.operand.node === "literal"
    ? node.operand
    : undefined;
}

export function booleanLiteral(value: boolean): LiteralNode {
  return { node: "literal", type: "boolean", text: String(value) };
}

/** @throws DlfLanceError Unsupported for constants of other types. */
export function bindConstant(tree: Tree): ExpressionNode {
  const value = treeAt(tree, "value");
  if (value.is_null === true) return nullLiteral;
  const type = textAt(treeAt(value, "type"), "id");
  // Of IS TRUE; what is written as TRUE is a cast.
  if (typeof value.value === "boolean") return booleanLiteral(value.value);
  const literal = readConstant(tree);
  if (literal === undefined && type.endsWith("INT"))
    throw refusePart("a whole number beyond 2^53 in the text", "pass it as a value, as in id = $1");
  if (literal === undefined) throw refusePart(`the constant ${describeTree(tree)} of type ${type}`);
  if (type === "DOUBLE") return doubleNode(literal);
  return literal;
}

/** The value of a parameter: whole numbers are int64, others DOUBLE. */
export function bindParameter(tree: Tree, parameters: readonly LiteralNode[]): ExpressionNode {
  const literal = parameters[Number(textAt(tree, "identifier")) - 1];
  if (literal === undefined) throw refusePart(`the parameter $${textAt(tree, "identifier")}`);
  if (literal.type !== "number") return literal;
  if (Number.isSafeInteger(Number(literal.text)) && literal.text !== "-0")
    return { ...literal, type: "integer" };
  return doubleNode(literal);
}

/** A decimal as it is written, where nothing next to it makes it one. */
export function decimalNode(literal: LiteralNode): ExpressionNode {
  const [whole = "", fraction = ""] = literal.text.replace("-", "").split(".");
  if (!/^\d+$/.test(whole) || !/^\d*$/.test(fraction)) throw refusePart(`the number ${literal.text}`);
  const digits = Math.max(1, whole.replace(/^0+/, "").length + fraction.length);
  return castNode(literal, `decimal128(${digits}, ${fraction.length})`);
}

/** Whether it is a number with a point, and not a whole one. */
export function isDecimalLiteral(node: ExpressionNode): node is LiteralNode {
  return node.node === "literal" && node.type === "number" && !Number.isInteger(Number(node.text));
}
