/** JavaScript functions of the values of a row. */
import { describeValue } from "../../check-options.ts";
import { DlfLanceError } from "../../errors.ts";
import { isExpression } from "../expression/expression-build.ts";
import type { ExpressionNode } from "../expression/expression-node.ts";
import type {
  CastValue,
  ExpressionLike,
  KnownType,
  Needs,
  RowWith,
  TypeName,
  UnknownValue,
} from "../expression/expression-types.ts";
import { col, Expression } from "./expr.ts";
import { functionNode, type Returned, type ValueFunctionOptions } from "./function-node.ts";

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
 * Makes a function of expressions from a JavaScript function. It is called for each row with the values of its
 * arguments (columns by name, or expressions), in the form that `toObjects` returns. It may be async: up to 16 promises
 * are awaited at a time. Rows that a condition or a limit leaves out are not computed, unless that depends on the
 * function.
 *
 * Use it in `select`, `withColumn` and `where`; in `agg`, `groupBy`, `sort` and `join` use the column that it has made.
 * For one column there is `col("name").mapElements(change, { type })`.
 *
 * @example udf((n: number, t: string) => `${n}${t}`, { type: "string" })("n", lit("x")) // "3x"
 * @throws DlfLanceError InvalidInput for what is not a function, and for an unknown type; when it runs, naming the row for
 *   which it fails or returns what the type cannot hold
 */
export function udf<A extends readonly unknown[], const T extends TypeName | (string & {})>(
  change: (...values: A) => Returned<T>,
  options: ValueFunctionOptions<T> & { readonly type: KnownType<T> },
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
    `Cannot apply a function to ${describeValue(value)}: its arguments are columns by name or expressions; write a constant as lit(5)`,
  );
}
