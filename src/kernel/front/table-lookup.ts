/** Has the tables that a cell names looked up on the main thread, where connections are, before the cell is checked. */
import type { NamedTables } from "../source/table-names.ts";
import type { TablePurpose, ToFront } from "../wire/thread-messages.ts";
import type { MainQuestions } from "./main-questions.ts";

/** Milliseconds: the main thread answers sooner, unless something blocks it. */
const patience = 500;

export interface TableLookup {
  /** Settles when the checker knows what could be looked up in time. Never fails. */
  prepare(tables: NamedTables): Promise<void>;
  /** The same for a cell that is being written, where the names of all tables may be wanted too. */
  prepareDraft(tables: NamedTables): Promise<void>;
  /**
   * Looks whether others have changed tables meanwhile, for a cell that was refused.
   * @returns whether the checker knows something else now
   */
  renew(tables: NamedTables): Promise<boolean>;
  hear(message: Extract<ToFront, { kind: "tables" }>): void;
}

/** @param declare gives the checker declarations of all known tables */
export function createTableLookup(
  questions: MainQuestions,
  declare: (declarations: string) => void,
): TableLookup {
  async function ask(tables: NamedTables, purpose: TablePurpose): Promise<boolean> {
    const hasChanged = await questions.ask<boolean>(
      (question) => ({ kind: "tables", question, tables, purpose }),
      patience,
    );
    return hasChanged === true;
  }

  return {
    prepare: async (tables) => void (await ask(tables, "check")),
    prepareDraft: async (tables) => void (await ask(tables, "draft")),
    renew: (tables) => ask(tables, "renewal"),
    hear({ declarations, question }) {
      if (declarations !== undefined) declare(declarations);
      if (question !== undefined) questions.hear(question, declarations !== undefined);
    },
  };
}
