/** What frames do when they run: their rows, the first of them, and how they come about. */
import { arrow, type Field, type RecordBatch, type Schema, type Table } from "../../arrow.ts";
import { isError } from "../../errors.ts";
import type { FirstRows, ShownRows } from "../display/frame-display.ts";
import { isRemoteEngine } from "../engines/engine.ts";
import type { Plan } from "../plan/plan.ts";
import { Explanation } from "./explanation.ts";
import type { FrameContext } from "./frame-context.ts";
import { countOfRows } from "./measure-column.ts";
import { type PreparedPlan, preparePlan } from "./prepare.ts";
import { readShown } from "./read-shown.ts";
import { type Run, type RunOptions, withRun } from "./run.ts";
import { readAhead, withRunAhead } from "./run-ahead.ts";
import { collect, countFreely, countPlan, runPlan } from "./run-plan.ts";
import { inputInPlace, scansOf } from "./stage.ts";

/** The rows of a plan, batch by batch. @param isPassing as for {@link runPlan}. */
export async function* runFrame(
  plan: Plan,
  context: FrameContext,
  options: RunOptions,
  isPassing = false,
): AsyncGenerator<RecordBatch, void, undefined> {
  yield* readAhead(context, options, async function* (run) {
    yield* runPlan(await preparePlan(plan, run), run, isPassing);
  });
}

/** All rows as one table, which has the right columns also when it has no rows. */
export function collectFrame(plan: Plan, context: FrameContext, options: RunOptions): Promise<Table> {
  return withRunAhead(context, options, async (run) => collect(await preparePlan(plan, run), run));
}

/** All rows, and what a display can show of their blobs. */
export function collectShown(plan: Plan, context: FrameContext, options: RunOptions): Promise<ShownRows> {
  return withRunAhead(context, options, async (run) => readShown(await preparePlan(plan, run), run));
}

export function countFrame(plan: Plan, context: FrameContext, options: RunOptions): Promise<number> {
  return withRunAhead(context, options, (run) => countPlan(plan, run));
}

export function frameSchema(plan: Plan, context: FrameContext, options: RunOptions): Promise<Schema> {
  return withRun(context, options, async (run) => {
    const { fields } = await preparePlan(plan, run);
    return new arrow.Schema([...fields]);
  });
}

/** The first rows, of one run, with what is said about them; they are counted where that costs no scan. */
export function readFirstRows(
  plan: Plan,
  context: FrameContext,
  rows: number,
  options: RunOptions,
): Promise<FirstRows & { readonly fields: readonly Field[] }> {
  return withRunAhead(context, options, async (asked) => {
    const { first, run } = await prepareFirst(plan, rows, asked);
    const { table, blobs } = await readShown(first, run);
    const isAll = table.numRows < rows;
    const counted = isAll ? table.numRows : await countFreely(await preparePlan(plan, run), run);
    const [scan, ...others] = scansOf(first.root);
    const version = scan === undefined || others.length > 0 ? undefined : scan.table.version;
    const ranOn = run === asked ? describeWhere(run, first) : "read here: Ray keeps no order of the rows";
    return { table, blobs, fields: first.fields, totalRows: counted ?? "more", version, ranOn };
  });
}

/** Where the work was done; undefined where that was here alone. */
export function describeWhere({ elsewhere }: Run, { root: { stage } }: PreparedPlan): string | undefined {
  if (elsewhere.length === 0) return undefined;
  const isDoneThere = stage.stage !== "engine" || isRemoteEngine(stage.engine);
  return [...elsewhere, ...(isDoneThere ? [] : ["further steps here"])].join("; ");
}

/** Which rows are the first is refused by Ray for rows as they lie in their table: these few are read here. */
async function prepareFirst(
  plan: Plan,
  rows: number,
  run: Run,
): Promise<{ readonly first: PreparedPlan; readonly run: Run }> {
  const limited: Plan = { step: "limit", input: plan, count: rows, offset: 0 };
  try {
    return { first: await preparePlan(limited, run), run };
  } catch (error) {
    if (run.engine !== "ray" || !isError(error, "Unsupported")) throw error;
    // What Ray does not do at all is not done here in its place.
    await preparePlan(plan, run);
    const { engine: _, ...here } = run;
    return { first: await preparePlan(limited, here), run: here };
  }
}

/** How many rows there are, where counting them costs no scan. */
export function countFrameFreely(
  plan: Plan,
  context: FrameContext,
  options: RunOptions,
): Promise<number | undefined> {
  return withRun(context, options, async (run) => countFreely(await preparePlan(plan, run), run));
}

/** Whether aggregates of the rows are computed where these lie, and none of them is brought here. */
export function isReducedInPlace(plan: Plan, context: FrameContext, options: RunOptions): Promise<boolean> {
  const counted: Plan = { step: "aggregate", input: plan, keys: [], aggregates: [countOfRows] };
  return withRun(context, options, async (run) => {
    const { stage } = (await preparePlan(counted, run)).root;
    if (stage.stage !== "engine" || stage.engine !== "duckdb") return false;
    return [...stage.inputs.values()].every((input) => inputInPlace(input, undefined) !== undefined);
  });
}

export function explainFrame(plan: Plan, context: FrameContext, options: RunOptions): Promise<Explanation> {
  return withRun(context, options, async (run) => {
    const { optimized, root } = await preparePlan(plan, run, true);
    return new Explanation({ written: plan, optimized, root });
  });
}
