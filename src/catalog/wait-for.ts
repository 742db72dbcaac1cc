import { DlfLanceError } from "../errors.ts";

/**
 * Waits for work that others may wait for too: the signal ends the waiting, not the work.
 *
 * @param action follows "Cannot" in the error, such as `get access keys`
 * @throws Interrupted
 */
export async function waitFor<T>(
  work: Promise<T>,
  signal: AbortSignal | undefined,
  action: string,
): Promise<T> {
  if (signal === undefined) return work;
  const interrupted = () => new DlfLanceError("Interrupted", `Cannot ${action}: it was interrupted`);
  if (signal.aborted) {
    work.catch(() => undefined);
    throw interrupted();
  }
  let stop: () => void = () => undefined;
  const interruption = new Promise<never>((_, reject) => {
    stop = () => reject(interrupted());
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([work, interruption]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
