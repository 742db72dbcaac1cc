/** Runs prepared plans: their rows, or how many there are. */
import { arrow, type RecordBatch, type Table } from "../../arrow.ts";
import { waitFor } from "../../interrupt.ts";
import { beginProgress, type ProgressEnd } from "../../progress.ts";
import { isRemoteEngine, remoteEngineTitles } from "../engines/engine.ts";
import { namePlan, type Plan } from "../plan/plan.ts";
import { titleRows } from "../plan/title-plan.ts";
import { type PreparedPlan, preparePlan } from "./prepare.ts";
import type { Run } from "./run.ts";
import { stageInput } from "./run-stages.ts";
import type { StageInput } from "./stage.ts";
import { untilAborted } from "./until-aborted.ts";

/**
 * The rows of the plan, batch by batch. It tells the rows and bytes read from its tables as progress.
 * @param isPassing whether a batch is read only until the next one is asked for: its memory may be gone then.
 */
export async function* runPlan(
  { optimized, root }: PreparedPlan,
  run: Run,
  isPassing = false,
): AsyncGenerator<RecordBatch, void, undefined> {
  const action = `read ${titleRows(namePlan(optimized))}`;
  const progress = beginProgress(action + describeEngine(run), expectedRows(root));
  const { functions } = run.context;
  let end: ProgressEnd = "done";
  try {
    const input = stageInput(root, { run, progress, functions });
    yield* untilAborted(input.batches(undefined, isPassing), run.signal, action);
  } catch (error) {
    if (!run.tables.isOutdated) end = run.signal?.aborted ? "interrupted" : "failed";
    throw error;
  } finally {
    progress.end(end);
  }
}

/** All rows of the plan as one table. */
export async function collect(prepared: PreparedPlan, run: Run): Promise<Table> {
  const batches: RecordBatch[] = [];
  for await (const batch of runPlan(prepared, run)) batches.push(batch);
  return batches.length === 0
    ? new arrow.Table(new arrow.Schema([...prepared.fields]))
    : new arrow.Table(batches);
}

/** Where the run is asked for, as in " on Daft"; empty for this process. */
export function describeEngine({ engine }: Run): string {
  return isRemoteEngine(engine) ? ` on ${remoteEngineTitles[engine]}` : "";
}

function expectedRows(root: StageInput): { readonly rows?: number } {
  const counts = countsOf(root);
  if (counts.length === 0 || counts.includes(undefined)) return {};
  return { rows: counts.reduce<number>((sum, rows) => sum + (rows ?? 0), 0) };
}

function countsOf({ stage }: StageInput): readonly (number | undefined)[] {
  return stage.stage === "engine" ? [...stage.inputs.values()].flatMap(countsOf) : [stage.rows];
}

/**
 * How many rows a plan has. Lance counts them without delivering any where it takes the whole plan.
 * @throws as the run of the plan.
 */
export async function countPlan(plan: Plan, run: Run): Promise<number> {
  // The columns of the plan are not read: a count asks no engine for what it cannot keep.
  if (run.engine === undefined) {
    const { root } = await preparePlan(plan, run);
    const count = await pushedCount(root, run);
    if (count !== undefined) return count;
  }
  const counted: Plan = {
    step: "aggregate",
    input: plan,
    keys: [],
    aggregates: [
      { name: "rows", expression: { node: "aggregate", function: "count", operand: null, fraction: null } },
    ],
  };
  // To its end, after the one row: a run on Daft that nobody reads on ends its process.
  let rows = 0;
  for await (const batch of runPlan(await preparePlan(counted, run), run))
    if (batch.numRows > 0) rows = Number(batch.getChildAt(0)?.get(0) ?? 0);
  return rows;
}

/** Counted by the table or the file itself, where there is nothing but a filter and a limit. */
async function pushedCount({ stage }: StageInput, { signal }: Run): Promise<number | undefined> {
  if (stage.stage === "rows") return stage.rows;
  if (stage.stage !== "scan" || stage.request.search !== undefined) return undefined;
  const { scan, table, request } = stage;
  const { filter, limit = Number.POSITIVE_INFINITY, offset = 0 } = request;
  const known = filter === undefined ? table.rows : undefined;
  const rows = known ?? (await waitFor(table.countRows(filter), signal, `read ${scan.table}`));
  return Math.min(Math.max(0, rows - offset), limit);
}

/** All rows, where counting them costs no scan. */
export async function countFreely({ root }: PreparedPlan, run: Run): Promise<number | undefined> {
  const { stage } = root;
  return stage.stage === "rows" || (stage.stage === "scan" && stage.request.filter === undefined)
    ? pushedCount(root, run)
    : undefined;
}
