/** The charts of a plan: its rows are reduced by further steps. */
import type { Chart } from "../../chart/chart.ts";
import { isVegaLiteSpec } from "../../chart/spec-fields.ts";
import { namePlan, type Plan } from "../plan/plan.ts";
import type { FrameContext } from "../run/frame-context.ts";
import { leaveOutNaN } from "../run/leave-out-nan.ts";
import type { RunOptions } from "../run/run.ts";
import { collectFrame, frameSchema, isReducedInPlace, runFrame } from "../run/run-frame.ts";
import { durationsToSeconds, type SecondsOfDurations } from "./duration-seconds.ts";
import { plotFrame } from "./plot-frame.ts";
import { parsePlotOptions } from "./plot-options.ts";
import type { PlotSource } from "./plot-source.ts";
import { plotSpec } from "./plot-spec.ts";

/** @throws DlfLanceError TableColumnNotFound, InvalidInput; what running the plan throws */
export async function plotPlan(
  plan: Plan,
  context: FrameContext,
  chart: unknown,
  options: RunOptions,
): Promise<Chart> {
  // Another engine is asked for the columns that are drawn, and may not keep the others.
  const schema = await frameSchema(plan, context, { ...options, engine: "here" });
  const createSource = (rows: SecondsOfDurations): PlotSource => ({
    name: namePlan(plan),
    schema: rows.schema,
    inSeconds: rows.columns,
    isReducedInPlace: () => isReducedInPlace(rows.plan, rows.context, options),
    collect: (build) => collectFrame(build(rows.plan), rows.context, options),
    collectNumbers: (build) => collectFrame(build(rows.plan), leaveOutNaN(rows.plan, rows.context), options),
    batches: (build) => runFrame(build(rows.plan), rows.context, options, true),
  });
  if (isVegaLiteSpec(chart))
    return plotSpec(createSource(durationsToSeconds(plan, context, schema, [])), chart);
  const asked = parsePlotOptions(chart);
  const rows = durationsToSeconds(plan, context, schema, [
    asked.x,
    asked.y,
    asked.color,
    asked.column,
    asked.row,
  ]);
  return plotFrame(createSource(rows), asked);
}
