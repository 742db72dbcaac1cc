/** Arithmetic and choices of SQL, where frames compute the same values. */
import { fieldTypeName } from "../../../../display/arrow/type-name.ts";
import type { ArithmeticOperator, ExpressionNode } from "../../../expression/expression-node.ts";
import { operandsOf } from "../../../expression/expression-parts.ts";
import { kindOf } from "../../../types/column-kind.ts";
import { isNullType } from "../../../types/common-type.ts";
import type { Columns } from "./columns.ts";
import { decimalNode, doubleLiteral, isDecimalLiteral } from "./constants.ts";
import { refusePart } from "./refuse-part.ts";

const operators: Readonly<Record<string, ArithmeticOperator>> = {
  "+": "add",
  "-": "subtract",
  "*": "multiply",
  "/": "divide",
  "//": "intDivide",
  "%": "modulo",
};

/** Undefined for what is not arithmetic. @param words of the whole */
export function computeNumbers(
  sign: string,
  written: readonly ExpressionNode[],
  columns: Columns,
  words: string,
): ExpressionNode | undefined {
  const operator = operators[sign];
  const [first, second, ...more] = written;
  if (operator === undefined || first === undefined || more.length > 0) return undefined;
  if (second === undefined) return sign === "-" ? negate(first, columns, words) : undefined;
  const kinds = [first, second].map((node) => kindOf(columns.fieldOf(node)));
  const refuse = (wayOut?: string) =>
    refusePart(
      `${words} (${[first, second].map((node) => fieldTypeName(columns.fieldOf(node))).join(` ${sign} `)})`,
      wayOut,
    );
  const [a, b] = kinds as [ReturnType<typeof kindOf>, ReturnType<typeof kindOf>];
  if ([first, second].some((node) => isNullType(columns.fieldOf(node).type))) throw refuse();
  if (a.kind === "date" && b.kind === "date" && sign === "-" && a.unit === "day" && b.unit === "day")
    return build(operator, first, second, columns);
  if (!kinds.every(({ kind }) => kind === "integer" || kind === "decimal" || kind === "float"))
    throw refuse();
  if (kinds.some((kind) => kind.kind === "float" && kind.bitWidth < 64)) throw refuse("cast it to DOUBLE");
  const isWhole = kinds.every(({ kind }) => kind === "integer") && ![first, second].some(isDecimalLiteral);
  if (sign === "//" || sign === "%") {
    if (!isWhole) throw refuse("cast both to BIGINT");
    return build(operator, first, second, columns);
  }
  if (sign === "/") {
    if (columns.mayBeNegativeZero(second))
      throw refuse("DuckDB divides by -0 otherwise than by 0, and frames do not; divide by NULLIF(…, 0)");
    return build(operator, first, second, columns);
  }
  const [left, right] = asDecimals([first, second], columns) as [ExpressionNode, ExpressionNode];
  const isExact = [left, right].some((node) => kindOf(columns.fieldOf(node)).kind === "decimal");
  if (isExact && [left, right].some((node) => columns.isHuge(node)))
    throw refuse("a sum of whole numbers is a HUGEINT in SQL; cast it to BIGINT");
  return build(operator, left, right, columns);
}

function build(
  operator: ArithmeticOperator,
  left: ExpressionNode,
  right: ExpressionNode,
  columns: Columns,
): ExpressionNode {
  const plain = (node: ExpressionNode) => doubleLiteral(node) ?? node;
  const isFloat = (node: ExpressionNode) => kindOf(columns.fieldOf(node)).kind === "float";
  // A DOUBLE next to a decimal stays one, and does not count as it is written.
  const keeps = [left, right].some((node) => !isFloat(node));
  const node: ExpressionNode = {
    node: "arithmetic",
    operator,
    left: keeps ? left : plain(left),
    right: keeps ? right : plain(right),
  };
  columns.fieldOf(node);
  return node;
}

function negate(operand: ExpressionNode, columns: Columns, words: string): ExpressionNode {
  const kind = kindOf(columns.fieldOf(operand));
  const isNumber =
    kind.kind === "integer" || kind.kind === "decimal" || (kind.kind === "float" && kind.bitWidth === 64);
  if (!isNumber) throw refusePart(words);
  if (readsUnsigned(operand, columns))
    throw refusePart(
      `${words}, where DuckDB counts down from 2^64 for unsigned numbers,`,
      "cast them to BIGINT first",
    );
  const [value] = asDecimals([operand], columns);
  return { node: "call", function: "negate", arguments: [value as ExpressionNode] };
}

/** Whether SQL may take it for an unsigned number; steps take all whole numbers for int64 on the way. */
function readsUnsigned(node: ExpressionNode, columns: Columns): boolean {
  if (node.node !== "column" && node.node !== "cast")
    return operandsOf(node).some((operand) => readsUnsigned(operand, columns));
  const kind = kindOf(columns.fieldOf(node));
  return kind.kind === "integer" && kind.min === 0n;
}

/**
 * Numbers with a point are decimals in SQL. Next to a decimal, frames take them so; next to a float they are floats in both;
 * among whole numbers they have to be made decimals.
 */
export function asDecimals(nodes: readonly ExpressionNode[], columns: Columns): readonly ExpressionNode[] {
  const others = nodes.filter((node) => node.node !== "literal").map((node) => kindOf(columns.fieldOf(node)));
  if (others.some(({ kind }) => kind === "float" || kind === "decimal")) return nodes;
  return nodes.map((node) => (isDecimalLiteral(node) ? decimalNode(node) : node));
}

/** Values of which one is chosen, so that frames find the type that DuckDB finds. */
export function unifyChoices(
  nodes: readonly ExpressionNode[],
  columns: Columns,
  words: string,
): readonly ExpressionNode[] {
  const computed = nodes.filter((node) => node.node !== "literal");
  const kinds = computed.map((node) => kindOf(columns.fieldOf(node)));
  const isOf = (kind: string) => kinds.some((one) => one.kind === kind);
  if (kinds.some((kind) => kind.kind === "float" && kind.bitWidth < 64) && nodes.length > 1) {
    const isAlone = nodes.every(
      (node) =>
        (node.node === "literal" && node.type === "null") ||
        (node.node !== "literal" && kindOf(columns.fieldOf(node)).kind === "float"),
    );
    if (!isAlone) throw refusePart(`the type of ${words}`, "cast the values to DOUBLE");
  }
  if (isOf("float")) return nodes.map((node) => (kinds.length > 1 ? node : (doubleLiteral(node) ?? node)));
  const scales = kinds.flatMap((kind) => (kind.kind === "decimal" ? [kind.scale] : []));
  const most = Math.max(-1, ...scales);
  if (isOf("decimal") && computed.some((node) => columns.isHuge(node)))
    throw refusePart(`the type of ${words}`, "cast the sum of whole numbers to BIGINT");
  const isExact = isOf("decimal") || nodes.some(isDecimalLiteral);
  return nodes.map((node) => {
    // As a decimal of its digits: the type of the others may have too few for it.
    if (isExact && node.node === "literal" && node.type === "integer") return decimalNode(node);
    if (!isDecimalLiteral(node)) return node;
    return (node.text.split(".")[1] ?? "").length > most ? decimalNode(node) : node;
  });
}
