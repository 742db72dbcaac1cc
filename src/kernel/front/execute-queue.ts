/** Takes execute requests, has their cells run one after another, and answers each as the protocol says. */
import { setTimeout as delay } from "node:timers/promises";
import { holdsSecret } from "../../redaction/redact-text.ts";
import { z } from "../../zod.ts";
import { type Failure, interruption } from "../wire/failure.ts";
import type { Request } from "../wire/message.ts";
import { tellError } from "../wire/tell-error.ts";
import type { CellEnd, CellOrder } from "../wire/thread-messages.ts";
import type { CellCompiler, ModuleCell } from "./cell-compiler.ts";
import { describeProblems } from "./describe-problems.ts";
import { type Content, type Exit, parentOf } from "./exit.ts";
import type { History } from "./history.ts";

export interface ExecuteQueue {
  submit(request: Request): void;
  /**
   * Stops the cell that is being worked on, which fails so; while none runs, code that one has left behind and that
   * blocks.
   */
  interrupt(failure?: Failure): void;
  /** The request whose cell is being worked on. */
  running(): Request | undefined;
  /** Begins no further cell, and settles when all requests are answered. */
  close(): Promise<void>;
}

/** What the queue asks of the main thread. */
export interface CellRunner {
  run(order: CellOrder): Promise<CellEnd>;
  define(module: ModuleCell): void;
  /** Stops the run, whatever it does. */
  stop(run: number): void;
  /** Ends what earlier runs have left behind, where it keeps the main thread from all else. */
  free(): void;
}

/** @see https://jupyter-client.readthedocs.io/en/stable/messaging.html#execute */
const executeRequest = z.object({
  code: z.string(),
  silent: z.boolean().default(false),
  store_history: z.boolean().default(true),
  user_expressions: z.record(z.string(), z.string()).default({}),
  allow_stdin: z.boolean().default(false),
  stop_on_error: z.boolean().default(true),
});

type Cell = z.infer<typeof executeRequest> & { readonly request: Request };

/** The cell that is being worked on. */
interface Work {
  readonly request: Request;
  /** Fires when the cell is to stop. */
  readonly controller: AbortController;
  /** The run that the main thread is at; 0 for none. */
  run: number;
  /** Why it is to stop. */
  reason: Failure;
}

interface Evaluation {
  readonly data?: string | undefined;
  readonly failure?: Failure | undefined;
  readonly isTold?: boolean;
}

/** Milliseconds without a new request after which none is thought to be under way. */
const quietTime = 20;
/** Cells without a number are counted from here, for the checker. */
const firstUnnumbered = 1_000_000;

const secretWarning =
  "Warning: the text of this cell holds a secret, and so does the notebook file. " +
  'Take it from the environment, or ask for it with: await input("secret", true)\n';

export function createExecuteQueue(parts: {
  readonly exit: Exit;
  readonly history: History;
  readonly compiler: CellCompiler;
  readonly runner: CellRunner;
  /** Hands on what was written so far: it stands before what is shown now. */
  readonly releaseOutput: () => void;
  /** The same, and nothing more belongs to the cell. */
  readonly endOutput: () => void;
}): ExecuteQueue {
  const { exit, history, compiler, runner, releaseOutput, endOutput } = parts;
  const waiting: Request[] = [];
  let submitted = 0;
  let isWorking = false;
  let isClosing = false;
  let working = Promise.resolve();
  let work: Work | undefined;
  let runs = 0;
  let count = 0;

  async function workOff(): Promise<void> {
    isWorking = true;
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const request = next;
      const aborted = await withStatus(request, () => (isClosing ? abort(request) : answer(request)));
      for (const other of waiting.splice(0, aborted)) await withStatus(other, () => abort(other));
    }
    isWorking = false;
  }

  async function withStatus(request: Request, action: () => Promise<number>): Promise<number> {
    exit.publish("status", { execution_state: "busy" }, parentOf(request));
    try {
      return await action();
    } catch (error) {
      const evalue = `the kernel failed: ${tellError(error)}`;
      reply(request, { ename: "KernelError", evalue, traceback: [evalue] });
      return 0;
    } finally {
      work = undefined;
      endOutput();
      exit.publish("status", { execution_state: "idle" }, parentOf(request));
    }
  }

  /** How many of the waiting requests are not to run: those sent before this one's failure was known. */
  async function answer(request: Request): Promise<number> {
    const parsed = executeRequest.safeParse(request.content);
    if (!parsed.success) {
      reply(request, { ename: "InvalidRequest", evalue: "the execute_request is malformed", traceback: [] });
      return 0;
    }
    const cell = { ...parsed.data, request };
    work = { request, controller: new AbortController(), run: 0, reason: interruption };
    const failure = await runCell(cell, work);
    const expressions = failure === undefined ? await evaluateExpressions(cell, work) : {};
    const isStopping = failure !== undefined && cell.stop_on_error;
    if (isStopping) await waitForQuiet();
    endOutput();
    reply(request, failure, expressions);
    return isStopping ? waiting.length : 0;
  }

  async function runCell(cell: Cell, current: Work): Promise<Failure | undefined> {
    const isStored = !cell.silent && cell.store_history;
    if (isStored) count += 1;
    const record = isStored ? history.add(count, cell.code) : undefined;
    const parent = parentOf(cell.request);
    const publish = (type: string, content: Content | string): void => {
      if (!cell.silent) exit.publish(type, content, parent);
    };
    publish("execute_input", { code: cell.code, execution_count: count });
    const name = isStored ? `cell-${count}` : "unnumbered-cell";
    const { data, failure, isTold } = await evaluate(
      cell,
      current,
      cell.code,
      name,
      isStored ? count : undefined,
    );
    releaseOutput();
    if (data !== undefined) {
      publish("execute_result", `{"execution_count":${count},"data":${data},"metadata":{}}`);
    }
    record?.(data === undefined ? undefined : String((JSON.parse(data) as Content)["text/plain"] ?? ""));
    if (!cell.silent && holdsSecret(cell.code)) exit.write("stderr", secretWarning, parent);
    if (failure !== undefined && isTold !== true) publish("error", { ...failure });
    return failure;
  }

  /** Has code run and its value shown; either the bundle, if there is anything to show, or the failure. */
  async function evaluate(
    cell: Cell,
    current: Work,
    source: string,
    name: string,
    cellNumber?: number,
  ): Promise<Evaluation> {
    runs += 1;
    const run = runs;
    const number = cellNumber ?? firstUnnumbered + run;
    const { signal } = current.controller;
    try {
      const compiled = await compiler.compile(number, source, signal);
      if ("problems" in compiled) return { failure: describeProblems(compiled.problems, source, name) };
      if ("module" in compiled) {
        runner.define(compiled.module);
        return {};
      }
      if (signal.aborted) {
        compiler.discard(number);
        return { failure: current.reason };
      }
      current.run = run;
      const end = await runner.run({
        ...compiled.cell,
        run,
        name,
        parent: parentOf(cell.request),
        isSilent: cell.silent,
        allowsInput: cell.allow_stdin,
      });
      compiler.settle(number, end.reached);
      const isStoppedFor = end.failure !== undefined && current.reason !== interruption;
      return isStoppedFor ? { failure: current.reason } : end;
    } catch (error) {
      if (signal.aborted) return { failure: current.reason };
      const { name: ename, message: evalue } = error as Error;
      return { failure: { ename, evalue, traceback: [`${ename}: ${evalue}`] } };
    } finally {
      current.run = 0;
    }
  }

  async function evaluateExpressions(cell: Cell, current: Work): Promise<Content> {
    const results: Record<string, unknown> = {};
    for (const [key, expression] of Object.entries(cell.user_expressions)) {
      const { data = "{}", failure } = await evaluate(cell, current, expression, "user-expression");
      results[key] =
        failure === undefined
          ? { status: "ok", data: JSON.parse(data), metadata: {} }
          : { status: "error", ...failure };
    }
    return results;
  }

  async function abort(request: Request): Promise<number> {
    // No execution_count: a front end would number a cell that never ran.
    exit.answer(request, "execute_reply", { status: "aborted" });
    return 0;
  }

  function reply(request: Request, failure: Failure | undefined, expressions: Content = {}): void {
    const outcome = failure === undefined ? { status: "ok" } : { status: "error", ...failure };
    const content = { ...outcome, payload: [], user_expressions: expressions };
    exit.answer(request, "execute_reply", { ...content, execution_count: count });
  }

  /** Lets in the requests that are still under way. */
  async function waitForQuiet(): Promise<void> {
    for (let before = -1; before !== submitted; ) {
      before = submitted;
      await delay(quietTime);
    }
  }

  return {
    submit: (request) => {
      submitted += 1;
      waiting.push(request);
      if (!isWorking) working = workOff();
    },
    interrupt: (failure = interruption) => {
      if (work?.controller.signal.aborted === false) work.reason = failure;
      work?.controller.abort();
      if (work !== undefined && work.run !== 0) runner.stop(work.run);
      else runner.free();
    },
    running: () => work?.request,
    close: () => {
      isClosing = true;
      return working;
    },
  };
}
