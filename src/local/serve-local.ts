import type { Writable } from "node:stream";
import { openLake } from "./lake/lake.ts";
import type { LocalLake, LocalLakeOptions } from "./lake/lake-options.ts";

export interface ServeContext {
  readonly stdout: Writable;
  /** Fires when the lake is to end. */
  readonly signal: AbortSignal;
  /** Done before the address of the lake is announced. */
  readonly prepare?: (lake: LocalLake) => Promise<void>;
}

/**
 * Runs a local lake in this process until the signal fires. When both servers accept requests, prints one line of
 * JSON, `{config, env, oss}` and perhaps `faults`, with the access key in it: whoever starts this needs it.
 *
 * @throws DlfLanceError InvalidInput for a folder or port that cannot be used
 */
export async function serveLocalLake(
  options: LocalLakeOptions,
  { stdout, signal, prepare }: ServeContext,
): Promise<void> {
  const lake = await openLake(options);
  try {
    await prepare?.(lake);
    const { config, environment, oss, faults } = lake;
    stdout.write(`${JSON.stringify({ config, env: environment, oss, faults })}\n`);
    if (!signal.aborted) {
      await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    }
  } finally {
    await lake.close();
  }
}
