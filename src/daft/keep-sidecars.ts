/** How long processes with Daft wait for work: while a connection is open. The rest of them is loaded with the first frame. */
const stops = new Set<() => void>();
/** That are open. */
let connections = 0;

/**
 * Has processes wait for the next frame while a connection is open.
 * @returns to be called when it closes: with the last one they end
 */
export function keepSidecars(): () => void {
  connections += 1;
  let isKept = true;
  return () => {
    if (!isKept) return;
    isKept = false;
    connections -= 1;
    if (connections === 0) for (const stop of stops) stop();
  };
}

/** Has it called when the last connection closes. */
export function onLastClose(stop: () => void): void {
  stops.add(stop);
}
