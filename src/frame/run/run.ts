import { currentInterruptSignal } from "../../interrupt.ts";
import type { EngineName } from "../engines/engine.ts";
import type { FrameContext } from "./frame-context.ts";
import { OpenTables } from "./open-tables.ts";

/** What running a plan takes. */
export interface RunOptions {
  /** Ends the work with the error `Interrupted`. In our kernel, by default, the interruption of the cell. */
  readonly signal?: AbortSignal;
  /** Runs the plan there, instead of where it takes least time: `memory` does even what Lance could do. */
  readonly engine?: EngineName;
  /** Bytes that an engine may hold of the tables it works on; a quarter of the machine's memory by default. */
  readonly memoryLimit?: number;
}

/** One run of a frame: all that it reads, however often, it reads of the same versions. */
export interface Run extends RunOptions {
  readonly context: FrameContext;
  readonly tables: OpenTables;
}

export function openRun(
  context: FrameContext,
  { signal = currentInterruptSignal(), ...options }: RunOptions,
): Run {
  const tables = new OpenTables(context, signal);
  return { ...options, context, tables, ...(signal === undefined ? {} : { signal }) };
}

/** The tables of the run are open while the work lasts. */
export async function withRun<T>(
  context: FrameContext,
  options: RunOptions,
  work: (run: Run) => Promise<T>,
): Promise<T> {
  const run = openRun(context, options);
  try {
    return await work(run);
  } finally {
    run.tables.release();
  }
}
