import { stopIfAborted, waitFor } from "../../interrupt.ts";

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
      const next = await waitFor(iterator.next(), signal, action);
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
