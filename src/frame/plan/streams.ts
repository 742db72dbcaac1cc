import { inputsOf, type Plan } from "./plan.ts";

const streamingSteps: readonly Plan["step"][] = [
  "input",
  "scan",
  "filter",
  "project",
  "limit",
  "tail",
  "sample",
  "explode",
  "unpivot",
  "concat",
  "mapBatches",
  "apply",
];

/** Whether every step passes rows on as they come: none has to see all of them, and a limit ends what is below. */
export function streams(plan: Plan): boolean {
  return streamingSteps.includes(plan.step) && inputsOf(plan).every(streams);
}
