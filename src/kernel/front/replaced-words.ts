/** Tells in a cell that built-in objects are not what they were: what fails after that fails for no other reason to be seen. */
import { readReplacedName, type SharedState } from "../wire/shared-state.ts";
import type { CellEnd, CellOrder } from "../wire/thread-messages.ts";

export interface ReplacedWords {
  /** Looks while the cell runs, and at its end. */
  during(order: CellOrder, work: () => Promise<CellEnd>): Promise<CellEnd>;
}

/** Milliseconds between two looks while a cell runs. */
const pause = 250;
/** Milliseconds after which a cell may be one that never ends. */
const patience = 3_000;

/** @param onReplaced hears each name with which a cell was warned */
export function createReplacedWords(
  shared: SharedState,
  write: (text: string, parent: string) => void,
  onReplaced: (name: string) => void,
): ReplacedWords {
  const told = new Set<string>();

  return {
    during: async (order, work) => {
      const start = Date.now();
      let isTold = order.isSilent;

      function tell(isDue: boolean): void {
        const name = readReplacedName(shared);
        if (name === undefined || isTold || (told.has(name) && !isDue)) return;
        isTold = true;
        told.add(name);
        onReplaced(name);
        write(describeReplaced(name), order.parent);
      }

      const looking = setInterval(() => tell(Date.now() - start > patience), pause);
      try {
        const end = await work();
        tell(end.failure !== undefined);
        return end;
      } finally {
        clearInterval(looking);
      }
    },
  };
}

function describeReplaced(name: string): string {
  return (
    `Warning: a cell has changed ${name}, which Node, packages and this kernel use too. ` +
    "Until you restart the kernel, cells may fail, show wrong values or never end\n"
  );
}
