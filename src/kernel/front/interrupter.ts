/** Stops the run of a cell: politely first, and where JavaScript does not give way, by ending it. */
import { Session } from "node:inspector";
import { setTimeout as delay } from "node:timers/promises";
import { type SharedState, sharedSlots } from "../wire/shared-state.ts";

export interface Interrupter {
  /** Stops this run until it is over; `onStubborn` hears once when it does not stop. */
  stop(run: number, isOver: () => boolean, onStubborn: () => void): void;
  /** Ends code of runs that are over, where the main thread hears nothing because of it. */
  free(): void;
  /** True where the order of this run, given just now, was hit by an end; false once it has begun or is called off. */
  isLost(run: number, isCalledOff: () => boolean): Promise<boolean>;
  /** Settles when nothing that was meant for an earlier run can hit the next one, or that is not to begin any more. */
  quiet(isCalledOff: () => boolean): Promise<void>;
  close(): void;
}

/** Milliseconds a run gets to stop by itself, and between two attempts to end it. */
const patience = 100;
/** Milliseconds a run that has heard gets, in which it may only clean up, and any code that is not the run's. */
const leniency = 1_000;
/** Milliseconds until the person who waits sees why nothing happens. */
const beforeWord = 1_500;
/** Milliseconds between two looks whether an end has come. */
const pause = 10;
/** Milliseconds after which an end that has not come is given up, if code runs undisturbed. */
const longestPending = 2_000;

/**
 * @param tellMain says to the main thread that the run of this number is to stop; it may be said again and again. A
 *   number below zero is not a run, and only asks whether the thread hears anything
 */
export function createInterrupter(shared: SharedState, tellMain: (number: number) => void): Interrupter {
  let session: Session | undefined;
  /** Ends that were asked for and have not come yet. V8 keeps one for the next code when none runs. */
  const pending = new Set<object>();
  let lastRun = 0;
  let lastQuestion = 0;
  /** When code was ended last that was not a run's. */
  let lastBlind = 0;

  function endCode(): void {
    if (session === undefined) {
      session = new Session();
      session.connectToMainThread();
    }
    const end = {};
    pending.add(end);
    session.post("Runtime.terminateExecution", () => pending.delete(end));
  }

  const read = (slot: keyof typeof sharedSlots): number => Atomics.load(shared, sharedSlots[slot]);

  async function insist(number: number, isOver: () => boolean, onStubborn?: () => void): Promise<void> {
    const start = Date.now();
    let isTold = false;
    let heardAt: number | undefined;
    for (tellMain(number); ; tellMain(number)) {
      await delay(patience, undefined, { ref: false });
      if (isOver()) return;
      if (read("heard") === number) heardAt ??= Date.now();
      const running = read("running");
      // Before the run has begun, what an earlier one has left behind may keep the thread.
      const waited = running === number ? (heardAt ?? -leniency) : Math.max(start, lastBlind);
      const isItsTurn = running === number || (running === 0 && heardAt === undefined);
      const isEndless = isItsTurn && Date.now() - waited > leniency;
      if (isEndless && read("loading") === 0 && pending.size === 0) {
        if (running === 0) lastBlind = Date.now();
        endCode();
      }
      if (!isTold && Date.now() - start > beforeWord) {
        isTold = true;
        onStubborn?.();
      }
    }
  }

  /** Whether the main thread hears a question soon. */
  async function asks(): Promise<boolean> {
    lastQuestion -= 1;
    const question = lastQuestion;
    tellMain(question);
    await delay(pause);
    return read("heard") === question;
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
    free: () => {
      lastQuestion -= 1;
      const question = lastQuestion;
      // A run that has begun meanwhile shows that the thread is free.
      void insist(question, () => read("heard") === question || read("running") !== 0);
    },
    isLost: async (run, isCalledOff) => {
      for (const start = Date.now(); ; ) {
        await delay(patience, undefined, { ref: false });
        // What is asked after the order is heard after it.
        const isPassed = lastBlind >= start && pending.size === 0 && (await asks());
        if (read("begun") === run || isCalledOff()) return false;
        if (isPassed) return true;
      }
    },
    quiet: async (isCalledOff) => {
      let heard = 0;
      for (const start = Date.now(); pending.size > 0 && !isCalledOff(); ) {
        if (await asks()) heard += 1;
        if (heard > longestPending / pause / 4 && Date.now() - start > longestPending) pending.clear();
      }
    },
    // A session that is connected keeps the process alive, and says so.
    close: () => session?.disconnect(),
  };
}
