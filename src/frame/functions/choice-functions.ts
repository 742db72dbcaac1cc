/** Functions that choose one of their arguments. */

import { commonType } from "../types/common-type.ts";
import { checkCompared, checkComparedLiteral } from "../types/comparable.ts";
import { convertOperand, plainType } from "./operand.ts";
import { first, type ScalarEntry, second, type WrittenCall } from "./scalar-entry.ts";

function sameType(name: string): ScalarEntry["duckdb"] {
  return ({ arguments: all, result }: WrittenCall) =>
    `${name}(${all.map((argument) => convertOperand(argument, result)).join(", ")})`;
}

/** The greatest or least of those that are not null; NaN is greater than every number. */
function extreme(name: string): ScalarEntry {
  return {
    takes: ["ordered", "ordered"],
    repeats: true,
    gives: ({ arguments: all, fieldOf }) => commonType(all, fieldOf, `take the ${name} of`),
    seesNull: true,
    duckdb: sameType(name),
  };
}

export const choiceFunctions = {
  greatest: extreme("greatest"),
  least: extreme("least"),
  coalesce: {
    takes: ["any"],
    repeats: true,
    gives: ({ arguments: all, fieldOf }) => commonType(all, fieldOf, "coalesce"),
    seesNull: true,
    duckdb: sameType("coalesce"),
  },
  nullIf: {
    takes: ["any", "any"],
    gives: ({ arguments: all, fieldOf }) => {
      const [left, right] = all as readonly [never, never];
      if ((right as { node: string }).node === "literal") checkComparedLiteral(left, fieldOf(left), right);
      else checkCompared(left, fieldOf(left), right, fieldOf(right));
      return plainType(fieldOf(left).type);
    },
    seesNull: true,
    duckdb: (call) =>
      `(CASE WHEN ${call.compare("eq", first(call), second(call))} THEN NULL ELSE ${first(call).sql} END)`,
  },
} as const satisfies Readonly<Record<string, ScalarEntry>>;
