import { checkOptions, type OptionNames } from "../../check-options.ts";
import { DlfLanceError } from "../../errors.ts";
import { isExpression } from "../expression/expression-build.ts";
import type {
  ExpressionNode,
  SortKey,
  WindowFrame,
  WindowFunctionNode,
  WindowNode,
} from "../expression/expression-node.ts";
import type { ExpressionLike } from "../expression/expression-types.ts";
import type { Items, NameArgument, RowFor } from "./frame-types.ts";
import { parseOffset, type TimeOffset } from "./time-offset.ts";

/** A key to sort by: a column by name, an expression, or one with its direction. Nulls come last by default. */
export type SortBy<R = never, N extends string = string> =
  | N
  | ExpressionLike<unknown, R>
  | {
      readonly by: N | ExpressionLike<unknown, R>;
      readonly descending?: boolean;
      readonly nullsFirst?: boolean;
    };

/** A key in descending order: `sort(desc("price"), "name")`. */
export function desc<K extends string | ExpressionLike>(
  by: K,
  ...others: readonly never[]
): { readonly by: K; readonly descending: true } {
  refuseFurtherKeys("desc", others);
  return { by, descending: true };
}

/** A key in ascending order, which is the default. */
export function asc<K extends string | ExpressionLike>(
  by: K,
  ...others: readonly never[]
): { readonly by: K; readonly descending: false } {
  refuseFurtherKeys("asc", others);
  return { by, descending: false };
}

function refuseFurtherKeys(name: string, others: readonly unknown[]): void {
  if (others.length === 0) return;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot sort by ${name}(): it takes one key, and ${others.length + 1} are given; write one for each, as in sort(${name}("price"), ${name}("name"))`,
  );
}

/** A key to sort a frame by; `K` are the keys that are given. */
export type SortKeyOf<C, K> = SortBy<RowFor<C>, NameArgument<C, SortName<K>>> & NoOther<K>;

/** Keys, one by one or in lists; `S` are those that are given. */
export type SortKeysOf<C, S extends readonly unknown[]> = readonly (
  | SortKeyOf<C, Items<S>>
  | readonly SortKeyOf<C, Items<S>>[]
)[];

type SortName<K> = K extends string ? K : K extends { readonly by: infer B extends string } ? B : never;

/** An object has the members of a key alone. */
type NoOther<K> = K extends { readonly by: unknown }
  ? {
      readonly [N in Exclude<
        keyof K,
        "by" | "descending" | "nullsFirst"
      >]: "a key has by, descending and nullsFirst";
    }
  : unknown;

type WindowKey = string | ExpressionLike;

/** What a window is partitioned by: columns by name, and expressions. */
export type WindowKeys = WindowKey | readonly WindowKey[];

/** What a window is ordered by. */
export type WindowOrder = SortBy | readonly SortBy[];

/** The rows that a window function sees. `P` and `O` are the keys it is partitioned and ordered by. */
export interface Window<P extends WindowKeys = WindowKeys, O extends WindowOrder = WindowOrder> {
  /** Rows with equal values are one partition; without it all rows are. */
  readonly partitionBy?: P;
  readonly orderBy?: O;
  /**
   * Rows from and to, counted from the current one, negative before it; null is the end of the partition. Without it
   * the whole partition, or with an order all rows up to the current one and its equals.
   */
  readonly rows?: readonly [from: number | null, to: number | null];
  /**
   * In place of `rows`: by how much the one key in `orderBy` may differ from that of the current row, as numbers or as
   * times: `[{ days: -6 }, 0]` for a week up to now; null is the end of the partition. Days have 24 hours.
   */
  readonly range?: readonly [from: RangeEdge, to: RangeEdge];
}

/** How far a window reaches in the values that it is ordered by: negative is before the row, `null` is without end. */
export type RangeEdge = number | TimeOffset | null;

const windowOptions: OptionNames<Window> = { partitionBy: true, orderBy: true, rows: true, range: true };
const sortOptions: OptionNames<Exclude<SortBy, string | ExpressionLike>> = {
  by: true,
  descending: true,
  nullsFirst: true,
};

/** @throws DlfLanceError InvalidInput for keys that are neither names nor expressions, and for rows that are none. */
/** Functions for which all rows are equal without an order. */
const byOrder: readonly string[] = ["rank", "denseRank", "percentRank", "cumeDist"];

export function parseWindow(node: WindowFunctionNode, window: Window = {}): WindowNode {
  checkOptions(window, windowOptions, "open a window");
  const refuse = (why: string) => new DlfLanceError("InvalidInput", `Cannot open a window: ${why}`);
  if (window.rows !== undefined && (!Array.isArray(window.rows) || window.rows.length !== 2))
    throw refuse(
      `rows is ${JSON.stringify(window.rows)}; pass two edges, such as [-2, 0], or [null, 0] from the beginning`,
    );
  const [start, end] = window.rows ?? [null, null];
  if (start !== null && end !== null && start > end)
    throw refuse(`rows [${start}, ${end}] begin after their end; pass the lower edge first`);
  if (node.node === "ranking" && byOrder.includes(node.function) && asList(window.orderBy).length === 0)
    throw refuse(`${node.function}() goes by an order; pass orderBy, as in over({ orderBy: "price" })`);
  for (const edge of [start, end]) {
    if (edge === null || Number.isSafeInteger(edge)) continue;
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot open a window: ${String(edge)} is not a number of rows; rows is [-2, 0], or [null, 0] from the beginning`,
    );
  }
  if (window.rows !== undefined && window.range !== undefined)
    throw new DlfLanceError("InvalidInput", "Cannot open a window: it takes rows or a range, not both");
  return {
    node: "window",
    function: node,
    partitionBy: asList(window.partitionBy).map((key) => keyNode(key, "open a window")),
    orderBy: parseSortKeys(asList(window.orderBy), "open a window"),
    frame:
      window.range !== undefined
        ? parseRange(window.range)
        : window.rows === undefined
          ? null
          : { start, end },
  };
}

function parseRange(range: readonly [RangeEdge, RangeEdge]): WindowFrame {
  const refuse = (why: string) => new DlfLanceError("InvalidInput", `Cannot open a window: ${why}`);
  if (!Array.isArray(range) || range.length !== 2)
    throw refuse("range is two edges, such as [{ days: -6 }, 0]");
  const isTime = range.some((edge) => typeof edge === "object" && edge !== null);
  const [start, end] = range.map((edge) => {
    if (edge === null || edge === 0) return edge;
    if (isTime !== (typeof edge === "object") || (typeof edge === "number" && !Number.isFinite(edge)))
      throw refuse(`${String(edge)} does not fit the other edge; range is [-5, 0] or [{ days: -6 }, 0]`);
    if (typeof edge === "number") return edge;
    const [months, days, nanoseconds] = parseOffset(edge).map(Number) as [number, number, number];
    if (months !== 0) throw refuse("a range has no months, which differ in length; give days");
    return days * 86_400_000_000 + nanoseconds / 1000;
  }) as [number | null, number | null];
  return { start, end, range: isTime ? "microseconds" : "number" };
}

/** @throws DlfLanceError InvalidInput for what is not a key. */
export function parseSortKeys(keys: readonly unknown[], action: string): readonly SortKey[] {
  return keys.flat().map((key) => {
    if (typeof key === "object" && key !== null && "by" in key && !isExpression(key)) {
      checkOptions(key, sortOptions, action);
      const { by, descending = false, nullsFirst = false } = key as Exclude<SortBy, string | ExpressionLike>;
      for (const [name, value] of Object.entries({ descending, nullsFirst })) {
        if (typeof value === "boolean") continue;
        throw new DlfLanceError(
          "InvalidInput",
          `Cannot ${action}: ${name} is ${JSON.stringify(value)}; pass true or false`,
        );
      }
      return { expression: keyNode(by, action), descending, nullsFirst };
    }
    return { expression: keyNode(key, action), descending: false, nullsFirst: false };
  });
}

/** The node of a column by name, or of an expression. */
export function keyNode(key: unknown, action: string): ExpressionNode {
  if (typeof key === "string" && key !== "") return { node: "column", name: key };
  if (isExpression(key)) return key.node;
  const isBare = typeof key === "object" && key !== null && ("descending" in key || "nullsFirst" in key);
  throw new DlfLanceError(
    "InvalidInput",
    isBare
      ? `Cannot ${action}: a direction stands without its key; pass both in one, as in { by: "price", descending: true }`
      : `Cannot ${action}: a key is neither a column's name nor an expression; pass "price", col("price").abs() or ` +
          '{ by: "price", descending: true }',
  );
}

function asList(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
