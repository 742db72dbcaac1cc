/** `process.exit` in a cell: the clients get all that was written and why the kernel ends, and then it does. */
import type { Failure } from "../wire/failure.ts";
import type { CellOutput } from "./cell-output.ts";
import type { Front } from "./front.ts";
import type { Interrupts } from "./interrupts.ts";

/** What Node calls at the end of `process.exit`, after the handlers of `exit`. */
interface Exiting {
  reallyExit(code?: number): never;
}

/** A process that exits with open sockets is aborted by ZeroMQ: from now on they are closed first. */
export function closeBeforeExit(parts: {
  readonly front: Pick<Front, "closeAtOnce">;
  readonly output: Pick<CellOutput, "write">;
  readonly interrupts: Pick<Interrupts, "running">;
  readonly describe: (error: unknown) => Failure;
}): void {
  const { front, output, interrupts, describe } = parts;
  const exiting = process as unknown as Exiting;
  const reallyExit = exiting.reallyExit.bind(process);
  exiting.reallyExit = (code = 0) => {
    front.closeAtOnce(() => {
      const error = new Error(`process.exit(${code}) ends the kernel`);
      error.name = "ProcessExit";
      if (interrupts.running() === undefined) output.write("stderr", `${error.message}\n`);
      return describe(error);
    });
    return reallyExit(code);
  };
}
