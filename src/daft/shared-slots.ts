/** Memory of the other process that batches are read from at once, where a socket hands them over in small pieces. See `slots.py`. */
import { closeSync, openSync, readSync } from "node:fs";
import { setImmediate } from "node:timers/promises";

/** So many bytes take about a millisecond: less than to wait for another thread that reads them. */
const bytesAtOnce = 4 << 20;

export class SharedSlots {
  readonly #files: number[];

  private constructor(files: number[]) {
    this.#files = files;
  }

  /**
   * @param descriptors of the files in that process
   * @returns undefined where there are none, or the system does not let this process open them
   */
  static open(pid: number | undefined, descriptors: readonly number[]): SharedSlots | undefined {
    if (pid === undefined || descriptors.length === 0) return undefined;
    const files: number[] = [];
    const slots = new SharedSlots(files);
    try {
      for (const descriptor of descriptors) files.push(openSync(`/proc/${pid}/fd/${descriptor}`, "r"));
      return slots;
    } catch {
      slots.close();
      return undefined;
    }
  }

  /** The pieces that follow each other there, each in separate memory. */
  async read(slot: number, sizes: readonly number[]): Promise<Uint8Array[]> {
    const file = this.#files[slot];
    const pieces: Uint8Array[] = [];
    let position = 0;
    let untilPause = bytesAtOnce;
    for (const size of sizes) {
      const bytes = Buffer.allocUnsafeSlow(size);
      for (let filled = 0; filled < size; ) {
        if (untilPause === 0) {
          await setImmediate();
          untilPause = bytesAtOnce;
        }
        const wanted = Math.min(size - filled, untilPause);
        const taken = file === undefined ? 0 : readSync(file, bytes, filled, wanted, position);
        if (taken === 0) throw new Error(`${size} bytes were announced, and ${filled} are there`);
        filled += taken;
        position += taken;
        untilPause -= taken;
      }
      pieces.push(bytes);
    }
    return pieces;
  }

  /** Also twice. */
  close(): void {
    for (const file of this.#files.splice(0)) closeSync(file);
  }
}
