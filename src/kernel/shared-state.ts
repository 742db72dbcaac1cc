/**
 * The numbers that the kernel's main thread and the thread of its sockets share, so that each learns of the other
 * without waiting for it. Cells are named by their number in this process, from 1.
 */
export const sharedSlots = {
  /** The cell that is to stop; 0 for none. The guards in a cell's code read it. */
  stop: 0,
  /** The cell that runs; 0 between cells. */
  running: 1,
  /** The last cell whose interruption the main thread has heard of. */
  heard: 2,
  /** The cell for whose sake whatever computes is to stop, be it another cell's background work. */
  force: 3,
  /** The cell for which the thread of the sockets raised SIGINT; 0 when the signal came from outside. */
  raised: 4,
  /** Weight handed to the thread of the sockets and not yet sent. */
  outstanding: 5,
} as const;

export function createSharedState(): Int32Array<SharedArrayBuffer> {
  const count = Object.keys(sharedSlots).length;
  return new Int32Array(new SharedArrayBuffer(count * Int32Array.BYTES_PER_ELEMENT));
}
