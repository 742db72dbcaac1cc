import type { Writable } from "node:stream";
import { openLake } from "./lake.ts";
import type { LocalLakeOptions } from "./lake-options.ts";

/**
 * Runs a local lake in this process until the signal fires. When both servers accept requests, prints one line of
 * JSON, `{config, env, oss}` and perhaps `faults`, with the access key in it: whoever starts this needs it.
 *
 * @throws DlfLanceError InvalidInput for a folder or port that cannot be used
 */
export async function serveLocalLake(
  options: LocalLakeOptions,
  { stdout, signal }: { readonly stdout: Writable; readonly signal: AbortSignal },
): Promise<void> {
  const { config, environment, oss, faults, close } = await openLake(options);
  stdout.write(`${JSON.stringify({ config, env: environment, oss, faults })}\n`);
  if (!signal.aborted) {
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  }
  await close();
}
