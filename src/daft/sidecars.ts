/** Processes with Daft that wait for work: one is started when a plan needs it, and kept for the next. */
import type { RecordBatch } from "../arrow.ts";
import { isError } from "../errors.ts";
import { onLastClose } from "./keep-sidecars.ts";
import type { RowsWritten, WriteTarget } from "./program.ts";
import { type ProgramRun, Sidecar, type SidecarOptions } from "./sidecar.ts";

const idle = new Map<string, Sidecar[]>();
/** Of each kind so many wait. */
const mostIdle = 1;
/** Starts a process, if none waits, so that the next run finds it loaded. */
export function preloadSidecar(options: SidecarOptions): void {
  const waiting = waitingOf(options);
  if (waiting.every(({ isGone }) => isGone)) waiting.splice(0, waiting.length, new Sidecar(options));
}

/**
 * The rows of a program, from a separate process for as long as it runs. A process that dies before it delivered
 * rows is replaced once: nothing but reading was done.
 * @throws as {@link Sidecar.run}
 */
export async function* runProgram(options: SidecarOptions, run: ProgramRun): AsyncGenerator<RecordBatch> {
  for (let isFirst = true; ; isFirst = false) {
    const { sidecar, putBack } = take(options);
    let rows = 0;
    try {
      for await (const batch of sidecar.run(run)) {
        rows += batch.numRows;
        yield batch;
      }
      return;
    } catch (error) {
      if (!isFirst || rows > 0 || !isError(error, "ServiceUnavailable") || run.signal?.aborted) throw error;
    } finally {
      putBack();
    }
  }
}

/**
 * Makes the rows of a program a version of a table. Never repeated here: who asked finds out what became of it.
 * @throws as {@link Sidecar.run}
 */
export async function writeProgram(
  options: SidecarOptions,
  run: ProgramRun & { readonly target: WriteTarget },
): Promise<RowsWritten> {
  const { sidecar, putBack } = take(options);
  try {
    const batches = sidecar.run(run);
    for (;;) {
      const { done, value } = await batches.next();
      if (done === true) return value;
    }
  } finally {
    putBack();
  }
}

/** Ends the processes that wait, and those that work when they are done. */
export function stopSidecars(): void {
  for (const waiting of idle.values()) for (const sidecar of waiting) sidecar.kill();
  idle.clear();
}

onLastClose(stopSidecars);

function waitingOf(options: SidecarOptions): Sidecar[] {
  const key = JSON.stringify([options.python, options.runner, options.address, options.transport]);
  const known = idle.get(key) ?? [];
  idle.set(key, known);
  return known;
}

function take(options: SidecarOptions): { readonly sidecar: Sidecar; readonly putBack: () => void } {
  const waiting = waitingOf(options);
  let sidecar = waiting.pop();
  while (sidecar?.isGone) sidecar = waiting.pop();
  const taken = sidecar ?? new Sidecar(options);
  const putBack = () => {
    const isWanted = waitingOf(options) === waiting && waiting.length < mostIdle;
    if (!taken.isGone && isWanted) waiting.push(taken);
    else if (!taken.isGone) taken.kill();
    // Daft is loaded in a second. A cluster takes both processors for many: it waits until it is needed.
    else if (isWanted && options.runner !== "ray") preloadSidecar(options);
  };
  return { sidecar: taken, putBack };
}
