/** Leads what the process writes to stdout and stderr into cells. */
import type { StreamName } from "../wire/thread-messages.ts";

export function captureStandardStreams(write: (name: StreamName, chunk: string | Uint8Array) => void): void {
  for (const name of ["stdout", "stderr"] as const) {
    process[name].write = (
      chunk: string | Uint8Array,
      encoding?: BufferEncoding | ((error?: Error | null) => void),
      callback?: (error?: Error | null) => void,
    ): boolean => {
      const isOtherEncoding =
        typeof chunk === "string" && typeof encoding === "string" && !/^utf-?8$/i.test(encoding);
      write(name, isOtherEncoding ? Buffer.from(chunk, encoding) : chunk);
      const done = typeof encoding === "function" ? encoding : callback;
      if (done !== undefined) process.nextTick(done, null);
      return true;
    };
  }
}
