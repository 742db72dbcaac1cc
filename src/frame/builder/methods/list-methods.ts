import type {
  ComparedOperand,
  ExpressionLike,
  Fits,
  ListLike,
  Needs,
  Requires,
  UnknownValue,
} from "../../expression/expression-types.ts";
import type { Expression } from "../expr.ts";

type Computed<V, R, Kind, Result, N extends string> = Expression<Result, R & Requires<V, Kind>, N>;
type OfBoth<V, R, O, Kind, Result, N extends string> = Expression<
  Result,
  R & Requires<V, Kind> & Needs<O, unknown>,
  N
>;
type Truth = boolean | null;

/** A vector: an expression, or numbers. */
export type VectorOperand = ExpressionLike | readonly number[] | Float32Array | Float64Array;

/** Methods of lists, vectors and maps. Positions count from 0, and from the end when negative. Null items are left out of sums and the like. */
export interface ListMethods<V, R, N extends string> {
  /** @example lit("a,b").split(",").listLength() // 2n */
  listLength<S>(this: S & Fits<V, ListLike>): Computed<V, R, ListLike, bigint | null, N>;
  /** The sum of the items: int64 for whole numbers, exact for decimals. @example toList(1, 2, null).listSum() // 3n */
  listSum<S>(this: S & Fits<V, ListLike>): Computed<V, R, ListLike, number | bigint | null, N>;
  /** @example toList(1, 2).listMean() // 1.5 */
  listMean<S>(this: S & Fits<V, ListLike>): Computed<V, R, ListLike, number | null, N>;
  /** @example toList(1, 2, 9).listMedian() // 2 */
  listMedian<S>(this: S & Fits<V, ListLike>): Computed<V, R, ListLike, number | null, N>;
  /** @example toList(2, 1).listMin() // 1n */
  listMin<S>(this: S & Fits<V, ListLike>): Computed<V, R, ListLike, UnknownValue, N>;
  /** @example toList(2, 1).listMax() // 2n */
  listMax<S>(this: S & Fits<V, ListLike>): Computed<V, R, ListLike, UnknownValue, N>;
  /** Whether one of the items is true. @example toList(true, false).listAny() // true */
  listAny<S>(this: S & Fits<V, ListLike>): Computed<V, R, ListLike, Truth, N>;
  /** Whether all items are true. @example toList(true, false).listAll() // false */
  listAll<S>(this: S & Fits<V, ListLike>): Computed<V, R, ListLike, Truth, N>;
  /** How many items are not null. @example toList(1, null).listCount() // 1n */
  listCount<S>(this: S & Fits<V, ListLike>): Computed<V, R, ListLike, bigint | null, N>;
  /** Sorts the items. Null comes last. @example toList(2, 3, 1).listSort(true) // [3n, 2n, 1n] */
  listSort<S>(this: S & Fits<V, ListLike>, descending?: boolean): Computed<V, R, ListLike, V, N>;
  /** @example toList(1, 2).listReverse() // [2n, 1n] */
  listReverse<S>(this: S & Fits<V, ListLike>): Computed<V, R, ListLike, V, N>;
  /** The distinct items, sorted, without null. @example toList(2, 1, 2).listDistinct() // [1n, 2n] */
  listDistinct<S>(this: S & Fits<V, ListLike>): Computed<V, R, ListLike, V, N>;
  /** The number of distinct items, without null. @example toList(2, 1, 2).listCountDistinct() // 2n */
  listCountDistinct<S>(this: S & Fits<V, ListLike>): Computed<V, R, ListLike, bigint | null, N>;
  /** @example toList(1, null).listDropNull() // [1n] */
  listDropNull<S>(this: S & Fits<V, ListLike>): Computed<V, R, ListLike, V, N>;
  /** Joins texts, leaving out null. @example toList("a", "b").listJoin("-") // "a-b" */
  listJoin<S>(this: S & Fits<V, ListLike>, separator: string): Computed<V, R, ListLike, string | null, N>;
  /**
   * Items from a position: a number of them, or all to the end.
   * @example toList(1, 2, 3).listSlice(1, 2) // [2n, 3n]
   */
  listSlice<S>(this: S & Fits<V, ListLike>, start: number, count?: number): Computed<V, R, ListLike, V, N>;
  /** The items of this list, then those of the other. @example toList(1).listConcat(toList(2)) // [1n, 2n] */
  listConcat<O extends ExpressionLike>(other: O): OfBoth<V, R, O, ListLike, V, N>;
  /** The distinct items that both lists have, sorted. @example toList(1, 2).listIntersect(toList(2, 3)) // [2n] */
  listIntersect<O extends ExpressionLike>(other: O): OfBoth<V, R, O, ListLike, V, N>;
  /** The position of the first item that equals the value; null without one. @example toList("a", "b").listIndexOf("b") // 1n */
  listIndexOf<O extends ComparedOperand>(value: O): OfBoth<V, R, O, ListLike, bigint | null, N>;
  /** A list of lists as one list. @example toList(toList(1), toList(2, 3)).listFlatten() // [1n, 2n, 3n] */
  listFlatten<S>(this: S & Fits<V, ListLike>): Computed<V, R, ListLike, UnknownValue, N>;

  /**
   * The cosine similarity of two vectors of the same length, from -1 to 1. NaN for a vector of zeros; null if one of
   * the numbers is null.
   * @example toList(1, 0).cosineSimilarity([1, 1]).round(4) // 0.7071
   */
  cosineSimilarity<O extends VectorOperand>(other: O): OfBoth<V, R, O, ListLike, number | null, N>;
  /** 1 minus the similarity. @example toList(1, 0).cosineDistance([0, 1]) // 1 */
  cosineDistance<O extends VectorOperand>(other: O): OfBoth<V, R, O, ListLike, number | null, N>;
  /** The dot product. @example toList(1, 2).dot([3, 4]) // 11 */
  dot<O extends VectorOperand>(other: O): OfBoth<V, R, O, ListLike, number | null, N>;
  /** The Euclidean distance. @example toList(0, 0).l2Distance([3, 4]) // 5 */
  l2Distance<O extends VectorOperand>(other: O): OfBoth<V, R, O, ListLike, number | null, N>;

  /** The value of a key; null without one. @example col("m").mapGet("a") // 1n */
  mapGet<O extends ComparedOperand>(key: O): OfBoth<V, R, O, unknown, UnknownValue, N>;
  /** @example col("m").mapContains("z") // false */
  mapContains<O extends ComparedOperand>(key: O): OfBoth<V, R, O, unknown, Truth, N>;
  /** @example col("m").mapKeys() // ["a", "b"] */
  mapKeys(): Computed<V, R, unknown, UnknownValue, N>;
  /** @example col("m").mapValues() // [1n, 2n] */
  mapValues(): Computed<V, R, unknown, UnknownValue, N>;
  /** @example col("m").mapLength() // 2n */
  mapLength(): Computed<V, R, unknown, bigint | null, N>;

  /** The item at a position, counted from 0, or from the end when negative; null beyond. */
  listGet<S>(this: S & Fits<V, ListLike>, index: number): Computed<V, R, ListLike, UnknownValue, N>;
}
