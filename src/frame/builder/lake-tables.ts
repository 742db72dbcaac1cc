/** What TypeScript knows of tables by their names: their columns, and the rows that they take. */
import type * as z from "zod";
import type { ArrowLike } from "../../table/arrow/adopt-arrow.ts";
import type { TableData } from "../../table/ingest/read-data.ts";
import type { BatchSource, WriteData } from "../../table/ingest/read-pieces.ts";
import type { DecimalText, TimeText } from "../expression/expression-types.ts";
import type { Untyped } from "./frame-types.ts";

/**
 * The tables whose columns TypeScript knows, by name. At first it is empty: our kernel adds the tables that a cell
 * names, and `npx --no-install dlf-lance types` writes the same for scripts:
 * @example
 * declare module "dlf-lance" {
 *   interface LakeTables { "demo.sales": { order_id: bigint; price: DecimalText | null } }
 * }
 */
// biome-ignore lint/suspicious/noEmptyInterface: declarations add its members
export interface LakeTables {}

/** The names of the tables whose columns TypeScript knows. */
export type DeclaredTableName = keyof LakeTables & string;

/** The columns of a table: those declared under its name, else unknown until it is read. */
export type ColumnsOf<N> = N extends DeclaredTableName
  ? LakeTables[N]
  : N extends readonly [infer Namespace extends string, infer Table extends string]
    ? `${Namespace}.${Table}` extends DeclaredTableName
      ? LakeTables[`${Namespace}.${Table}`]
      : Untyped
    : Untyped;

/** The rows of a table as a zod schema, for `as`. It has any columns for a table that is only known at run time. */
export type TableRowSchema<C> = z.ZodObject<
  C extends Untyped ? Record<string, z.ZodType> : { [K in keyof C]: z.ZodType<C[K]> }
>;

/** What a column takes for a value that `toObjects` returns as `T`. */
export type InputValue<T> = T extends null
  ? null | undefined
  : T extends DecimalText
    ? string | number | bigint
    : T extends TimeText
      ? Date | string | bigint
      : T extends bigint | number
        ? bigint | number
        : T extends Date
          ? Date | string | bigint
          : T extends readonly (readonly [infer K, infer V])[]
            ? InputEntries<K, V>
            : T extends readonly (infer I)[]
              ? readonly InputValue<I>[] | NumberArray<I>
              : T extends Uint8Array
                ? Uint8Array
                : T extends object
                  ? InputRow<T>
                  : T;

/** A map, or an object for one whose keys are texts; rows hold its pairs. */
type InputEntries<K, V> =
  | (K extends string ? Readonly<Record<string, InputValue<V>>> : never)
  | ReadonlyMap<InputValue<K>, InputValue<V>>
  | readonly (readonly [InputValue<K>, InputValue<V>])[];

/** A typed array is a list of numbers, too. */
type NumberArray<I> = [I] extends [number | bigint | null]
  ?
      | Float32Array
      | Float64Array
      | Int8Array
      | Int16Array
      | Int32Array
      | Uint8Array
      | Uint16Array
      | Uint32Array
      | BigInt64Array
      | BigUint64Array
  : never;

type NullableKeys<C> = { [K in keyof C]: null extends C[K] ? K : never }[keyof C];

/** What has to be there, and what may be. */
type Parts<N, A> = { readonly [K in Exclude<keyof A, N>]: A[K] } & {
  readonly [K in N & keyof A]?: A[K];
};

type RowParts<C> = Parts<NullableKeys<C>, { [K in keyof C]: InputValue<C[K]> }>;

/** The values of a column. A text is not a list of its letters. */
type InputList<V> = ArrayLike<V> & object;

type ColumnParts<C> = Parts<NullableKeys<C>, { [K in keyof C]: InputList<InputValue<C[K]>> }> & {
  readonly [Symbol.iterator]?: never;
};

// These two in one piece each: only of such an object does TypeScript know that a text, a number or a promise is none.
/** A row to write: columns that may be null can be left out. */
export type InputRow<C> = { readonly [K in keyof RowParts<C>]: RowParts<C>[K] };

/** Columns to write, each an array of its values. Rows are not columns, though all columns can be left out. */
export type InputColumns<C> = { readonly [K in keyof ColumnParts<C>]: ColumnParts<C>[K] };

type Whole<C> = readonly InputRow<C>[] | InputColumns<C> | ArrowLike | Uint8Array;

/** Data of one piece for a table with these columns. */
export type TableDataFor<C> = C extends Untyped ? TableData : Whole<C>;

/** Data for a table with these columns, at once or piece by piece. */
export type WriteDataFor<C> = C extends Untyped
  ? WriteData
  : Whole<C> | BatchSource | Iterable<Whole<C>> | AsyncIterable<Whole<C>>;
