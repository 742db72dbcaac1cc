import { totalmem } from "node:os";
import type { OptionNames } from "../../check-options.ts";
import { currentInterruptSignal } from "../../interrupt.ts";
import type { EngineName, EngineWish } from "../engines/engine.ts";
import { checkEngineName } from "../engines/engines.ts";
import type { FrameContext } from "./frame-context.ts";
import { OpenTables } from "./open-tables.ts";

/** What running a plan takes. */
export interface RunOptions {
  /** Ends the work with the error `Interrupted`. In our kernel, by default, the interruption of the cell. */
  readonly signal?: AbortSignal;
  /**
   * Runs the last steps there, instead of where they take least time; with `duckdb` all but a search, SQL statement or
   * JavaScript function, also what Lance could do. With `daft` or `ray` the frame runs there, but for steps
   * over few rows that are not done there, or is refused before it starts; `here` undoes `on()` and what the connection says.
   */
  readonly engine?: EngineWish;
  /**
   * Bytes that an engine may hold of the tables it works on before it writes to temporary files; a quarter of the machine's
   * memory by default.
   */
  readonly memoryLimit?: number;
}

export const runOptions: OptionNames<RunOptions> = { signal: true, engine: true, memoryLimit: "bytes" };

/** One run of a frame: all that it reads, however often, it reads of the same versions. */
export interface Run extends Omit<RunOptions, "engine"> {
  /** The one asked for. */
  readonly engine?: EngineName;
  readonly memoryLimit: number;
  /** Whether the limit was asked for. */
  readonly isOwnLimit: boolean;
  readonly context: FrameContext;
  readonly tables: OpenTables;
  /** Whether another process has to do all of it: a job has none here that could go on. */
  readonly isWhole?: boolean;
  /** Each run in another process so far, in words: where, for how long, and how much it read. */
  readonly elsewhere: string[];
}

/** @param isAhead see {@link OpenTables} */
export function openRun(
  context: FrameContext,
  { signal: interrupt = currentInterruptSignal(), engine = context.engine, memoryLimit }: RunOptions,
  isAhead = false,
): Run {
  if (engine !== undefined) checkEngineName(engine);
  const tables = new OpenTables(context, interrupt, isAhead);
  const { signal } = tables;
  return {
    context,
    tables,
    elsewhere: [],
    memoryLimit: memoryLimit ?? Math.floor(totalmem() / 4),
    isOwnLimit: memoryLimit !== undefined,
    ...(engine === undefined || engine === "here" ? {} : { engine }),
    ...(signal === undefined ? {} : { signal }),
  };
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
