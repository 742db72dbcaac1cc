/** How much memory the values of cells may take, and the options of the kernel's process that say so. */
import { totalmem } from "node:os";

/** Megabytes that V8 has beyond what is announced: one more array or text of its largest size, several times over. */
const room = 4096;
/** Megabytes without an option, on machines that have twice as much. */
const usual = 4096;
const option = "--cell-memory=";

/** For Node, and for the program itself behind its connection file. `limit` is in megabytes. */
export function memoryOptions(limit?: number): {
  readonly node: readonly string[];
  readonly program: readonly string[];
} {
  return {
    node: [`--max-old-space-size=${(limit ?? usual) + room}`],
    program: limit === undefined ? [] : [`${option}${limit}`],
  };
}

/**
 * Megabytes, of the program's arguments; without an option, half of the machine's memory, at most 4 GB.
 *
 * @param heapLimit bytes that V8 gives this process
 */
export function readMemoryLimit(given: readonly string[], heapLimit: number): number {
  const asked = given.find((each) => each.startsWith(option))?.slice(option.length);
  const machine = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY) / (1 << 20);
  const wanted = asked === undefined ? Math.min(usual, machine / 2) : Number(asked);
  // Who starts the program by hand may have left V8 no room.
  return Math.floor(Math.min(wanted, (heapLimit / (1 << 20)) * 0.75));
}
