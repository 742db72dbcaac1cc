/** What stands behind a query: DISTINCT, ORDER BY and LIMIT. */
import type { SortKey } from "../../../expression/expression-node.ts";
import type { LiteralNode } from "../../../expression/literal.ts";
import type { Plan } from "../../../plan/plan.ts";
import { readConstant } from "../statements/statement-literals.ts";
import { refusePart } from "./refuse-part.ts";
import { describeTree, isTree, type Tree, textAt, treesAt } from "./tree.ts";

export interface Modifiers {
  readonly isDistinct: boolean;
  /** The parts of ORDER BY. */
  readonly orders: readonly Tree[];
  readonly limit: { readonly count: number | null; readonly offset: number } | undefined;
}

export function readModifiers(node: Tree, parameters: readonly LiteralNode[]): Modifiers {
  const modifiers = treesAt(node, "modifiers");
  const known = ["DISTINCT_MODIFIER", "ORDER_MODIFIER", "LIMIT_MODIFIER"];
  const other = modifiers.find(({ type }) => !known.includes(String(type)));
  if (other?.type === "LIMIT_PERCENT_MODIFIER")
    throw refusePart("LIMIT of a percentage", "use sample() of a frame");
  if (other !== undefined) throw refusePart(textAt(other, "type"));
  const of = (type: string) => modifiers.find((modifier) => modifier.type === type);
  const [distinct, order, limit] = known.map(of);
  if (distinct !== undefined && treesAt(distinct, "distinct_on_targets").length > 0)
    throw refusePart(
      "DISTINCT ON",
      "number the rows: QUALIFY row_number() OVER (PARTITION BY … ORDER BY …) = 1",
    );
  const count = (key: string) => (limit === undefined ? null : readCount(limit[key], parameters));
  return {
    isDistinct: distinct !== undefined,
    orders: order === undefined ? [] : treesAt(order, "orders"),
    limit: limit === undefined ? undefined : { count: count("limit"), offset: count("offset") ?? 0 },
  };
}

function readCount(written: unknown, parameters: readonly LiteralNode[]): number | null {
  if (!isTree(written)) return null;
  const literal =
    written.class === "PARAMETER"
      ? parameters[Number(textAt(written, "identifier")) - 1]
      : readConstant(written);
  const number = Number(literal?.text);
  const isNumber = literal?.type === "integer" || literal?.type === "number";
  if (isNumber && Number.isSafeInteger(number) && number >= 0) return number;
  throw refusePart(`LIMIT or OFFSET of ${describeTree(written)}`, "write a number, or pass it as a value");
}

/** Sorted and cut. */
export function applyOrder(plan: Plan, keys: readonly SortKey[], { limit }: Modifiers): Plan {
  const sorted: Plan = keys.length === 0 ? plan : { step: "sort", input: plan, keys };
  return limit === undefined ? sorted : { step: "limit", input: sorted, ...limit };
}
