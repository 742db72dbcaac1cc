/** Gathers all work that runs at a time, and has it drawn: not for short work, and not too often. */
import type { Progress, ProgressAmount, ProgressEnd, ProgressWatcher } from "../../progress.ts";
import { addAmounts, beginWork, runningTime, type Work } from "./progress-work.ts";

/** Milliseconds after which work is worth showing. */
const patience = 500;
/** Milliseconds between two drawings. With those at the end of work, which takes the patience at least, ten a second. */
const interval = 125;
/** Milliseconds after which the elapsed time is drawn again when nothing else has changed. */
const heartbeat = 1_000;
/** Ended work still shown; of older work only the count. */
const mostEnded = 5;

/** What is worth showing at a moment. */
export interface ProgressState {
  /** In the order in which it began. */
  readonly works: readonly Work[];
  /** Work that ended earlier and is not among the works. */
  readonly earlier: number;
  readonly now: number;
}

export interface ProgressBoardOptions {
  readonly clock?: () => number;
  /** Milliseconds between two drawings while work runs; at least, and by default, 125. */
  readonly interval?: number;
}

/** A watcher that can end its work in place of who began it. */
export type ProgressBoard = ProgressWatcher & {
  /** Ends all work that runs: code that is ended from outside does not get to say so. */
  endAll(how: ProgressEnd): void;
};

/** A watcher that has the state drawn as one: at most ten times a second, always when the last work ends. */
export function createProgressBoard(
  draw: (state: ProgressState) => void,
  options: ProgressBoardOptions = {},
): ProgressBoard {
  const clock = options.clock ?? (() => performance.now());
  const pause = Math.max(interval, options.interval ?? interval);
  let works: Work[] = [];
  let earlier = 0;
  let drawnAt = Number.NEGATIVE_INFINITY;
  let isChanged = false;
  let timer: NodeJS.Timeout | undefined;

  const isWorthShowing = (work: Work, now: number) => runningTime(work, now) >= patience;

  function drawNow(now: number): void {
    const shown = works.filter((work) => isWorthShowing(work, now));
    if (shown.length === 0) return;
    drawnAt = now;
    isChanged = false;
    draw({ works: shown, earlier, now });
  }

  function tick(): void {
    const now = clock();
    const age = now - drawnAt;
    if (age >= pause && (isChanged || age >= heartbeat)) drawNow(now);
  }

  function change(): void {
    isChanged = true;
    // Work that leaves timers no time is drawn all the same.
    tick();
  }

  function forgetEnded(work: Work): void {
    if (runningTime(work, clock()) < patience) works = works.filter((other) => other !== work);
    const ended = works.filter((other) => other.ended !== undefined);
    const dropped = new Set(ended.slice(0, Math.max(0, ended.length - mostEnded)));
    earlier += dropped.size;
    works = works.filter((other) => !dropped.has(other));
  }

  function endRoot(work: Work): void {
    forgetEnded(work);
    const isIdle = works.every((other) => other.ended !== undefined);
    if (isIdle) {
      clearInterval(timer);
      timer = undefined;
    }
    if (isIdle && works.includes(work)) drawNow(clock());
    else change();
  }

  function handleFor(work: Work, afterEnd: () => void): Progress {
    return {
      advance: (amount) => {
        if (work.ended !== undefined) return;
        work.done = addAmounts(work.done, amount);
        change();
      },
      expect: (total) => {
        if (work.ended !== undefined) return;
        work.total = { ...work.total, ...total };
        change();
      },
      begin: (title, total = {}) => {
        const step = beginWork(title, total, clock());
        if (work.ended === undefined) work.steps.push(step);
        change();
        return handleFor(step, () => {
          // A step that failed stays: it shows where the work failed.
          if (step.ended?.how === "done") work.steps.splice(work.steps.indexOf(step), 1);
          change();
        });
      },
      end: (how: ProgressEnd = "done") => {
        if (work.ended !== undefined) return;
        work.ended = { at: clock(), how };
        afterEnd();
      },
    };
  }

  function watch(title: string, total: ProgressAmount): Progress {
    const work = beginWork(title, total, clock());
    works.push(work);
    isChanged = true;
    timer ??= setInterval(tick, interval).unref();
    return handleFor(work, () => endRoot(work));
  }

  return Object.assign(watch, {
    endAll: (how: ProgressEnd) => {
      for (const work of works.filter(({ ended }) => ended === undefined))
        handleFor(work, () => endRoot(work)).end(how);
    },
  });
}
