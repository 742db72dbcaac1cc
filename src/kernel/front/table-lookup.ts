/** Has the tables that a cell names looked up on the main thread, where connections are, before the cell is checked. */
import type { NamedTables } from "../source/table-names.ts";
import type { ToFront, ToMain } from "../wire/thread-messages.ts";

/** Milliseconds: the main thread answers sooner, unless something blocks it. */
const patience = 500;

export interface TableLookup {
  /** Settles when the checker knows what could be found out in time. Never fails. */
  prepare(tables: NamedTables): Promise<void>;
  /**
   * Looks whether others have changed tables meanwhile, for a cell that was refused.
   * @returns whether the checker knows something else now
   */
  renew(tables: NamedTables): Promise<boolean>;
  hear(message: Extract<ToFront, { kind: "tables" }>): void;
}

/** @param declare gives the checker declarations of all known tables */
export function createTableLookup(
  tellMain: (message: ToMain) => void,
  declare: (declarations: string) => void,
): TableLookup {
  let finish: ((hasChanged: boolean) => void) | undefined;

  function ask(tables: NamedTables, isRenewal: boolean): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => resolve(false), patience);
    finish = resolve;
    tellMain({ kind: "tables", tables, isRenewal });
    return promise.finally(() => clearTimeout(timer));
  }

  return {
    prepare: async (tables) => void (await ask(tables, false)),
    renew: (tables) => ask(tables, true),
    hear({ declarations, isAnswer }) {
      if (declarations !== undefined) declare(declarations);
      if (isAnswer) finish?.(declarations !== undefined);
    },
  };
}
