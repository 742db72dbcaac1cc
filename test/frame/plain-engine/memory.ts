/** The plain engine: every step in short exact code. The tests hold the other engines against it. */
import type { Field, RecordBatch } from "../../../src/arrow.ts";
import { DlfLanceError } from "../../../src/errors.ts";
import type { EngineInputs, EngineOptions } from "../../../src/frame/engines/engine.ts";
import { applyToValues } from "../../../src/frame/engines/stream/apply-to-values.ts";
import { finder } from "../../../src/frame/plan/columns.ts";
import { describeStep } from "../../../src/frame/plan/describe-plan.ts";
import { inputsOf, type Plan } from "../../../src/frame/plan/plan.ts";
import { type StepOnInputs, stepFields } from "../../../src/frame/plan/step-fields.ts";
import { applyFunction } from "../../../src/frame/rows/apply-function.ts";
import { buildBatch } from "../../../src/frame/rows/build-data.ts";
import { concatRows, limitRows, tailRows } from "../../../src/frame/rows/pass-rows.ts";
import { sampleRows } from "../../../src/frame/rows/sample-rows.ts";
import { aggregateRows } from "./aggregate.ts";
import { joinRows } from "./join.ts";
import { allPositions, batchesOf, collectRows } from "./rows.ts";
import { keyColumns, rowOrder } from "./sort.ts";
import { distinctBatch, explodeBatch, filterBatch, projectBatch, unpivotBatch } from "./steps.ts";
import { windowColumns } from "./window.ts";

type Batches = AsyncIterable<RecordBatch>;

interface Stream {
  readonly fields: readonly Field[];
  readonly batches: Batches;
}

/** The oracle of the engines: it is asked for what they all can do. */
export const plainEngine = {
  run(plan: Plan, inputs: EngineInputs, options: EngineOptions): Batches {
    return stream(plan, inputs, options).batches;
  },
};

function stream(plan: Plan, inputs: EngineInputs, options: EngineOptions): Stream {
  if (plan.step === "input") {
    const input = inputs.get(plan.name);
    if (input === undefined) throw unexpected(plan);
    return { fields: input.schema.fields, batches: input.batches() };
  }
  const below = inputsOf(plan).map((input) => stream(input, inputs, options));
  const [input, other] = below;
  if (plan.step === "sql" || plan.step === "scan" || input === undefined) throw unexpected(plan);
  const fields = stepFields(
    plan as StepOnInputs,
    below.map((part) => part.fields),
  );
  return { fields, batches: runStep(plan as StepOnInputs, input, other, fields, options) };
}

function unexpected(plan: Plan): DlfLanceError {
  return new DlfLanceError("Internal", `Cannot run ${describeStep(plan)} in the plain engine; report this`);
}

function runStep(
  plan: StepOnInputs,
  input: Stream,
  other: Stream | undefined,
  fields: readonly Field[],
  options: EngineOptions,
): Batches {
  switch (plan.step) {
    case "filter":
      return mapBatches(input.batches, (batch) => filterBatch(batch, plan.predicates));
    case "project":
      return mapBatches(input.batches, (batch) => projectBatch(batch, plan, fields));
    case "limit":
      return limitRows(input.batches, plan);
    case "tail":
      return tailRows(input.batches, plan.count);
    case "sample":
      return sampleRows(input.batches, plan, fields);
    case "distinct": {
      const seen = new Set<string>();
      const columns = plan.on ?? fields.map(({ name }) => name);
      return mapBatches(input.batches, (batch) => distinctBatch(batch, columns, seen));
    }
    case "explode":
      return mapBatches(input.batches, (batch) => explodeBatch(batch, plan, fields));
    case "unpivot":
      return mapBatches(input.batches, (batch) => unpivotBatch(batch, plan, fields));
    case "concat":
      return concatRows(input.batches, (other as Stream).batches, fields);
    case "aggregate":
      return aggregateRows(input.batches, plan, finder(input.fields, plan.input), fields);
    case "sort":
      return sortRows(input, plan.keys, 0, Number.POSITIVE_INFINITY);
    case "top":
      return sortRows(input, plan.keys, plan.offset, plan.offset + plan.count);
    case "window":
      return withWindows(plan, input, fields);
    case "join":
      return joinStreams(plan, input, other, fields);
    case "mapBatches":
      return applyFunction(plan, input.batches, fields, options.functions);
    case "apply":
      return applyToValues(plan, input.batches, fields, options.signal);
    case "search":
      throw unexpected(plan);
    default:
      return plan satisfies never;
  }
}

async function* mapBatches(input: Batches, change: (batch: RecordBatch) => RecordBatch) {
  for await (const batch of input) {
    const changed = change(batch);
    if (changed.numRows > 0) yield changed;
  }
}

async function* sortRows(
  { batches, fields }: Stream,
  keys: Parameters<typeof rowOrder>[0],
  begin: number,
  end: number,
) {
  const { columns, count } = await collectRows(batches, fields);
  const order = rowOrder(keys, keyColumns(keys, buildBatch(fields, columns, count)));
  const positions = allPositions(count).sort((a, b) => order(a, b) || a - b);
  yield* batchesOf(fields, columns, positions.slice(begin, end));
}

async function* withWindows(
  plan: Parameters<typeof windowColumns>[0],
  input: Stream,
  fields: readonly Field[],
) {
  const rows = await collectRows(input.batches, input.fields);
  yield* batchesOf(fields, [...rows.columns, ...windowColumns(plan, rows)], allPositions(rows.count));
}

async function* joinStreams(
  plan: Parameters<typeof joinRows>[0],
  input: Stream,
  other: Stream | undefined,
  fields: readonly Field[],
) {
  if (other === undefined) throw unexpected(plan);
  const right = await collectRows(other.batches, other.fields);
  yield* joinRows(plan, await collectRows(input.batches, input.fields), right, fields);
}
