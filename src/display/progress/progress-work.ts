/** What is known of a piece of work that tells its progress. */
import type { ProgressAmount, ProgressEnd } from "../../progress.ts";

export const progressUnits = ["rows", "bytes", "parts"] as const satisfies readonly (keyof ProgressAmount)[];
export type ProgressUnit = (typeof progressUnits)[number];

/** Times are milliseconds of one clock. */
export interface Work {
  readonly title: string;
  readonly begun: number;
  done: ProgressAmount;
  /** What is to be done in all, as far as it is known. */
  total: ProgressAmount;
  /** Begun inside this work, and not done yet. */
  readonly steps: Work[];
  ended: { readonly at: number; readonly how: ProgressEnd } | undefined;
}

export function beginWork(title: string, total: ProgressAmount, now: number): Work {
  return { title, begun: now, done: {}, total, steps: [], ended: undefined };
}

export function addAmounts(a: ProgressAmount, b: ProgressAmount): ProgressAmount {
  const sum: Partial<Record<ProgressUnit, number>> = { ...a };
  for (const unit of progressUnits) {
    const added = b[unit];
    if (added !== undefined) sum[unit] = (sum[unit] ?? 0) + added;
  }
  return sum;
}

export function runningTime(work: Work, now: number): number {
  return (work.ended?.at ?? now) - work.begun;
}

/** How much of the work is done, from 0 to 1, by the first unit of which the whole is known. */
export function doneFraction(work: Work): number | undefined {
  for (const unit of progressUnits) {
    const total = work.total[unit];
    if (total !== undefined && total > 0) return Math.min(1, Math.max(0, (work.done[unit] ?? 0) / total));
  }
  return undefined;
}
