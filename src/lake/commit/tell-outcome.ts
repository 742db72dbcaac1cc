import { isError } from "../../errors.ts";
import { currentInterruptSignal } from "../../interrupt.ts";

/**
 * Prints what an interrupted write came to, once that is known: the cell that waited for it has ended by then, and its
 * error says only that it was interrupted.
 * @param action in words, such as `append to default.orders`
 */
export function tellOutcome<T extends { readonly version: number }>(
  action: string,
  signal: AbortSignal | undefined,
  running: Promise<T>,
): Promise<T> {
  if (signal === undefined || signal !== currentInterruptSignal()) return running;
  running.then(
    ({ version }) => {
      if (signal.aborted) console.warn(`Interrupted too late: ${action}. It is done, as version ${version}`);
    },
    (error: unknown) => {
      if (signal.aborted && isError(error)) console.warn(error.message);
    },
  );
  return running;
}
