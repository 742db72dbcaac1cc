/** Comparisons as SQL makes them: of values of one type, or of two for which it is known what DuckDB compares. */
import { fieldTypeName } from "../../../../display/arrow/type-name.ts";
import { mirrored } from "../../../expression/comparison.ts";
import type { ComparisonOperator, ExpressionNode } from "../../../expression/expression-node.ts";
import type { LiteralNode } from "../../../expression/literal.ts";
import { type ColumnKind, kindOf } from "../../../types/column-kind.ts";
import { isNullType } from "../../../types/common-type.ts";
import type { Binder } from "./binder.ts";
import { castTime } from "./cast-times.ts";
import { booleanLiteral, castNode, doubleLiteral, isDecimalLiteral, nullCondition } from "./constants.ts";
import { fitConstant, isConstant } from "./fit-constant.ts";
import { refusePart } from "./refuse-part.ts";
import { describeTree, type Tree } from "./tree.ts";

export const comparisonsOfTrees: Readonly<Record<string, ComparisonOperator>> = {
  COMPARE_EQUAL: "eq",
  COMPARE_NOTEQUAL: "neq",
  COMPARE_LESSTHAN: "lt",
  COMPARE_LESSTHANOREQUALTO: "lte",
  COMPARE_GREATERTHAN: "gt",
  COMPARE_GREATERTHANOREQUALTO: "gte",
};

/** @throws DlfLanceError Unsupported for types that DuckDB makes one otherwise. */
export function compareTrees(
  operator: ComparisonOperator,
  leftTree: Tree,
  rightTree: Tree,
  bind: Binder,
): ExpressionNode {
  const isLeftConstant = isConstant(leftTree);
  if (isLeftConstant && !isConstant(rightTree))
    return compareTrees(mirrored[operator], rightTree, leftTree, bind);
  const left = bind.bind(leftTree);
  if (isConstant(rightTree) && !isLeftConstant) {
    const constant = fitConstant(operator, left, rightTree, bind);
    if (constant !== undefined) return { node: "comparison", operator, left, right: constant };
  }
  const words = `${describeTree(leftTree)} next to ${describeTree(rightTree)}`;
  return compareNodes(operator, left, bind.bind(rightTree), bind, words);
}

/** The same of what is bound. @param words for a refusal */
export function compareNodes(
  operator: ComparisonOperator,
  left: ExpressionNode,
  right: ExpressionNode,
  { columns }: Pick<Binder, "columns">,
  words: string,
): ExpressionNode {
  if (left.node === "literal" && right.node !== "literal")
    return compareNodes(mirrored[operator], right, left, { columns }, words);
  const [leftField, rightField] = [columns.fieldOf(left), columns.fieldOf(right)];
  if (isNullType(leftField.type) || isNullType(rightField.type)) return nullCondition;
  const [a, b] = [kindOf(leftField), kindOf(rightField)];
  const compare = (one: ExpressionNode, other: ExpressionNode): ExpressionNode => {
    const node: ExpressionNode = { node: "comparison", operator, left: one, right: other };
    columns.fieldOf(node);
    return node;
  };
  const asDouble = (node: ExpressionNode) => castNode(node, "double");
  const refuse = (wayOut = "cast one of them to the type of the other") =>
    refusePart(
      `the comparison of ${words} (${fieldTypeName(leftField)} and ${fieldTypeName(rightField)})`,
      wayOut,
    );
  const isNumber = ({ kind }: ColumnKind) => kind === "integer" || kind === "decimal" || kind === "float";
  if (isNumber(a) && isNumber(b)) {
    if (left.node === "literal") return compareConstants(operator, left, right) ?? refuseAll(refuse());
    if (isNarrow(a) || isNarrow(b)) {
      if (isNarrow(a) && isNarrow(b) && right.node !== "literal") return compare(left, right);
      // A constant that a FLOAT holds is the same one as a DOUBLE.
      const number = doubleLiteral(right) ?? right;
      if (number.node === "literal" && Math.fround(Number(number.text)) === Number(number.text))
        return compare(asDouble(left), number);
      if (right.node !== "literal" && a.kind === "float" && b.kind === "float")
        return compare(isNarrow(a) ? asDouble(left) : left, isNarrow(b) ? asDouble(right) : right);
      throw refuse("cast the FLOAT to DOUBLE");
    }
    const double = doubleLiteral(right);
    if (double !== undefined) return compare(a.kind === "float" ? left : asDouble(left), double);
    if (a.kind === "float" || b.kind === "float") {
      if (right.node === "literal") return compare(left, right);
      return compare(
        a.kind === "float" ? left : asDouble(left),
        b.kind === "float" ? right : asDouble(right),
      );
    }
    if (columns.isHuge(left) && (b.kind === "decimal" || isDecimalLiteral(right))) throw refuse();
    if (columns.isHuge(right) && a.kind === "decimal") throw refuse();
    return compare(left, right);
  }
  if (a.kind === "timestamp" && b.kind === "timestamp" && a.unit === b.unit && hasZone(a) === hasZone(b))
    return compare(left, right);
  if (a.kind === "timestamp" || b.kind === "timestamp") {
    // DuckDB compares days and moments as moments, and next to one of a zone as those of UTC.
    const isZoned = hasZone(a) || hasZone(b);
    const [one, other] = [left, right].map((node) => castTime(node, columns, isZoned));
    if (one !== undefined && other !== undefined) return compare(one, other);
  }
  if (a.kind !== b.kind) throw refuse();
  if (a.kind === "text" || a.kind === "boolean") return compare(left, right);
  if (a.kind === "date" && b.kind === "date" && a.unit === b.unit) return compare(left, right);
  throw refuse();
}

function hasZone(kind: ColumnKind): boolean {
  return kind.kind === "timestamp" && kind.zone !== null;
}

function refuseAll(error: Error): never {
  throw error;
}

/** As in `1 = 1`, which programs write; undefined for what are not two whole numbers. */
function compareConstants(
  operator: ComparisonOperator,
  left: LiteralNode,
  right: ExpressionNode,
): ExpressionNode | undefined {
  if (left.type !== "integer" || right.node !== "literal" || right.type !== "integer") return undefined;
  const difference = BigInt(left.text) - BigInt(right.text);
  const holds: Readonly<Record<ComparisonOperator, boolean>> = {
    eq: difference === 0n,
    neq: difference !== 0n,
    lt: difference < 0n,
    lte: difference <= 0n,
    gt: difference > 0n,
    gte: difference >= 0n,
  };
  return booleanLiteral(holds[operator]);
}

/** Not a DOUBLE. */
function isNarrow(kind: ColumnKind): boolean {
  return kind.kind === "float" && kind.bitWidth < 64;
}

/** Whether both are equal or both null; never null itself. */
export function isNotDistinct(
  left: ExpressionNode,
  right: ExpressionNode,
  equal: ExpressionNode,
): ExpressionNode {
  if (left.node === "literal" && left.type === "null") return { node: "isNull", operand: right };
  if (right.node === "literal" && right.type === "null") return { node: "isNull", operand: left };
  if (right.node === "literal")
    return { node: "and", operands: [{ node: "not", operand: { node: "isNull", operand: left } }, equal] };
  const isNull = (operand: ExpressionNode): ExpressionNode => ({ node: "isNull", operand });
  const isThere = (operand: ExpressionNode): ExpressionNode => ({ node: "not", operand: isNull(operand) });
  return {
    node: "or",
    operands: [
      { node: "and", operands: [isNull(left), isNull(right)] },
      { node: "and", operands: [isThere(left), isThere(right), equal] },
    ],
  };
}
