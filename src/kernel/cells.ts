/** Takes execute requests, runs them one after another, and answers each as the protocol says. */
import { setTimeout as delay } from "node:timers/promises";
import { publishProgressWatcher } from "../progress.ts";
import type { CellOutput } from "./cell-output.ts";
import { type Failure, interruption } from "./failure.ts";
import { hearEvents } from "./hear-events.ts";
import type { CellRun, Interrupts } from "./interrupts.ts";
import type { Request } from "./message.ts";
import { createProgressDisplay } from "./progress-display.ts";
import { type Cell, type CellRunner, executeRequest } from "./run-cell.ts";
import type { StandardInput } from "./standard-input.ts";
import type { StrayErrors } from "./stray-errors.ts";
import { tellError } from "./tell-error.ts";
import type { Content, Wire } from "./wire.ts";

export interface Cells {
  submit(request: Request): void;
  /** Asks the person who runs the current cell. */
  ask(prompt: string, isPassword: boolean): Promise<string>;
  /** The request whose cell runs now. */
  running(): Request | undefined;
}

/** Milliseconds without a new request after which none is thought to be under way. */
const quietTime = 20;

export function createCells(parts: {
  readonly wire: Wire;
  readonly output: CellOutput;
  readonly runner: CellRunner;
  readonly input: StandardInput;
  readonly interrupts: Interrupts;
  readonly strayErrors: StrayErrors;
}): Cells {
  const { wire, output, runner, input, interrupts, strayErrors } = parts;
  const waiting: Request[] = [];
  let submitted = 0;
  let isWorking = false;
  let running: Cell | undefined;

  async function work(): Promise<void> {
    isWorking = true;
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const request = next;
      const aborted = await withStatus(request, () => interrupts.run(request, answer));
      for (const other of waiting.splice(0, aborted)) await withStatus(other, () => abort(other));
    }
    isWorking = false;
  }

  async function withStatus(request: Request, action: () => Promise<number>): Promise<number> {
    wire.publish("status", { execution_state: "busy" }, request);
    try {
      return await action();
    } catch (error) {
      const evalue = `the kernel failed: ${tellError(error)}`;
      reply(request, { ename: "KernelError", evalue, traceback: [evalue] });
      return 0;
    } finally {
      running = undefined;
      output.end();
      wire.publish("status", { execution_state: "idle" }, request);
    }
  }

  /** Answers how many of the waiting requests are not to run: those sent before this one's failure was known. */
  async function answer(run: CellRun): Promise<number> {
    const { request, signal } = run;
    const parsed = executeRequest.safeParse(request.content);
    if (!parsed.success) {
      reply(request, { ename: "InvalidRequest", evalue: "the execute_request is malformed", traceback: [] });
      return 0;
    }
    const cell = { ...parsed.data, request, signal };
    running = cell;
    publishProgressWatcher(createProgressDisplay(output));
    const { failure: own, expressions } = await runner.run(cell);
    // What V8 has ended by SIGINT may have left work behind, which ends with the signal.
    if (own === interruption) interrupts.interrupt();
    // A rejection that nobody handles is known only now.
    await hearEvents();
    const failure = own ?? strayErrors.take();
    const isStopping = failure !== undefined && cell.stop_on_error;
    if (isStopping) await waitForQuiet();
    output.end();
    reply(request, failure, expressions);
    return isStopping ? waiting.length : 0;
  }

  async function abort(request: Request): Promise<number> {
    // No execution_count: a front end would number a cell that never ran.
    wire.answer(request, "execute_reply", { status: "aborted" });
    return 0;
  }

  function reply(request: Request, failure: Failure | undefined, expressions: Content = {}): void {
    const outcome = failure === undefined ? { status: "ok" } : { status: "error", ...failure };
    const content = { ...outcome, payload: [], user_expressions: expressions };
    wire.answer(request, "execute_reply", { ...content, execution_count: runner.count() });
  }

  /** Lets in the requests that came while a cell computed, and those that are still under way. */
  async function waitForQuiet(): Promise<void> {
    for (let before = -1; before !== submitted; ) {
      before = submitted;
      // After a long computation Node's clock is late: a timer alone would fire before messages are heard.
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
    ask: async (prompt, isPassword) => {
      if (running === undefined) throw new Error("no cell is running that could ask");
      const { request, allow_stdin, signal } = running;
      return input.ask({ request, allowsInput: allow_stdin, signal }, prompt, isPassword);
    },
    running: () => running?.request,
  };
}
