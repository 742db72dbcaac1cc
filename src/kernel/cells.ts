/** Runs execute requests one after another, and answers each as the protocol says. */
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import type { CellOutput } from "./cell-output.ts";
import type { Engine, Outcome } from "./engine.ts";
import { describeMistyped, describeThrown, type Failure, interruption } from "./failure.ts";
import { hearEvents } from "./hear-events.ts";
import type { History } from "./history.ts";
import type { Request } from "./message.ts";
import { raceAbort } from "./race-abort.ts";
import { holdsSecret } from "./redact.ts";
import type { StandardInput } from "./standard-input.ts";
import type { Content, Wire } from "./wire.ts";

/** @see https://jupyter-client.readthedocs.io/en/stable/messaging.html#execute */
const executeRequest = z.object({
  code: z.string(),
  silent: z.boolean().default(false),
  store_history: z.boolean().default(true),
  user_expressions: z.record(z.string(), z.string()).default({}),
  allow_stdin: z.boolean().default(false),
  stop_on_error: z.boolean().default(true),
});

type ExecuteRequest = z.infer<typeof executeRequest>;

interface Cell extends ExecuteRequest {
  readonly request: Request;
  readonly controller: AbortController;
}

export interface Cells {
  submit(request: Request): void;
  /** Ends the wait of the running cell; a cell that computes is ended by the signal itself. */
  interrupt(): void;
  /** Asks the person who runs the current cell. */
  ask(prompt: string, isPassword: boolean): Promise<string>;
  /** The request whose cell runs now. */
  running(): Request | undefined;
}

/**
 * Where libraries find the signal that fires when the running cell is interrupted: without it what a cell waits
 * for goes on unseen.
 */
const signalKey = Symbol.for("dlf-lance.interrupt-signal");

function publishSignal(signal: AbortSignal): void {
  (globalThis as unknown as Record<symbol, AbortSignal>)[signalKey] = signal;
}

/** Milliseconds without a new request after which none is thought to be under way. */
const quietTime = 20;

const secretWarning =
  "Warning: the text of this cell holds a secret, and so does the notebook file. " +
  'Take it from the environment, or ask for it with: await input("secret", true)\n';

export function createCells(parts: {
  readonly wire: Wire;
  readonly output: CellOutput;
  readonly history: History;
  readonly input: StandardInput;
  readonly getEngine: () => Promise<Engine>;
}): Cells {
  const { wire, output, history, input, getEngine } = parts;
  const waiting: Request[] = [];
  let submitted = 0;
  let isWorking = false;
  let running: Cell | undefined;
  let count = 0;

  async function work(): Promise<void> {
    isWorking = true;
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const request = next;
      const aborted = await withStatus(request, () => answer(request));
      for (const other of waiting.splice(0, aborted)) await withStatus(other, () => abort(other));
    }
    isWorking = false;
  }

  async function withStatus<T>(request: Request, action: () => Promise<T>): Promise<T> {
    wire.publish("status", { execution_state: "busy" }, request);
    try {
      return await action();
    } finally {
      output.end();
      wire.publish("status", { execution_state: "idle" }, request);
    }
  }

  async function abort(request: Request): Promise<void> {
    const content = { status: "aborted", execution_count: count, payload: [], user_expressions: {} };
    wire.answer(request, "execute_reply", content);
  }

  /** Answers how many of the waiting requests are not to run: those sent before this one's failure was known. */
  async function answer(request: Request): Promise<number> {
    const parsed = executeRequest.safeParse(request.content);
    if (!parsed.success) {
      reply(request, { ename: "InvalidRequest", evalue: "the execute_request is malformed", traceback: [] });
      return 0;
    }
    running = { ...parsed.data, request, controller: new AbortController() };
    const cell = running;
    publishSignal(cell.controller.signal);
    const failure = await execute(cell);
    if (holdsSecret(cell.code)) output.write("stderr", secretWarning);
    if (failure !== undefined) output.publish("error", { ...failure });
    const expressions = failure === undefined ? await evaluateExpressions(cell) : {};
    const isStopping = failure !== undefined && cell.stop_on_error;
    if (isStopping) await waitForQuiet();
    running = undefined;
    output.end();
    reply(request, failure, expressions);
    return isStopping ? waiting.length : 0;
  }

  function reply(request: Request, failure: Failure | undefined, expressions: Content = {}): void {
    const outcome = failure === undefined ? { status: "ok" } : { status: "error", ...failure };
    const content = { ...outcome, execution_count: count, payload: [], user_expressions: expressions };
    wire.answer(request, "execute_reply", content);
  }

  async function execute(cell: Cell): Promise<Failure | undefined> {
    const isStored = !cell.silent && cell.store_history;
    if (isStored) count += 1;
    const record = isStored ? history.add(count, cell.code) : undefined;
    output.begin(cell.request, cell.silent);
    output.publish("execute_input", { code: cell.code, execution_count: count });
    // A cell that computes lets nothing out until it ends.
    await wire.flush();
    const name = isStored ? `cell-${count}` : "unnumbered-cell";
    const { outcome, failure } = await run(cell, cell.code, name);
    if (failure !== undefined) return failure;
    try {
      const { signal } = cell.controller;
      await raceAbort(output.settle(), signal);
      if (outcome?.kind !== "value" || output.isDisplaying(outcome.value)) return undefined;
      const data = await raceAbort(output.renderResult(outcome.value), signal);
      output.publish("execute_result", { execution_count: count, data, metadata: {} });
      record?.(String(data["text/plain"] ?? ""));
      return undefined;
    } catch (error) {
      return cell.controller.signal.aborted ? interruption : describeThrown(error, new Map());
    }
  }

  async function run(
    cell: Cell,
    source: string,
    name: string,
  ): Promise<{ readonly outcome?: Outcome; readonly failure?: Failure }> {
    try {
      const engine = await getEngine();
      const outcome = await engine.run(source, name, cell.controller.signal);
      switch (outcome.kind) {
        case "value":
        case "done":
          return { outcome };
        case "thrown":
          return { failure: describeThrown(outcome.error, engine.cells) };
        case "mistyped":
          return { failure: describeMistyped(outcome.problems, source, name) };
        case "interrupted":
          return { failure: interruption };
        default:
          return outcome satisfies never;
      }
    } catch (error) {
      return { failure: describeThrown(error, new Map()) };
    }
  }

  async function evaluateExpressions(cell: Cell): Promise<Content> {
    const results: Record<string, unknown> = {};
    for (const [key, expression] of Object.entries(cell.user_expressions)) {
      const { outcome, failure } = await run(cell, expression, "user-expression");
      if (failure !== undefined) results[key] = { status: "error", ...failure };
      else {
        const data = outcome?.kind === "value" ? await output.renderResult(outcome.value) : {};
        results[key] = { status: "ok", data, metadata: {} };
      }
    }
    return results;
  }

  /** Requests that came while a cell computed are still in the socket: lets them in. */
  async function waitForQuiet(): Promise<void> {
    for (let before = -1; before !== submitted; ) {
      before = submitted;
      // After a long computation Node's clock is late: a timer alone would fire before the sockets are read.
      await hearEvents();
      await delay(quietTime);
    }
  }

  return {
    submit: (request) => {
      submitted += 1;
      waiting.push(request);
      if (!isWorking) void work();
    },
    interrupt: () => running?.controller.abort(),
    ask: async (prompt, isPassword) => {
      if (running === undefined) throw new Error("no cell is running that could ask");
      const { request, allow_stdin, controller } = running;
      return input.ask({ request, allowsInput: allow_stdin, signal: controller.signal }, prompt, isPassword);
    },
    running: () => running?.request,
  };
}
