/** The tables that cells name, and those of the catalog, as declarations for the checker. */
import { setTimeout as delay } from "node:timers/promises";
import type { DeclaredTable } from "../../declarations/declare-tables.ts";
import { findTableDirectory, type TableDirectory } from "../../table-directory.ts";
import type { NamedTables } from "../source/table-names.ts";

/** Milliseconds that a cell waits for the columns of the tables that it names. */
const patience = 300;
/** The most tables that are asked for after one refusal. */
const mostRenewed = 10;

const none: ReadonlySet<string> = new Set();

type Columns = NonNullable<DeclaredTable["fields"]>;

export interface KnownTables {
  /**
   * Declarations of all tables that are known, those that a cell names among them as far as they are found in time.
   * Those of a cell that may change them itself are untyped for its sake. Undefined where all is as it was the last time. It never fails: a table that cannot be looked up is untyped.
   */
  declare(tables: NamedTables, isRenewal?: boolean): Promise<string | undefined>;
}

/** @param tell hears declarations that come to be known between cells */
export function createKnownTables(tell: (declarations: string) => void): KnownTables {
  let directory: TableDirectory | undefined;
  let columns = new Map<string, Columns>();
  let listed: readonly string[] = [];
  let told: string | undefined;

  /** Of several connections the one that `read` would use counts. */
  function follow(): TableDirectory | undefined {
    const latest = findTableDirectory();
    if (latest !== directory) {
      directory = latest;
      columns = new Map();
      listed = [];
    }
    return latest;
  }

  async function lookUp(
    from: TableDirectory,
    table: string,
    look: Exclude<keyof TableDirectory, "list">,
  ): Promise<void> {
    const into = columns;
    try {
      const found = await from[look](table);
      if (found !== undefined) into.set(table, found);
    } catch {
      // Dropped, never there, or out of reach: running the cell says which.
      into.delete(table);
    }
  }

  async function compose(untyped: ReadonlySet<string> = none): Promise<string | undefined> {
    if (directory === undefined && told === undefined) return undefined;
    const { declareTables } = await import("../../declarations/declare-tables.ts");
    const names = new Set([...listed, ...columns.keys()]);
    const tables = [...names].map((name): DeclaredTable => {
      const fields = untyped.has(name) ? undefined : columns.get(name);
      return fields === undefined ? { name } : { name, fields };
    });
    const text = declareTables(tables);
    if (text === told) return undefined;
    told = text;
    return text;
  }

  async function list(from: TableDirectory): Promise<void> {
    const names = await from.list().catch(() => listed);
    if (names === listed || from !== directory) return;
    listed = names;
    const text = await compose();
    if (text !== undefined) tell(text);
  }

  return {
    async declare({ names, isChanging }, isRenewal = false) {
      const from = follow();
      const named = new Set(names);
      if (from !== undefined) {
        const wanted = [...new Set([...names, ...columns.keys()])];
        const look = (table: string) =>
          isRenewal ? "renewColumns" : named.has(table) ? "columns" : "recallColumns";
        const lookingUp = (isRenewal ? wanted.slice(0, mostRenewed) : wanted).map((table) =>
          lookUp(from, table, look(table)),
        );
        const stop = new AbortController();
        await Promise.race([
          Promise.all(lookingUp),
          delay(patience, undefined, { signal: stop.signal }).catch(() => undefined),
        ]);
        stop.abort();
        void list(from);
      }
      return compose(isChanging ? named : none);
    },
  };
}
