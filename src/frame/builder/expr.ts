/** Expressions over columns: frozen data with methods to combine them. Nothing here runs anything. */
import { inspect } from "node:util";
import { checkOptions, describeValue } from "../../check-options.ts";
import { typeName } from "../../display/arrow/type-name.ts";
import { displaySymbol, type MimeBundle } from "../../display/bundle.ts";
import { renderLines } from "../../display/card/text-block.ts";
import { DlfLanceError } from "../../errors.ts";
import { expressionBrand } from "../../expression-brand.ts";
import { describeExpression } from "../expression/describe-expression.ts";
import {
  aggregate,
  arithmetic,
  call,
  checkName,
  combine,
  compare,
  compareAction,
  conditionOf,
  isExpression,
  negation,
  nodeOf,
  textCall,
} from "../expression/expression-build.ts";
import type { ExpressionNode } from "../expression/expression-node.ts";
import { holds } from "../expression/expression-parts.ts";
import type {
  BooleanLike,
  CastValue,
  ColumnValue,
  ComparedOperand,
  ComparedWith,
  ExpressionLike,
  Fits,
  Fitting,
  KeyNeeds,
  KnownType,
  ListLike,
  Needs,
  NumberFrom,
  NumberLike,
  NumberOperand,
  Requires,
  RowWith,
  SumLike,
  SumOperand,
  SumValue,
  SumWith,
  TextLike,
  TextOperand,
  TimeText,
  TypeName,
  UnknownValue,
  ValueOf,
  ValueOperand,
} from "../expression/expression-types.ts";
import { freezeDeep } from "../expression/freeze-deep.ts";
import type { IntervalLike } from "../expression/interval-value.ts";
import { type LiteralInput, toLiteral } from "../expression/literal.ts";
import { aggregateFunctions } from "../functions/aggregate-functions.ts";
import { scalarFunctions } from "../functions/scalar-functions.ts";
import { parseType } from "../types/parse-type.ts";
import type { NamedLike } from "./frame-types.ts";
import { functionNode, type Returned, type ValueFunctionOptions } from "./function-node.ts";
import { methodCalls } from "./method-calls.ts";
import type { AggregateMethods } from "./methods/aggregate-methods.ts";
import type { ListMethods } from "./methods/list-methods.ts";
import type { NumberMethods } from "./methods/number-methods.ts";
import type { RunningMethods } from "./methods/running-methods.ts";
import type { TextMethods } from "./methods/text-methods.ts";
import type { TimeMethods } from "./methods/time-methods.ts";
import type { ValueMethods } from "./methods/value-methods.ts";
import { refuseNamesElsewhere } from "./refuse-names.ts";
import { placeWindows, runningValues } from "./running-values.ts";
import { aggregateCall, tableCall } from "./table-call.ts";
import { parseWindow, type Window, type WindowKeys, type WindowOrder } from "./window.ts";

/** Known to TypeScript alone: rows for which it is true have a value in the column. */
export type ProvesNotNull<V> = V extends ColumnValue<infer N> ? { readonly notNull?: N } : unknown;

// These, here and in methods/, are not shared: TypeScript would write an exported alias into the declarations of users, who cannot import it.
/** Marks an aggregate: it asks of a row what every row has. */
type OverRows = { readonly valueOf: unknown };
type Truth = boolean | null;

type Sum<V, R, O, Result, N extends string> = Expression<
  Result,
  R & Requires<V, NumberLike> & Needs<O, NumberLike>,
  N
>;
type Test<V, R, O, N extends string> = Expression<
  Truth,
  R & Requires<V, ComparedWith<O>> & Needs<O, unknown>,
  N
>;
type Logic<V, R, O, N extends string> = Expression<
  Truth,
  R & Requires<V, BooleanLike> & Needs<O, BooleanLike>,
  N
>;
type Text<V, R, O, Result, N extends string> = Expression<
  Result,
  R & Requires<V, TextLike> & Needs<O, TextLike>,
  N
>;

/** What a function is called with; anything where TypeScript does not know the column yet. */
// biome-ignore lint/suspicious/noExplicitAny: a parameter without a type is of one that it can be used as
type ElementOf<V> = V extends ColumnValue<string> | UnknownValue ? any : V;

const castOptions = { orNull: "flag" } as const;

// Each of these methods is added below, from the tables of functions.
// biome-ignore lint/suspicious/noExplicitAny: what is declared as an Expression without more fits every frame
export interface Expression<V = unknown, R = any, N extends string = string>
  extends NumberMethods<V, R, N>,
    TextMethods<V, R, N>,
    ListMethods<V, R, N>,
    TimeMethods<V, R, N>,
    ValueMethods<V, R, N>,
    RunningMethods<V, R, N>,
    AggregateMethods<V, R, N> {}

/**
 * A column, a value, or a computation with them. Made by {@link col}, {@link lit}, {@link when} and {@link count}.
 *
 * It follows SQL: computing with null returns null, also in conditions, and `where` keeps the rows for which the
 * condition is true. NaN equals NaN and is greater than every number; 0 equals -0. A column is compared with a value
 * exactly (9007199254740993n, and 1.5 with whole numbers), except that a value for a float column is first rounded to
 * that column's precision.
 *
 * `V` is its value, `R` the columns it needs, `N` the name of the column it makes: that of its first column, or the one
 * given to `as`.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: each method is added below, from the tables of functions
// biome-ignore lint/suspicious/noExplicitAny: as above
export class Expression<V = unknown, R = any, N extends string = string> implements NamedLike<V, R, N> {
  declare readonly gives?: (row: R) => V;
  /** The expression as data that survives JSON. */
  readonly node: ExpressionNode;
  /** The name of the column that it makes. */
  readonly outputName: N;

  /** @internal */
  constructor(node: ExpressionNode, outputName: N) {
    this.node = freezeDeep(node);
    this.outputName = outputName;
    Object.defineProperty(this, expressionBrand, { value: true });
    Object.freeze(this);
  }

  /** Names the resulting column. @throws DlfLanceError InvalidInput unless the name is a text. */
  as<M extends string>(name: M): Expression<V, R, M> {
    return new Expression(this.node, checkName(name));
  }
  eq<O extends ComparedOperand>(other: O & Fits<V, ComparedWith<O>>): Test<V, R, O, N> {
    return new Expression(compare(this, "eq", other), this.outputName);
  }
  neq<O extends ComparedOperand>(other: O & Fits<V, ComparedWith<O>>): Test<V, R, O, N> {
    return new Expression(compare(this, "neq", other), this.outputName);
  }
  gt<O extends ComparedOperand>(other: O & Fits<V, ComparedWith<O>>): Test<V, R, O, N> {
    return new Expression(compare(this, "gt", other), this.outputName);
  }
  gte<O extends ComparedOperand>(other: O & Fits<V, ComparedWith<O>>): Test<V, R, O, N> {
    return new Expression(compare(this, "gte", other), this.outputName);
  }
  lt<O extends ComparedOperand>(other: O & Fits<V, ComparedWith<O>>): Test<V, R, O, N> {
    return new Expression(compare(this, "lt", other), this.outputName);
  }
  lte<O extends ComparedOperand>(other: O & Fits<V, ComparedWith<O>>): Test<V, R, O, N> {
    return new Expression(compare(this, "lte", other), this.outputName);
  }

  /** Whether the value is in a range. Both ends belong to it. */
  between<L extends ComparedOperand, H extends ComparedOperand>(
    low: L & Fits<V, ComparedWith<L>>,
    high: H & Fits<V, ComparedWith<H>>,
  ): Expression<Truth, R & Requires<V, ComparedWith<L>> & Needs<L, unknown> & Needs<H, unknown>, N> {
    if (high === undefined) {
      throw new DlfLanceError(
        "InvalidInput",
        `Cannot ${compareAction(this)}: between() takes both ends, as in between(1, 5)`,
      );
    }
    return new Expression(combine("and", this.gte(low as never), this.lte(high as never)), this.outputName);
  }

  /** True when the value equals one of these; always false for an empty list. */
  isIn<L extends LiteralInput>(values: Iterable<L>): Expression<Truth, R & Requires<V, ComparedWith<L>>, N> {
    const action = `search ${compareAction(this).slice("compare ".length)} for a value`;
    const literals = listOf(values, action).map((value) => toLiteral(value, action));
    return new Expression({ node: "isIn", operand: this.node, values: literals }, this.outputName);
  }
  isNull(): Expression<boolean, R, N> {
    return new Expression({ node: "isNull", operand: this.node }, this.outputName);
  }
  isNotNull(): Expression<boolean, R, N> & ProvesNotNull<V> {
    const test = new Expression<boolean, R, N>(negation(this.isNull()), this.outputName);
    return test as Expression<boolean, R, N> & ProvesNotNull<V>;
  }
  and<O extends ExpressionLike>(
    other: O & Fitting<O, BooleanLike> & Fits<V, BooleanLike>,
  ): Logic<V, R, O, N> {
    return new Expression(combine("and", this, other), this.outputName);
  }
  or<O extends ExpressionLike>(other: O & Fitting<O, BooleanLike> & Fits<V, BooleanLike>): Logic<V, R, O, N> {
    return new Expression(combine("or", this, other), this.outputName);
  }

  /**
   * Adds. Whole numbers give int64, with an error beyond its range; with a decimal the result is an exact decimal, with
   * a float it is float64. A date or timestamp is moved by an {@link interval}, and a date by a number of days.
   * @example lit("2024-02-28").cast("date").add(interval({ days: 2 })).day() // 1n
   */
  add<O extends SumOperand>(
    other: O & Fitting<O, SumLike> & Fits<V, SumWith<O>>,
  ): Expression<SumValue<V, O>, R & Requires<V, SumWith<O>> & Needs<O, SumLike>, N> {
    return new Expression(arithmetic(this, "add", other), this.outputName);
  }

  /**
   * Subtracts, by the same rules. The difference of two dates is a number of days, of two timestamps a duration.
   * @example lit("2024-03-01").cast("date").sub(lit("2024-02-01").cast("date")) // 29n
   */
  sub<O extends SumOperand>(
    other: O & Fitting<O, SumLike> & Fits<V, SumWith<O>>,
  ): Expression<SumValue<V, O>, R & Requires<V, SumWith<O>> & Needs<O, SumLike>, N> {
    return new Expression(arithmetic(this, "subtract", other), this.outputName);
  }
  mul<O extends SumOperand>(
    other: O & Fitting<O, SumLike> & Fits<V, SumLike>,
  ): Expression<NumberFrom<V, O>, R & Requires<V, SumLike> & Needs<O, SumLike>, N> {
    return new Expression(arithmetic(this, "multiply", other), this.outputName);
  }

  /**
   * Divides; the result is always float64. Division by zero, whether 0 or -0, gives infinity with the sign of the
   * dividend, or NaN.
   */
  div<O extends SumOperand>(
    other: O & Fitting<O, SumLike> & Fits<V, SumLike>,
  ): Expression<number | null, R & Requires<V, SumLike> & Needs<O, SumLike>, N> {
    return new Expression(arithmetic(this, "divide", other), this.outputName);
  }

  /** Divides whole numbers and drops the fraction: 7 by -2 is -3. Division by zero gives null. */
  intDiv<O extends NumberOperand>(
    other: O & Fitting<O, NumberLike> & Fits<V, NumberLike>,
  ): Sum<V, R, O, bigint | null, N> {
    return new Expression(arithmetic(this, "intDivide", other), this.outputName);
  }

  /** The remainder, with the sign of the dividend: -7 by 2 is -1. Null for whole numbers by zero. */
  mod<O extends SumOperand>(
    other: O & Fitting<O, SumLike> & Fits<V, SumLike>,
  ): Expression<NumberFrom<V, O>, R & Requires<V, SumLike> & Needs<O, SumLike>, N> {
    return new Expression(arithmetic(this, "modulo", other), this.outputName);
  }
  pow<O extends NumberOperand>(
    exponent: O & Fitting<O, NumberLike> & Fits<V, NumberLike>,
  ): Sum<V, R, O, number | null, N> {
    return new Expression(call("power", this, exponent), this.outputName);
  }
  startsWith<O extends TextOperand>(
    part: O & Fitting<O, TextLike> & Fits<V, TextLike>,
  ): Text<V, R, O, Truth, N> {
    return new Expression(textCall("startsWith", this, part), this.outputName);
  }
  endsWith<O extends TextOperand>(
    part: O & Fitting<O, TextLike> & Fits<V, TextLike>,
  ): Text<V, R, O, Truth, N> {
    return new Expression(textCall("endsWith", this, part), this.outputName);
  }
  contains<O extends TextOperand>(
    part: O & Fitting<O, TextLike> & Fits<V, TextLike>,
  ): Text<V, R, O, Truth, N> {
    return new Expression(textCall("contains", this, part), this.outputName);
  }

  /** Replaces every occurrence in the text. */
  replace<S extends TextOperand, B extends TextOperand>(
    searched: S,
    by: B,
  ): Expression<string | null, R & Requires<V, TextLike> & Needs<S, TextLike> & Needs<B, TextLike>, N> {
    return new Expression(textCall("replace", this, searched, by), this.outputName);
  }

  /** This text, then the other one. */
  concat<O extends TextOperand>(
    other: O & Fitting<O, TextLike> & Fits<V, TextLike>,
    ...others: readonly never[]
  ): Text<V, R, O, string | null, N> {
    refuseOthers("join texts", "concat() takes one text", others);
    return new Expression(textCall("concat", this, other), this.outputName);
  }
  listContains<O extends ComparedOperand>(
    value: O,
  ): Expression<Truth, R & Requires<V, ListLike> & Needs<O, unknown>, N> {
    return new Expression(call("listContains", this, value), this.outputName);
  }

  /** A field of a struct. The result has the name of the field. */
  field<F extends string>(name: F): Expression<UnknownValue, R, F> {
    return new Expression({ node: "field", operand: this.node, name: checkName(name) }, name);
  }

  /**
   * Converts to another type: `int64`, `float64`, `string`, `date`, `timestamp[us, UTC]`, `decimal(12, 2)`,
   * `list<int64>`. A value that the type cannot hold is an error when the frame runs, or null with `orNull`. A float
   * that becomes a whole number loses its fraction. @throws DlfLanceError InvalidInput for an unknown type.
   */
  cast<const T extends TypeName | (string & {})>(
    type: T & KnownType<T>,
    options: { readonly orNull?: boolean } = {},
  ): Expression<CastValue<T>, R, N> {
    const name = typeName(parseType(type, `cast ${this}`));
    const { orNull = false } = checkOptions(options, castOptions, `cast ${this}`);
    return new Expression({ node: "cast", operand: this.node, type: name, orNull }, this.outputName);
  }

  /** Replaces null by another value. */
  fillNull<O extends ValueOperand>(value: O): Expression<V | ValueOf<O>, R & Needs<O, unknown>, N> {
    return new Expression(call("coalesce", this, value), this.outputName);
  }

  /** Null where the value equals the other one, else the value. */
  nullIf<O extends ComparedOperand>(value: O): Expression<V | null, R & Needs<O, unknown>, N> {
    return new Expression(call("nullIf", this, value), this.outputName);
  }

  /**
   * Applies a JavaScript function to each value, in the form that `toObjects` returns; null stays null. `type` is the
   * type of the result. For functions of several columns, async functions, and where they are allowed, see {@link udf}.
   * @example col("t").mapElements((t: string) => t.charCodeAt(0), { type: "int64" }) // 97n
   */
  mapElements<const T extends TypeName | (string & {}), A = ElementOf<V>>(
    change: (value: A) => Returned<T>,
    options: ValueFunctionOptions<T> & { readonly type: KnownType<T> },
  ): Expression<CastValue<T>, R & Requires<V, A | null | UnknownValue>, N> {
    const make = functionNode(
      change,
      options,
      `apply mapElements to ${describeExpression(this.node)}`,
      "mapElements",
    );
    return new Expression(make([this.node]), this.outputName);
  }

  /** The number of values that are not null. */
  count(): Expression<bigint, R & OverRows, N> {
    return new Expression(aggregate("count", this), this.outputName);
  }
  countDistinct(): Expression<bigint, R & OverRows, N> {
    return new Expression(aggregate("countDistinct", this), this.outputName);
  }
  min(): Expression<V | null, R & OverRows, N> {
    return new Expression(aggregate("min", this), this.outputName);
  }
  max(): Expression<V | null, R & OverRows, N> {
    return new Expression(aggregate("max", this), this.outputName);
  }

  /** All values as a list, in the order of rows, including null. */
  list(): Expression<readonly V[], R & OverRows, N> {
    return new Expression(aggregate("list", this), this.outputName);
  }

  /** The first value in the order of rows. */
  first(): Expression<V | null, R & OverRows, N> {
    return new Expression(aggregate("first", this), this.outputName);
  }
  last(): Expression<V | null, R & OverRows, N> {
    return new Expression(aggregate("last", this), this.outputName);
  }

  /**
   * Limits an aggregate to the rows for which a condition is true. @example count().filter(col("n").gt(1)) // 3n
   * @throws DlfLanceError InvalidInput for what is not an aggregate.
   */
  filter<Q extends ExpressionLike>(
    condition: Q & Fitting<Q, BooleanLike>,
  ): Expression<V, R & Needs<Q, BooleanLike> & OverRows, N> {
    const { node } = this;
    const added = conditionOf(condition, "filter");
    if (node.node === "aggregate") {
      const both =
        node.condition === undefined ? added : ({ node: "and", operands: [node.condition, added] } as const);
      return new Expression({ ...node, condition: both }, this.outputName);
    }
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot apply filter to ${describeExpression(node)}: it takes an aggregate such as col("f0").sum(); for rows there is where()`,
    );
  }

  /**
   * Computes an aggregate over the rows around each row. For running values, such as `cumSum()` and `forwardFill()`, it
   * sets which rows belong together, and their order.
   * @throws DlfLanceError InvalidInput for what is not an aggregate.
   */
  over<const P extends WindowKeys = never, const O extends WindowOrder = never>(
    window: Window<P, O>,
  ): Expression<V, R & KeyNeeds<P> & KeyNeeds<O>, N> {
    const { node } = this;
    if (node.node === "aggregate") return new Expression(parseWindow(node, window), this.outputName);
    if (holds(node, "window")) {
      const place = parseWindow({ node: "ranking", function: "rowNumber" }, window);
      const { partitionBy, orderBy, frame } = place;
      return new Expression(placeWindows(node, { partitionBy, orderBy, frame }), this.outputName);
    }
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot apply over to ${describeExpression(node)}: it takes an aggregate such as col("f0").sum()`,
    );
  }
  toJSON(): ExpressionNode {
    return this.node;
  }
  toString(): string {
    return describeExpression(this.node);
  }

  /** @internal @throws DlfLanceError InvalidInput where JavaScript would compute with the text. */
  [Symbol.toPrimitive](wanted: "string" | "number" | "default"): string {
    if (wanted === "string") return this.toString();
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot compute with ${this}: JavaScript's own +, <, == and the like do not work on columns; write .add(…), .lt(…) or .eq(…)`,
    );
  }

  [displaySymbol](): MimeBundle {
    return renderLines([`Expression(${this.toString()})`]);
  }

  [inspect.custom](): string {
    return `Expression(${this.toString()})`;
  }
}

// The methods whose types and documentation stand in methods/. Those of the tables of functions come from there.
const methods: Record<string, unknown> = Expression.prototype as never;
for (const name of scalarFunctions) {
  methods[name] ??= function (this: Expression, ...others: unknown[]) {
    return new Expression(tableCall(name, this, others), this.outputName);
  };
}
for (const [name, make] of Object.entries({ ...methodCalls, ...runningValues })) {
  methods[name] = function (this: Expression, ...others: never[]) {
    return new Expression(make(this, ...others), this.outputName);
  };
}
for (const name of aggregateFunctions) {
  methods[name] ??= function (this: Expression, ...others: unknown[]) {
    return new Expression(aggregateCall(name, this, others), this.outputName);
  };
}

refuseNamesElsewhere(Expression.prototype, "Expression");

/** @throws DlfLanceError InvalidInput for what is not a list: a text, too, is meant as one value. */
function listOf<T>(values: Iterable<T>, action: string): readonly T[] {
  if (typeof values === "object" && values !== null && Symbol.iterator in values) return [...values];
  const shown = isExpression(values) ? String(values) : describeValue(values);
  const next = isExpression(values)
    ? "pass constants in a list; for a list in each row there is listContains()"
    : typeof values === "object" && values !== null && "plan" in values
      ? 'keep the rows that it has with join(frame, { on: "id", how: "semi" })'
      : `pass [${shown}]`;
  throw new DlfLanceError("InvalidInput", `Cannot ${action}: ${shown} is not a list; ${next}`);
}

/** @throws DlfLanceError InvalidInput for arguments that would be dropped in silence. */
function refuseOthers(action: string, wanted: string, others: readonly unknown[]): void {
  if (others.length === 0) return;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot ${action}: ${wanted}, and ${others.length + 1} are given; write one call for each`,
  );
}

/** A column by its exact name. The name is checked when the frame runs, and by TypeScript where it knows the columns. */
export function col<N extends string>(
  name: N,
  ...others: readonly never[]
): Expression<ColumnValue<N>, RowWith<N>, N> {
  refuseOthers("name a column", "col() takes one name", others);
  return new Expression({ node: "column", name: checkName(name) }, name);
}

/** A constant value. */
export function lit<T extends LiteralInput | IntervalLike | null>(
  value: T,
): Expression<T extends IntervalLike ? TimeText : T, unknown, "literal"> {
  return new Expression(nodeOf(value, "make a constant"), "literal");
}
