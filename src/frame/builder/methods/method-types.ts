/** What methods of expressions give, by what their value and their operand must be. */
import type { Needs, NumberLike, Requires, TextLike } from "../../expression/expression-types.ts";
import type { Expression } from "../expr.ts";

export type Truth = boolean | null;

/** Of a value of one kind. */
export type Computed<V, R, Kind, Result, N extends string> = Expression<Result, R & Requires<V, Kind>, N>;

/** Of numbers. */
export type OfNumbers<V, R, O, Result, N extends string> = Expression<
  Result,
  R & Requires<V, NumberLike> & Needs<O, NumberLike>,
  N
>;

/** Of texts. */
export type OfTexts<V, R, O, Result, N extends string> = Expression<
  Result,
  R & Requires<V, TextLike> & Needs<O, TextLike>,
  N
>;

/** Of a value and another one, whatever they are. */
export type OfBoth<V, R, O, Kind, Result, N extends string> = Expression<
  Result,
  R & Requires<V, Kind> & Needs<O, unknown>,
  N
>;
