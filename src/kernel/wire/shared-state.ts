/**
 * The numbers that the kernel's two threads share, so that each learns of the other without waiting for it. Runs are
 * counted in this process, from 1.
 */
export const sharedSlots = {
  /** The run that goes on; 0 between runs. */
  running: 0,
  /** The last interruption that the main thread has heard of, by its number. */
  heard: 1,
  /** Weight handed to the front thread and not yet sent. */
  outstanding: 2,
  /** 1 once the sockets are closed. */
  closed: 3,
  /** 1 while the main thread loads the prelude, which would stay half-loaded if it were ended. */
  loading: 4,
  /** The last run that has begun. */
  begun: 5,
  /** How many UTF-16 units the name of the built-in has that a cell has replaced; they follow. 0 for none. */
  replaced: 6,
} as const;

/** UTF-16 units of the name that are kept. */
export const longestReplacedName = 60;

/** The weight that may wait for slow clients; whoever writes more waits for them. */
export const roomOutside = 8 << 20;

export type SharedState = Int32Array<SharedArrayBuffer>;

export function createSharedState(): SharedState {
  const count = Object.keys(sharedSlots).length + longestReplacedName;
  return new Int32Array(new SharedArrayBuffer(count * Int32Array.BYTES_PER_ELEMENT));
}

/** Such as `Array.prototype.map`; undefined while all are what they were. */
export function readReplacedName(shared: SharedState): string | undefined {
  const first = sharedSlots.replaced + 1;
  const length = Atomics.load(shared, sharedSlots.replaced);
  return length === 0 ? undefined : String.fromCharCode(...shared.subarray(first, first + length));
}
