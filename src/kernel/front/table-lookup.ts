/** Has the tables that a cell names looked up on the main thread, where connections are, before the cell is checked. */
import type { ToFront, ToMain } from "../wire/thread-messages.ts";

/** Milliseconds: the main thread answers sooner, unless something blocks it. */
const patience = 500;

export interface TableLookup {
  /** Settles when the checker knows what could be found out in time. Never fails. */
  prepare(names: readonly string[]): Promise<void>;
  hear(message: Extract<ToFront, { kind: "tables" }>): void;
}

/** @param declare gives the checker declarations of all known tables */
export function createTableLookup(
  tellMain: (message: ToMain) => void,
  declare: (declarations: string) => void,
): TableLookup {
  let finish: (() => void) | undefined;

  return {
    prepare(names) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, patience);
      finish = resolve;
      tellMain({ kind: "tables", names });
      return promise.finally(() => clearTimeout(timer));
    },
    hear({ declarations, isAnswer }) {
      if (declarations !== undefined) declare(declarations);
      if (isAnswer) finish?.();
    },
  };
}
