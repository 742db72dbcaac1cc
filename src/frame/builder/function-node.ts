/** JavaScript functions of values, as what a user hands over. */

import { describeValue } from "../../check-options.ts";
import { typeName } from "../../display/arrow/type-name.ts";
import { DlfLanceError } from "../../errors.ts";
import { loadWhenUsed } from "../../load-when-used.ts";
import { z } from "../../zod.ts";
import type { ExpressionNode, FunctionNode } from "../expression/expression-node.ts";
import type { CastValue, UnknownValue } from "../expression/expression-types.ts";
import { describeFunction, type ValueFunction } from "../expression/value-function.ts";
import { parseType } from "../types/parse-type.ts";
import { parse } from "./arguments.ts";

/** What a JavaScript function of values gives. */
export interface ValueFunctionOptions<T extends string = string> {
  /** The type of the column that it makes, such as `string`, `int64`, `float64`, `bool` or `list<string>`. */
  readonly type: T;
  /** Whether it is called for null too; by default null gives null. */
  readonly takesNull?: boolean;
  /** What `explain()` calls it; the function's own name by default. */
  readonly name?: string;
}

/** What a function may return for a type: as a write takes it; nothing is null. */
export type Returned<T extends string> =
  | Plain<CastValue<T>, T>
  | null
  | undefined
  | Promise<Plain<CastValue<T>, T> | null | undefined>;

type Plain<V, T extends string> = T extends "int64" | "uint64"
  ? bigint | number
  : V extends UnknownValue
    ? unknown
    : V;

const optionsSchema = loadWhenUsed(() =>
  z.strictObject(
    {
      type: z.string('tell what it returns, as in { type: "string" } or { type: "float64" }'),
      takesNull: z.boolean("takesNull is true or false").default(false),
      name: z.string().min(1).optional(),
    },
    'it takes the function and what it returns, as in { type: "string" }',
  ),
);

/** @throws DlfLanceError InvalidInput for what is not a function, and without the type of what it returns. */
export function functionNode(
  change: unknown,
  options: unknown,
  action: string,
  kind: "mapElements" | "udf",
): (values: readonly ExpressionNode[]) => FunctionNode {
  if (typeof change !== "function") {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot ${action}: ${describeValue(change)} is not a function; pass one of a value, such as (name) => name.trim()`,
    );
  }
  const { type, takesNull, name = change.name || kind } = parse(optionsSchema, options, action);
  const description = describeFunction(change as ValueFunction, {
    name,
    type: typeName(parseType(type, action)),
    takesNull,
  });
  return (values) => ({ node: "function", function: description, arguments: values });
}
