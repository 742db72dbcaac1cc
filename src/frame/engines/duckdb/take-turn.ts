/** Takes turns at the threads of this process: four long statements at once would hold all that Node has for files. */
export const mostAtWork = 2;

let atWork = 0;
const waiting: (() => void)[] = [];

/** Runs a native call when fewer than two others are running. */
export async function takeTurn<T>(work: () => Promise<T>): Promise<T> {
  if (atWork >= mostAtWork) await new Promise<void>((resolve) => waiting.push(resolve));
  else atWork += 1;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next === undefined) atWork -= 1;
    else next();
  }
}
