import type { Fits, NumberLike, NumberOf, Requires } from "../../expression/expression-types.ts";
import type { Expression } from "../expr.ts";

type Computed<V, R, Kind, Result, N extends string> = Expression<Result, R & Requires<V, Kind>, N>;

/** How many rows have to have a value. */
export interface RollingOptions {
  /** As many as the window has by default; with fewer the result is null. */
  readonly minRows?: number;
  /** Whether the row is in the middle of its window, and not at the end. */
  readonly center?: boolean;
}

/** The names of bins, lowest first. */
export interface QcutOptions {
  readonly labels?: readonly string[];
}

/** Options of `cut`. */
export interface CutOptions extends QcutOptions {
  /** Whether a value that equals an edge belongs to the bin above it; by default to the one below. */
  readonly leftClosed?: boolean;
}

/**
 * Values from the rows around each row, in the order of rows; `over({ partitionBy, orderBy })` gives them groups and another
 * order. The examples are over rows with n = 3, 1, 2, 2 and t = "a", null, null, "b".
 */
export interface RunningMethods<V, R, N extends string> {
  /**
   * The bin of each number, by the edges between bins: a text such as `(1, 2]`, or one of `labels`. NaN is above all
   * numbers. @example col("n").cut([1, 2]) // "(2, inf]"
   */
  cut<S>(
    this: S & Fits<V, NumberLike>,
    breaks: readonly number[],
    options?: CutOptions,
  ): Computed<V, R, NumberLike, string | null, N>;
  /**
   * The bin of each number, for a number of bins with about equally many rows: counted from 0, or one of `labels`. The
   * edges are the quantiles of all rows, or of a partition of `over`. @example col("n").qcut(2, { labels: ["low",
   * "high"] }) // ["high", "low", "low", "low"]
   */
  qcut<S>(
    this: S & Fits<V, NumberLike>,
    count: number,
    options: { readonly labels: readonly string[] },
  ): Computed<V, R, NumberLike, string | null, N>;
  qcut<S>(
    this: S & Fits<V, NumberLike>,
    count: number,
  ): Computed<V, R, NumberLike, number | bigint | null, N>;

  /**
   * The value a number of rows before, or after when negative; null before the first row and after the last.
   * @example col("n").shift() // [null, 3, 1, 2]
   */
  shift(rows?: number): Expression<V | null, R, N>;
  /** The difference from the value a number of rows before. @example col("n").diff() // [null, -2, 1, 0] */
  diff<S>(this: S & Fits<V, NumberLike>, rows?: number): Computed<V, R, NumberLike, NumberOf<V>, N>;
  /** The sum so far. @example col("n").cumSum() // [3, 4, 6, 8] */
  cumSum<S>(this: S & Fits<V, NumberLike>): Computed<V, R, NumberLike, NumberOf<V>, N>;
  /** @example col("n").cumMin() // [3, 1, 1, 1] */
  cumMin(): Expression<V | null, R, N>;
  /** @example col("n").cumMax() // [3, 3, 3, 3] */
  cumMax(): Expression<V | null, R, N>;
  /** The number of values so far, ignoring null. @example col("t").cumCount() // [1n, 1n, 1n, 2n] */
  cumCount(): Expression<bigint, R, N>;
  /**
   * Over the last rows, including this one; null where fewer have a value.
   * @example col("n").rollingSum(2) // [null, 4, 3, 4]
   */
  rollingSum<S>(
    this: S & Fits<V, NumberLike>,
    rows: number,
    options?: RollingOptions,
  ): Computed<V, R, NumberLike, NumberOf<V>, N>;
  /** @example col("n").rollingMean(2, { minRows: 1 }) // [3, 2, 1.5, 2] */
  rollingMean<S>(
    this: S & Fits<V, NumberLike>,
    rows: number,
    options?: RollingOptions,
  ): Computed<V, R, NumberLike, number | null, N>;
  /** @example col("n").rollingMin(2) // [null, 1, 1, 2] */
  rollingMin(rows: number, options?: RollingOptions): Expression<V | null, R, N>;
  /** @example col("n").rollingMax(3, { center: true }) // [null, 3, 2, null] */
  rollingMax(rows: number, options?: RollingOptions): Expression<V | null, R, N>;
  /** @example col("n").rollingStddev(3).round(3) // [null, null, 1, 0.577] */
  rollingStddev<S>(
    this: S & Fits<V, NumberLike>,
    rows: number,
    options?: RollingOptions,
  ): Computed<V, R, NumberLike, number | null, N>;
  /** @example col("n").rollingMedian(3) // [null, null, 2, 2] */
  rollingMedian<S>(
    this: S & Fits<V, NumberLike>,
    rows: number,
    options?: RollingOptions,
  ): Computed<V, R, NumberLike, number | null, N>;
  /**
   * Replaces null by the last value before it, at most this many rows back.
   * @example col("t").forwardFill() // ["a", "a", "a", "b"]
   */
  forwardFill(rows?: number): Expression<V, R, N>;
  /**
   * Replaces null by the next value after it, at most this many rows ahead.
   * @example col("t").backwardFill(1) // ["a", null, "b", "b"]
   */
  backwardFill(rows?: number): Expression<V, R, N>;
}
