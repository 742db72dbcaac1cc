/** What a part of a statement names for its queries: common table expressions, `WITH q AS (…)`. */
import { z } from "../../../../zod.ts";

export interface CommonTable {
  /** In lower case: DuckDB does not tell it from upper case. */
  readonly name: string;
  /** Names that it gives its columns. */
  readonly aliases: readonly unknown[];
  readonly node: unknown;
  /** It reads itself. */
  readonly isRecursive: boolean;
}

const commonTables = z.object({
  cte_map: z.object({
    map: z.array(
      z.object({
        key: z.string(),
        value: z.object({ aliases: z.array(z.unknown()), query: z.object({ node: z.unknown() }) }),
      }),
    ),
  }),
});
const recursive = z.object({ type: z.literal("RECURSIVE_CTE_NODE") });

/** In the order in which they are written: each sees those before it. */
export function readCommonTables(part: object): readonly CommonTable[] {
  // Most of a tree has none, and is not parsed: that takes longer than to look.
  const found = "cte_map" in part ? commonTables.safeParse(part).data : undefined;
  return (found?.cte_map.map ?? []).map(({ key, value: { aliases, query } }) => ({
    name: key.toLowerCase(),
    aliases,
    node: query.node,
    isRecursive: recursive.safeParse(query.node).success,
  }));
}
