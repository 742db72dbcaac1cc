/** JavaScript functions of the values of a row. */
import * as z from "zod";
import { typeName } from "../../display/arrow/type-name.ts";
import { DlfLanceError } from "../../errors.ts";
import { isExpression } from "../expression/expression-build.ts";
import type { ExpressionNode, FunctionNode } from "../expression/expression-node.ts";
import type {
  CastValue,
  ExpressionLike,
  Needs,
  RowWith,
  TypeName,
  UnknownValue,
} from "../expression/expression-types.ts";
import { describeFunction, type ValueFunction } from "../expression/value-function.ts";
import { parseType } from "../types/parse-type.ts";
import { parse } from "./arguments.ts";
import { col, Expression } from "./expr.ts";

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

const optionsSchema = z.strictObject(
  {
    type: z.string('tell what it returns, as in { type: "string" } or { type: "float64" }'),
    takesNull: z.boolean("takesNull is true or false").default(false),
    name: z.string().min(1).optional(),
  },
  'it takes the function and what it returns, as in { type: "string" }',
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
      `Cannot ${action}: ${String(change)} is not a function; pass one of a value, such as (name) => name.trim()`,
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

type Argument = string | ExpressionLike;

type ArgumentNeed<O, Kind> = O extends string
  ? RowWith<O, Kind | null | UnknownValue>
  : Needs<O, Kind | null | UnknownValue>;

type ArgumentNeeds<O extends readonly unknown[], A extends readonly unknown[]> = {
  [I in keyof O]: (row: ArgumentNeed<O[I], I extends keyof A ? A[I] : unknown>) => void;
}[number] extends (row: infer R) => void
  ? R
  : unknown;

/**
 * A JavaScript function as one of expressions: it is called for each row with the values of its arguments, columns by name
 * or expressions, as `toObjects` has them. It may be async: up to 16 of its promises are waited for at a time. Rows that a
 * condition or a limit leaves out are not computed where that does not depend on it.
 *
 * It stands in `select`, `withColumn` and `where`; in `agg`, `groupBy`, `sort` and `join` use the column that it made.
 * For one column there is `col("name").mapElements(change, { type })`.
 *
 * @example udf((n: number, t: string) => `${n}${t}`, { type: "string" })("n", lit("x")) // "3x"
 * @throws DlfLanceError InvalidInput for what is not a function, and for an unknown type; when it runs, naming the row for
 *   which it fails or returns what the type cannot hold
 */
export function udf<A extends readonly unknown[], const T extends TypeName | (string & {})>(
  change: (...values: A) => Returned<T>,
  options: ValueFunctionOptions<T>,
): <const O extends readonly Argument[]>(
  ...values: O
) => Expression<CastValue<T>, ArgumentNeeds<O, A>, string> {
  const make = functionNode(change, options, "make a function of expressions", "udf");
  return (...values) => {
    if (values.length === 0) {
      throw new DlfLanceError(
        "InvalidInput",
        'Cannot apply a function without columns: pass at least one, by name or as an expression, as in initials("first", "last")',
      );
    }
    const nodes = values.map((value) => argumentNode(value));
    const node = make(nodes);
    return new Expression(node, node.function.name) as never;
  };
}

function argumentNode(value: unknown): ExpressionNode {
  if (typeof value === "string" && value !== "") return col(value).node;
  if (isExpression(value)) return value.node;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot apply a function to ${String(value)}: its arguments are columns by name or expressions; write a constant as lit(5)`,
  );
}
