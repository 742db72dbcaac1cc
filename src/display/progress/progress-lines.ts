/** Progress where output only grows: a line of text per work, now and then. */
import type { ProgressWatcher } from "../../progress.ts";
import { createProgressBoard } from "./progress-board.ts";
import { describeWork } from "./progress-view.ts";
import type { Work } from "./progress-work.ts";

/** Milliseconds between the lines of work that runs. */
const interval = 5_000;

/** A watcher that writes whole lines: when work has run for a while, every five seconds, and at its end. */
export function createProgressLines(write: (line: string) => void, clock?: () => number): ProgressWatcher {
  const announced = new WeakSet<Work>();
  return createProgressBoard(
    ({ works, now }) => {
      for (const work of works.filter((candidate) => !announced.has(candidate))) {
        if (work.ended !== undefined) announced.add(work);
        write(`${describeWork(work, now)}\n`);
      }
    },
    clock === undefined ? { interval } : { interval, clock },
  );
}
