/** How long a store that turns requests away is asked again: of reads, opens and writes alike. */
import { setTimeout as sleep } from "node:timers/promises";

/** All pauses together, the first one and the longest, in milliseconds. */
const longest = 20_000;
const firstPause = 100;
const longestPause = 4_000;

export interface Persistence {
  /** Pauses, for a random part of a time that doubles; false at once when the time is up, or the signal has fired. */
  wait(signal?: AbortSignal): Promise<boolean>;
}

/** The time runs from now on. */
export function createPersistence(): Persistence {
  const end = Date.now() + longest;
  let pause = firstPause;
  return {
    async wait(signal) {
      const milliseconds = Math.random() * pause;
      if (signal?.aborted === true || Date.now() + milliseconds > end) return false;
      pause = Math.min(pause * 2, longestPause);
      // What it is rejected with is that the signal has fired.
      return sleep(milliseconds, true, signal === undefined ? {} : { signal }).catch(() => false);
    },
  };
}
