import type {
  ComparedOperand,
  Fits,
  Fitting,
  Needs,
  NumberLike,
  NumberOperand,
  Requires,
  ValueOf,
} from "../../expression/expression-types.ts";
import type { Expression } from "../expr.ts";

type Computed<V, R, Kind, Result, N extends string> = Expression<Result, R & Requires<V, Kind>, N>;
type OfNumbers<V, R, O, Result, N extends string> = Expression<
  Result,
  R & Requires<V, NumberLike> & Needs<O, NumberLike>,
  N
>;
type Truth = boolean | null;

/** Methods of numbers. Where the result is not a real number, it is NaN. */
export interface NumberMethods<V, R, N extends string> {
  /** The cube root. @example lit(27).cbrt().round(6) // 3 */
  cbrt(): Computed<V, R, NumberLike, number | null, N>;

  /** The logarithm to a constant base. @example lit(8).log(2) // 3 */
  log(base: number): Computed<V, R, NumberLike, number | null, N>;

  /** Of an angle in radians, as are the following. @example lit(0).sin() // 0 */
  sin(): Computed<V, R, NumberLike, number | null, N>;
  /** @example lit(0).cos() // 1 */
  cos(): Computed<V, R, NumberLike, number | null, N>;
  /** @example lit(0).tan() // 0 */
  tan(): Computed<V, R, NumberLike, number | null, N>;
  /** @example lit(1).cot().round(3) // 0.642 */
  cot(): Computed<V, R, NumberLike, number | null, N>;
  /** NaN outside -1 to 1. @example lit(2).asin() // NaN */
  asin(): Computed<V, R, NumberLike, number | null, N>;
  /** NaN outside -1 to 1. @example lit(1).acos() // 0 */
  acos(): Computed<V, R, NumberLike, number | null, N>;
  /** @example lit(0).atan() // 0 */
  atan(): Computed<V, R, NumberLike, number | null, N>;
  /** The angle of the point with this as y and the other as x. @example lit(1).atan2(1).degrees() // 45 */
  atan2<O extends NumberOperand>(
    x: O & Fitting<O, NumberLike> & Fits<V, NumberLike>,
  ): OfNumbers<V, R, O, number | null, N>;
  /** @example lit(0).sinh() // 0 */
  sinh(): Computed<V, R, NumberLike, number | null, N>;
  /** @example lit(0).cosh() // 1 */
  cosh(): Computed<V, R, NumberLike, number | null, N>;
  /** @example lit(0).tanh() // 0 */
  tanh(): Computed<V, R, NumberLike, number | null, N>;
  /** @example lit(0).asinh() // 0 */
  asinh(): Computed<V, R, NumberLike, number | null, N>;
  /** @example lit(1).acosh() // 0 */
  acosh(): Computed<V, R, NumberLike, number | null, N>;
  /** @example lit(0).atanh() // 0 */
  atanh(): Computed<V, R, NumberLike, number | null, N>;
  /** Of radians. @example lit(0).degrees() // 0 */
  degrees(): Computed<V, R, NumberLike, number | null, N>;
  /** Of degrees. @example lit(180).radians().round(5) // 3.14159 */
  radians(): Computed<V, R, NumberLike, number | null, N>;

  /** True for plus and minus infinity; of floats alone. @example lit(Infinity).isInf() // true */
  isInf(): Computed<V, R, NumberLike, Truth, N>;
  /** True for what is neither infinite nor NaN; of floats alone. @example lit(0.5).isFinite() // true */
  isFinite(): Computed<V, R, NumberLike, Truth, N>;
  /** Another number in place of NaN; null stays. @example lit(NaN).fillNaN(0) // 0 */
  fillNaN<O extends NumberOperand>(
    value: O & Fitting<O, NumberLike> & Fits<V, NumberLike>,
  ): OfNumbers<V, R, O, number | null, N>;

  /** The value, or the bound that it lies beyond; a bound that is null bounds nothing. @example lit(12).clip(0, 10) // 10n */
  clip<L extends ComparedOperand | null, H extends ComparedOperand | null>(
    low: L,
    high: H,
  ): Expression<V | ValueOf<L> | ValueOf<H>, R & Needs<L, unknown> & Needs<H, unknown>, N>;

  /** Of whole numbers, as int64 in two's complement, or as uint64 where all are of it; as are the following. @example lit(6).bitwiseAnd(3) // 2n */
  bitwiseAnd<O extends NumberOperand>(
    other: O & Fitting<O, NumberLike> & Fits<V, NumberLike>,
  ): OfNumbers<V, R, O, bigint | null, N>;
  /** @example lit(6).bitwiseOr(3) // 7n */
  bitwiseOr<O extends NumberOperand>(
    other: O & Fitting<O, NumberLike> & Fits<V, NumberLike>,
  ): OfNumbers<V, R, O, bigint | null, N>;
  /** @example lit(6).bitwiseXor(3) // 5n */
  bitwiseXor<O extends NumberOperand>(
    other: O & Fitting<O, NumberLike> & Fits<V, NumberLike>,
  ): OfNumbers<V, R, O, bigint | null, N>;
  /** @example lit(6).bitwiseNot() // -7n */
  bitwiseNot(): Computed<V, R, NumberLike, bigint | null, N>;
  /** How many bits are set, of as many as the type has: 31 of an int32 of -2. @example lit(6).bitCount() // 2n */
  bitCount(): Computed<V, R, NumberLike, bigint | null, N>;
  /** By 0 to 63 places; bits that fall out are lost. @example lit(3).shiftLeft(2) // 12n */
  shiftLeft(places: number): Computed<V, R, NumberLike, bigint | null, N>;
  /** By 0 to 63 places, keeping the sign. @example lit(-12).shiftRight(2) // -3n */
  shiftRight(places: number): Computed<V, R, NumberLike, bigint | null, N>;
}
