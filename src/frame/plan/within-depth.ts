import { DlfLanceError } from "../../errors.ts";
import type { Plan } from "./plan.ts";

/** Steps and expressions inside each other: with half as many more, the simplest fill the stack. */
const mostLevels = 2_000;

/**
 * Work on a plan that follows it to its end.
 * @throws DlfLanceError InvalidInput for a plan that is too deep to run.
 */
export async function withinDepth<T>(plan: Plan, work: () => Promise<T>): Promise<T> {
  refuseDepth(plan);
  try {
    return await work();
  } catch (error) {
    // How much an expression takes of the stack depends on its types.
    throw error instanceof RangeError && /call stack/.test(error.message) ? refusal() : error;
  }
}

function refuseDepth(plan: Plan): void {
  let level: ReadonlySet<object> = new Set([plan]);
  for (let depth = 0; level.size > 0; depth++) {
    if (depth > mostLevels) throw refusal();
    const below = new Set<object>();
    for (const part of level)
      for (const value of Object.values(part))
        if (typeof value === "object" && value !== null) below.add(value);
    level = below;
  }
}

function refusal(): DlfLanceError {
  return new DlfLanceError(
    "InvalidInput",
    "Cannot run the frame: too many of its steps and expressions stand on each other; " +
      "compute some of them first, as in fromRows(await frame.collect())",
  );
}
