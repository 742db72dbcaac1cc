/** The pages of a frame. */

import { type FramePageOptions, type Page, type PagedRows, readPage } from "../display/page.ts";
import { namePlan, type Plan } from "../plan/plan.ts";
import type { FrameContext } from "./frame-context.ts";
import type { RunOptions } from "./run.ts";
import { collectShown, countFrameFreely } from "./run-frame.ts";

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
      collectShown({ step: "limit", input: plan, count, offset }, context, within(own)),
    countRows: (own) => countFrameFreely(plan, context, within(own)),
  };
  return readPage(rows, number, size === undefined ? {} : { size }, signal);
}
