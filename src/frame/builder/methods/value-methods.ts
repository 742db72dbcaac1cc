import type { ValueOperand } from "../../expression/expression-types.ts";
import type { OfBoth } from "./method-types.ts";

/** Methods of values of any type. */
export interface ValueMethods<V, R, N extends string> {
  /** Whether both are equal, null too: true or false, never null. @example lit(null).eqNullSafe(null) // true */
  eqNullSafe<O extends ValueOperand>(other: O): OfBoth<V, R, O, unknown, boolean, N>;
}
