/** What TypeScript knows of the columns of rows that the program has. */
import type { ArrowLike } from "../../table/arrow/adopt-arrow.ts";
import type { UnknownValue } from "../expression/expression-types.ts";
import type { Untyped } from "./frame-types.ts";

/** The columns of rows or of arrays by column, as frames give their values; of Arrow data they are known when it runs. */
export type ColumnsIn<D> = 0 extends 1 & D
  ? Untyped
  : D extends ArrowLike | Uint8Array
    ? Untyped
    : D extends readonly (infer R)[]
      ? ColumnsOfRows<R>
      : string extends keyof D
        ? Untyped
        : { [K in keyof D as NameOf<K>]: D[K] extends ArrayLike<infer I> ? Stored<I> : UnknownValue };

type ColumnsOfRows<R> = [R] extends [never]
  ? Untyped
  : string extends KeyOf<R>
    ? Untyped
    : { [K in KeyOf<R> as NameOf<K>]: ValueAt<R, K> };

/** The keys of all rows, where these differ. */
type KeyOf<R> = R extends unknown ? keyof R : never;
type ValueAt<R, K> = R extends unknown ? (K extends keyof R ? Stored<R[K]> : null) : never;
type NameOf<K> = K extends string | number ? `${K}` : never;

/** The bigint of a column of whole numbers. Which columns these are is known when it runs, so it fits where a number is asked for. */
type StoredWhole = bigint & UnknownValue;

/** A value as a frame gives it: whole numbers are stored as int64. */
type Stored<T> = unknown extends T
  ? UnknownValue
  : T extends null | undefined
    ? null
    : T extends number
      ? number | StoredWhole
      : T extends bigint
        ? bigint
        : T extends string
          ? string
          : T extends boolean
            ? boolean
            : T extends Date
              ? Date
              : T extends Uint8Array
                ? Uint8Array
                : T extends readonly (infer I)[]
                  ? readonly Stored<I>[]
                  : UnknownValue;
