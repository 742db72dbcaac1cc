/** Which run goes on, to which run what goes on belongs, and how it is stopped. */
import { AsyncLocalStorage } from "node:async_hooks";
import { DlfLanceError } from "../../errors.ts";
import { publishInterruptSignal } from "../../interrupt.ts";
import { type SharedState, sharedSlots } from "../wire/shared-state.ts";
import type { CellOrder } from "../wire/thread-messages.ts";
import type { BuiltIns } from "./built-ins.ts";

/** A cell's run, as everything it starts remembers it. */
export interface CellRun {
  readonly order: CellOrder;
  readonly signal: AbortSignal;
}

export interface Interrupts {
  /** Begins a run: all that `work` starts belongs to it, also after its end. One at a time. */
  begin(order: CellOrder, work: (run: CellRun) => void): void;
  /** The run is over. */
  end(): void;
  /** Stops the run of that number. True where it has been stopped before, or is none that goes on: nothing more comes of it. */
  interrupt(number: number): boolean;
  running(): CellRun | undefined;
  /** The run that what goes on now belongs to, whether it is over or not. */
  owner(): CellRun | undefined;
  /**
   * Throws what stops an interrupted run where it continues. One that catches that again and again gets something to
   * wait for instead, which never comes: its loop would hold up the main thread for good.
   */
  stopIfInterrupted(): Promise<never> | undefined;
}

interface Stoppable extends CellRun {
  readonly controller: AbortController;
  /** How often it was stopped where it continued. */
  stops: number;
}

/** As the process started with it: a cell may replace it. */
const { store } = Atomics;

/** A run may catch so many stops, to clean up. */
const mostStops = 100;

export function createInterrupts(shared: SharedState, { protect }: Pick<BuiltIns, "protect">): Interrupts {
  const owners = new AsyncLocalStorage<Stoppable>();
  // Cells may replace what stands on prototypes.
  const { getStore, run: runWith } = owners;
  Object.assign(owners, { getStore, run: runWith });
  let running: Stoppable | undefined;
  /** Node keeps it in a `Map`, whose methods a cell may replace. */
  const findOwner = (): Stoppable | undefined => protect(() => owners.getStore());

  return {
    begin: (order, work) => {
      const controller = new AbortController();
      const run = { order, controller, signal: controller.signal, stops: 0 };
      running = run;
      store(shared, sharedSlots.begun, order.run);
      store(shared, sharedSlots.running, order.run);
      publishInterruptSignal(run.signal);
      owners.run(run, () => work(run));
    },
    end: () => {
      running = undefined;
      store(shared, sharedSlots.running, 0);
    },
    interrupt: (number) => {
      store(shared, sharedSlots.heard, number);
      if (running?.order.run !== number) return true;
      const isFirst = !running.signal.aborted;
      if (isFirst) {
        running.controller.abort(new DlfLanceError("Interrupted", "the cell was interrupted"));
      }
      return !isFirst;
    },
    running: () => running,
    owner: findOwner,
    // Work that has lost its owner on the way, through a native library, is taken for the running cell's.
    stopIfInterrupted: () => {
      const owner = findOwner() ?? running;
      if (!owner?.signal.aborted) return undefined;
      owner.stops += 1;
      if (owner.stops > mostStops) return new Promise(() => {});
      throw owner.signal.reason;
    },
  };
}
