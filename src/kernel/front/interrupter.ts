/** Stops the run of a cell: politely first, and where JavaScript does not give way, by ending it. */
import { Session } from "node:inspector";
import { setTimeout as delay } from "node:timers/promises";
import { type SharedState, sharedSlots } from "../wire/shared-state.ts";

export interface Interrupter {
  /** Stops this run until it is over; `onStubborn` hears once when it does not stop. */
  stop(run: number, isOver: () => boolean, onStubborn: () => void): void;
  /** Settles when nothing that was meant for an earlier run can hit the next one. */
  quiet(): Promise<void>;
  close(): void;
}

/** Milliseconds a run gets to stop by itself, and between two attempts to end it. */
const patience = 100;
/** Milliseconds a run that has heard gets, in which it may only clean up. */
const leniency = 1_000;
/** Milliseconds until the person who waits sees why nothing happens. */
const beforeWord = 1_500;

/** `tellMain` says to the main thread that a run is to stop; it may be said again and again. */
export function createInterrupter(shared: SharedState, tellMain: (run: number) => void): Interrupter {
  let session: Session | undefined;
  /** Ends that were asked for and have not come yet. V8 keeps one for the next code when none runs. */
  let pending = 0;
  let lastRun = 0;

  function endCode(): void {
    if (session === undefined) {
      session = new Session();
      session.connectToMainThread();
    }
    pending += 1;
    session.post("Runtime.terminateExecution", () => {
      pending -= 1;
    });
  }

  async function insist(run: number, isOver: () => boolean, onStubborn: () => void): Promise<void> {
    const isRunning = (): boolean => Atomics.load(shared, sharedSlots.running) === run;
    const start = Date.now();
    let isTold = false;
    let heardAt: number | undefined;
    for (tellMain(run); ; tellMain(run)) {
      await delay(patience, undefined, { ref: false });
      if (isOver()) return;
      if (Atomics.load(shared, sharedSlots.heard) === run) heardAt ??= Date.now();
      const isEndless = heardAt === undefined || Date.now() - heardAt > leniency;
      if (isEndless && isRunning() && pending === 0) endCode();
      if (!isTold && Date.now() - start > beforeWord) {
        isTold = true;
        onStubborn();
      }
    }
  }

  return {
    stop: (run, isOver, onStubborn) => {
      if (run === lastRun) {
        tellMain(run);
        return;
      }
      lastRun = run;
      void insist(run, isOver, onStubborn);
    },
    quiet: async () => {
      while (pending > 0) {
        tellMain(lastRun);
        await delay(10);
      }
    },
    // A session that is connected keeps the process alive, and says so.
    close: () => session?.disconnect(),
  };
}
