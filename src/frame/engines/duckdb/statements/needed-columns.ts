/** Which columns a statement reads, as DuckDB's own plan of it says. */
import * as z from "zod";
import type { BindParameters, Worker } from "../worker.ts";

interface PlanNode {
  readonly children: readonly PlanNode[];
  readonly extra_info: Readonly<Record<string, unknown>>;
}

const planNode: z.ZodType<PlanNode> = z.lazy(() =>
  z.object({ children: z.array(planNode), extra_info: z.record(z.string(), z.unknown()) }),
);

export interface NeededColumns {
  /** The columns that are read, of all tables together. */
  readonly columns: ReadonlySet<string>;
  /** Whether there is a table whose rows are only counted. */
  readonly hasCounted: boolean;
}

export async function findNeededColumns(
  worker: Worker,
  sql: string,
  bind?: BindParameters,
): Promise<NeededColumns> {
  const { batches } = await worker.query(`EXPLAIN (FORMAT JSON) ${sql}`, bind);
  let json = "[]";
  for await (const batch of batches()) json = String(batch.getChildAt(1)?.get(0));
  const columns = new Set<string>();
  let hasCounted = false;
  const look = ({ children, extra_info: info }: PlanNode) => {
    if (typeof info.Function === "string") {
      const { Projections: read } = info;
      const names = (Array.isArray(read) ? read : [read]).filter(
        (name) => typeof name === "string" && name !== "",
      );
      // The field of a struct comes with its path behind the column.
      for (const name of names) columns.add((name as string).split(".")[0] as string);
      hasCounted ||= names.length === 0;
    }
    children.forEach(look);
  };
  z.array(planNode).parse(JSON.parse(json)).forEach(look);
  return { columns, hasCounted };
}
