/** How an interrupted cell ends the work that it waits for. */
import { DlfLanceError } from "./errors.ts";
import { shareValue } from "./shared-value.ts";

const shared = shareValue<AbortSignal>("dlf-lance.interrupt-signal");

/** Makes known which signal fires when the cell that runs now is interrupted, to every copy of this package. */
export function publishInterruptSignal(signal: AbortSignal): void {
  shared.write(signal);
}

/** The signal of the running notebook cell: what work obeys that was given none. Undefined outside our kernel. */
export function currentInterruptSignal(): AbortSignal | undefined {
  return shared.read();
}

/** @throws DlfLanceError Interrupted when the signal has fired. */
export function stopIfAborted(signal: AbortSignal | undefined, action: string): void {
  if (signal?.aborted) throw createInterruption(action);
}

export function createInterruption(action: string): DlfLanceError {
  return new DlfLanceError("Interrupted", `Interrupted: ${action}. Nothing was changed`);
}

/**
 * The outcome of the work, or `Interrupted` as soon as the signal fires. The signal ends the waiting, not the work:
 * what it comes to is then dropped.
 */
export async function waitFor<T>(
  work: Promise<T>,
  signal: AbortSignal | undefined,
  action: string,
): Promise<T> {
  if (signal === undefined) return work;
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(createInterruption(action));
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([promise, work]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
