/**
 * Arithmetic that Lance computes as DuckDB does, bit by bit: that of float64. Whole numbers and decimals are left out,
 * because they overflow and round in other ways.
 */
import type { ArithmeticOperator, ExpressionNode } from "../../expression/expression-node.ts";
import { type FindTableField, findPlace, type Place } from "./place.ts";

/** What a condition compares: a place of the table, or a number computed of some. */
export type Compared = Pick<Place, "sql" | "kind">;

const signs: Partial<Readonly<Record<ArithmeticOperator, string>>> = {
  add: "+",
  subtract: "-",
  multiply: "*",
  divide: "/",
};

/** Lance's parser gives up at about fifty. */
const deepest = 12;

/** Undefined for what Lance does not compute the same. */
export function findCompared(node: ExpressionNode, find: FindTableField): Compared | undefined {
  return findPlace(node, find) ?? findFloat(node, find, deepest);
}

function findFloat(node: ExpressionNode, find: FindTableField, deep: number): Compared | undefined {
  const sign = node.node === "arithmetic" && deep > 0 ? signs[node.operator] : undefined;
  if (node.node !== "arithmetic" || sign === undefined) return undefined;
  const sides = [node.left, node.right].map((side) => findSide(side, find, deep - 1));
  const [left, right] = sides;
  if (left === undefined || right === undefined || !sides.some((side) => side?.isRead)) return undefined;
  if (node.operator !== "divide" && !sides.some((side) => side?.isFloat)) return undefined;
  // A divisor of -0 becomes 0: equal divisors give equal quotients.
  const divisor = node.operator === "divide" ? `(${right.sql} + 0.0)` : right.sql;
  return { sql: `(${left.sql} ${sign} ${divisor})`, kind: { kind: "float", bitWidth: 64 } };
}

interface Side {
  /** As a float64. */
  readonly sql: string;
  /** Whether it makes the result a float. */
  readonly isFloat: boolean;
  /** Whether it is of the table, and no constant. */
  readonly isRead: boolean;
}

function findSide(node: ExpressionNode, find: FindTableField, deep: number): Side | undefined {
  if (node.node === "literal") {
    if (node.type !== "number" && node.type !== "integer") return undefined;
    const number = Number(node.text);
    return {
      sql: `CAST('${Object.is(number, -0) ? "-0.0" : number}' AS DOUBLE)`,
      isFloat: node.type === "number" && (!Number.isSafeInteger(number) || Object.is(number, -0)),
      isRead: false,
    };
  }
  const compared = findPlace(node, find) ?? findFloat(node, find, deep);
  if (compared === undefined) return undefined;
  const { kind, sql } = compared;
  if (kind.kind !== "float" && kind.kind !== "integer") return undefined;
  const isDouble = kind.kind === "float" && kind.bitWidth === 64;
  return { sql: isDouble ? sql : `CAST(${sql} AS DOUBLE)`, isFloat: kind.kind === "float", isRead: true };
}
