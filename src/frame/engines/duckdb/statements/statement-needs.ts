/** What a statement reads, as DuckDB's own plan of it says. */
import { z } from "../../../../zod.ts";
import type { BindParameters, Worker } from "../worker.ts";

interface PlanNode {
  readonly name: string;
  readonly children: readonly PlanNode[];
  readonly extra_info: Readonly<Record<string, unknown>>;
}

const planNode: z.ZodType<PlanNode> = z.lazy(() =>
  z.object({ name: z.string(), children: z.array(planNode), extra_info: z.record(z.string(), z.unknown()) }),
);

export interface StatementNeeds {
  /** What is read of all tables together: `column`, or the fields of a struct as `column.field.field`. */
  readonly columns: ReadonlySet<string>;
  /** Whether there is a table whose rows are only counted. */
  readonly hasCounted: boolean;
  /** Whether it makes each of its rows of one row of a table, one after the other. */
  readonly passesRows: boolean;
}

export async function findNeeds(worker: Worker, sql: string, bind?: BindParameters): Promise<StatementNeeds> {
  const plan = await explain(worker, sql, bind);
  return { ...findColumns(plan), passesRows: passesRows(plan) };
}

function findColumns(plan: readonly PlanNode[]): Pick<StatementNeeds, "columns" | "hasCounted"> {
  const columns = new Set<string>();
  let hasCounted = false;
  const look = ({ children, extra_info: info }: PlanNode) => {
    if (typeof info.Function === "string") {
      const { Projections: read } = info;
      const names = (Array.isArray(read) ? read : [read]).filter(
        (name) => typeof name === "string" && name !== "",
      );
      for (const name of names) columns.add(name as string);
      hasCounted ||= names.length === 0;
    }
    children.forEach(look);
  };
  plan.forEach(look);
  return { columns, hasCounted };
}

/** What hands each row on, once or not at all, in the order in which it comes. */
const passing: readonly string[] = ["STREAMING_LIMIT", "LIMIT", "PROJECTION", "FILTER"];

/** Of a UNION, each part alone. */
function passesRows([node, ...others]: readonly PlanNode[]): boolean {
  if (node === undefined || others.length > 0) return false;
  if (node.name === "UNION") return node.children.every((part) => passesRows([part]));
  if (passing.includes(node.name)) return passesRows(node.children);
  return node.children.length === 0 && typeof node.extra_info.Function === "string";
}

async function explain(worker: Worker, sql: string, bind?: BindParameters): Promise<readonly PlanNode[]> {
  const { batches } = await worker.query(`EXPLAIN (FORMAT JSON) ${sql}`, bind);
  let json = "[]";
  for await (const batch of batches()) json = String(batch.getChildAt(1)?.get(0));
  return z.array(planNode).parse(JSON.parse(json));
}
