/** The charts of a plan: its rows are reduced by further steps. */
import type { Chart } from "../../chart/chart.ts";
import { isVegaLiteSpec } from "../../chart/spec-fields.ts";
import type { FrameContext } from "../frame-context.ts";
import { namePlan, type Plan } from "../plan.ts";
import type { RunOptions } from "../prepare.ts";
import { collectFrame, frameSchema, runFrame } from "../run-frame.ts";
import { plotFrame } from "./plot-frame.ts";
import type { PlotSource } from "./plot-source.ts";
import { plotSpec } from "./plot-spec.ts";

/** @throws DlfLanceError TableColumnNotFound, InvalidInput; what running the plan throws */
export async function plotPlan(
  plan: Plan,
  context: FrameContext,
  chart: unknown,
  options: RunOptions,
): Promise<Chart> {
  const source: PlotSource = {
    name: namePlan(plan),
    schema: await frameSchema(plan, context, options),
    collect: (build) => collectFrame(build(plan), context, options),
    batches: (build) => runFrame(build(plan), context, options),
  };
  return isVegaLiteSpec(chart) ? plotSpec(source, chart) : plotFrame(source, chart);
}
