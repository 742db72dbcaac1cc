/** Runs prepared plans: their rows, or how many there are. */
import type { RecordBatch } from "../../arrow.ts";
import { waitFor } from "../../interrupt.ts";
import { beginProgress, type Progress, type ProgressEnd } from "../../progress.ts";
import type { EngineInput } from "../engines/engine.ts";
import { namePlan, type Plan } from "../plan/plan.ts";
import { type PreparedPlan, preparePlan } from "./prepare.ts";
import type { Run } from "./run.ts";
import type { StagedPlan } from "./stage-plan.ts";
import { untilAborted } from "./until-aborted.ts";

/** The rows of the plan, batch by batch. It tells the rows and bytes read from its inputs as progress. */
export async function* runPlan(
  { optimized, staged, inputs, choice }: PreparedPlan,
  { context: { functions }, signal, memoryLimit }: Run,
): AsyncGenerator<RecordBatch, void, undefined> {
  const action = `read ${namePlan(optimized)}`;
  const progress = beginProgress(action, expectedRows(inputs));
  const told = new Map([...inputs].map(([name, input]) => [name, tellProgress(input, progress)]));
  const engine = choice.engine;
  const batches =
    engine === undefined
      ? readInput(staged.top, told)
      : engine.run(staged.top, told, {
          functions,
          progress,
          ...(signal === undefined ? {} : { signal }),
          ...(memoryLimit === undefined ? {} : { memoryLimit }),
        });
  let end: ProgressEnd = "done";
  try {
    yield* untilAborted(batches, signal, action);
  } catch (error) {
    end = signal?.aborted ? "interrupted" : "failed";
    throw error;
  } finally {
    progress.end(end);
  }
}

function readInput(top: Plan, inputs: ReadonlyMap<string, EngineInput>): AsyncIterable<RecordBatch> {
  const input = top.step === "input" ? inputs.get(top.name) : undefined;
  return input?.batches() ?? { [Symbol.asyncIterator]: async function* () {} };
}

function expectedRows(inputs: PreparedPlan["inputs"]): { readonly rows?: number } {
  const counts = [...inputs.values()].map(({ rows }) => rows);
  if (counts.length === 0 || counts.includes(undefined)) return {};
  return { rows: counts.reduce<number>((sum, rows) => sum + (rows ?? 0), 0) };
}

function tellProgress(input: EngineInput, progress: Progress): EngineInput {
  return {
    ...input,
    async *batches(columns, isPassing) {
      for await (const batch of input.batches(columns, isPassing)) {
        progress.advance({ rows: batch.numRows, bytes: batch.data.byteLength });
        yield batch;
      }
    },
  };
}

/**
 * How many rows a plan has. Lance counts them without delivering any where it takes the whole plan.
 * @throws as the run of the plan.
 */
export async function countPlan(plan: Plan, run: Run): Promise<number> {
  const prepared = await preparePlan(plan, run);
  const pushed = run.engine === undefined ? pushedCount(prepared.staged) : undefined;
  if (pushed !== undefined) {
    const table = await run.tables.resolve(pushed.scan);
    const known = pushed.filter === undefined ? table.rows : undefined;
    const action = `read ${namePlan(plan)}`;
    return pushed.finish(known ?? (await waitFor(table.countRows(pushed.filter), run.signal, action)));
  }
  const count: Plan = {
    step: "aggregate",
    input: plan,
    keys: [],
    aggregates: [
      { name: "rows", expression: { node: "aggregate", function: "count", operand: null, fraction: null } },
    ],
  };
  for await (const batch of runPlan(await preparePlan(count, run), run)) {
    return Number(batch.getChildAt(0)?.get(0) ?? 0);
  }
  return 0;
}

/** Counting by the table's own count, where nothing but a filter and a limit stands between. */
export function pushedCount({ top, scans }: StagedPlan) {
  let at = top;
  while (at.step === "project") at = at.input;
  const [scan] = scans;
  if (at.step !== "input" || scan === undefined || scan.name !== at.name || scan.part.search !== null)
    return undefined;
  const { filter, limit, offset } = scan.request;
  return {
    scan: scan.part.scan,
    filter,
    finish: (rows: number) => Math.min(Math.max(0, rows - (offset ?? 0)), limit ?? Number.POSITIVE_INFINITY),
  };
}
