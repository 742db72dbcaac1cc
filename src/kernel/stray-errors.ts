/** Errors that nobody handles, told where the cell that made them is shown. */
import type { CellOutput } from "./cell-output.ts";
import type { Failure } from "./failure.ts";
import type { Interrupts } from "./interrupts.ts";
import { tellError } from "./tell-error.ts";
import type { Wire } from "./wire.ts";

export interface StrayErrors {
  /** Begins to hear them; the process outlives them from then on. */
  hear(): void;
  /** The first one of the cell that runs, which is its failure; none from then on. */
  take(): Failure | undefined;
}

export function createStrayErrors(parts: {
  readonly wire: Wire;
  readonly output: CellOutput;
  readonly interrupts: Interrupts;
  readonly describe: (error: unknown) => Failure;
}): StrayErrors {
  const { wire, output, interrupts, describe } = parts;
  let first: Failure | undefined;

  function tell(title: string, error: unknown): void {
    const owner = interrupts.owner();
    // What an interrupted cell leaves behind ends with the reason of its interruption.
    if (owner?.signal.aborted && error === owner.signal.reason) return;
    const failure = describe(error);
    if (owner === undefined) output.write("stderr", `${title}: ${tellError(error)}\n`);
    else if (owner === interrupts.running()) {
      first ??= failure;
      output.publish("error", { ...failure });
    } else {
      // A front end shows an error only of a cell that runs.
      wire.write("stderr", `${title}: ${failure.traceback.join("\n")}\n`, owner.request);
    }
  }

  return {
    hear: () => {
      process.on("uncaughtException", (error) => tell("Uncaught", error));
      process.on("unhandledRejection", (reason) => tell("Unhandled rejection", reason));
    },
    take: () => {
      const taken = first;
      first = undefined;
      return taken;
    },
  };
}
