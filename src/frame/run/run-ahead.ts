/**
 * Reading that does not wait until its tables have said whether they have newer versions. Meanwhile it reads those that were
 * seen last. Nothing is delivered before the answer; where there is a newer version, all is read again, of that one. So a
 * table that is open already takes one round of requests less.
 */
import { currentInterruptSignal, waitFor } from "../../interrupt.ts";
import type { FrameContext } from "./frame-context.ts";
import { openRun, type Run, type RunOptions, withRun } from "./run.ts";

/** What the work delivers, of one run. The work reads, and changes nothing: it may begin twice. */
export async function* readAhead<T>(
  context: FrameContext,
  options: RunOptions,
  work: (run: Run) => AsyncGenerator<T, void, undefined>,
): AsyncGenerator<T, void, undefined> {
  const isAhead = canRunTwice(context, options);
  const run = openRun(context, options, isAhead);
  try {
    if (isAhead && (yield* deliverIfGood(run, work(run), options))) return;
    const { signal: _, ...rest } = run;
    const { signal } = run.tables;
    yield* work(signal === undefined ? rest : { ...rest, signal });
  } finally {
    run.tables.release();
  }
}

/** The same for work that delivers one result. */
export async function withRunAhead<T>(
  context: FrameContext,
  options: RunOptions,
  work: (run: Run) => Promise<T>,
): Promise<T> {
  if (!canRunTwice(context, options)) return withRun(context, options, work);
  const results = readAhead(context, options, async function* (run) {
    yield await work(run);
  });
  try {
    return (await results.next()).value as T;
  } finally {
    await results.return();
  }
}

/** What a user's function does is done once, and what another process computes is not computed in vain. */
function canRunTwice({ functions, engine: usual }: FrameContext, { engine = usual }: RunOptions): boolean {
  return functions.size === 0 && engine !== "daft" && engine !== "ray";
}

/** Delivers the results unless they are of a version that is not the newest. @returns whether it has. */
async function* deliverIfGood<T>(
  { tables }: Run,
  results: AsyncGenerator<T, void, undefined>,
  { signal: interrupt = currentInterruptSignal() }: RunOptions,
): AsyncGenerator<T, boolean, undefined> {
  const areGood = () => waitFor(tables.catchUp(), interrupt, "look for newer versions");
  try {
    let first: IteratorResult<T, void>;
    try {
      first = await results.next();
    } catch (error) {
      if (interrupt?.aborted || (await areGood())) throw error;
      return false;
    }
    if (!(await areGood())) return false;
    if (first.done === true) return true;
    yield first.value;
    yield* results;
    return true;
  } finally {
    await results.return();
  }
}
