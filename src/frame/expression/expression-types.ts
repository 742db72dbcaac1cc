/**
 * What TypeScript knows of expressions: the value they give, and what they need of a row. `col("a").add(1)` needs a row
 * whose `a` is a number, so it fits frames that have such a column and no others.
 */
import type { ExpressionNode } from "./expression-node.ts";
import type { IntervalLike } from "./interval-value.ts";
import type { LiteralInput } from "./literal.ts";

/** The value of a column whose type is not known to TypeScript. It fits everywhere. */
export interface UnknownValue {
  readonly "type known when it runs": true;
}

/** The value of a column, whatever the frame says it is. */
export interface ColumnValue<N extends string> {
  readonly "value of column": N;
}

/** A number computed from a column: a decimal for decimals, else a number. */
export interface ColumnNumber<N extends string> extends ColumnValue<N> {
  readonly "a number of that column": true;
}

/** An expression as an argument: the columns it needs, and its value. */
export interface ExpressionLike<V = unknown, R = never> {
  readonly node: ExpressionNode;
  /** Known to TypeScript alone. */
  readonly gives?: (row: R) => V;
}

/**
 * The exact digits of a decimal, as rows hold it. Expressions compute with it; to have a number in rows,
 * `cast("double")` the column.
 */
export type DecimalText = string & { readonly 'a decimal; cast("double") makes it a number': true };

/** A time of day, a duration, or a timestamp finer than a `Date` holds, as rows hold it. */
export type TimeText = string & { readonly "a time finer than a Date": true };

/** What a numeric expression may give; decimals are texts in rows. */
export type NumberLike = number | bigint | DecimalText | null | UnknownValue;
/** What a text expression may give. */
export type TextLike = string | null | UnknownValue;
/** What a true-or-false expression may give. */
export type BooleanLike = boolean | null | UnknownValue;
/** Timestamps of micro- and nanoseconds are texts in rows. */
export type TimeLike = Date | string | null | UnknownValue;
/** What a list expression may give, vectors included. */
export type ListLike = readonly unknown[] | null | UnknownValue;
/** Known by what structs are not. */
export type StructLike =
  | (object & { readonly [Symbol.iterator]?: never; readonly getTime?: never })
  | null
  | UnknownValue;

/** An expression that gives such a value, or a column, which the frame must hold as such. */
export type Giving<Kind> = ExpressionLike<Kind | ColumnValue<string>>;

/** Nothing more where the value can be of the kind; what it should give where it cannot. */
export type Fits<V, Kind> = unknown extends V
  ? unknown
  : [V] extends [Kind | ColumnValue<string>]
    ? unknown
    : Giving<Kind>;

/** The same for an operand. */
export type Fitting<O, Kind> = O extends ExpressionLike<infer V> ? Fits<V, Kind> : unknown;

/** Values that can be added and subtracted: numbers, and times, whose difference is a number of days or a duration. */
export type SumLike = NumberLike | Date | TimeText;
/** What has to stand on the other side of such an operand. */
export type SumWith<O> = O extends IntervalLike ? TimeLike : SumLike;
/** A time that an interval moves stays what it is. */
export type SumValue<V, O> = O extends IntervalLike ? V : V extends Date ? UnknownValue : NumberFrom<V, O>;

/** The number that is computed from a value: of a decimal, its exact digits again. */
export type NumberOf<V> = unknown extends V
  ? unknown
  : V extends null
    ? null
    : V extends ColumnValue<infer N>
      ? ColumnNumber<N>
      : V extends DecimalText
        ? DecimalText | null
        : number | bigint | null;

/** That of two: a decimal where one is, unless the other is a float, which TypeScript cannot tell from a whole number. */
export type NumberFrom<V, O> = NumberOf<V> | NumberOf<O extends ExpressionLike<infer W, never> ? W : O>;

export type SumOperand = NumberOperand | IntervalLike;
export type NumberOperand = number | bigint | ExpressionLike;
export type TextOperand = string | ExpressionLike;
export type ComparedOperand = LiteralInput | IntervalLike | ExpressionLike;
export type ValueOperand = LiteralInput | null | IntervalLike | ExpressionLike;

/** A row with these columns; any row where the names are known only when it runs. */
export type RowWith<N extends string, Kind = unknown> = string extends N
  ? unknown
  : { readonly [K in N]: Kind };

/** What a row needs for a column to be of a kind. */
export type Requires<V, Kind> = V extends ColumnValue<infer N> ? RowWith<N, Kind> : unknown;

/** What an operand needs of a row. */
export type Needs<O, Kind> = O extends ExpressionLike<infer V, infer R> ? R & Requires<V, Kind> : unknown;

/** What one or several keys, each the name of a column, an expression or one with its direction, need of a row. */
export type KeyNeeds<K> = (K extends unknown ? (row: KeyNeed<K>) => void : never) extends (
  row: infer R,
) => void
  ? R
  : never;

type KeyNeed<K> = K extends string
  ? RowWith<K>
  : K extends readonly (infer I)[]
    ? KeyNeeds<I>
    : K extends { readonly by: infer B }
      ? KeyNeeds<B>
      : K extends { readonly gives?: (row: infer R) => unknown }
        ? R
        : unknown;

/** What an operand gives. */
export type ValueOf<O> = O extends ExpressionLike<infer V, never> ? V : O extends IntervalLike ? TimeText : O;

/** Columns that a constant can be compared with: decimals and fine timestamps are texts in rows. */
export type ComparedWith<O> = O extends ExpressionLike | IntervalLike
  ? unknown
  : O extends number | bigint
    ? number | bigint | DecimalText | TimeText | null | UnknownValue
    : O extends string
      ? string | Date | null | UnknownValue
      : O extends Date
        ? Date | string | null | UnknownValue
        : O extends boolean
          ? boolean | null | UnknownValue
          : Uint8Array | null | UnknownValue;

/** Names of types that people use most; for those with parameters, an example. */
export type TypeName =
  | "int8"
  | "int16"
  | "int32"
  | "int64"
  | "uint8"
  | "uint16"
  | "uint32"
  | "uint64"
  | "float32"
  | "float64"
  | "string"
  | "bool"
  | "binary"
  | "date"
  | "timestamp[ms]"
  | "timestamp[us]"
  | "timestamp[us, UTC]"
  | "decimal(12, 2)"
  | "list<int64>";

/** Nothing more for the name of a type, and for one that is known only when it runs. */
export type KnownType<T> = string extends T
  ? unknown
  : T extends TypeName | OtherType
    ? unknown
    : NotAType<T>;

/** The same for each member. */
export type KnownTypes<M> = { readonly [K in keyof M]: KnownType<M[K]> };

/** In place of a text that is the name of no type. */
export interface NotAType<T> {
  readonly "not a type": T;
}

/** Names of types beyond those that people use most. */
type OtherType =
  | "boolean"
  | "float"
  | "double"
  | "float16"
  | "halffloat"
  | "large_string"
  | "large_binary"
  | "date32"
  | "date32[day]"
  | "date64[ms]"
  | "timestamp"
  | `${"timestamp" | "time32" | "time64" | "duration" | "fixed_size_binary"}[${string}]`
  | `decimal${"" | "128" | "256"}(${string})`
  | `${"list" | "large_list" | "map" | "struct"}<${string}>`
  | `fixed_size_list<${string}>[${string}]`;

/** What a cast gives in rows. */
export type CastValue<T extends string> = T extends "int64" | "uint64"
  ? bigint | null
  : T extends "int8" | "int16" | "int32" | "uint8" | "uint16" | "uint32"
    ? number | null
    : T extends "float32" | "float64" | "float" | "double"
      ? number | null
      : T extends "string"
        ? string | null
        : T extends "bool" | "boolean"
          ? boolean | null
          : T extends "date"
            ? Date | null
            : T extends "binary"
              ? Uint8Array | null
              : UnknownValue;
