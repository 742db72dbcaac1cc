import type {
  BooleanLike,
  ExpressionLike,
  Fits,
  Fitting,
  Needs,
  NumberLike,
  NumberOf,
  Requires,
  TextLike,
} from "../../expression/expression-types.ts";
import type { Expression } from "../expr.ts";

type Aggregate<V, R, Kind, Result, N extends string> = Expression<
  Result,
  R & Requires<V, Kind> & OverRows,
  N
>;
type OverRows = { readonly valueOf: unknown };
type OfNumbers<V, R, O, Result, N extends string> = Expression<
  Result,
  R & Requires<V, NumberLike> & Needs<O, NumberLike> & OverRows,
  N
>;
type Truth = boolean | null;

/** Aggregates: of many rows one value, null left out. The examples are over rows with n = 3, 1, 2, 2 and t = "a", null, null, "b". */
export interface AggregateMethods<V, R, N extends string> {
  /** The sum: exact, as int64, for whole numbers, and exact for decimals. Null without values, as are the following. */
  sum<S>(this: S & Fits<V, NumberLike>): Aggregate<V, R, NumberLike, NumberOf<V>, N>;
  mean<S>(this: S & Fits<V, NumberLike>): Aggregate<V, R, NumberLike, number | null, N>;
  /** For a sample: divided by n - 1. */
  stddev<S>(this: S & Fits<V, NumberLike>): Aggregate<V, R, NumberLike, number | null, N>;
  /** @example col("n").stddevPopulation().round(6) // 0.707107 */
  stddevPopulation<S>(this: S & Fits<V, NumberLike>): Aggregate<V, R, NumberLike, number | null, N>;
  /** For a sample: divided by n - 1. */
  variance<S>(this: S & Fits<V, NumberLike>): Aggregate<V, R, NumberLike, number | null, N>;
  median<S>(this: S & Fits<V, NumberLike>): Aggregate<V, R, NumberLike, number | null, N>;
  /** The number of rows for which it is true; 0 without any. @example col("n").gt(1).countIf() // 3n */
  countIf<S>(this: S & Fits<V, BooleanLike>): Aggregate<V, R, BooleanLike, bigint, N>;
  /** Whether it is true for at least one row. @example col("n").gt(2).any() // true */
  any<S>(this: S & Fits<V, BooleanLike>): Aggregate<V, R, BooleanLike, Truth, N>;
  /** Whether it is true for all rows. @example col("n").gt(2).all() // false */
  all<S>(this: S & Fits<V, BooleanLike>): Aggregate<V, R, BooleanLike, Truth, N>;

  /**
   * The most frequent value; the first one if there are several, and over a window one of them. Null does not count.
   * @example col("n").mode() // 2
   */
  mode(): Expression<V | null, R & OverRows, N>;
  /** @example col("n").product() // 12 */
  product<S>(this: S & Fits<V, NumberLike>): Aggregate<V, R, NumberLike, number | null, N>;
  /** @example col("n").variancePopulation() // 0.5 */
  variancePopulation<S>(this: S & Fits<V, NumberLike>): Aggregate<V, R, NumberLike, number | null, N>;
  /** The skewness of a sample. @example col("n").skew() // 0 */
  skew<S>(this: S & Fits<V, NumberLike>): Aggregate<V, R, NumberLike, number | null, N>;
  /** The excess kurtosis of a sample: 0 for a normal distribution. @example col("n").kurtosis().round(3) // 1.5 */
  kurtosis<S>(this: S & Fits<V, NumberLike>): Aggregate<V, R, NumberLike, number | null, N>;
  /** Pearson's correlation with another column. @example col("n").corr(col("n").mul(-2)).round(6) // -1 */
  corr<O extends ExpressionLike>(
    other: O & Fitting<O, NumberLike> & Fits<V, NumberLike>,
  ): OfNumbers<V, R, O, number | null, N>;
  /** For a sample: divided by n - 1. @example col("n").covariance(col("n")).round(3) // 0.667 */
  covariance<O extends ExpressionLike>(
    other: O & Fitting<O, NumberLike> & Fits<V, NumberLike>,
  ): OfNumbers<V, R, O, number | null, N>;
  /** @example col("n").covariancePopulation(col("n")) // 0.5 */
  covariancePopulation<O extends ExpressionLike>(
    other: O & Fitting<O, NumberLike> & Fits<V, NumberLike>,
  ): OfNumbers<V, R, O, number | null, N>;

  /**
   * The value in the row where the other one is lowest; the first one if there are several.
   * @example col("n").mul(10).argMin(col("n")) // 10
   */
  argMin<O extends ExpressionLike>(by: O): Expression<V | null, R & Needs<O, unknown> & OverRows, N>;
  /**
   * The value in the row where the other one is highest; the first one if there are several.
   * @example col("n").mul(10).argMax(col("n")) // 30
   */
  argMax<O extends ExpressionLike>(by: O): Expression<V | null, R & Needs<O, unknown> & OverRows, N>;
  /** The highest values, in descending order. @example col("n").topK(2) // [3, 2] */
  topK(count: number): Expression<readonly V[], R & OverRows, N>;
  /** The lowest values, in ascending order. @example col("n").bottomK(2) // [1, 2] */
  bottomK(count: number): Expression<readonly V[], R & OverRows, N>;
  /** Joins the texts, in the order of rows. @example col("t").stringAgg("-") // "a-b" */
  stringAgg<S>(this: S & Fits<V, TextLike>, separator: string): Aggregate<V, R, TextLike, string | null, N>;
  /**
   * The number of distinct values, within a few percent; fast, in little memory.
   * @example col("n").approxCountDistinct() // 3n
   */
  approxCountDistinct(): Expression<bigint, R & OverRows, N>;
  /** The distinct values, sorted and without null. @example col("n").listUnique() // [1, 2, 3] */
  listUnique(): Expression<readonly V[], R & OverRows, N>;

  /**
   * The value below which this part of the values lies, from 0 to 1, interpolated between two values.
   * @example col("n").quantile(0.5) // 2
   */
  quantile<S>(this: S & Fits<V, NumberLike>, fraction: number): Aggregate<V, R, NumberLike, number | null, N>;
  /** Approximately the value below which this part of the values lies, from 0 to 1. */
  approxQuantile<S>(
    this: S & Fits<V, NumberLike>,
    fraction: number,
  ): Aggregate<V, R, NumberLike, number | null, N>;
}
