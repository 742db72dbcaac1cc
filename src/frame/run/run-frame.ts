/** What frames do when they run: their rows, the first of them, and how they come about. */
import { arrow, type RecordBatch, type Schema, type Table } from "../../arrow.ts";
import { currentInterruptSignal, waitFor } from "../../interrupt.ts";
import type { FirstRows } from "../display/frame-display.ts";
import { inputsOf, type Plan } from "../plan/plan.ts";
import { Explanation } from "./explanation.ts";
import type { FrameContext } from "./frame-context.ts";
import { findSource, preparePlan, type RunOptions } from "./prepare.ts";
import { countPlan, pushedCount, runPlan } from "./run-plan.ts";

/** The rows of a plan, batch by batch. */
export async function* runFrame(
  plan: Plan,
  context: FrameContext,
  options: RunOptions,
): AsyncGenerator<RecordBatch, void, undefined> {
  yield* runPlan(await preparePlan(plan, context, options), context, options);
}

/** All rows as one table, which has the right columns also when it has no rows. */
export async function collectFrame(plan: Plan, context: FrameContext, options: RunOptions): Promise<Table> {
  const prepared = await preparePlan(plan, context, options);
  const batches: RecordBatch[] = [];
  for await (const batch of runPlan(prepared, context, options)) batches.push(batch);
  return batches.length === 0
    ? new arrow.Table(new arrow.Schema([...prepared.fields]))
    : new arrow.Table(batches);
}

export async function frameSchema(plan: Plan, context: FrameContext, options: RunOptions): Promise<Schema> {
  return new arrow.Schema([...(await preparePlan(plan, context, options)).fields]);
}

/** The first rows; how many there are in all is found out where that costs no scan. */
export async function readFirstRows(
  plan: Plan,
  context: FrameContext,
  rows: number,
  options: RunOptions,
): Promise<FirstRows> {
  const [version, table] = await Promise.all([
    readVersion(plan, context, options),
    collectFrame({ step: "limit", input: plan, count: rows, offset: 0 }, context, options),
  ]);
  if (table.numRows < rows) return { table, totalRows: table.numRows, version };
  const { staged } = await preparePlan(plan, context, options);
  const counted = pushedCount(staged);
  const isFree = counted !== undefined && counted.filter === undefined;
  return { table, totalRows: isFree ? await countPlan(plan, context, options) : "more", version };
}

/** Of the one table that the plan reads; none where it reads several. */
async function readVersion(
  plan: Plan,
  context: FrameContext,
  { signal = currentInterruptSignal() }: RunOptions,
): Promise<number | undefined> {
  let at = plan;
  for (const inputs = () => inputsOf(at); inputs().length === 1; at = inputs()[0] ?? at);
  if (at.step !== "scan") return undefined;
  const version = findSource(at, context).version?.();
  return version && waitFor(version, signal, `read ${at.table}`);
}

export async function explainFrame(
  plan: Plan,
  context: FrameContext,
  options: RunOptions,
): Promise<Explanation> {
  const { optimized, staged, inputs, choice } = await preparePlan(plan, context, options);
  const scans = await Promise.all(
    staged.scans.map(async ({ part, request }) => ({
      table: part.scan.table,
      version: await findSource(part.scan, context).version?.(),
      request,
    })),
  );
  const steps = (await choice.engine?.explain?.(staged.top, inputs)) ?? [];
  return new Explanation({ written: plan, optimized, scans, top: staged.top, choice, steps });
}
