/** Lists and structs made of columns and constants. */
import { DlfLanceError } from "../../errors.ts";
import { isExpression, nodeOf } from "../expression/expression-build.ts";
import type { Needs, ValueOf, ValueOperand } from "../expression/expression-types.ts";
import { toLiteral } from "../expression/literal.ts";
import { Expression } from "./expr.ts";

/** A list of values of one type. @example toList(1, col("n")) // [1, 3] */
export function toList<O extends readonly ValueOperand[]>(
  ...values: O
): Expression<readonly ValueOf<O[number]>[], Needs<O[number], unknown>, "list"> {
  const nodes = values.map((value) => nodeOf(value, "make a list"));
  if (nodes.length === 0)
    throw new DlfLanceError("InvalidInput", "Cannot make a list: it takes at least one value");
  return new Expression({ node: "call", function: "toList", arguments: nodes }, "list");
}

/** A struct of named values. @example toStruct({ a: 1, b: col("n") }) // { a: 1n, b: 3 } */
export function toStruct<F extends Readonly<Record<string, ValueOperand>>>(
  fields: F,
): Expression<{ readonly [K in keyof F]: ValueOf<F[K]> }, Needs<F[keyof F], unknown>, "struct"> {
  const entries =
    typeof fields === "object" && fields !== null && !isExpression(fields) ? Object.entries(fields) : [];
  if (entries.length === 0)
    throw new DlfLanceError("InvalidInput", "Cannot make a struct: it takes an object of names and values");
  const nodes = entries.flatMap(([name, value]) => [
    toLiteral(name, "make a struct"),
    nodeOf(value, `make a struct with ${name}`),
  ]);
  return new Expression({ node: "call", function: "toStruct", arguments: nodes }, "struct");
}
