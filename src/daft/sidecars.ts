/** Processes with Daft that wait for work: one is started when a plan needs it, and kept for the next. */
import type { RecordBatch } from "../arrow.ts";
import { isError } from "../errors.ts";
import type { RowsWritten, WriteTarget } from "./program.ts";
import { type ProgramRun, Sidecar, type SidecarOptions } from "./sidecar.ts";

const idle = new Map<string, Sidecar[]>();
/** Of each kind so many wait. */
const mostIdle = 1;

/** Starts a process, if none waits, so that the next run finds it loaded. */
export function preloadSidecar(options: SidecarOptions): void {
  const waiting = waitingOf(options);
  if (waiting.length === 0) waiting.push(new Sidecar(options));
}

/**
 * The rows of a program, from a separate process for as long as it runs. A process that dies before it delivered
 * rows is replaced once: nothing but reading was done.
 * @throws as {@link Sidecar.run}
 */
export async function* runProgram(options: SidecarOptions, run: ProgramRun): AsyncGenerator<RecordBatch> {
  for (let isFirst = true; ; isFirst = false) {
    const sidecar = take(options);
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
      putBack(options, sidecar);
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
  const sidecar = take(options);
  try {
    const batches = sidecar.run(run);
    for (;;) {
      const { done, value } = await batches.next();
      if (done === true) return value;
    }
  } finally {
    putBack(options, sidecar);
  }
}

/** Ends the processes that wait. */
export function stopSidecars(): void {
  for (const waiting of idle.values()) for (const sidecar of waiting.splice(0)) sidecar.kill();
}

function waitingOf(options: SidecarOptions): Sidecar[] {
  const key = JSON.stringify([options.python, options.runner, options.address, options.transport]);
  const known = idle.get(key) ?? [];
  idle.set(key, known);
  return known;
}

function take(options: SidecarOptions): Sidecar {
  const waiting = waitingOf(options);
  while (waiting.length > 0) {
    const sidecar = waiting.pop();
    if (sidecar !== undefined && !sidecar.isGone) return sidecar;
  }
  return new Sidecar(options);
}

function putBack(options: SidecarOptions, sidecar: Sidecar): void {
  const waiting = waitingOf(options);
  if (sidecar.isGone) preloadSidecar(options);
  else if (waiting.length < mostIdle) waiting.push(sidecar);
  else sidecar.kill();
}
