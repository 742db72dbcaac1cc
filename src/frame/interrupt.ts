import { createInterruption, stopIfAborted } from "../interrupt.ts";

/**
 * The outcome of the work, or `Interrupted` as soon as the signal fires. The work itself may go on; what it comes
 * to is then dropped.
 */
export async function raceAbort<T>(
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
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/** Passes batches on until the signal fires, also while the next one is being waited for. */
export async function* untilAborted<T>(
  items: AsyncIterable<T>,
  signal: AbortSignal | undefined,
  action: string,
): AsyncGenerator<T, void, undefined> {
  const iterator = items[Symbol.asyncIterator]();
  let isDone = false;
  try {
    for (;;) {
      stopIfAborted(signal, action);
      const next = await raceAbort(iterator.next(), signal, action);
      if (next.done === true) {
        isDone = true;
        return;
      }
      yield next.value;
    }
  } finally {
    const closing = isDone ? undefined : iterator.return?.();
    // A reader that hangs must not keep the interruption waiting.
    if (signal?.aborted) closing?.catch(() => undefined);
    else await closing;
  }
}
