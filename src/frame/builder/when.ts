/** Expressions that choose between values. */
import { DlfLanceError } from "../../errors.ts";
import { conditionOf, isExpression, nodeOf } from "../expression/expression-build.ts";
import type { CaseNode, ExpressionNode } from "../expression/expression-node.ts";
import type {
  BooleanLike,
  ExpressionLike,
  Fitting,
  Needs,
  ValueOf,
  ValueOperand,
} from "../expression/expression-types.ts";
import { Expression } from "./expr.ts";

/** A chain of conditions, begun by {@link when}. Null where no condition is true. */
export class When<V = unknown, R = never> extends Expression<V | null, R, "case"> {
  readonly #branches: CaseNode["branches"];

  /** @internal */
  constructor(branches: CaseNode["branches"]) {
    super({ node: "case", branches, otherwise: null }, "case");
    this.#branches = branches;
  }

  /** The value where this condition is true and none before it is. */
  when<Q extends ExpressionLike, O extends ValueOperand>(
    condition: Q & Fitting<Q, BooleanLike>,
    value: O,
    ...others: readonly never[]
  ): When<V | ValueOf<O>, R & Needs<Q, BooleanLike> & Needs<O, unknown>> {
    return new When([...this.#branches, branch(condition, value, others)]);
  }

  /** The value where no condition is true. */
  otherwise<O extends ValueOperand>(value: O): Expression<V | ValueOf<O>, R & Needs<O, unknown>, "case"> {
    const otherwise = nodeOf(value, "choose a value");
    return new Expression({ node: "case", branches: this.#branches, otherwise }, "case");
  }
}

/** A value that depends on conditions: `when(col("a").gt(0), "up").when(col("a").lt(0), "down").otherwise("same")`. */
export function when<Q extends ExpressionLike, O extends ValueOperand>(
  condition: Q & Fitting<Q, BooleanLike>,
  value: O,
  ...others: readonly never[]
): When<ValueOf<O>, Needs<Q, BooleanLike> & Needs<O, unknown>> {
  return new When([branch(condition, value, others)]);
}

function branch(
  condition: unknown,
  value: unknown,
  others: readonly unknown[],
): CaseNode["branches"][number] {
  if (value === undefined || others.length > 0)
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot choose a value: when() takes a condition and the value where it is true, and ${
        value === undefined ? "has no value" : "more is given"
      }; write when(col("price").gt(5), "high").otherwise("low")`,
    );
  return { when: conditionOf(condition, "when"), value: nodeOf(value, "choose a value") };
}

/** The first value that is not null. */
export function coalesce<O extends readonly ValueOperand[]>(
  ...values: O
): Expression<ValueOf<O[number]>, Needs<O[number], unknown>, "coalesce"> {
  return many("coalesce", values) as never;
}

/** The highest value, ignoring null. */
export function greatest<O extends readonly ValueOperand[]>(
  ...values: O
): Expression<ValueOf<O[number]>, Needs<O[number], unknown>, "greatest"> {
  return many("greatest", values) as never;
}

/** The lowest value, ignoring null. */
export function least<O extends readonly ValueOperand[]>(
  ...values: O
): Expression<ValueOf<O[number]>, Needs<O[number], unknown>, "least"> {
  return many("least", values) as never;
}

function many<N extends "coalesce" | "greatest" | "least">(
  name: N,
  values: readonly unknown[],
): Expression<never, never, N> {
  if (values.length > 0 && !values.some(isExpression))
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot apply ${name}: no column is among its values, and a text is a value; write ${name}(col("a"), col("b")), one by one`,
    );
  const nodes = values.map((value): ExpressionNode => nodeOf(value, `apply ${name}`));
  return new Expression({ node: "call", function: name, arguments: nodes }, name);
}
