/** The memory of batches that pass: it is used again for the next ones, once nobody holds the first. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/**
 * Of a collection of young objects alone, which takes less than half a millisecond. With 8 MB between two, some memory outlived
 * them, and V8 looked through all that a program holds after all, 17 times for ten million rows.
 */
const bytesBetween = 2 << 20;

let collectYoung: (() => void) | undefined;

/**
 * V8 would wait, and look through all that a program holds: about forty times for ten million rows, which takes as long as to
 * read them. Memory that it has let go of is warm: fresh memory costs more than the copy into it.
 */
export class PassingMemory {
  #bytes = 0;

  /** Called when so many bytes have been passed on. */
  passed(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes < bytesBetween) return;
    this.#bytes = 0;
    collectYoung ??= findCollector();
    collectYoung();
  }
}

/** Runtimes without V8, or that keep its flags to themselves, collect when they see fit. */
function findCollector(): () => void {
  try {
    // Where many objects outlive young collections, V8 makes them old from the start: it did after sixteen reads of ten million
    // rows, and each took twice as long from then on.
    setFlagsFromString("--no-allocation-site-pretenuring");
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as (options: object) => void;
    setFlagsFromString("--no-expose-gc");
    return () => {
      // For so little, waking other threads costs more than what they do.
      setFlagsFromString("--no-parallel-scavenge");
      collect({ type: "minor" });
      setFlagsFromString("--parallel-scavenge");
    };
  } catch {
    return () => undefined;
  }
}
