/** Where a plan is parted that Daft cannot do as a whole: at steps whose rows are few by their kind, below what it cannot do. */
import { isError } from "../../errors.ts";
import { takeName } from "../plan/columns.ts";
import { fewRows, hasFewRows } from "../plan/few-rows.ts";
import { inputsOf, mapInputs, namePlan, type Plan } from "../plan/plan.ts";
import type { StageInput } from "./stage.ts";

/** What a plan is parted with. */
export interface Parting {
  /** A stage elsewhere. @throws DlfLanceError Unsupported for what is not done there. */
  readonly cut: (plan: Plan) => Promise<StageInput>;
  readonly countColumns: (plan: Plan) => number;
  /** How many rows of the program there are, at most. */
  readonly countRows: (name: string) => number;
}

export interface PartedPlan {
  /** Stands on `input` steps alone. */
  readonly rest: Plan;
  /** What was cut off, by the names of these; the others are rows of the program. */
  readonly done: ReadonlyMap<string, StageInput>;
}

/** @returns undefined where something would be done here that stands on rows that may be many */
export async function partAtFewRows(plan: Plan, parting: Parting): Promise<PartedPlan | undefined> {
  const done = new Map<string, StageInput>();
  const names = new Set(inputNames(plan));
  const part = async (step: Plan): Promise<Plan | undefined> => {
    const stage = hasFewRows(step, parting.countColumns) ? await cutOff(step, parting) : undefined;
    if (stage !== undefined) {
      const name = takeName(namePlan(step), names);
      done.set(name, stage);
      return { step: "input", name };
    }
    if (step.step === "input") return parting.countRows(step.name) <= fewRows.limit ? step : undefined;
    const inputs = new Map<Plan, Plan>();
    for (const input of inputsOf(step)) {
      const parted = await part(input);
      if (parted === undefined) return undefined;
      inputs.set(input, parted);
    }
    return inputs.size === 0 ? undefined : mapInputs(step, (input) => inputs.get(input) as Plan);
  };
  const rest = await part(plan);
  return rest === undefined || done.size === 0 ? undefined : { rest, done };
}

async function cutOff(plan: Plan, { cut }: Parting): Promise<StageInput | undefined> {
  try {
    return await cut(plan);
  } catch (error) {
    if (isError(error, "Unsupported")) return undefined;
    throw error;
  }
}

function inputNames(plan: Plan): readonly string[] {
  return plan.step === "input" ? [plan.name] : inputsOf(plan).flatMap(inputNames);
}
