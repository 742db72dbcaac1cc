/** The engine of all that is computed: expressions batch by batch, and joins, sorts, windows and groups. */
import { inputsOf, type Plan, sqlTextOf } from "../../plan/plan.ts";
import type { Engine, EngineInput, EngineInputs, EngineOptions } from "../engine.ts";
import { reasonOf } from "../refusal.ts";
import { compileSteps, type Steps } from "./compile-steps.ts";

/** More than the engines that are asked before it, which do little at a time. */
const cost = 2;

export const duckdbEngine: Engine = {
  name: "duckdb",
  prepare(plan, shapes) {
    const foreign = findForeignStep(plan);
    if (foreign !== undefined) return { reasons: [{ why: foreign }] };
    try {
      const steps = compileSteps(plan, {
        fields: (name) => shapes.get(name)?.schema.fields ?? [],
        inPlace: (name) => shapes.get(name)?.inPlace?.sql,
      });
      return { cost, run: (inputs, options) => run(steps, inputs, options) };
    } catch (error) {
      const reason = reasonOf(error);
      if (reason !== undefined) return { reasons: [reason] };
      throw error;
    }
  },
};

const foreignSteps: readonly Plan["step"][] = [
  "scan",
  "search",
  "sql",
  "tail",
  "sample",
  "mapBatches",
  "apply",
];

function findForeignStep(plan: Plan): string | undefined {
  if (foreignSteps.includes(plan.step)) return `it does no ${plan.step}`;
  const text = plan.step === "filter" ? sqlTextOf(plan) : undefined;
  if (text !== undefined) return `only Lance reads SQL text such as ${JSON.stringify(text)}`;
  return inputsOf(plan)
    .map(findForeignStep)
    .find((reason) => reason !== undefined);
}

function run(steps: Steps, inputs: EngineInputs, options: EngineOptions) {
  const { signal, progress, memoryLimit = Number.POSITIVE_INFINITY, isOwnLimit = false } = options;
  return steps.run({
    rows: (name) => (inputs.get(name) as EngineInput).batches(),
    inPlace: [...inputs.values()].flatMap(({ inPlace, rows }) =>
      inPlace === undefined ? [] : { ...inPlace, rows },
    ),
    work: { action: "run the plan", isOurs: true, signal, progress },
    memoryLimit,
    isOwnLimit,
  });
}
