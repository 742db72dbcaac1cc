/** What is computed from the rows around a row. */
import { inspect } from "node:util";
import { describeValue } from "../../check-options.ts";
import { displaySymbol, type MimeBundle } from "../../display/bundle.ts";
import { renderLines } from "../../display/card/text-block.ts";
import { DlfLanceError } from "../../errors.ts";
import { loadWhenUsed } from "../../load-when-used.ts";
import { z } from "../../zod.ts";
import { describeWindowFunction } from "../expression/describe-expression.ts";
import { aggregate, isExpression, wholeNumber } from "../expression/expression-build.ts";
import type { ColumnValue, ExpressionLike, KeyNeeds, RowWith } from "../expression/expression-types.ts";
import { type LiteralInput, toLiteral } from "../expression/literal.ts";
import { parse } from "./arguments.ts";
import { Expression } from "./expr.ts";
import type { NamedLike } from "./frame-types.ts";
import { keyNode, parseWindow, type Window, type WindowKeys, type WindowOrder } from "./window.ts";

/** A function that is computed over a window. */
export class WindowFunction<V = unknown, R = never, N extends string = string> {
  readonly #function: Parameters<typeof parseWindow>[0];
  readonly #name: N;

  /** @internal */
  constructor(node: Parameters<typeof parseWindow>[0], name: N) {
    this.#function = node;
    this.#name = name;
  }

  toString(): string {
    return `${describeWindowFunction(this.#function)} without a window`;
  }

  [displaySymbol](): MimeBundle {
    return renderLines([this.toString()]);
  }

  [inspect.custom](): string {
    return this.toString();
  }

  /** Computes the function for each row, from the rows around it. */
  over<const P extends WindowKeys = never, const O extends WindowOrder = never>(
    window: Window<P, O>,
  ): Expression<V, R & KeyNeeds<P> & KeyNeeds<O>, N> {
    return new Expression(parseWindow(this.#function, window), this.#name);
  }
}

/** The number of rows, for `agg` and windows. @throws DlfLanceError InvalidInput for a column. */
export function count(...columns: readonly never[]): Expression<bigint, unknown, "count"> {
  if (columns.length > 0) {
    throw new DlfLanceError(
      "InvalidInput",
      'Cannot count values: count() counts rows, whatever they hold; for values that are not null, use col("id").count()',
    );
  }
  return new Expression(aggregate("count", null), "count");
}

/** @throws DlfLanceError InvalidInput for a column, which says nothing here. */
function refuseColumns(name: string, [column]: readonly unknown[]): void {
  if (column === undefined) return;
  const shown = isExpression(column) ? String(column) : describeValue(column);
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot apply ${name} to ${shown}: it goes by the order of its window; write ${name}().over({ orderBy: ${shown} })`,
  );
}

/** 1, 2, 3 … in the order of a window. */
export function rowNumber(...columns: readonly never[]): WindowFunction<bigint, unknown, "rowNumber"> {
  refuseColumns("rowNumber", columns);
  return new WindowFunction({ node: "ranking", function: "rowNumber" }, "rowNumber");
}

/** The place in the order of a window. Equal rows share a place, and leave a gap. */
export function rank(...columns: readonly never[]): WindowFunction<bigint, unknown, "rank"> {
  refuseColumns("rank", columns);
  return new WindowFunction({ node: "ranking", function: "rank" }, "rank");
}

/** The place in the order of a window. Equal rows share a place, and leave no gap. */
export function denseRank(...columns: readonly never[]): WindowFunction<bigint, unknown, "denseRank"> {
  refuseColumns("denseRank", columns);
  return new WindowFunction({ node: "ranking", function: "denseRank" }, "denseRank");
}

/**
 * The number of the group, counted from 1, if the window is cut in its order into this many groups of about equal size.
 */
export function ntile(groups: number): WindowFunction<bigint, unknown, "ntile"> {
  return new WindowFunction(
    { node: "ranking", function: "ntile", count: wholeNumber(groups, 1, "make groups") },
    "ntile",
  );
}

/** The place in the order of a window, from 0 for the first to 1. Equal rows share a place. */
export function percentRank(...columns: readonly never[]): WindowFunction<number, unknown, "percentRank"> {
  refuseColumns("percentRank", columns);
  return new WindowFunction({ node: "ranking", function: "percentRank" }, "percentRank");
}

/** The part of the rows up to this one in the order of a window, equal ones included: 1 for the last. */
export function cumeDist(...columns: readonly never[]): WindowFunction<number, unknown, "cumeDist"> {
  refuseColumns("cumeDist", columns);
  return new WindowFunction({ node: "ranking", function: "cumeDist" }, "cumeDist");
}

/** Which rows count. */
export interface ShiftOptions {
  /** Leaves rows with null out before rows are counted. */
  readonly ignoreNulls?: boolean;
}

const shiftOptions = loadWhenUsed(() => z.strictObject({ ignoreNulls: z.boolean().optional() }));

/**
 * The value in one of the rows that the window has for a row, counted from 1; null where there are fewer. With an order
 * these are the rows up to this one and its equals, unless `rows` or `range` say others.
 */
export function nthValue<K extends string | NamedLike>(
  value: K,
  place: number,
  options: ShiftOptions = {},
): WindowFunction<ShiftedValue<K> | null, ShiftedRow<K>, ShiftedName<K>> {
  return shift("nthValue", value, wholeNumber(place, 1, "take the value at a place"), null, options);
}

type ShiftedValue<K> = K extends string
  ? ColumnValue<K>
  : K extends ExpressionLike<infer V, never>
    ? V
    : never;
type ShiftedRow<K> = K extends string ? RowWith<K> : K extends ExpressionLike<unknown, infer R> ? R : never;
type ShiftedName<K> = K extends string ? K : K extends NamedLike<unknown, never, infer N> ? N : string;

/** The value a number of rows before: `lag("v").over({ partitionBy: "id", orderBy: "day" })`. */
export function lag<K extends string | NamedLike>(
  value: K,
  offset = 1,
  otherwise: LiteralInput | null = null,
  options: ShiftOptions = {},
): WindowFunction<ShiftedValue<K> | null, ShiftedRow<K>, ShiftedName<K>> {
  return shift("lag", value, offset, otherwise, options);
}

/** The value a number of rows after. */
export function lead<K extends string | NamedLike>(
  value: K,
  offset = 1,
  otherwise: LiteralInput | null = null,
  options: ShiftOptions = {},
): WindowFunction<ShiftedValue<K> | null, ShiftedRow<K>, ShiftedName<K>> {
  return shift("lead", value, offset, otherwise, options);
}

function shift<K extends string | NamedLike>(
  name: "lag" | "lead" | "nthValue",
  value: K,
  offset: number,
  otherwise: LiteralInput | null,
  options: ShiftOptions,
): WindowFunction<ShiftedValue<K> | null, ShiftedRow<K>, ShiftedName<K>> {
  const { ignoreNulls } = parse(shiftOptions, options, `apply ${name}`);
  const operand = keyNode(value, `apply ${name}`);
  const outputName = typeof value === "string" ? value : value.outputName;
  return new WindowFunction(
    {
      node: "shift",
      function: name,
      operand,
      offset: wholeNumber(offset, 0, name),
      otherwise: otherwise === null ? null : toLiteral(otherwise, name),
      ...(ignoreNulls === true ? { ignoreNulls } : {}),
    },
    outputName as ShiftedName<K>,
  );
}
