/** The pages of a frame. */

import { type FramePageOptions, type Page, type PagedRows, readPage } from "../display/page.ts";
import { namePlan, type Plan } from "../plan/plan.ts";
import type { FrameContext } from "./frame-context.ts";
import { preparePlan } from "./prepare.ts";
import { type RunOptions, withRun } from "./run.ts";
import { collectFrame } from "./run-frame.ts";
import { countPlan, pushedCount } from "./run-plan.ts";

export function pageFrame(
  plan: Plan,
  context: FrameContext,
  number: number,
  { size, signal, ...options }: FramePageOptions & RunOptions,
): Promise<Page> {
  const within = (own: AbortSignal | undefined): RunOptions =>
    own === undefined ? options : { ...options, signal: own };
  const rows: PagedRows = {
    name: namePlan(plan),
    read: (offset, count, own) =>
      collectFrame({ step: "limit", input: plan, count, offset }, context, within(own)),
    countRows: (own) =>
      withRun(context, within(own), async (run) => {
        const counted = pushedCount((await preparePlan(plan, run)).staged);
        const isFree = counted !== undefined && counted.filter === undefined;
        return isFree ? countPlan(plan, run) : undefined;
      }),
  };
  return readPage(rows, number, size === undefined ? {} : { size }, signal);
}
