/** Errors that nobody handles, reported at the cell that caused them. */

import type { Failure } from "../wire/failure.ts";
import { tellError } from "../wire/tell-error.ts";
import type { CellOutput } from "./cell-output.ts";
import type { Front } from "./front.ts";
import type { Interrupts } from "./interrupts.ts";

export interface StrayErrors {
  /** Begins to hear them; the process outlives them from then on. */
  hear(): void;
  /** The first one of the cell that runs, which is its failure; none from then on. */
  take(): Failure | undefined;
}

export function createStrayErrors(parts: {
  readonly front: Pick<Front, "write">;
  readonly output: CellOutput;
  readonly interrupts: Interrupts;
  readonly describe: (error: unknown) => Failure;
}): StrayErrors {
  const { front, output, interrupts, describe } = parts;
  let first: Failure | undefined;

  function tell(title: string, error: unknown, advice: readonly string[] = []): void {
    const owner = interrupts.owner();
    // What an interrupted cell leaves behind ends with the reason of its interruption.
    if (owner?.signal.aborted && error === owner.signal.reason) return;
    const described = describe(error);
    const failure = { ...described, traceback: [...described.traceback, ...advice] };
    if (owner === undefined) output.write("stderr", `${title}: ${tellError(error)}\n`);
    else if (owner === interrupts.running()) {
      first ??= failure;
      output.publish("error", { ...failure });
    } else {
      // A front end shows an error only of a cell that runs.
      front.write("stderr", `${title}: ${failure.traceback.join("\n")}\n`, owner.order.parent);
    }
  }

  /** An error in here would end the process. */
  function tellSafely(title: string, error: unknown, advice?: readonly string[]): void {
    try {
      tell(title, error, advice);
    } catch {
      // What a cell has put in place of a built-in fails in the report too. The front thread tells what it is.
    }
  }

  return {
    hear: () => {
      process.on("uncaughtException", (error) => tellSafely("Uncaught", error));
      process.on("unhandledRejection", (reason) =>
        tellSafely("Unhandled rejection", reason, [
          "Nothing awaited this promise: put await in front of the call",
        ]),
      );
      // Without a listener Node warns, in a later cell, of a promise that is awaited there, of which all has been said.
      process.on("rejectionHandled", () => undefined);
    },
    take: () => {
      const taken = first;
      first = undefined;
      return taken;
    },
  };
}
