import type {
  ComparedOperand,
  Fits,
  Fitting,
  Needs,
  NumberLike,
  NumberOf,
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
  /** @example lit(2).negate() // -2n */
  negate<S>(this: S & Fits<V, NumberLike>): Computed<V, R, NumberLike, NumberOf<V>, N>;
  /** @example lit(-2).abs() // 2n */
  abs<S>(this: S & Fits<V, NumberLike>): Computed<V, R, NumberLike, NumberOf<V>, N>;
  /** @example lit(-2.5).sign() // -1 */
  sign<S>(this: S & Fits<V, NumberLike>): Computed<V, R, NumberLike, NumberOf<V>, N>;
  /** @example lit(-2.5).floor() // -3 */
  floor<S>(this: S & Fits<V, NumberLike>): Computed<V, R, NumberLike, NumberOf<V>, N>;
  /** @example lit(-2.5).ceil() // -2 */
  ceil<S>(this: S & Fits<V, NumberLike>): Computed<V, R, NumberLike, NumberOf<V>, N>;
  /** @example lit(-2.5).trunc() // -2 */
  trunc<S>(this: S & Fits<V, NumberLike>): Computed<V, R, NumberLike, NumberOf<V>, N>;
  /** @example lit(9).sqrt() // 3 */
  sqrt<S>(this: S & Fits<V, NumberLike>): Computed<V, R, NumberLike, number | null, N>;
  /** @example lit(0).exp() // 1 */
  exp<S>(this: S & Fits<V, NumberLike>): Computed<V, R, NumberLike, number | null, N>;
  /** @example lit(1).ln() // 0 */
  ln<S>(this: S & Fits<V, NumberLike>): Computed<V, R, NumberLike, number | null, N>;
  /** @example lit(1000).log10() // 3 */
  log10<S>(this: S & Fits<V, NumberLike>): Computed<V, R, NumberLike, number | null, N>;
  /** @example lit(8).log2() // 3 */
  log2<S>(this: S & Fits<V, NumberLike>): Computed<V, R, NumberLike, number | null, N>;
  /** True for NaN. For floats only. @example lit(Number.NaN).isNaN() // true */
  isNaN<S>(this: S & Fits<V, NumberLike>): Computed<V, R, NumberLike, Truth, N>;
  /** The cube root. @example lit(27).cbrt().round(6) // 3 */
  cbrt<S>(this: S & Fits<V, NumberLike>): Computed<V, R, NumberLike, number | null, N>;

  /** The logarithm to a constant base. @example lit(8).log(2) // 3 */
  log<S>(this: S & Fits<V, NumberLike>, base: number): Computed<V, R, NumberLike, number | null, N>;

  /** The angle is in radians, as in the following functions. @example lit(0).sin() // 0 */
  sin<S>(this: S & Fits<V, NumberLike>): Computed<V, R, NumberLike, number | null, N>;
  /** @example lit(0).cos() // 1 */
  cos<S>(this: S & Fits<V, NumberLike>): Computed<V, R, NumberLike, number | null, N>;
  /** @example lit(0).tan() // 0 */
  tan<S>(this: S & Fits<V, NumberLike>): Computed<V, R, NumberLike, number | null, N>;
  /** @example lit(1).cot().round(3) // 0.642 */
  cot<S>(this: S & Fits<V, NumberLike>): Computed<V, R, NumberLike, number | null, N>;
  /** NaN outside -1 to 1. @example lit(2).asin() // NaN */
  asin<S>(this: S & Fits<V, NumberLike>): Computed<V, R, NumberLike, number | null, N>;
  /** NaN outside -1 to 1. @example lit(1).acos() // 0 */
  acos<S>(this: S & Fits<V, NumberLike>): Computed<V, R, NumberLike, number | null, N>;
  /** @example lit(0).atan() // 0 */
  atan<S>(this: S & Fits<V, NumberLike>): Computed<V, R, NumberLike, number | null, N>;
  /**
   * The angle of the point whose y is this value and whose x is the other one.
   * @example lit(1).atan2(1).degrees() // 45
   */
  atan2<O extends NumberOperand>(
    x: O & Fitting<O, NumberLike> & Fits<V, NumberLike>,
  ): OfNumbers<V, R, O, number | null, N>;
  /** @example lit(0).sinh() // 0 */
  sinh<S>(this: S & Fits<V, NumberLike>): Computed<V, R, NumberLike, number | null, N>;
  /** @example lit(0).cosh() // 1 */
  cosh<S>(this: S & Fits<V, NumberLike>): Computed<V, R, NumberLike, number | null, N>;
  /** @example lit(0).tanh() // 0 */
  tanh<S>(this: S & Fits<V, NumberLike>): Computed<V, R, NumberLike, number | null, N>;
  /** @example lit(0).asinh() // 0 */
  asinh<S>(this: S & Fits<V, NumberLike>): Computed<V, R, NumberLike, number | null, N>;
  /** @example lit(1).acosh() // 0 */
  acosh<S>(this: S & Fits<V, NumberLike>): Computed<V, R, NumberLike, number | null, N>;
  /** @example lit(0).atanh() // 0 */
  atanh<S>(this: S & Fits<V, NumberLike>): Computed<V, R, NumberLike, number | null, N>;
  /** Of radians. @example lit(0).degrees() // 0 */
  degrees<S>(this: S & Fits<V, NumberLike>): Computed<V, R, NumberLike, number | null, N>;
  /** Of degrees. @example lit(180).radians().round(5) // 3.14159 */
  radians<S>(this: S & Fits<V, NumberLike>): Computed<V, R, NumberLike, number | null, N>;

  /** True for plus and minus infinity. For floats only. @example lit(Infinity).isInf() // true */
  isInf<S>(this: S & Fits<V, NumberLike>): Computed<V, R, NumberLike, Truth, N>;
  /** True for a number that is neither infinite nor NaN. For floats only. @example lit(0.5).isFinite() // true */
  isFinite<S>(this: S & Fits<V, NumberLike>): Computed<V, R, NumberLike, Truth, N>;
  /** Replaces NaN by another number; null stays. @example lit(NaN).fillNaN(0) // 0 */
  fillNaN<O extends NumberOperand>(
    value: O & Fitting<O, NumberLike> & Fits<V, NumberLike>,
  ): OfNumbers<V, R, O, number | null, N>;

  /** Limits the value to a range. A bound that is null sets no limit. @example lit(12).clip(0, 10) // 10n */
  clip<L extends ComparedOperand | null, H extends ComparedOperand | null>(
    low: L,
    high: H,
  ): Expression<V | ValueOf<L> | ValueOf<H>, R & Needs<L, unknown> & Needs<H, unknown>, N>;

  /**
   * For whole numbers, computed as int64 in two's complement, or as uint64 if all of them are uint64; so are the
   * following.
   * @example lit(6).bitwiseAnd(3) // 2n
   */
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
  bitwiseNot<S>(this: S & Fits<V, NumberLike>): Computed<V, R, NumberLike, bigint | null, N>;
  /**
   * The number of bits that are set, within the size of the type: 31 for -2 as int32.
   * @example lit(6).bitCount() // 2n
   */
  bitCount<S>(this: S & Fits<V, NumberLike>): Computed<V, R, NumberLike, bigint | null, N>;
  /** Shifts by 0 to 63 places; bits beyond the 64 are lost. @example lit(3).shiftLeft(2) // 12n */
  shiftLeft<S>(this: S & Fits<V, NumberLike>, places: number): Computed<V, R, NumberLike, bigint | null, N>;
  /** Shifts by 0 to 63 places, keeping the sign. @example lit(-12).shiftRight(2) // -3n */
  shiftRight<S>(this: S & Fits<V, NumberLike>, places: number): Computed<V, R, NumberLike, bigint | null, N>;

  /**
   * Rounds to a number of digits, halves away from zero. Negative numbers of digits round to tens, hundreds and so on.
   */
  round<S>(this: S & Fits<V, NumberLike>, digits?: number): Computed<V, R, NumberLike, NumberOf<V>, N>;
}
