/** How long code takes, once or in the long run. */
import { inspect } from "node:util";
import { checkOptions, describeIssue, wordIssue } from "../check-options.ts";
import { displaySymbol, type MimeBundle } from "../display/bundle.ts";
import { show } from "../display/show.ts";
import { DlfLanceError } from "../errors.ts";
import { currentInterruptSignal, stopIfAborted } from "../interrupt.ts";
import { loadWhenUsed } from "../load-when-used.ts";
import { z } from "../zod.ts";

/**
 * Runs a function once and shows a table of one row: the time that passed, the CPU time of the process, and how much
 * its memory has grown.
 *
 * @returns what the function returns
 * @throws what the function throws
 *
 * ```ts
 * const rows = await time(() => read("default.readings").collect());
 * ```
 */
export async function time<T>(work: () => T | PromiseLike<T>): Promise<T> {
  checkWork("time", work);
  const memory = process.memoryUsage.rss();
  const computed = process.cpuUsage();
  const start = performance.now();
  const value = await work();
  const elapsed = performance.now() - start;
  const { user, system } = process.cpuUsage(computed);
  const grown = Math.round((process.memoryUsage.rss() - memory) / 1e5) / 10;
  await show([{ elapsed: spell(elapsed), computed: spell((user + system) / 1000), memory: `${grown} MB` }]);
  return value;
}

/** Options of `bench`. */
export interface BenchOptions {
  /** How often the function is measured, from 1; without it, as often as `seconds` allow. */
  readonly runs?: number;
  /** How long to measure, more than 0; default 1. The function runs once before, and at least once more. */
  readonly seconds?: number;
}

const benchOptions = loadWhenUsed(() =>
  z.strictObject({
    runs: z.int().min(1).optional(),
    seconds: z.number().positive().optional(),
  }),
);

/** What {@link bench} has measured; a notebook shows it as a table. All times are milliseconds for one call. */
export class BenchResult {
  /** The number of measured times. For a quick function, each time is the mean of many calls. */
  readonly runs: number;
  readonly median: number;
  readonly minimum: number;
  readonly maximum: number;

  constructor(times: readonly number[]) {
    const sorted = [...times].sort((a, b) => a - b);
    const middle = Math.floor((sorted.length - 1) / 2);
    this.runs = sorted.length;
    this.median = ((sorted[middle] ?? 0) + (sorted[sorted.length - 1 - middle] ?? 0)) / 2;
    this.minimum = sorted[0] ?? 0;
    this.maximum = sorted.at(-1) ?? 0;
  }

  async [displaySymbol](): Promise<MimeBundle> {
    const { formatForDisplay } = await import("../display/mime.ts");
    const { runs, median, minimum, maximum } = this;
    return formatForDisplay([
      { runs, median: spell(median), minimum: spell(minimum), maximum: spell(maximum) },
    ]);
  }

  [inspect.custom](): string {
    const { runs, median, minimum, maximum } = this;
    return `median ${spell(median)}, ${spell(minimum)} to ${spell(maximum)}, ${runs} runs`;
  }
}

/** Milliseconds that one measurement takes at least: a clock is too coarse for less. */
const shortestSample = 1;

/**
 * Runs a function again and again, and returns how long one call takes.
 *
 * @throws what the function throws; DlfLanceError `InvalidInput` for other options, `Interrupted` in a cell that is
 *   stopped
 *
 * ```ts
 * await bench(() => JSON.parse('{"a": 1}'), { seconds: 0.1 });
 * ```
 */
export async function bench(
  work: () => unknown | PromiseLike<unknown>,
  options: BenchOptions = {},
): Promise<BenchResult> {
  checkWork("bench", work);
  const { runs, seconds = 1 } = parseOptions(options);
  const signal = currentInterruptSignal();
  const times: number[] = [];
  await work();
  let calls = 1;
  const start = performance.now();
  const isDone = (): boolean =>
    runs === undefined ? performance.now() - start >= seconds * 1000 : times.length >= runs;
  do {
    stopIfAborted(signal, "bench");
    const elapsed = await measure(work, calls);
    if (elapsed < shortestSample && calls < 1 << 24) calls *= 2;
    else times.push(elapsed / calls);
  } while (times.length === 0 || !isDone());
  return new BenchResult(times);
}

/** Awaits only what is to be awaited: a turn of the queue takes longer than many a function. */
async function measure(work: () => unknown, calls: number): Promise<number> {
  const start = performance.now();
  for (let call = 0; call < calls; call++) {
    const outcome = work();
    if (typeof (outcome as PromiseLike<unknown> | null | undefined)?.then === "function") await outcome;
  }
  return performance.now() - start;
}

function parseOptions(options: BenchOptions): BenchOptions {
  checkOptions(options, { runs: true, seconds: true }, "bench");
  const parsed = benchOptions.safeParse(options, { error: wordIssue });
  if (parsed.success) return parsed.data as BenchOptions;
  const [issue] = parsed.error.issues;
  throw new DlfLanceError("InvalidInput", `Cannot bench: ${describeIssue(issue)}`);
}

function checkWork(name: string, work: unknown): void {
  if (typeof work === "function") return;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot ${name} a value: it has been computed already; pass a function, such as ${name}(() => work())`,
  );
}

/** Three digits that count, in the unit that suits. */
function spell(milliseconds: number): string {
  const [unit, factor] = (
    [
      ["s", 1e-3],
      ["ms", 1],
      ["µs", 1e3],
    ] as const
  ).find(([, by]) => milliseconds * by >= 1) ?? ["ns", 1e6];
  return `${Number((milliseconds * factor).toPrecision(3))} ${unit}`;
}
