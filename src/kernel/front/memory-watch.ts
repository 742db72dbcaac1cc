/** Notices a cell whose values outgrow the memory, before V8 does: V8 would end the process without a word. */

import { Session } from "node:inspector";
import { totalmem } from "node:os";
import { formatCount } from "../../display/text/number-text.ts";
import type { Failure } from "../wire/failure.ts";

export interface MemoryWatch {
  /** Watches until `work` settles; from then on, more slowly, what it has left running. */
  during<T>(work: () => Promise<T>): Promise<T>;
  close(): void;
}

/** Milliseconds between two looks. */
const interval = 25;
const intervalBetween = 250;
/** What runs between cells cannot be stopped alone: it gets as much again, at most these megabytes. V8 has twice as much. */
const mostGrace = 2048;
const megabyte = 1 << 20;
/** A cell that finds the memory full may still take this part of it: to let go of values needs some, too. */
const part = 1 / 8;
/** The part of the machine's memory that the whole process may take. */
const mostOfMachine = 0.9;

/** Has V8 collect garbage. Cells may have replaced what this reads: it fails then, and garbage counts. */
const collectGarbage = `(() => {
  const v8 = process.getBuiltinModule("node:v8");
  v8.setFlagsFromString("--expose-gc");
  process.getBuiltinModule("node:vm").runInNewContext("gc")({ type: "major", execution: "sync" });
  v8.setFlagsFromString("--no-expose-gc");
})()`;

/**
 * @param limit megabytes that the values of cells may take. V8's own limit is higher, so that there is time to notice
 * @param onOver hears what becomes of the cell; once in each
 * @param onLeftOver hears it where no cell runs, of code that one has left behind
 */
export function createMemoryWatch(
  limit: number,
  onOver: (failure: Failure) => void,
  onLeftOver: (failure: Failure) => void,
): MemoryWatch {
  const machine = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY) / megabyte;

  let endBetween = (): void => {};
  let isClosed = false;

  function watch(isBetween: boolean): () => void {
    let session: Session | undefined;
    let isLooking = false;
    let isOver = false;
    /** What the cell may take, and from where on it is measured again. */
    let most: number | undefined;
    let next = limit;
    const residentAtFirst = residentMemory();

    /** Undefined where the main thread cannot answer, or the watch is over. */
    function ask<T>(method: string, parameters = {}): Promise<T | undefined> {
      return new Promise((resolve) => {
        session?.post(method, parameters, (error: Error | null, answer?: object) =>
          resolve(error === null ? (answer as T) : undefined),
        );
      });
    }

    async function usedMemory(): Promise<number> {
      const answer = await ask<{ usedSize: number }>("Runtime.getHeapUsage");
      return (answer?.usedSize ?? 0) / megabyte;
    }

    async function look(): Promise<void> {
      const resident = residentMemory();
      if (resident > machine * mostOfMachine && resident > residentAtFirst * (1 + part)) {
        stop(machineIsFull(resident, machine));
        return;
      }
      // Part of the heap may be swapped out.
      if (resident < limit * 0.75) return;
      if (session === undefined) {
        session = new Session();
        session.connectToMainThread();
      }
      const used = await usedMemory();
      // What was kept by cells before is not this one's.
      most ??= Math.max(limit, used + limit * part) + (isBetween ? Math.min(limit, mostGrace) : 0);
      if (used <= Math.max(next, most)) return;
      await ask("Runtime.evaluate", { expression: collectGarbage });
      const live = await usedMemory();
      if (live > most) stop(heapIsFull(live, limit));
      next = live + limit * part;
    }

    function stop(reason: string): void {
      isOver = true;
      if (isBetween) onLeftOver(outOfMemory("go on with what a cell has left running", reason));
      else onOver(outOfMemory("finish the cell", reason));
    }

    const timer = setInterval(
      () => {
        if (isLooking || isOver) return;
        isLooking = true;
        void look().finally(() => {
          isLooking = false;
        });
      },
      isBetween ? intervalBetween : interval,
    ).unref();
    return () => {
      isOver = true;
      clearInterval(timer);
      // A session that is connected keeps the process alive, and says so.
      session?.disconnect();
      session = undefined;
    };
  }

  return {
    during: async (work) => {
      endBetween();
      const end = watch(false);
      try {
        return await work();
      } finally {
        end();
        if (!isClosed) endBetween = watch(true);
      }
    },
    close: () => {
      isClosed = true;
      endBetween();
    },
  };
}

function residentMemory(): number {
  return process.memoryUsage.rss() / megabyte;
}

function heapIsFull(live: number, limit: number): string {
  return (
    `its values take ${inWords(live)} MB of the ${inWords(limit)} MB that the kernel has for them; let go of what is no ` +
    "longer needed, or give it more: dlf-lance kernel install --force --max-old-space-size " +
    `${Math.ceil(limit / 500) * 1000}`
  );
}

function machineIsFull(resident: number, machine: number): string {
  return (
    `the kernel takes ${inWords(resident)} MB of the ${inWords(machine)} MB of memory there are; let go of what is no ` +
    "longer needed, or work on fewer rows at a time"
  );
}

function outOfMemory(action: string, reason: string): Failure {
  const evalue = `Cannot ${action}: ${reason}`;
  return { ename: "OutOfMemory", evalue, traceback: [`OutOfMemory: ${evalue}`] };
}

function inWords(megabytes: number): string {
  return formatCount(Math.round(megabytes));
}
