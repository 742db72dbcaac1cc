import type { BooleanLike, Fits, Needs, Requires, ValueOperand } from "../../expression/expression-types.ts";
import type { Expression } from "../expr.ts";

type OfBoth<V, R, O, Kind, Result, N extends string> = Expression<
  Result,
  R & Requires<V, Kind> & Needs<O, unknown>,
  N
>;

type Computed<V, R, Kind, Result, N extends string> = Expression<Result, R & Requires<V, Kind>, N>;
type Truth = boolean | null;

/** Methods of values of any type. */
export interface ValueMethods<V, R, N extends string> {
  /**
   * Whether both are equal, where null equals null. True or false, never null.
   * @example lit(null).eqNullSafe(null) // true
   */
  eqNullSafe<O extends ValueOperand>(other: O): OfBoth<V, R, O, unknown, boolean, N>;

  not<S>(this: S & Fits<V, BooleanLike>): Computed<V, R, BooleanLike, Truth, N>;
}
