/** Runs what the front thread orders, and reports the outcome. */
import { constants, Script } from "node:vm";
import type { ProgressBoard } from "../../display/progress/progress-board.ts";
import { publishProgressWatcher } from "../../progress.ts";
import { type Failure, interruption } from "../wire/failure.ts";
import { raceAbort } from "../wire/race-abort.ts";
import { codeOf } from "../wire/tell-error.ts";
import type { CellEnd, CellOrder } from "../wire/thread-messages.ts";
import type { Boxes } from "./boxes.ts";
import type { BuiltIns } from "./built-ins.ts";
import type { CellModules } from "./cell-modules.ts";
import type { CellOutput } from "./cell-output.ts";
import { type CellTrace, createCellTools } from "./cell-tools.ts";
import { hearEvents } from "./hear-events.ts";
import type { CellRun, Interrupts } from "./interrupts.ts";
import { createProgressDisplay } from "./progress-display.ts";
import type { StackTraces } from "./stack-traces.ts";
import type { StrayErrors } from "./stray-errors.ts";
import type { Variables } from "./variables.ts";

export interface CellRunner {
  run(order: CellOrder): void;
  interrupt(run: number): void;
}

type CellFunction = (...parameters: unknown[]) => Promise<void>;

export function createCellRunner(parts: {
  readonly boxes: Boxes;
  readonly builtIns: BuiltIns;
  readonly modules: CellModules;
  readonly output: CellOutput;
  readonly interrupts: Interrupts;
  readonly stackTraces: StackTraces;
  readonly strayErrors: StrayErrors;
  readonly variables: Pick<Variables, "add">;
  /** Hears the process's signals, also where code was ended before it could give back what hears them. */
  readonly hearSignals: () => void;
  /** What every cell fails with, before it does anything. */
  readonly refusal: Error | undefined;
  /** Adds to a failure what else is known of it. */
  readonly explainFailure: (error: unknown, failure: Failure) => Promise<Failure>;
  readonly tellEnd: (end: CellEnd) => void;
}): CellRunner {
  const { boxes, builtIns, modules, output, interrupts, stackTraces, strayErrors, variables } = parts;
  const { hearSignals, refusal, explainFailure, tellEnd } = parts;
  const isProgressShown = process.env.DLF_LANCE_PROGRESS !== "off";
  /** A cell has declared `_`: results stay out of it. */
  let isResultNameTaken = false;
  let current:
    | { readonly order: CellOrder; readonly trace: CellTrace; readonly progress: ProgressBoard }
    | undefined;

  /** Only the first end of a run counts: what is interrupted ends whatever becomes of its code. */
  function conclude(
    order: CellOrder,
    outcome: { data?: string | undefined; failure?: Failure | undefined; isTold?: boolean },
  ): void {
    if (current?.order !== order) return;
    const { trace } = current;
    current = undefined;
    builtIns.look();
    const { data, failure, isTold = false } = outcome;
    try {
      interrupts.end();
      hearSignals();
      trace.restore();
      modules.leave(trace.reached);
      variables.add(trace.reached);
      isResultNameTaken ||= trace.reached.has("_");
      tellEnd({ run: order.run, reached: [...trace.reached], data, failure, isTold });
    } catch {
      // What a cell has put in place of a built-in fails here too; who waits for the cell hears of its end all the same.
      tellEnd(failure === undefined ? brokenEnd(order) : { ...brokenEnd(order), failure, isTold });
    }
    builtIns.resume();
  }

  async function evaluate(run: CellRun, trace: CellTrace): Promise<void> {
    const { order, signal } = run;
    let failure: Failure | undefined;
    let data: string | undefined;
    try {
      if (refusal !== undefined) throw refusal;
      await raceAbort(modules.prepare(order), signal);
      await runCode(order, trace, signal);
      await raceAbort(output.settle(), signal);
      const { value } = trace.tools;
      if ("value" in trace.tools && value !== undefined && !output.isDisplaying(value)) {
        trace.tools.place = order.bound.valuePlace ?? trace.tools.place;
        data = await raceAbort(output.renderResult(value), signal);
        keepResult(order, value);
      }
    } catch (error) {
      const place = trace.tools.place < 0 ? undefined : stackTraces.place(order.name, trace.tools.place);
      if (isInterruption(error, signal)) {
        interrupts.interrupt(order.run);
        failure = interruption;
      } else failure = await explainFailure(error, stackTraces.describe(error, place));
    }
    // A rejection that nobody handles is known only now.
    await hearEvents();
    const stray = strayErrors.take();
    conclude(order, {
      data,
      failure: failure ?? stray,
      isTold: failure === undefined && stray !== undefined,
    });
  }

  /** In `_`, for the cells that follow; what a front end asks for by itself is not a result. */
  function keepResult({ name, declared }: CellOrder, value: unknown): void {
    if (!name.startsWith("cell-") || isResultNameTaken || declared.has("_")) return;
    boxes.set("_", value);
  }

  function begin(order: CellOrder): void {
    const trace = createCellTools(boxes, modules, interrupts.stopIfInterrupted, output.display, builtIns);
    const progress = createProgressDisplay(output);
    current = { order, trace, progress };
    stackTraces.add(order);
    for (const name of order.declared) boxes.unlink(name);
    interrupts.begin(order, (run) => {
      publishProgressWatcher(isProgressShown ? progress : undefined);
      output.begin(order);
      // Whatever becomes of its evaluation, the cell ends.
      void evaluate(run, trace).catch((error) => conclude(order, { failure: stackTraces.describe(error) }));
    });
  }

  /** The cell's own code has the built-in objects as cells have left them. */
  async function runCode(order: CellOrder, { tools }: CellTrace, signal: AbortSignal): Promise<void> {
    const { bound, name } = order;
    const cell = compile(bound.code, name, [tools, ...bound.names.map((each) => boxes.get(each))]);
    const work = start(cell);
    builtIns.resume();
    try {
      await builtIns.protect(() => raceAbort(work, signal));
    } finally {
      if (current?.order === order) builtIns.suspend();
    }
  }

  function start(cell: () => Promise<void>): Promise<void> {
    try {
      return enter(() => builtIns.lend(cell));
    } finally {
      // Whatever it waits for now may never come.
      builtIns.look();
    }
  }

  return {
    run: (order) => {
      builtIns.suspend();
      try {
        begin(order);
      } catch {
        tellEnd(brokenEnd(order));
        builtIns.resume();
      }
    },
    interrupt: (number) => {
      const order = current?.order;
      const isOverdue = interrupts.interrupt(number);
      // What was ended from outside never answers; and with it, its order or the report of its end may have been lost.
      if (order?.run === number) {
        if (!isOverdue) return;
        current?.progress.endAll("interrupted");
        conclude(order, { failure: interruption });
      } else if (number > 0)
        tellEnd({ run: number, reached: [], data: undefined, failure: interruption, isTold: false });
    },
  };
}

/** Of a run in which this kernel's own code fails. */
function brokenEnd({ run }: CellOrder): CellEnd {
  const evalue = "Cannot run the cell: code of this kernel fails; restart the kernel";
  const failure = { ename: "KernelError", evalue, traceback: [`KernelError: ${evalue}`] };
  return { run, reached: [], data: undefined, failure, isTold: false };
}

const entry: { call: (() => unknown) | undefined } = { call: undefined };
// A cell may freeze the global object.
Object.defineProperty(globalThis, "enterː", { value: entry });
const entryScript = new Script("this.enterː.call()", { filename: "entry" });
const { apply } = Reflect;

function compile(code: string, filename: string, parameters: readonly unknown[]): () => Promise<void> {
  const script = new Script(code, {
    filename,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const cell = script.runInThisContext() as CellFunction;
  return () => apply(cell, undefined, parameters) as Promise<void>;
}

/** Only what a script of Node's own runs can be ended by SIGINT. */
function enter<T>(work: () => T): T {
  entry.call = work;
  try {
    return entryScript.runInThisContext({ breakOnSigint: true }) as T;
  } finally {
    entry.call = undefined;
  }
}

/** A waiting cell ends with the signal's reason; one that computes, with an error of `node:vm`. */
function isInterruption(error: unknown, signal: AbortSignal): boolean {
  if (signal.aborted) return true;
  return codeOf(error) === "ERR_SCRIPT_EXECUTION_INTERRUPTED";
}
