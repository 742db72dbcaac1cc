/** The engine for JavaScript functions and for parts of the rows: what looks at no value, and holds few batches. */
import type { Field, RecordBatch } from "../../../arrow.ts";
import type {
  ApplyPlan,
  ConcatPlan,
  LimitPlan,
  MapBatchesPlan,
  Plan,
  SamplePlan,
  TailPlan,
} from "../../plan/plan.ts";
import { type StepOnInputs, stepFields } from "../../plan/step-fields.ts";
import { applyFunction } from "../../rows/apply-function.ts";
import { concatRows, limitRows, tailRows } from "../../rows/pass-rows.ts";
import { sampleRows } from "../../rows/sample-rows.ts";
import type { Engine, EngineInput, EngineInputs, EngineOptions, InputShapes } from "../engine.ts";
import { applyToValues } from "./apply-to-values.ts";

type PassingStep = LimitPlan | TailPlan | SamplePlan | ConcatPlan | MapBatchesPlan | ApplyPlan;

const passingSteps: readonly Plan["step"][] = ["limit", "tail", "sample", "concat", "mapBatches", "apply"];

export const streamEngine: Engine = {
  name: "stream",
  prepare(plan, shapes) {
    const foreign = findForeignStep(plan);
    if (foreign !== undefined) return { reasons: [{ why: `it passes rows on, and does no ${foreign}` }] };
    return { cost: 0, run: (inputs, options) => passRows(plan, shapes, inputs, options).batches };
  },
};

function findForeignStep(plan: Plan): Plan["step"] | undefined {
  if (plan.step === "input") return undefined;
  if (!isPassing(plan)) return plan.step;
  return findForeignStep(plan.input) ?? (plan.step === "concat" ? findForeignStep(plan.other) : undefined);
}

function isPassing(plan: Plan): plan is PassingStep {
  return passingSteps.includes(plan.step);
}

interface Stream {
  readonly fields: readonly Field[];
  readonly batches: AsyncIterable<RecordBatch>;
}

function passRows(plan: Plan, shapes: InputShapes, inputs: EngineInputs, options: EngineOptions): Stream {
  if (!isPassing(plan)) {
    const name = plan.step === "input" ? plan.name : "";
    const input = inputs.get(name) as EngineInput;
    return { fields: shapes.get(name)?.schema.fields ?? [], batches: input.batches() };
  }
  const input = passRows(plan.input, shapes, inputs, options);
  const other = plan.step === "concat" ? passRows(plan.other, shapes, inputs, options) : undefined;
  const fields = stepFields(plan satisfies StepOnInputs, [input.fields, other?.fields ?? []]);
  return { fields, batches: runStep(plan, input.batches, other?.batches, fields, options) };
}

function runStep(
  plan: PassingStep,
  input: AsyncIterable<RecordBatch>,
  other: AsyncIterable<RecordBatch> | undefined,
  fields: readonly Field[],
  options: EngineOptions,
): AsyncIterable<RecordBatch> {
  switch (plan.step) {
    case "limit":
      return limitRows(input, plan);
    case "tail":
      return tailRows(input, plan.count);
    case "sample":
      return sampleRows(input, plan, fields);
    case "concat":
      return other === undefined ? input : concatRows(input, other, fields);
    case "mapBatches":
      return applyFunction(plan, input, fields, options.functions);
    case "apply":
      return applyToValues(plan, input, fields, options.signal);
    default:
      return plan satisfies never;
  }
}
