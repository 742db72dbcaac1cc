/** Which columns a statement reads, as DuckDB's own plan of it says. */
import { z } from "zod";
import type { BindParameters, SqlSession } from "./session.ts";

interface PlanNode {
  readonly children: readonly PlanNode[];
  readonly extra_info: Readonly<Record<string, unknown>>;
}

const planNode: z.ZodType<PlanNode> = z.lazy(() =>
  z.object({ children: z.array(planNode), extra_info: z.record(z.string(), z.unknown()) }),
);

/**
 * The names of the columns, `c0`, `c1`, …, that are read of each function, by the function's name in lower case. A function that is
 * not there is not read at all; one with no columns delivers rows that are only counted.
 */
export async function findNeededColumns(
  session: SqlSession,
  sql: string,
  bind?: BindParameters,
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const { batches } = await session.query(`EXPLAIN (FORMAT JSON) ${sql}`, bind);
  let json = "[]";
  for await (const batch of batches()) json = String(batch.getChildAt(1)?.get(0));
  const needed = new Map<string, Set<string>>();
  const look = ({ children, extra_info: info }: PlanNode) => {
    if (typeof info.Function === "string") {
      const name = info.Function.toLowerCase();
      const columns = needed.get(name) ?? new Set();
      const projections = info.Projections;
      for (const column of Array.isArray(projections) ? projections : [projections]) {
        // Of a struct whose fields alone are read, the fields are told: `c0.city`.
        if (typeof column === "string") columns.add(/^c\d+/.exec(column)?.[0] ?? column);
      }
      needed.set(name, columns);
    }
    children.forEach(look);
  };
  z.array(planNode).parse(JSON.parse(json)).forEach(look);
  return needed;
}
