/** How long work reports its progress. Who shows it, if anybody, is decided where the work is watched. */
import { shareValue } from "./shared-value.ts";

/** An amount of work, done or to be done. */
export interface ProgressAmount {
  readonly rows?: number;
  readonly bytes?: number;
  /** Steps of work that has neither rows nor bytes, such as the parts of an index. */
  readonly parts?: number;
}

export type ProgressEnd = "done" | "failed" | "interrupted";

/** One piece of work under way. Cheap enough to be called for every batch. */
export interface Progress {
  /** Adds to what is done. */
  advance(amount: ProgressAmount): void;
  /** What is to be done in all, once it is known. */
  expect(total: ProgressAmount): void;
  /** Begins a piece of work inside this one. */
  begin(title: string, total?: ProgressAmount): Progress;
  end(end?: ProgressEnd): void;
}

/** Begins to show a piece of work, such as `append to sales.orders`. */
export type ProgressWatcher = (title: string, total: ProgressAmount) => Progress;

const shared = shareValue<ProgressWatcher>("dlf-lance.progress-watcher");

/** Makes known who shows the progress of work begun from now on, to every copy of this package. */
export function publishProgressWatcher(watcher: ProgressWatcher | undefined): void {
  shared.write(watcher);
}

export function isProgressWatched(): boolean {
  return shared.read() !== undefined;
}

const unwatched: Progress = {
  advance: () => undefined,
  expect: () => undefined,
  begin: () => unwatched,
  end: () => undefined,
};

/** Begins a piece of work; nobody sees it unless somebody watches. */
export function beginProgress(title: string, total: ProgressAmount = {}): Progress {
  return shared.read()?.(title, total) ?? unwatched;
}

/** Runs work and ends its progress as the work ends. */
export function withProgress<T>(
  title: string,
  total: ProgressAmount,
  work: (progress: Progress) => Promise<T>,
): Promise<T> {
  return runWork(beginProgress(title, total), work);
}

/** The same for a piece of other work, where that is watched. */
export function withStep<T>(
  within: Progress | undefined,
  title: string,
  work: (progress: Progress) => Promise<T>,
): Promise<T> {
  return within === undefined ? work(unwatched) : runWork(within.begin(title), work);
}

async function runWork<T>(progress: Progress, work: (progress: Progress) => Promise<T>): Promise<T> {
  let end: ProgressEnd = "failed";
  try {
    const result = await work(progress);
    end = "done";
    return result;
  } catch (error) {
    if ((error as { code?: unknown } | null)?.code === "Interrupted") end = "interrupted";
    throw error;
  } finally {
    progress.end(end);
  }
}
