/** Frames between the two processes: lengths of a JSON head and of a body, the head, the body. See `wire.py`. */
import type { Readable, Writable } from "node:stream";

export interface Frame {
  readonly head: Readonly<Record<string, unknown>> & { readonly op: string };
  readonly body: Buffer;
}

const lengthsSize = 12;

/** Waits until the other side takes more. */
export async function sendFrame(
  output: Writable,
  head: Frame["head"],
  body: Uint8Array = new Uint8Array(),
): Promise<void> {
  const text = Buffer.from(JSON.stringify(head));
  const lengths = Buffer.alloc(lengthsSize);
  lengths.writeUInt32LE(text.length, 0);
  lengths.writeBigUInt64LE(BigInt(body.byteLength), 4);
  output.write(Buffer.concat([lengths, text]));
  if (body.byteLength > 0) output.write(body);
  if (!output.writableNeedDrain) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const event of ["drain", "close", "error"]) output.once(event, resolve);
  await promise;
}

/** Reads no further than it is asked: what is not taken waits in the other process. */
export class FrameReader {
  readonly #input: Readable;
  #chunk: Buffer | undefined;
  #isEnded = false;
  #wake: (() => void) | undefined;

  constructor(input: Readable) {
    this.#input = input;
    input.on("readable", () => this.#wake?.());
    for (const event of ["end", "close", "error"] as const)
      input.on(event, () => {
        this.#isEnded = true;
        this.#wake?.();
      });
  }

  /** The next frame; undefined when the other side is gone. */
  async read(): Promise<Frame | undefined> {
    const lengths = await this.#readBytes(lengthsSize);
    const text = lengths && (await this.#readBytes(lengths.readUInt32LE(0)));
    const body = text && (await this.#readBytes(Number(lengths.readBigUInt64LE(4))));
    if (text === undefined || body === undefined) return undefined;
    return { head: JSON.parse(text.toString()) as Frame["head"], body };
  }

  async #readBytes(size: number): Promise<Buffer | undefined> {
    const bytes = Buffer.allocUnsafeSlow(size);
    let filled = 0;
    while (filled < size) {
      const chunk = this.#chunk ?? (this.#input.read() as Buffer | null);
      if (chunk === null) {
        if (this.#isEnded) return undefined;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        continue;
      }
      const taken = Math.min(chunk.length, size - filled);
      chunk.copy(bytes, filled, 0, taken);
      filled += taken;
      this.#chunk = taken < chunk.length ? chunk.subarray(taken) : undefined;
    }
    return bytes;
  }
}
