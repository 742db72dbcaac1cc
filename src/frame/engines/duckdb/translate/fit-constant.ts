/** Constants next to a value, as DuckDB makes them one of its type. */
import type { ComparisonOperator, ExpressionNode } from "../../../expression/expression-node.ts";
import type { LiteralNode } from "../../../expression/literal.ts";
import { type ColumnKind, kindOf } from "../../../types/column-kind.ts";
import { readLiteral } from "../statements/statement-literals.ts";
import type { Binder } from "./binder.ts";
import { type ConstantTime, constantTime, readTimeText } from "./constant-time.ts";
import { bindConstant, bindParameter, booleanLiteral, stringLiteral } from "./constants.ts";
import { refusePart } from "./refuse-part.ts";
import { describeTree, type Tree } from "./tree.ts";

export function isConstant(tree: Tree): boolean {
  return (
    tree.class === "CONSTANT" ||
    tree.class === "PARAMETER" ||
    constantTime(tree) !== undefined ||
    isTruth(tree)
  );
}

function isTruth(tree: Tree): boolean {
  return readLiteral(tree, { kind: "boolean" }, []) !== undefined;
}

/**
 * Undefined for one whose type decides with the other, as for numbers.
 * @throws DlfLanceError Unsupported for a text that DuckDB rounds or guesses
 */
export function fitConstant(
  operator: ComparisonOperator,
  operand: ExpressionNode,
  tree: Tree,
  { columns, parameters }: Binder,
): LiteralNode | undefined {
  const kind = kindOf(columns.fieldOf(operand));
  const time = timeOf(tree, parameters);
  if (time !== undefined) return fitTime(operator, time, kind);
  const isPlain = tree.class === "CONSTANT" || tree.class === "PARAMETER";
  if (!isPlain) return kind.kind === "boolean" ? readLiteral(tree, kind, parameters) : undefined;
  const value = tree.class === "PARAMETER" ? bindParameter(tree, parameters) : bindConstant(tree);
  if (value.node === "literal" && value.type === "string" && kind.kind !== "text") {
    const read = readText(value.text, kind);
    if (read !== undefined || !readsTexts.includes(kind.kind)) return read;
    throw refusePart(
      `the comparison of ${describeTree(tree)} with ${articles[kind.kind] ?? "a value"}`,
      `write it as ${examples[kind.kind] ?? "one"}`,
    );
  }
  return readLiteral(tree, kind, parameters);
}

/** A `Date` that is passed is an instant. */
function timeOf(tree: Tree, parameters: readonly LiteralNode[]): ConstantTime | undefined {
  const value = tree.class === "PARAMETER" ? bindParameter(tree, parameters) : undefined;
  if (value?.node === "literal" && value.type === "instant") return readTimeText(value.text, "instant");
  return constantTime(tree);
}

/** Texts are read as values of these, in the form of the examples. */
const examples: Readonly<Partial<Record<ColumnKind["kind"], string>>> = {
  integer: "a whole number, as in 3",
  decimal: "a number with the digits of the column, as in 2.50",
  float: "a number, as in 2.5",
  boolean: "TRUE or FALSE",
  date: "a date, as in DATE '2024-02-29'",
  timestamp: "a time of the column's digits, as in TIMESTAMP '2024-02-29 08:30:00'",
};
const readsTexts = Object.keys(examples);
const articles: Readonly<Partial<Record<ColumnKind["kind"], string>>> = {
  integer: "a whole number",
  decimal: "a decimal",
  float: "a float",
  boolean: "a BOOLEAN",
  date: "a date",
  timestamp: "a timestamp",
};

/** DuckDB rounds what has more digits, so that these are not read. */
function readText(text: string, kind: ColumnKind): LiteralNode | undefined {
  const number: LiteralNode = { node: "literal", type: "number", text: text.replace(/^[+]/, "") };
  switch (kind.kind) {
    case "integer": {
      if (!/^[+-]?\d{1,20}$/.test(text)) return undefined;
      const value = BigInt(number.text);
      return value >= kind.min && value <= kind.max
        ? { ...number, type: "integer", text: `${value}` }
        : undefined;
    }
    case "decimal": {
      const [, whole = "", fraction = ""] = /^[+-]?(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
      const isHeld =
        whole !== "" && fraction.length <= kind.scale && whole.length <= kind.precision - kind.scale;
      return isHeld ? number : undefined;
    }
    case "float":
      return kind.bitWidth === 64 && /^[+-]?\d{1,15}(\.\d{1,15})?$/.test(text)
        ? { ...number, text: Object.is(Number(text), -0) ? "-0" : String(Number(text)) }
        : undefined;
    case "boolean":
      return /^(?:true|false)$/i.test(text) ? booleanLiteral(text.toLowerCase() === "true") : undefined;
    case "date": {
      const time = /^\d{4}-\d\d-\d\d$/.test(text) ? readTimeText(text, "date") : undefined;
      return kind.unit === "day" && time !== undefined ? stringLiteral(time.text) : undefined;
    }
    case "timestamp": {
      const time = readTimeText(text, kind.zone === null ? "timestamp" : "instant");
      return time === undefined ? undefined : literalOf(time, kind.unit);
    }
    default:
      return undefined;
  }
}

/** Days and moments are compared as moments, and next to an instant as instants of UTC. */
function fitTime(
  operator: ComparisonOperator,
  time: ConstantTime,
  kind: ColumnKind,
): LiteralNode | undefined {
  if (kind.kind === "timestamp") {
    const type = kind.zone === null && time.type !== "instant" ? "timestamp" : "instant";
    const moment = readTimeText(time.text, type);
    return moment === undefined ? undefined : literalOf(moment, Math.max(kind.unit, 2));
  }
  if (kind.kind !== "date" || kind.unit !== "day") return undefined;
  const isExact = time.isMidnight || (operator !== "eq" && operator !== "neq");
  return isExact ? literalOf(time, 2) : undefined;
}

/** Undefined where it has more digits than the unit. */
function literalOf({ type, text }: ConstantTime, unit: number): LiteralNode | undefined {
  const digits = /\.(\d+)/.exec(text)?.[1]?.length ?? 0;
  if (digits > 3 * unit || unit === 3) return undefined;
  return type === "instant" ? { node: "literal", type: "instant", text } : stringLiteral(text);
}
