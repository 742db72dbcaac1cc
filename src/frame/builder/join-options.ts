import { countOf } from "../../display/text/number-text.ts";
import { DlfLanceError } from "../../errors.ts";
import { loadWhenUsed } from "../../load-when-used.ts";
import { z } from "../../zod.ts";
import { conditionOf, isExpression } from "../expression/expression-build.ts";
import type { ExpressionLike } from "../expression/expression-types.ts";
import type { IntervalLike } from "../expression/interval-value.ts";
import { type LiteralNode, toLiteral } from "../expression/literal.ts";
import { type JoinKind, type JoinPlan, joinKinds, nearestDirections } from "../plan/plan.ts";
import { parse } from "./arguments.ts";
import { col } from "./expr.ts";
import type { ColumnName, Joined, LateName, RowFor } from "./frame-types.ts";
import { parseOffset, type TimeOffset } from "./time-offset.ts";

/** Expressions over one frame and over the other that must be equal. */
export interface JoinPair<C, D> {
  readonly left: ExpressionLike<unknown, RowFor<C>>;
  readonly right: ExpressionLike<unknown, RowFor<D>>;
}

/** `N` are the names given as `on`. */
export interface JoinOptions<C, D, N = never> {
  /** A column of both, several, or pairs of expressions. Left out for `cross` alone. */
  readonly on?: JoinKey<C, D, N> | readonly JoinKey<C, D, N>[];
  /** Columns or expressions of this frame in place of `on`, and as many of the other in `rightOn`. */
  readonly leftOn?: KeyOf<C> | readonly KeyOf<C>[];
  readonly rightOn?: KeyOf<D> | readonly KeyOf<D>[];
  /** What has to be true of a pair besides, over the columns of the result: `col("price").gt(col("limit"))`. */
  readonly where?: ExpressionLike;
  /** `inner` by default. */
  readonly how?: JoinKind;
  /** For columns of the other frame whose name is taken; `_right` by default. */
  readonly suffix?: string;
}

export type JoinOptionName = keyof JoinOptions<never, never>;

type JoinKey<C, D, N> = SharedName<C, D> | LateName<N> | JoinPair<C, D>;

/** A column by name, or an expression over the columns of a frame. */
export type KeyOf<C> = ColumnName<C> | ExpressionLike<unknown, RowFor<C>>;

/** Options of `joinAsof`. */
export interface JoinAsofOptions {
  /** The key of both, a number or a time: the name of a column of both, or a pair of expressions. */
  readonly on?: string | { readonly left: ExpressionLike; readonly right: ExpressionLike };
  /** The key of this frame in place of `on`, and that of the other in `rightOn`. */
  readonly leftOn?: string | ExpressionLike;
  readonly rightOn?: string | ExpressionLike;
  /** Columns of both that have to be equal. */
  readonly by?: string | readonly string[];
  /**
   * Whether the other key is at most this one (`backward`, the default), at least this one (`forward`), or whichever of the two is
   * nearer (`nearest`; the lower one when both are as near). Of several rows with that key it is the last one, or the
   * first one where the key is above this one.
   */
  readonly strategy?: "backward" | "forward" | "nearest";
  /** Whether equal keys match; true by default. */
  readonly allowExactMatches?: boolean;
  /** How far apart the keys may be: a number, or for times an offset such as `{ minutes: 5 }`. */
  readonly tolerance?: number | bigint | TimeOffset | IntervalLike;
  /** `left` by default. */
  readonly how?: "left" | "inner";
  readonly suffix?: string;
}

/** A column of both. */
export type SharedName<C, D> = ColumnName<C> & ColumnName<D>;

/** The names among what options join on. */
export type JoinNames<O> = O extends { readonly on: infer K }
  ? K extends string
    ? K
    : K extends readonly (infer I)[]
      ? Extract<I, string>
      : never
  : never;

/** What the columns of a join are, by its options. */
export type JoinedBy<C, D, O> = Joined<
  C,
  D,
  JoinNames<O>,
  O extends { readonly how: infer H extends string } ? H : "inner",
  O extends { readonly suffix: infer S extends string } ? S : "_right"
>;

const options = loadWhenUsed(() =>
  z.strictObject({
    on: z.unknown().optional(),
    leftOn: z.unknown().optional(),
    rightOn: z.unknown().optional(),
    where: z.unknown().optional(),
    how: z.enum(joinKinds).default("inner"),
    suffix: z.string().min(1, "a suffix is a text that is not empty").default("_right"),
  }),
);

/** @throws DlfLanceError InvalidInput */
export function parseJoin(value: unknown): Pick<JoinPlan, "on" | "kind" | "suffix" | "condition"> {
  const { on, leftOn, rightOn, where, how, suffix } = parse(options, value, "join");
  const keys = [...asList(on), ...pairKeys(asList(leftOn), asList(rightOn))];
  const condition = where === undefined ? undefined : conditionOf(where, "where of a join");
  if (how === "cross" ? keys.length > 0 || where !== undefined : keys.length === 0 && where === undefined) {
    throw new DlfLanceError(
      "InvalidInput",
      how === "cross"
        ? "Cannot join: a cross join takes every pair of rows; leave on out"
        : 'Cannot join: tell on which columns, as in { on: "id" }; for every pair of rows, { how: "cross" }',
    );
  }
  return { on: keys.map(parseKey), kind: how, suffix, ...(condition === undefined ? {} : { condition }) };
}

function asList(value: unknown): readonly unknown[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}

function pairKeys(left: readonly unknown[], right: readonly unknown[]): readonly unknown[] {
  if (left.length !== right.length) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot join: leftOn has ${countOf(left.length, "key")} and rightOn ${right.length}; each key of one has one of the other`,
    );
  }
  return left.map((key, index) => ({ left: toExpression(key), right: toExpression(right[index]) }));
}

function toExpression(key: unknown): unknown {
  return typeof key === "string" && key !== "" ? col(key) : key;
}

const asofOptions = loadWhenUsed(() =>
  z.strictObject({
    on: z.unknown().optional(),
    leftOn: z.unknown().optional(),
    rightOn: z.unknown().optional(),
    by: z.union([z.string(), z.array(z.string())]).default([]),
    strategy: z.enum(nearestDirections).default("backward"),
    allowExactMatches: z.boolean().default(true),
    tolerance: z.unknown().optional(),
    how: z.enum(["left", "inner"]).default("left"),
    suffix: z.string().min(1, "a suffix is a text that is not empty").default("_right"),
  }),
);

/** @throws DlfLanceError InvalidInput */
export function parseJoinAsof(value: unknown): Pick<JoinPlan, "on" | "kind" | "suffix" | "nearest"> {
  const { on, leftOn, rightOn, by, strategy, allowExactMatches, tolerance, how, suffix } = parse(
    asofOptions,
    value,
    "join asof",
  );
  const nearest = {
    ...parseKey(on ?? pairKeys(asList(leftOn), asList(rightOn))[0]),
    direction: strategy,
    takesEqual: allowExactMatches,
    ...(tolerance === undefined ? {} : { tolerance: parseTolerance(tolerance) }),
  };
  return { on: [by].flat().map(parseKey), kind: how, suffix, nearest };
}

/** A number, or the text of a duration. */
function parseTolerance(tolerance: unknown): LiteralNode {
  if (typeof tolerance === "number" || typeof tolerance === "bigint")
    return toLiteral(tolerance, "join asof");
  const [months, days, nanoseconds] = parseOffset(tolerance, "join asof");
  if (months !== 0n)
    throw new DlfLanceError(
      "InvalidInput",
      "Cannot join asof: months differ in length; give the tolerance in days",
    );
  const all = days * 86_400_000_000_000n + nanoseconds;
  const [seconds, rest] = [all / 1_000_000_000n, all % 1_000_000_000n];
  const clock = [seconds / 3600n, (seconds / 60n) % 60n, seconds % 60n].map((part) =>
    String(part).padStart(2, "0"),
  );
  return toLiteral(`${clock.join(":")}.${String(rest).padStart(9, "0")}`, "join asof");
}

function parseKey(key: unknown): JoinPlan["on"][number] {
  if (typeof key === "string" && key !== "") {
    const column = { node: "column", name: key } as const;
    return { left: column, right: column };
  }
  const { left, right } = (key ?? {}) as { left?: unknown; right?: unknown };
  if (isExpression(left) && isExpression(right)) return { left: left.node, right: right.node };
  throw new DlfLanceError(
    "InvalidInput",
    'Cannot join: a key is the name of a column of both, or a pair such as { left: col("id"), right: col("user") }',
  );
}
