/** The tables that cells name as declarations for the checker, and the names of all others. */
import { setTimeout as delay } from "node:timers/promises";
import type { DeclaredTable } from "../../declarations/declare-tables.ts";
import { findTableDirectory, type TableDirectory } from "../../table-directory.ts";
import type { NamedTables } from "../source/table-names.ts";
import type { Failure } from "../wire/failure.ts";
import { codeOf } from "../wire/tell-error.ts";
import type { TablePurpose, TableSummary } from "../wire/thread-messages.ts";

/** Milliseconds that a cell waits for the columns of the tables that it names. */
const patience = 300;
/** The most tables that are asked for after one refusal. */
const mostRenewed = 10;

const none: ReadonlySet<string> = new Set();

type Columns = NonNullable<DeclaredTable["fields"]>;

export interface KnownTables {
  /**
   * Declarations of the tables that cells have named, those of this cell among them as far as they are found in time.
   * Those of a cell that may change them itself are untyped for its sake. Undefined where all is as it was the last time. It never fails: a table that cannot be looked up is untyped.
   */
  declare(tables: NamedTables, purpose: TablePurpose): Promise<string | undefined>;
  /** Undefined for a table that is not found. Never fails. */
  summarize(table: string): Promise<TableSummary | undefined>;
  /** Tables of the cell that was checked last whose columns are others by now. Asks nothing of the catalog. */
  findChanged(): Promise<readonly string[]>;
}

/** @param tellNames hears the names of all tables whenever they are others */
export function createKnownTables(tellNames: (names: readonly string[]) => void): KnownTables {
  let directory: TableDirectory | undefined;
  let columns = new Map<string, Columns>();
  let listed: readonly string[] = [];
  let told: string | undefined;
  /** Those of the cell that was checked last, as they were then. */
  let checked = new Map<string, Columns>();

  /** Of several connections the one that `read` would use counts. */
  function follow(): TableDirectory | undefined {
    const latest = findTableDirectory();
    if (latest !== directory) {
      directory = latest;
      columns = new Map();
      listed = [];
      tellNames(listed);
    }
    return latest;
  }

  async function lookUp(
    from: TableDirectory,
    table: string,
    look: "columns" | "recallColumns" | "renewColumns",
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
    const tables = [...columns]
      .filter(([name]) => !untyped.has(name))
      .map(([name, fields]): DeclaredTable => ({ name, fields }));
    const text = declareTables(tables);
    if (text === told) return undefined;
    told = text;
    return text;
  }

  async function list(from: TableDirectory): Promise<void> {
    const names = await from.list().catch(() => listed);
    if (names === listed || from !== directory) return;
    listed = names;
    tellNames(names);
  }

  return {
    async declare({ names, isChanging }, purpose) {
      const from = follow();
      const named = new Set(names);
      const isRenewal = purpose === "renewal";
      if (from !== undefined) {
        const wanted = [...new Set([...names, ...columns.keys()])];
        const look = (table: string) =>
          isRenewal ? "renewColumns" : named.has(table) ? "columns" : "recallColumns";
        const lookingUp = (isRenewal ? wanted.slice(0, mostRenewed) : wanted).map((table) =>
          lookUp(from, table, look(table)),
        );
        // Nobody waits for it but whoever writes a cell.
        const listing = list(from);
        const stop = new AbortController();
        await Promise.race([
          Promise.all(purpose === "draft" ? [...lookingUp, listing] : lookingUp),
          delay(patience, undefined, { signal: stop.signal }).catch(() => undefined),
        ]);
        stop.abort();
      }
      if (purpose !== "draft") {
        checked = new Map();
        for (const name of isChanging ? [] : names) {
          const fields = columns.get(name);
          if (fields !== undefined) checked.set(name, fields);
        }
      }
      return compose(isChanging ? named : none);
    },
    async summarize(table) {
      const found = await follow()
        ?.describe(table)
        .catch(() => undefined);
      if (found === undefined) return undefined;
      const { fieldTypeName } = await import("../../display/arrow/type-name.ts");
      const shown = found.columns.map((field) => ({
        name: field.name,
        type: fieldTypeName(field),
        isNullable: field.nullable,
      }));
      return { ...found, columns: shown };
    },
    async findChanged() {
      const from = directory;
      if (from === undefined) return [];
      const changed = await Promise.all(
        [...checked].map(async ([name, fields]) => {
          const latest = await from.recallColumns(name).catch(() => undefined);
          return latest === undefined || isSame(fields, latest) ? [] : [name];
        }),
      );
      return changed.flat();
    },
  };
}

function isSame(before: Columns, now: Columns): boolean {
  const texts = [before, now].map((fields) =>
    JSON.stringify(fields.map(({ name, type, nullable }) => [name, String(type), nullable])),
  );
  return texts[0] === texts[1];
}

/** Errors that a column gives which is not what it was. */
const ofColumns: ReadonlySet<unknown> = new Set([
  "TableColumnNotFound",
  "TableSchemaValidationError",
  "InvalidInput",
]);

/** The failure, which says so where a table has other columns than when the cell was checked. */
export async function nameChangedTables(
  error: unknown,
  failure: Failure,
  findChanged: KnownTables["findChanged"],
): Promise<Failure> {
  if (!ofColumns.has(codeOf(error))) return failure;
  const changed = await findChanged();
  if (changed.length === 0) return failure;
  const [subject, verb] = changed.length === 1 ? ["table", "has"] : ["tables", "have"];
  const note = `The ${subject} ${changed.join(", ")} ${verb} changed since this cell was checked: run it again`;
  return { ...failure, evalue: `${failure.evalue}\n${note}`, traceback: [...failure.traceback, note] };
}
