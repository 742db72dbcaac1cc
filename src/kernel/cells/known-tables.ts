/** The tables that cells name as declarations for the checker, and the names of all others. */
import { setTimeout as delay } from "node:timers/promises";
import type { DeclaredTable } from "../../declarations/declare-tables.ts";
import { findTableDirectories, type TableDirectory } from "../../table-directory.ts";
import type { NamedTables } from "../source/table-names.ts";
import type { Failure } from "../wire/failure.ts";
import { codeOf } from "../wire/tell-error.ts";
import type { TablePurpose, TableSummary } from "../wire/thread-messages.ts";

/** Milliseconds that a cell waits for the columns of the tables that it names. */
const patience = 250;
/** The most tables that are asked for after one refusal. */
const mostRenewed = 10;

/** What a catalog that cannot be asked now is said to be. */
const outOfReach: ReadonlySet<string> = new Set(["ServiceUnavailable", "Throttling", "Interrupted"]);

type Columns = NonNullable<DeclaredTable["fields"]>;

export interface KnownTables {
  /**
   * Declarations of the tables that cells have named, those of this cell among them as far as they are found in time.
   * Those of a cell that may change them itself are untyped in it. Undefined where all is as it was the last time. It
   * never fails: a table that cannot be looked up is untyped.
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
  /** Those that a cell has waited for in vain, and which are still on their way. */
  let late = new Set<string>();
  /** Those that cells have named and that were not found: one of these cells may have connected, or made them. */
  let missed = new Set<string>();
  let told: string | undefined;
  /** Those of the cell that was checked last, as they were then. */
  let checked = new Map<string, Columns>();

  /** Of several connections the one that `read` would use counts. */
  function follow(): TableDirectory | undefined {
    const [latest] = findTableDirectories();
    if (latest !== directory) {
      directory = latest;
      columns = new Map();
      late = new Set();
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
    const isLate = late;
    try {
      const found = await from[look](table);
      if (found !== undefined) into.set(table, found);
    } catch (error) {
      // Dropped, or never there: running the cell says which. Out of reach, it is what it was.
      if (!outOfReach.has(String(codeOf(error)))) into.delete(table);
    } finally {
      isLate.delete(table);
    }
  }

  /** Those that another catalog has too, with other columns: a frame may be of either. */
  async function findAmbiguous(tables: readonly string[]): Promise<readonly string[]> {
    const [, ...others] = findTableDirectories();
    if (others.length === 0) return [];
    const { columnType } = await import("../../declarations/column-type.ts");
    const found = await Promise.all(
      tables.map(async (table) => {
        const own = columns.get(table);
        const theirs = await Promise.all(others.map((other) => other.columns(table).catch(() => undefined)));
        const isOther = (fields: Columns | undefined): boolean =>
          own !== undefined && fields !== undefined && !areSame(own, fields, columnType);
        return theirs.some(isOther) ? [table] : [];
      }),
    );
    return found.flat();
  }

  async function compose(untyped: ReadonlySet<string>): Promise<string | undefined> {
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
    async declare({ names, ofConnection, isChanging }, purpose) {
      const from = follow();
      const named = new Set(names);
      const untyped = new Set(isChanging ? names : []);
      const isRenewal = purpose === "renewal";
      if (from !== undefined) {
        const again = missed;
        missed = new Set();
        const wanted = [...new Set([...names, ...columns.keys(), ...again])];
        const look = (table: string) =>
          isRenewal ? "renewColumns" : named.has(table) || again.has(table) ? "columns" : "recallColumns";
        const tables = (isRenewal ? wanted.slice(0, mostRenewed) : wanted).filter(
          (table) => !late.has(table),
        );
        const waiting = new Set(tables);
        const lookingUp = tables.map((table) =>
          lookUp(from, table, look(table)).then(() => void waiting.delete(table)),
        );
        // Only whoever writes a cell needs the names of all tables.
        const listing = purpose === "draft" ? [list(from)] : [];
        const stop = new AbortController();
        await Promise.race([
          Promise.all([...lookingUp, ...listing]).then(async () => {
            const mayBeOthers = tables.filter((table) => !named.has(table) || ofConnection.includes(table));
            if (isRenewal) for (const table of await findAmbiguous(mayBeOthers)) untyped.add(table);
          }),
          delay(patience, undefined, { signal: stop.signal }).catch(() => undefined),
        ]);
        stop.abort();
        if (from === directory) for (const table of waiting) late.add(table);
      }
      if (purpose !== "draft") {
        for (const name of names) if (!columns.has(name)) missed.add(name);
        checked = new Map();
        for (const name of isChanging ? [] : names) {
          const fields = columns.get(name);
          if (fields !== undefined) checked.set(name, fields);
        }
      }
      return compose(untyped);
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
      if (from === undefined || checked.size === 0) return [];
      const { columnType } = await import("../../declarations/column-type.ts");
      const changed = await Promise.all(
        [...checked].map(async ([name, fields]) => {
          const latest = await from.recallColumns(name).catch(() => undefined);
          return latest === undefined || areSame(fields, latest, columnType) ? [] : [name];
        }),
      );
      return changed.flat();
    },
  };
}

/** To a checker, which knows their types in its own words only. */
function areSame(some: Columns, others: Columns, typeOf: (field: Columns[number]) => string): boolean {
  const [one, other] = [some, others].map((fields) =>
    JSON.stringify(fields.map((field) => [field.name, typeOf(field)])),
  );
  return one === other;
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
