/** Which cell runs, to which cell what runs belongs, and how it is stopped. */
import { AsyncLocalStorage } from "node:async_hooks";
import { DlfLanceError } from "../errors.ts";
import { publishInterruptSignal } from "../interrupt.ts";
import { guardKey, type LoopGuard } from "./guard-loops.ts";
import type { Request } from "./message.ts";
import { sharedSlots } from "./shared-state.ts";

/** A cell's run, as everything it starts remembers it. */
export interface CellRun {
  /** Its number in this process, from 1. */
  readonly number: number;
  readonly request: Request;
  readonly signal: AbortSignal;
}

export interface Interrupts {
  /** Runs a cell's work; all that it starts belongs to it, also after its end. One at a time. */
  run<T>(request: Request, work: (run: CellRun) => Promise<T>): Promise<T>;
  /** Stops the cell that runs; with a number, only if it is that one. Between cells it does nothing. */
  interrupt(cell?: number): void;
  /** Hears SIGINT, which the thread of the sockets may have raised for a cell that is over by now. */
  hearSignal(): void;
  running(): CellRun | undefined;
  /** The cell that what runs now belongs to, be it over or not. */
  owner(): CellRun | undefined;
}

interface Stoppable extends CellRun {
  readonly controller: AbortController;
}

/** Also puts the guard that cells' code calls where it finds it. */
export function createInterrupts(shared: Int32Array<SharedArrayBuffer>): Interrupts {
  const owners = new AsyncLocalStorage<Stoppable>();
  let count = 0;
  let running: Stoppable | undefined;

  function interrupt(cell?: number): void {
    if (running === undefined || (cell !== undefined && cell !== running.number)) return;
    Atomics.store(shared, sharedSlots.heard, running.number);
    running.controller.abort(new DlfLanceError("Interrupted", "the cell was interrupted"));
  }

  /** Work that has lost its owner on the way, through a native library, is taken for the running cell's. */
  function stopIfInterrupted(): void {
    interrupt(Atomics.load(shared, sharedSlots.stop));
    const owner = owners.getStore() ?? running;
    if (owner?.signal.aborted) throw owner.signal.reason;
    if (running?.signal.aborted && Atomics.load(shared, sharedSlots.force) === running.number) {
      throw running.signal.reason;
    }
  }

  const guard: LoopGuard = { flags: shared, stopIfInterrupted };
  Object.defineProperty(globalThis, guardKey, { value: guard, configurable: true });

  return {
    run: async (request, work) => {
      count += 1;
      const controller = new AbortController();
      const run = { number: count, request, controller, signal: controller.signal };
      running = run;
      Atomics.store(shared, sharedSlots.running, run.number);
      publishInterruptSignal(run.signal);
      try {
        return await owners.run(run, () => work(run));
      } finally {
        running = undefined;
        Atomics.store(shared, sharedSlots.running, 0);
        Atomics.store(shared, sharedSlots.stop, 0);
        Atomics.store(shared, sharedSlots.raised, 0);
      }
    },
    interrupt,
    hearSignal: () => interrupt(Atomics.exchange(shared, sharedSlots.raised, 0) || undefined),
    running: () => running,
    owner: () => owners.getStore(),
  };
}
