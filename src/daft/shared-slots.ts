/** Memory of the other process that batches are read from at once, where a socket hands them over in small pieces. See `slots.py`. */
import { type FileHandle, open } from "node:fs/promises";

export class SharedSlots {
  readonly #files: readonly FileHandle[];

  private constructor(files: readonly FileHandle[]) {
    this.#files = files;
  }

  /**
   * @param descriptors of the files in that process
   * @returns undefined where there are none, or the system does not let this process open them
   */
  static async open(
    pid: number | undefined,
    descriptors: readonly number[],
  ): Promise<SharedSlots | undefined> {
    if (pid === undefined || descriptors.length === 0) return undefined;
    const opening = descriptors.map((descriptor) => open(`/proc/${pid}/fd/${descriptor}`, "r"));
    const opened = await Promise.allSettled(opening);
    const files = opened.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    const slots = new SharedSlots(files);
    if (files.length === descriptors.length) return slots;
    await slots.close();
    return undefined;
  }

  async read(slot: number, size: number): Promise<Uint8Array> {
    const bytes = Buffer.allocUnsafeSlow(size);
    let filled = 0;
    while (filled < size) {
      const rest = { offset: filled, length: size - filled, position: filled };
      const { bytesRead } = (await this.#files[slot]?.read(bytes, rest)) ?? { bytesRead: 0 };
      if (bytesRead === 0) throw new Error(`${size} bytes were announced, and ${filled} are there`);
      filled += bytesRead;
    }
    return bytes;
  }

  async close(): Promise<void> {
    await Promise.all(this.#files.map((file) => file.close()));
  }
}
