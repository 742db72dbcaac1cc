import { DlfLanceError } from "../../errors.ts";
import { loadWhenUsed } from "../../load-when-used.ts";
import { z } from "../../zod.ts";
import { isExpression, nullNode } from "../expression/expression-build.ts";
import type { AggregateNode } from "../expression/expression-node.ts";
import type { ExpressionLike } from "../expression/expression-types.ts";
import { type LiteralInput, toLiteral } from "../expression/literal.ts";
import type { PivotPlan, UnpivotPlan } from "../plan/plan.ts";
import { parse, parseColumnNames, parseSelections } from "./arguments.ts";
import type { NameArgument, RowFor, Selection } from "./frame-types.ts";
import { keyNode } from "./window.ts";

/** `N` are the names that are given. */
export interface PivotOptions<C, N = never> {
  /** What makes a group, by name or computed. */
  readonly keys: readonly Selection<C, N>[];
  /** The column or expression whose values become columns. */
  readonly on: NameArgument<C, N> | ExpressionLike<unknown, RowFor<C>>;
  /** These values, called as their text, or an object of column name to value. */
  readonly values: readonly (LiteralInput | null)[] | Readonly<Record<string, LiteralInput | null>>;
  /** Such as `col("amount").sum()`. */
  readonly aggregate: ExpressionLike<unknown, RowFor<C>>;
}

export type PivotOptionName = keyof PivotOptions<never>;

/** The names among the keys and the column of a pivot. */
export type PivotNames<O> = O extends { readonly keys: readonly (infer K)[]; readonly on: infer N }
  ? Extract<K | N, string>
  : never;

/** Options of `unpivot`. */
export interface UnpivotOptions<K, U, N extends string, V extends string> {
  /** Columns that stay next to the names and values. */
  readonly keys: readonly K[];
  /** Columns that become rows. */
  readonly columns: readonly U[];
  /** `name` by default. */
  readonly nameColumn?: N;
  /** `value` by default. */
  readonly valueColumn?: V;
}

const pivot = loadWhenUsed(() =>
  z.strictObject({
    keys: z.array(z.unknown()),
    on: z.unknown(),
    values: z.union([z.array(z.unknown()), z.record(z.string().min(1), z.unknown())]),
    aggregate: z.unknown(),
  }),
);
const unpivot = loadWhenUsed(() =>
  z.strictObject({
    keys: z.array(z.string()),
    columns: z.array(z.string()),
    nameColumn: z.string().min(1).default("name"),
    valueColumn: z.string().min(1).default("value"),
  }),
);

/** @throws DlfLanceError InvalidInput */
export function parsePivot(value: unknown): Pick<PivotPlan, "keys" | "on" | "values" | "aggregate"> {
  const { keys, on, values, aggregate } = parse(pivot, value, "pivot");
  const named = Array.isArray(values)
    ? values.map((one) => [String(one), one] as const)
    : Object.entries(values);
  return {
    keys: parseSelections(keys, "pivot"),
    on: keyNode(on, "pivot"),
    values: named.map(([name, one]) => ({ name, value: one === null ? nullNode : toLiteral(one, "pivot") })),
    aggregate: aggregateNode(aggregate),
  };
}

function aggregateNode(value: unknown): AggregateNode {
  if (isExpression(value) && value.node.node === "aggregate") return value.node;
  throw new DlfLanceError(
    "InvalidInput",
    'Cannot pivot: aggregate is one such as col("amount").sum() or count()',
  );
}

/** @throws DlfLanceError InvalidInput */
export function parseUnpivot(
  value: unknown,
): Pick<UnpivotPlan, "keys" | "columns" | "nameColumn" | "valueColumn"> {
  const { keys, columns, nameColumn, valueColumn } = parse(unpivot, value, "unpivot");
  return { keys, columns: parseColumnNames(columns, "unpivot"), nameColumn, valueColumn };
}
