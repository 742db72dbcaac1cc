// As the process started with them: a cell may replace what stands on prototypes.
const { then } = Promise.prototype;
const { addEventListener, removeEventListener } = AbortSignal.prototype;
const { apply } = Reflect;

/** Settles as `work` does, or rejects with the signal's reason when that fires first. */
export function raceAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    if (signal.aborted) stop();
    apply(addEventListener, signal, ["abort", stop]);
    const settle =
      <V>(next: (value: V) => void) =>
      (value: V) => {
        apply(removeEventListener, signal, ["abort", stop]);
        next(value);
      };
    apply(then, work, [settle(resolve), settle(reject)]);
  });
}
