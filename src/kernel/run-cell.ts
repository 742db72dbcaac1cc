/** Runs one cell and shows what comes of it; how the request is answered is left to the caller. */
import { z } from "zod";
import { holdsSecret } from "../redaction/redact-text.ts";
import type { CellOutput } from "./cell-output.ts";
import type { Engine, Outcome } from "./engine.ts";
import { describeMistyped, describeThrown, type Failure, interruption } from "./failure.ts";
import type { History } from "./history.ts";
import type { Request } from "./message.ts";
import { raceAbort } from "./race-abort.ts";
import type { Content } from "./wire.ts";

/** @see https://jupyter-client.readthedocs.io/en/stable/messaging.html#execute */
export const executeRequest = z.object({
  code: z.string(),
  silent: z.boolean().default(false),
  store_history: z.boolean().default(true),
  user_expressions: z.record(z.string(), z.string()).default({}),
  allow_stdin: z.boolean().default(false),
  stop_on_error: z.boolean().default(true),
});

export interface Cell extends z.infer<typeof executeRequest> {
  readonly request: Request;
  readonly signal: AbortSignal;
}

export interface CellEnd {
  readonly failure: Failure | undefined;
  /** What its user expressions come to, as the reply carries them. */
  readonly expressions: Content;
}

export interface CellRunner {
  /** Never rejects for what the cell does. */
  run(cell: Cell): Promise<CellEnd>;
  /** How many cells have been stored in the history. */
  count(): number;
}

const secretWarning =
  "Warning: the text of this cell holds a secret, and so does the notebook file. " +
  'Take it from the environment, or ask for it with: await input("secret", true)\n';

export function createCellRunner(parts: {
  readonly output: CellOutput;
  readonly history: History;
  readonly engine: Engine;
}): CellRunner {
  const { output, history, engine } = parts;
  let count = 0;

  /** Runs code and renders its value; either the bundle, if there is anything to show, or the failure. */
  async function evaluate(
    cell: Cell,
    source: string,
    name: string,
  ): Promise<{ readonly data?: Content; readonly failure?: Failure }> {
    const { signal } = cell;
    try {
      const outcome = await engine.run(source, name, signal);
      const failure = failureOf(outcome, engine, source, name);
      if (failure !== undefined) return { failure };
      await raceAbort(output.settle(), signal);
      if (outcome.kind !== "value" || output.isDisplaying(outcome.value)) return {};
      return { data: await raceAbort(output.renderResult(outcome.value), signal) };
    } catch (error) {
      return { failure: signal.aborted ? interruption : describeThrown(error, new Map()) };
    }
  }

  async function evaluateExpressions(cell: Cell): Promise<Content> {
    const results: Record<string, unknown> = {};
    for (const [key, expression] of Object.entries(cell.user_expressions)) {
      const { data = {}, failure } = await evaluate(cell, expression, "user-expression");
      results[key] =
        failure === undefined ? { status: "ok", data, metadata: {} } : { status: "error", ...failure };
    }
    return results;
  }

  return {
    run: async (cell) => {
      const isStored = !cell.silent && cell.store_history;
      if (isStored) count += 1;
      const record = isStored ? history.add(count, cell.code) : undefined;
      output.begin(cell.request, cell.silent);
      output.publish("execute_input", { code: cell.code, execution_count: count });
      const { data, failure } = await evaluate(
        cell,
        cell.code,
        isStored ? `cell-${count}` : "unnumbered-cell",
      );
      if (data !== undefined) {
        output.publish("execute_result", { execution_count: count, data, metadata: {} });
        record?.(String(data["text/plain"] ?? ""));
      }
      if (holdsSecret(cell.code)) output.write("stderr", secretWarning);
      if (failure !== undefined) output.publish("error", { ...failure });
      return { failure, expressions: failure === undefined ? await evaluateExpressions(cell) : {} };
    },
    count: () => count,
  };
}

function failureOf(outcome: Outcome, engine: Engine, source: string, name: string): Failure | undefined {
  switch (outcome.kind) {
    case "value":
    case "done":
      return undefined;
    case "thrown":
      return describeThrown(outcome.error, engine.cells);
    case "mistyped":
      return describeMistyped(outcome.problems, source, name);
    case "interrupted":
      return interruption;
    default:
      return outcome satisfies never;
  }
}
