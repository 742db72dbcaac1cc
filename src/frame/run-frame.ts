/** What frames do when they run: their rows, how they look, and how they come about. */
import { arrow, type RecordBatch, type Schema, type Table } from "../arrow.ts";
import { renderDataTable } from "../display/data-table.ts";
import { inspectText, type MimeBundle } from "../display/mime.ts";
import { renderProperties } from "../display/properties.ts";
import { describePlan } from "./describe-plan.ts";
import { Explanation } from "./explanation.ts";
import type { FrameContext } from "./frame-context.ts";
import { namePlan, type Plan } from "./plan.ts";
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

/** Draws the first rows; how many there are in all is said where that costs no scan. */
export async function drawRows(
  plan: Plan,
  context: FrameContext,
  rows: number,
  title: string | undefined,
  options: RunOptions,
): Promise<MimeBundle> {
  const table = await collectFrame({ step: "limit", input: plan, count: rows, offset: 0 }, context, options);
  const drawn = { title, maxRows: rows };
  if (table.numRows < rows) return renderDataTable(table, drawn);
  const { staged } = await preparePlan(plan, context, options);
  const counted = pushedCount(staged);
  if (counted === undefined || counted.filter !== undefined) {
    return renderDataTable(table, { ...drawn, caption: "the first rows; there may be more" });
  }
  return renderDataTable(table, { ...drawn, totalRows: await countPlan(plan, context, options) });
}

/** A notebook shows the plan, the columns and the first rows. */
export async function drawFrame(plan: Plan, context: FrameContext, rows: number): Promise<MimeBundle> {
  const card = renderProperties({
    title: `lazy frame · ${namePlan(plan)}`,
    rows: [["plan", describePlan(plan)]],
    schema: await frameSchema(plan, context, {}),
  });
  return joinBundles(card, await drawRows(plan, context, rows, undefined, {}));
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

function joinBundles(first: MimeBundle, second: MimeBundle): MimeBundle {
  return {
    "text/html": `<div>${first["text/html"]}</div><div>${second["text/html"]}</div>`,
    "text/plain": `${inspectText(first)}\n${inspectText(second)}`,
  };
}
