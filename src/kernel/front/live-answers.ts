/** What the main thread knows of tables and values while a cell is written: nothing while a cell computes there. */
import { findDraftTables } from "../source/table-names.ts";
import type { LiveMember, TableSummary } from "../wire/thread-messages.ts";
import type { MainQuestions } from "./main-questions.ts";
import type { TableLookup } from "./table-lookup.ts";

export interface LiveAnswers {
  /** Settles when the checker knows the tables that the code names, as far as they are found in time. */
  prepare(code: string): Promise<void>;
  /** Undefined for a table that is not found in time. */
  summarize(table: string): Promise<TableSummary | undefined>;
  /** The members of the value of a name, or of what is in it: `["data", "items", "0"]`. */
  members(path: readonly string[]): Promise<readonly LiveMember[]>;
}

/** Milliseconds for a description, which may ask the catalog and the store. */
const summaryPatience = 1_000;
/** Milliseconds for what is in memory. */
const memberPatience = 250;

/** @param isBusy a cell runs, and may block the main thread */
export function createLiveAnswers(
  questions: MainQuestions,
  tables: Pick<TableLookup, "prepareDraft">,
  isBusy: () => boolean,
): LiveAnswers {
  return {
    prepare: async (code) => {
      if (!isBusy() && /["'`]/.test(code))
        await tables.prepareDraft({ names: findDraftTables(code), ofConnection: [], isChanging: false });
    },
    summarize: async (table) =>
      isBusy()
        ? undefined
        : await questions.ask<TableSummary>(
            (question) => ({ kind: "summary", question, table }),
            summaryPatience,
          ),
    members: async (path) => {
      if (isBusy()) return [];
      const found = await questions.ask<readonly LiveMember[]>(
        (question) => ({ kind: "members", question, path }),
        memberPatience,
      );
      return found ?? [];
    },
  };
}
