import * as z from "zod";
import { DlfLanceError } from "../../errors.ts";
import { isExpression } from "../expression/expression-build.ts";
import type { ExpressionLike } from "../expression/expression-types.ts";
import { type JoinKind, type JoinPlan, joinKinds } from "../plan/plan.ts";
import { parse } from "./arguments.ts";
import type { ColumnName, Joined, LateName, RowFor } from "./frame-types.ts";

/** Expressions over one frame and over the other that must be equal. */
export interface JoinPair<C, D> {
  readonly left: ExpressionLike<unknown, RowFor<C>>;
  readonly right: ExpressionLike<unknown, RowFor<D>>;
}

/** `N` are the names given as `on`. */
export interface JoinOptions<C, D, N = never> {
  /** A column of both, several, or pairs of expressions. Left out for `cross` alone. */
  readonly on?: JoinKey<C, D, N> | readonly JoinKey<C, D, N>[];
  /** `inner` by default. */
  readonly how?: JoinKind;
  /** For columns of the other frame whose name is taken; `_right` by default. */
  readonly suffix?: string;
}

type JoinKey<C, D, N> = SharedName<C, D> | LateName<N> | JoinPair<C, D>;

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

const options = z.strictObject({
  on: z.unknown().optional(),
  how: z.enum(joinKinds, `how is one of ${joinKinds.join(", ")}`).default("inner"),
  suffix: z.string().min(1, "a suffix is a text that is not empty").default("_right"),
});

/** @throws DlfLanceError InvalidInput */
export function parseJoin(value: unknown): Pick<JoinPlan, "on" | "kind" | "suffix"> {
  const { on, how, suffix } = parse(options, value, "join");
  const keys = on === undefined ? [] : Array.isArray(on) ? on : [on];
  if ((how === "cross") === keys.length > 0) {
    throw new DlfLanceError(
      "InvalidInput",
      how === "cross"
        ? "Cannot join: a cross join takes every pair of rows; leave on out"
        : 'Cannot join: tell on which columns, as in { on: "id" }; for every pair of rows, { how: "cross" }',
    );
  }
  return { on: keys.map(parseKey), kind: how, suffix };
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
