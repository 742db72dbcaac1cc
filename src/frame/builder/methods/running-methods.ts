import type { Fits, NumberLike, Requires } from "../../expression/expression-types.ts";
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
   * The bin that each number falls into, by the edges between bins: a text such as `(1, 2]`, or one of `labels`. NaN comes
   * above all. @example col("n").cut([1, 2]) // "(2, inf]"
   */
  cut<S>(
    this: S & Fits<V, NumberLike>,
    breaks: readonly number[],
    options?: CutOptions,
  ): Computed<V, R, NumberLike, string | null, N>;
  /**
   * The bin, of so many with about as many rows each, counted from 0, or one of `labels`: its edges are the quantiles of all
   * rows, or of those of a partition of `over`. @example col("n").qcut(2, { labels: ["low", "high"] }) // ["high", "low", "low", "low"]
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

  /** The value so many rows before, or after when negative; null where there is none. @example col("n").shift() // [null, 3, 1, 2] */
  shift(rows?: number): Expression<V | null, R, N>;
  /** The value less that of so many rows before. @example col("n").diff() // [null, -2, 1, 0] */
  diff<S>(
    this: S & Fits<V, NumberLike>,
    rows?: number,
  ): Computed<V, R, NumberLike, number | bigint | null, N>;
  /** The sum up to here. @example col("n").cumSum() // [3, 4, 6, 8] */
  cumSum<S>(this: S & Fits<V, NumberLike>): Computed<V, R, NumberLike, number | bigint | null, N>;
  /** @example col("n").cumMin() // [3, 1, 1, 1] */
  cumMin(): Expression<V | null, R, N>;
  /** @example col("n").cumMax() // [3, 3, 3, 3] */
  cumMax(): Expression<V | null, R, N>;
  /** How many values there are up to here, null left out. @example col("t").cumCount() // [1n, 1n, 1n, 2n] */
  cumCount(): Expression<bigint, R, N>;
  /** Over so many rows up to here; null where fewer have a value. @example col("n").rollingSum(2) // [null, 4, 3, 4] */
  rollingSum<S>(
    this: S & Fits<V, NumberLike>,
    rows: number,
    options?: RollingOptions,
  ): Computed<V, R, NumberLike, number | bigint | null, N>;
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
  /** The last value that is not null, of this row or one before; of so many rows at most. @example col("t").forwardFill() // ["a", "a", "a", "b"] */
  forwardFill(rows?: number): Expression<V, R, N>;
  /** The next value that is not null, of this row or one after; of so many rows at most. @example col("t").backwardFill(1) // ["a", null, "b", "b"] */
  backwardFill(rows?: number): Expression<V, R, N>;
}
