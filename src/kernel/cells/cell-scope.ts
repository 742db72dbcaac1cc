/** What every cell has in scope next to the prelude, as `front/cell-scope.ts` declares it to the checker. */
import { DlfLanceError } from "../../errors.ts";
import type { CellOutput, DisplayOptions } from "./cell-output.ts";
import type { Comms } from "./comms.ts";

/** `ask` puts a question to whoever runs the current cell. */
export function createCellScope(
  output: CellOutput,
  ask: (prompt: string, isPassword: boolean) => Promise<string>,
  parameters: Readonly<Record<string, unknown>>,
  openComm: Comms["openFromCell"],
): Readonly<Record<string, unknown>> {
  return {
    display: (value: unknown, options?: DisplayOptions) => output.display(value, options),
    clearOutput: (wait = false) => output.publish("clear_output", { wait }),
    input: (prompt = "", password = false) => ask(prompt, password),
    parameters,
    /** The last result; see `run-cell.ts`. */
    _: undefined,
    openComm,
  };
}

/**
 * What runs a notebook may set parameters for its cells: one JSON object in `DLF_LANCE_PARAMETERS`. With anything else no
 * cell is to run.
 */
export function readParameters(): {
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly refusal: Error | undefined;
} {
  const text = process.env.DLF_LANCE_PARAMETERS || "{}";
  try {
    const parameters: unknown = JSON.parse(text);
    if (typeof parameters !== "object" || parameters === null || Array.isArray(parameters))
      throw new TypeError();
    return { parameters: Object.freeze({ ...parameters }), refusal: undefined };
  } catch {
    const refusal = new DlfLanceError(
      "InvalidInput",
      'Cannot run the cell: DLF_LANCE_PARAMETERS is not a JSON object; set it to one, such as {"day": "2024-05-01"}, and restart',
    );
    return { parameters: Object.freeze({}), refusal };
  }
}
