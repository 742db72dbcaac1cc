/** Measures the rows of a file where they lie, by one statement: only a sample of its values is brought here. */
import type { Field, RecordBatch, Vector } from "../../arrow.ts";
import type { AggregateNode } from "../expression/expression-node.ts";
import { profileAggregates, sampledValues } from "../functions/profile-aggregates.ts";
import { inputsOf, type Plan } from "../plan/plan.ts";
import type { FrameContext } from "../run/frame-context.ts";
import { countOfRows, measureColumn } from "../run/measure-column.ts";
import { preparePlan } from "../run/prepare.ts";
import { type Run, type RunOptions, withRun } from "../run/run.ts";
import { collect } from "../run/run-plan.ts";
import { inputInPlace } from "../run/stage.ts";
import { DistinctCounter } from "./distinct-counter.ts";

type Measure = AggregateNode["function"];

export interface MeasuredPlan {
  readonly plan: Plan;
  readonly fields: readonly Field[];
  /** The names of those that quartiles, distinct and frequent values are asked of. */
  readonly sampled: readonly string[];
  readonly measuresOf: (field: Field) => readonly Measure[];
}

export interface MeasuredRows {
  /** Of one row each: `rows`, and the measures of each column, as {@link measureColumn} names them. */
  readonly measured: readonly RecordBatch[];
  /** Values of each sampled column, by its name. */
  readonly samples: ReadonlyMap<string, readonly (Vector | null)[]>;
  /** Rows that the samples are of. */
  readonly sampledRows: number;
  readonly counters: ReadonlyMap<string, DistinctCounter>;
}

/** DuckDB's plan of so many aggregates of more columns takes longer than reading the rows: 300 columns, four times. */
const mostColumns = 40;

/** Undefined where the rows are not those of one file, or have to be brought here. */
export function measureInPlace(
  asked: MeasuredPlan,
  context: FrameContext,
  options: RunOptions,
): Promise<MeasuredRows | undefined> {
  return withRun(context, options, async (run) =>
    (await isInPlace(asked, run)) ? measureFile(asked, run) : undefined,
  );
}

/** Of a plan that does nothing but choose columns. */
async function isInPlace({ plan, sampled }: MeasuredPlan, run: Run): Promise<boolean> {
  if (run.engine !== undefined || sampled.length === 0 || sampled.length > mostColumns) return false;
  if (!readsInputs(plan)) return false;
  const { stage } = (await preparePlan(plan, run)).root;
  // Columns that are counted alone need not be stored as plans store them.
  return inputInPlace({ stage, columns: sampled }, run.signal) !== undefined;
}

/** Whether a plan reads no table of a lake: to open one, only to learn that it is not a file, takes a request. */
function readsInputs(plan: Plan): boolean {
  const inputs = inputsOf(plan);
  return plan.step === "input" || (inputs.length > 0 && inputs.every(readsInputs));
}

async function measureFile(asked: MeasuredPlan, run: Run): Promise<MeasuredRows> {
  const { fields, sampled, measuresOf } = asked;
  const measure = async (part: readonly Field[], more: readonly Measure[]) => {
    const aggregates = part.flatMap((field) =>
      [...measuresOf(field), ...more].map((each) => measureColumn(field, fields.indexOf(field), each)),
    );
    const plan: Plan = {
      step: "aggregate",
      input: asked.plan,
      keys: [],
      aggregates: [countOfRows, ...aggregates],
    };
    return (await collect(await preparePlan(plan, run), run)).batches[0] as RecordBatch;
  };
  const isSampled = ({ name }: Field) => sampled.includes(name);
  const inPlace = await measure(fields.filter(isSampled), profileAggregates);
  // Lists and the like are brought here to be counted, and no other column with them.
  const others = fields.filter((field) => !isSampled(field));
  const measured = [inPlace, ...(others.length === 0 ? [] : [await measure(others, [])])];
  const samples = new Map<string, readonly (Vector | null)[]>();
  const counters = new Map<string, DistinctCounter>();
  for (const [index, { name }] of fields.entries()) {
    const found = (aggregate: (typeof profileAggregates)[number]): unknown =>
      inPlace.getChild(`${index} ${aggregate}`)?.get(0);
    if (!sampled.includes(name)) continue;
    samples.set(name, [found("valueSample") as Vector]);
    const counter = new DistinctCounter();
    const sketch = found("distinctSketch");
    if (sketch instanceof Uint8Array) counter.addSketch(sketch);
    counters.set(name, counter);
  }
  const rows = Number(inPlace.getChild(countOfRows.name)?.get(0));
  return { measured, samples, sampledRows: Math.min(rows, sampledValues), counters };
}
