/** SIGINT, which stops the cell that runs, wherever it comes from. */

/**
 * What a cell sends to its own process it means for itself: the signal would come when that cell is over, and stop
 * another one.
 *
 * @param onInterrupt hears of a signal from outside
 * @param interruptSelf stops the cell that calls it
 * @returns hears the signal again, where it is heard no more: `node:vm` takes the listeners away while a script runs
 */
export function hearInterrupts(onInterrupt: () => void, interruptSelf: () => void): () => void {
  const send = process.kill.bind(process);
  process.kill = (processId, signal) => {
    if (processId !== process.pid || (signal !== "SIGINT" && signal !== 2)) return send(processId, signal);
    for (const listener of process.listeners("SIGINT"))
      if (listener !== onInterrupt) listener.call(process, "SIGINT");
    interruptSelf();
    return true;
  };
  const listen = (): void => {
    if (!process.listeners("SIGINT").includes(onInterrupt)) process.on("SIGINT", onInterrupt);
  };
  listen();
  return listen;
}
