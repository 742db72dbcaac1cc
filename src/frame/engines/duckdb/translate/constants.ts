/** Constants of a statement as expressions, and dates that are computed of constants alone. */
import type { ExpressionNode } from "../../../expression/expression-node.ts";
import type { LiteralNode } from "../../../expression/literal.ts";
import { readConstant } from "../statements/statement-literals.ts";
import { refusePart } from "./refuse-part.ts";
import { describeTree, isTree, type Tree, textAt, treeAt, treesAt } from "./tree.ts";

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

/** @throws DlfLanceError Unsupported for constants of other types. */
export function bindConstant(tree: Tree): ExpressionNode {
  const value = treeAt(tree, "value");
  if (value.is_null === true) return nullLiteral;
  const type = textAt(treeAt(value, "type"), "id");
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

/** A date or a time that is known before the statement runs. */
export interface ConstantTime {
  readonly type: "date" | "timestamp";
  /** In ISO 8601, a timestamp without zone. */
  readonly text: string;
  readonly isMidnight: boolean;
}

/** Milliseconds, and months. */
interface ConstantInterval {
  readonly months: number;
  readonly milliseconds: number;
}

const day = 86_400_000;
const intervals: Readonly<Record<string, ConstantInterval>> = {
  to_years: { months: 12, milliseconds: 0 },
  to_quarters: { months: 3, milliseconds: 0 },
  to_months: { months: 1, milliseconds: 0 },
  to_weeks: { months: 0, milliseconds: 7 * day },
  to_days: { months: 0, milliseconds: day },
  to_hours: { months: 0, milliseconds: 3_600_000 },
  to_minutes: { months: 0, milliseconds: 60_000 },
  to_seconds: { months: 0, milliseconds: 1000 },
};

/** `DATE '2024-02-29'`, a timestamp, and either moved by intervals and whole days. */
export function constantTime(tree: Tree): ConstantTime | undefined {
  if (tree.class === "CAST") return readTime(tree);
  const moved = movedBy(tree);
  const time = moved === undefined ? undefined : constantTime(moved.base);
  if (moved === undefined || time === undefined) return undefined;
  const isWholeDays = moved.isDays && time.type === "date";
  if (moved.isDays && !isWholeDays) return undefined;
  const start = new Date(`${time.text.replace(" ", "T")}${time.type === "date" ? "T00:00:00Z" : "Z"}`);
  const date = addMonths(start, moved.months);
  return timeAt(date.getTime() + moved.milliseconds, isWholeDays ? "date" : "timestamp");
}

function movedBy(
  tree: Tree,
): (ConstantInterval & { readonly base: Tree; readonly isDays: boolean }) | undefined {
  const name = textAt(tree, "function_name");
  if (tree.class !== "FUNCTION" || (name !== "+" && name !== "-")) return undefined;
  const [first, second] = treesAt(tree, "children");
  if (first === undefined || second === undefined) return undefined;
  const sign = name === "-" ? -1 : 1;
  const isSwapped = name === "+" && constantInterval(first) !== undefined;
  const [base, offset] = isSwapped ? [second, first] : [first, second];
  const interval = constantInterval(offset);
  if (interval !== undefined) {
    const { months, milliseconds } = interval;
    return { base, months: sign * months, milliseconds: sign * milliseconds, isDays: false };
  }
  const days = readConstant(offset);
  if (days?.type !== "integer") return undefined;
  return { base, months: 0, milliseconds: sign * Number(days.text) * day, isDays: true };
}

/** An interval is a call with a whole number, behind casts and `trunc`. */
function constantInterval(tree: Tree): ConstantInterval | undefined {
  const unit = tree.class === "FUNCTION" ? intervals[textAt(tree, "function_name")] : undefined;
  if (unit === undefined) return undefined;
  const [written] = treesAt(tree, "children");
  const count = written === undefined ? undefined : countOf(written);
  return count === undefined
    ? undefined
    : { months: unit.months * count, milliseconds: unit.milliseconds * count };
}

function countOf(tree: Tree): number | undefined {
  if (tree.class === "CAST" && isTree(tree.child)) return countOf(tree.child);
  if (tree.class === "FUNCTION" && tree.function_name === "trunc") {
    const [inner] = treesAt(tree, "children");
    return inner === undefined ? undefined : countOf(inner);
  }
  const constant = readConstant(tree);
  const isText = constant?.type === "string" && /^-?\d+$/.test(constant.text);
  return constant?.type === "integer" || isText ? Number(constant?.text) : undefined;
}

const dateText = /^\d{4}-\d\d-\d\d$/;
const clockText = /^\d{4}-\d\d-\d\d[ T]([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/;

function readTime(tree: Tree): ConstantTime | undefined {
  const type = isTree(tree.cast_type) ? textAt(tree.cast_type, "id") : "";
  if (!isTree(tree.child) || tree.try_cast !== false || (type !== "DATE" && type !== "TIMESTAMP"))
    return undefined;
  const constant = readConstant(tree.child);
  // What is computed of dates alone is one too.
  const inner = constant === undefined ? constantTime(tree.child) : undefined;
  const text = constant?.type === "string" ? constant.text : (inner?.text ?? "");
  const isDate = dateText.test(text);
  if (!isDate && !clockText.test(text)) return undefined;
  const time = Date.parse(`${text.replace(" ", "T")}${isDate ? "T00:00:00" : ""}Z`);
  if (Number.isNaN(time) || !new Date(time).toISOString().startsWith(text.slice(0, 10))) return undefined;
  return timeAt(
    type === "DATE" ? Math.floor(time / day) * day : time,
    type === "DATE" ? "date" : "timestamp",
  );
}

/** A day that the month does not have becomes its last one. */
function addMonths(start: Date, months: number): Date {
  const date = new Date(start);
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months + 1, 0);
  date.setUTCDate(Math.min(start.getUTCDate(), date.getUTCDate()));
  return date;
}

function timeAt(milliseconds: number, type: ConstantTime["type"]): ConstantTime | undefined {
  const date = new Date(milliseconds);
  if (Number.isNaN(date.getTime()) || date.getUTCFullYear() < 1 || date.getUTCFullYear() > 9999)
    return undefined;
  const text = date.toISOString();
  const isMidnight = milliseconds % day === 0;
  return { type, isMidnight, text: type === "date" ? text.slice(0, 10) : text.slice(0, 19) };
}
