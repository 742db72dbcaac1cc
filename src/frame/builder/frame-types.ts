/** How the columns of a frame, their names and the types of their values, flow from step to step. */
import type {
  BooleanLike,
  CastValue,
  ColumnNumber,
  ColumnValue,
  DecimalText,
  ExpressionLike,
  TimeText,
  TypeName,
  UnknownValue,
  ValueOf,
} from "../expression/expression-types.ts";
import type { LiteralInput } from "../expression/literal.ts";
import type { RowObject } from "../rows/row-objects.ts";

/** Columns that are known only when the frame runs: every name is accepted. */
export interface Untyped {
  readonly "columns known when it runs": true;
}

/** What expressions over a frame can count on. */
export type RowFor<C> = C extends Untyped ? never : C;

export type ColumnName<C> = C extends Untyped ? string : keyof C & string;

/**
 * A name that is only known when it runs, as a variable of type `string` or the text `x${number}`; nothing for a literal,
 * which has to be the name of a column.
 */
export type LateName<N> = N extends string
  ? Record<never, never> extends Record<N, true>
    ? N
    : never
  : never;

/** Whether one of the names is only known when it runs. */
type IsLate<N> = [LateName<N>] extends [never] ? false : true;

/** The name of a column, among arguments `N`. */
export type NameArgument<C, N> = ColumnName<C> | LateName<N>;

/** The same for one argument `N`. */
export type Named<C, N extends string> = N extends LateName<N> ? N : ColumnName<C>;

/** The name of a column whose values are of a kind; what they are not, where they are of another. */
export type NamedKind<C, N extends string, Kind, Not> = C extends Untyped
  ? string
  : N extends keyof C
    ? C[N] extends Kind
      ? Named<C, N>
      : Not
    : Named<C, N>;

/** In place of the name of a column that holds no lists. */
export interface NoLists<N> {
  readonly "holds no lists": N;
}

/** In place of the name of a column that holds no structs. */
export interface NoStructs<N> {
  readonly "holds no structs": N;
}

/** Of a condition that gives `V`: nothing more where that can be true or false. */
export type Truth<C, V> = unknown extends V
  ? unknown
  : [V] extends [BooleanLike]
    ? unknown
    : [C] extends [Untyped]
      ? unknown
      : [Resolved<V, C>] extends [BooleanLike]
        ? unknown
        : NotTrueOrFalse;

/** In place of a condition that gives other values. */
export interface NotTrueOrFalse {
  readonly "true or false": true;
}

/** Names of columns, one or a list. */
export type NamesOf<C, N extends string> = Named<C, N> | readonly Named<C, N>[];

/** A column by name, or an expression over the frame's columns; `N` are the names that are given. */
export type Selection<C, N = never> = NameArgument<C, N> | NamedLike<unknown, RowFor<C>>;

/** Selections, one by one or in lists; `S` are those that are given. */
export type Selections<C, S extends readonly unknown[]> = readonly (
  | Selection<C, Items<S>>
  | readonly Selection<C, Items<S>>[]
)[];

/** What is given one by one and in lists, one by one. */
export type Items<S extends readonly unknown[]> = S[number] extends infer I
  ? I extends readonly (infer E)[]
    ? E
    : I
  : never;

/** An expression with the name of the column that it makes. */
export interface NamedLike<V = unknown, R = never, N extends string = string> extends ExpressionLike<V, R> {
  readonly outputName: N;
}

/** Aggregates, one by one or in lists. */
export type AggregatesOf<C> = readonly (
  | NamedLike<unknown, RowFor<C>>
  | readonly NamedLike<unknown, RowFor<C>>[]
)[];

/**
 * Aggregates `A`, and what is computed from none but constants. Member by member: of two lists of arguments that both have
 * to fit, TypeScript compares every method of arrays.
 */
export type OverManyRows<A extends readonly unknown[]> = {
  [I in keyof A]: A[I] & OverRows<A[I]>;
};

type OverRows<E> = true extends OfEachRow<E> ? NotAnAggregate : unknown;

// An aggregate asks of a row what every row has. What has no methods is the constraint itself, where an argument fits less.
type OfEachRow<E> = E extends { readonly gives?: (row: infer R) => unknown; readonly as: unknown }
  ? [keyof R] extends [never]
    ? false
    : "valueOf" extends keyof R
      ? false
      : true
  : E extends readonly (infer I)[]
    ? OfEachRow<I>
    : false;

/** Of options `O`: nothing more for the members that there are. The compiler writes the names out, not that of their type. */
export type KnownOptions<O, Name extends string> = [Exclude<keyof O, Name>] extends [never]
  ? unknown
  : { readonly [K in Exclude<keyof O, Name>]: NotAnOption<K, { [N in Name]: N }[Name]> };

/** In place of the value of an unknown option. */
export interface NotAnOption<K, Name> {
  readonly "no option": K;
  readonly "among the options": Name;
}

/** In place of an expression that gives a value for each row. */
export interface NotAnAggregate {
  readonly "an aggregate": true;
}

type OutputName<E> = E extends string ? E : E extends NamedLike<unknown, never, infer N> ? N : never;

/** A column's own value where an expression only names it. */
export type Resolved<V, C> =
  V extends ColumnNumber<infer N>
    ? C extends Untyped
      ? AnyNumber
      : N extends keyof C
        ? NumberIn<C[N]>
        : AnyNumber
    : V extends ColumnValue<infer N>
      ? C extends Untyped
        ? UnknownValue
        : N extends keyof C
          ? C[N]
          : UnknownValue
      : V extends readonly (infer I)[]
        ? readonly Resolved<I, C>[]
        : V;

/** What is computed from a column of an unknown type: the column may be a decimal. */
type AnyNumber = number | bigint | DecimalText | null;

/** A number that is computed from values of a column. */
type NumberIn<T> = T extends null
  ? null
  : T extends DecimalText
    ? DecimalText | null
    : // Two dates differ by days, two timestamps by a duration.
      T extends Date | TimeText
      ? UnknownValue
      : number | bigint | null;

type OutputValue<E, C> = E extends string
  ? C extends Untyped
    ? UnknownValue
    : E extends keyof C
      ? C[E]
      : never
  : Resolved<ValueOf<E>, C>;

type Flat<T> = { [K in keyof T]: T[K] };

/** The columns of a selection. Names that TypeScript cannot know make all columns unknown to it. */
export type Selected<C, S extends readonly unknown[]> =
  IsLate<OutputName<Items<S>>> extends true
    ? Untyped
    : { [E in Items<S> as OutputName<E>]: OutputValue<E, C> };

export type WithColumn<C, N extends string, E> = C extends Untyped
  ? Untyped
  : IsLate<N> extends true
    ? Untyped
    : Flat<Omit<C, N> & { [K in N]: OutputValue<E, C> }>;

export type WithColumns<C, A> = C extends Untyped
  ? Untyped
  : Flat<Omit<C, keyof A> & { [K in keyof A]: OutputValue<A[K], C> }>;

export type Without<C, N extends string> = C extends Untyped
  ? Untyped
  : IsLate<N> extends true
    ? Untyped
    : Omit<C, N>;

export type Renamed<C, M> = C extends Untyped
  ? Untyped
  : IsLate<keyof M> extends true
    ? Untyped
    : { [K in keyof C as K extends keyof M ? (M[K] extends string ? M[K] : never) : K]: C[K] };

/** Groups: the keys, then what is aggregated. */
export type Grouped<C, K extends readonly unknown[], A extends readonly unknown[]> =
  IsLate<OutputName<Items<K>> | OutputName<Items<A>>> extends true
    ? Untyped
    : Flat<Selected<C, K> & Selected<C, A>>;

/** Groups: the keys, then one value for each of the columns. */
export type Summed<C, K extends readonly unknown[], N extends readonly string[], V> =
  IsLate<OutputName<Items<K>> | N[number]> extends true
    ? Untyped
    : Flat<Selected<C, K> & { [P in N[number]]: V }>;

/** The same of numbers that are summed: of decimals, their exact digits again. */
export type Totals<C, K extends readonly unknown[], N extends readonly string[]> =
  IsLate<OutputName<Items<K>> | N[number]> extends true
    ? Untyped
    : Flat<Selected<C, K> & { [P in N[number]]: Resolved<ColumnNumber<P>, C> }>;

/** Nothing more for the columns `D` of a frame whose rows can stand among those with the columns `C`. */
export type SameColumns<C, D> = C extends Untyped
  ? unknown
  : D extends Untyped
    ? unknown
    : [keyof C, keyof D] extends [keyof D, keyof C]
      ? false extends { [K in keyof C]: K extends keyof D ? IsSameKind<C[K], D[K]> : false }[keyof C]
        ? DifferentColumns<C>
        : unknown
      : DifferentColumns<C>;

/** In place of a frame with other columns. */
export interface DifferentColumns<C> {
  readonly "a frame with the columns": C;
}

// What a number of a given row is stored as is known when it runs.
type IsSameKind<T, U> = [U] extends [SameKind<T>] ? true : false;
type SameKind<T> = T extends number | bigint
  ? number | bigint | null | UnknownValue
  : T extends UnknownValue
    ? unknown
    : T | null | UnknownValue;

/** Rows of both. */
export type Concatenated<C, D> = C extends Untyped
  ? Untyped
  : { [K in keyof C]: K extends keyof D ? C[K] | D[K] : C[K] };

/** Kinds of join whose rows of the one side may have nothing on the other. */
export type Joined<C, D, On extends string, How extends string, Suffix extends string> = C extends Untyped
  ? Untyped
  : D extends Untyped
    ? Untyped
    : IsLate<On> extends true
      ? Untyped
      : How extends "semi" | "anti"
        ? C
        : Flat<
            { [K in keyof C]: How extends "right" | "full" ? C[K] | null : C[K] } & {
              [K in keyof D as K extends On
                ? never
                : K extends keyof C
                  ? `${K & string}${Suffix}`
                  : K]: How extends "left" | "full" ? D[K] | null : D[K];
            }
          >;

export type Exploded<C, N extends string> = C extends Untyped
  ? Untyped
  : IsLate<N> extends true
    ? Untyped
    : {
        [K in keyof C]: K extends N
          ? C[K] extends readonly (infer I)[] | null
            ? I | null
            : UnknownValue
          : C[K];
      };

export type Unpivoted<C, K extends string, N extends string, V extends string> = C extends Untyped
  ? Untyped
  : IsLate<K> extends true
    ? Untyped
    : Flat<{ [P in K & keyof C]: C[P] } & { [P in N]: string } & { [P in V]: UnknownValue }>;

/** The same columns, of which these are never null. */
export type WithoutNull<C, N> = C extends Untyped
  ? Untyped
  : [N] extends [never]
    ? C
    : IsLate<N> extends true
      ? C
      : Flat<{ [K in keyof C]: K extends N ? Exclude<C[K], null> : C[K] }>;

/** The same columns, of which these have other types. */
export type Cast<C, M> = C extends Untyped
  ? Untyped
  : IsLate<keyof M> extends true
    ? Untyped
    : { [K in keyof C]: K extends keyof M ? (M[K] extends string ? CastValue<M[K]> : C[K]) : C[K] };

/** A row as `toObjects` returns it. */
export type RowOf<C> = C extends Untyped
  ? RowObject
  : { [K in keyof C]: C[K] extends UnknownValue ? unknown : C[K] };

/** Values that the named columns must equal; null for those that must be null. */
export type ColumnValues<C> = C extends Untyped ? Readonly<Record<string, LiteralInput | null>> : ValuesOf<C>;

// A separate name stands in what TypeScript says of a wrong column, from which the kernel makes one line.
type ValuesOf<C> = { readonly [K in keyof C]?: EqualTo<C[K]> };

/** What a column is compared with whose values are `T` in rows. */
type EqualTo<T> = T extends null
  ? null
  : T extends DecimalText
    ? number | bigint | string
    : T extends number | bigint
      ? number | bigint
      : T extends Date | TimeText
        ? Date | string | bigint
        : T extends string | boolean | Uint8Array
          ? T
          : LiteralInput;

/** New names of columns. */
export type Renames<C> = { readonly [K in ColumnName<C>]?: string };

/** New types of columns. */
export type CastTypes<C> = { readonly [K in ColumnName<C>]?: TypeName | (string & {}) };
