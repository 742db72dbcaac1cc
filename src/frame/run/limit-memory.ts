import type { RecordBatch } from "../../arrow.ts";
import { DlfLanceError } from "../../errors.ts";
import type { EngineInput, EngineInputs } from "../engines/engine.ts";
import { inputsOf, namePlan, type Plan } from "../plan/plan.ts";
import { streams } from "../plan/streams.ts";
import type { EngineStage } from "./stage.ts";

/** Inputs of the plain engine that end with an error when it would hold more of them than the limit allows. */
export function limitMemory(stage: EngineStage, inputs: EngineInputs, memoryLimit: number): EngineInputs {
  if (stage.engine !== "memory" || !isHeld(stage.plan)) return inputs;
  const budget = { left: memoryLimit };
  return new Map(
    [...inputs].map(([name, input]): readonly [string, EngineInput] => [
      name,
      { ...input, batches: (...asked) => counted(input.batches(...asked), budget, stage.plan, memoryLimit) },
    ]),
  );
}

/** Whether a step holds the rows that it is given, and not only what it makes of them. */
function isHeld(plan: Plan): boolean {
  if (streams(plan)) return false;
  const isSmall = plan.step === "aggregate" || plan.step === "distinct";
  return isSmall ? inputsOf(plan).some(isHeld) : true;
}

async function* counted(
  batches: AsyncIterable<RecordBatch>,
  budget: { left: number },
  plan: Plan,
  memoryLimit: number,
): AsyncGenerator<RecordBatch, void, undefined> {
  for await (const batch of batches) {
    budget.left -= batch.data.byteLength;
    if (budget.left < 0) {
      throw new DlfLanceError(
        "Unsupported",
        `Cannot read ${namePlan(plan)}: its rows take more than the memory limit of ${Math.ceil(memoryLimit / 1e6)} MB; ` +
          "read fewer columns, filter the rows first, or allow more with { memoryLimit: bytes }.",
      );
    }
    yield batch;
  }
}
