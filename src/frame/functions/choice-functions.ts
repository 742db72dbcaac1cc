/** Functions that choose one of their arguments. */

import type { ExpressionNode } from "../expression/expression-node.ts";
import { commonType, isNullType } from "../types/common-type.ts";
import { checkCompared, checkComparedLiteral } from "../types/comparable.ts";
import { caseSql, holdsArray } from "./case-sql.ts";
import { bool, convertOperand, plainType } from "./operand.ts";
import { first, type ScalarEntry, second, type TypedCall, type WrittenCall } from "./scalar-entry.ts";
import { nullSql } from "./sql-type.ts";

function sameType(name: string): ScalarEntry["duckdb"] {
  return ({ arguments: all, result }: WrittenCall) =>
    `${name}(${all.map((argument) => convertOperand(argument, result)).join(", ")})`;
}

/** The highest or lowest of those that are not null; NaN is greater than every number. */
function extreme(name: string): ScalarEntry {
  return {
    takes: ["ordered", "ordered"],
    repeats: true,
    gives: ({ arguments: all, fieldOf }) => commonType(all, fieldOf, `take the ${name} of`),
    seesNull: true,
    duckdb: sameType(name),
  };
}

function checkSame(left: ExpressionNode, right: ExpressionNode, fieldOf: TypedCall["fieldOf"]): void {
  if (right.node === "literal" && right.type !== "null") checkComparedLiteral(left, fieldOf(left), right);
  else checkCompared(left, fieldOf(left), right, fieldOf(right));
}

export const choiceFunctions = {
  greatest: extreme("greatest"),
  least: extreme("least"),
  coalesce: {
    takes: ["any"],
    repeats: true,
    gives: ({ arguments: all, fieldOf }) => commonType(all, fieldOf, "coalesce"),
    seesNull: true,
    duckdb: (call) => {
      if (!holdsArray(call.result)) return sameType("coalesce")(call);
      const values = call.arguments.map((argument) => convertOperand(argument, call.result));
      const branches = values.slice(0, -1).map((value) => ({ when: `${value} IS NOT NULL`, value }));
      return caseSql(branches, values.at(-1) as string, call.result);
    },
  },
  eqNullSafe: {
    takes: ["any", "any"],
    gives: ({ arguments: [left, right], fieldOf }) => {
      checkSame(left as never, right as never, fieldOf);
      return bool();
    },
    seesNull: true,
    duckdb: (call) => {
      const [left, right] = [first(call), second(call)];
      if (isNullType(right.field.type)) return `(${left.sql} IS NULL)`;
      if (isNullType(left.field.type)) return `(${right.sql} IS NULL)`;
      const isEqual = `coalesce(${call.compare("eq", left, right)}, false)`;
      if (right.node.node === "literal") return isEqual;
      return `(${isEqual} OR (${left.sql} IS NULL AND ${right.sql} IS NULL))`;
    },
  },
  clip: {
    takes: ["ordered", "ordered", "ordered"],
    gives: ({ arguments: all, fieldOf }) => commonType(all, fieldOf, "clip"),
    seesNull: true,
    // A bound that is null bounds nothing.
    duckdb: ({ arguments: all, result }) => {
      const [value, low, high] = all.map((operand) => convertOperand(operand, result));
      const bounded = { when: `${value} IS NOT NULL`, value: `least(greatest(${value}, ${low}), ${high})` };
      return caseSql([bounded], nullSql(result), result);
    },
  },
  nullIf: {
    takes: ["any", "any"],
    gives: ({ arguments: all, fieldOf }) => {
      const [left, right] = all as readonly [never, never];
      checkSame(left, right, fieldOf);
      return plainType(fieldOf(left).type);
    },
    seesNull: true,
    duckdb: (call) => {
      const isEqual = { when: call.compare("eq", first(call), second(call)), value: nullSql(call.result) };
      return caseSql([isEqual], first(call).sql, call.result);
    },
  },
} as const satisfies Readonly<Record<string, ScalarEntry>>;
