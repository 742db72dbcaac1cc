/**
 * The tables that a connection has opened: one native handle for each, which is brought to the newest version when a
 * piece of work begins, and stands still until then.
 */

import type { CatalogClient } from "../../catalog/client.ts";
import type { CatalogTable } from "../../catalog/operations/catalog-table.ts";
import { type TableId, tableKey } from "../../catalog/protocol/identifier.ts";
import { type ErrorCode, isError } from "../../errors.ts";
import type { LanceTable } from "../../table/native/lance.ts";

/** An open table, lent for one piece of work. */
export interface LentTable {
  /** As the catalog has it. */
  readonly entry: CatalogTable;
  /** Shared: whoever moves it to another version works on a separate snapshot. */
  readonly handle: LanceTable;
}

/** A version of a table, of which it is not known yet whether it is the newest. */
export interface SeenSnapshot extends LentTable {
  /** The newest version; undefined when it is this one. Rejected when the table cannot be opened any more. */
  readonly newer: Promise<LentTable | undefined>;
}

/** Whether two entries of the catalog are those of one table: a name may be given to another, once it is dropped. */
export function isSameTable(one: CatalogTable, other: CatalogTable): boolean {
  return one.location === other.location && one.uuid === other.uuid;
}

export interface OpenTables {
  /** Opens the table, or brings the open one to the newest version, and keeps it open while the work lasts. */
  use<T>(id: TableId, work: (table: LentTable) => Promise<T>): Promise<T>;
  /**
   * A snapshot of an open table at the version last seen, while the table is asked for a newer one; undefined for any other
   * table. Its opener closes what it gets.
   */
  snapshot(id: TableId): Promise<SeenSnapshot | undefined>;
  /** An open table, as it stands; undefined for any other. Asks nothing of anybody. */
  peek(id: TableId): Promise<LentTable | undefined>;
  /** Keeps a handle that is open already, as of a table just made. */
  adopt(id: TableId, table: LentTable): void;
  /** Closes a table once nobody works on it. */
  leave(id: TableId): void;
  close(): void;
}

interface KeptTable extends LentTable {
  entry: CatalogTable;
  users: number;
  isLeft: boolean;
}

/** A connection to thousands of tables keeps the last ones only. */
const mostTables = 64;

/** What a table says of which the files are gone, or which its old credentials do not open any more. */
const movedCodes: readonly ErrorCode[] = ["TableNotFound", "PermissionDenied", "Unauthenticated"];

/** @param open opens the newest version, with what the catalog says of the table at that moment */
export function createOpenTables(
  catalog: Pick<CatalogClient, "recallTable" | "forgetTable">,
  open: (id: TableId) => Promise<LentTable>,
): OpenTables {
  const tables = new Map<string, Promise<KeptTable>>();

  function keep(id: TableId, opening: Promise<LentTable>): Promise<KeptTable> {
    const key = tableKey(id);
    const kept = opening.then((table): KeptTable => ({ ...table, users: 0, isLeft: false }));
    leave(id);
    tables.set(key, kept);
    kept.catch(() => {
      if (tables.get(key) === kept) tables.delete(key);
    });
    for (const oldest of tables.keys()) {
      if (tables.size <= mostTables) break;
      leaveKey(oldest);
    }
    return kept;
  }

  function leave(id: TableId): void {
    leaveKey(tableKey(id));
  }

  function leaveKey(key: string): void {
    const kept = tables.get(key);
    tables.delete(key);
    kept?.then(
      (table) => {
        table.isLeft = true;
        if (table.users === 0) table.handle.close();
      },
      () => undefined,
    );
  }

  async function borrow(id: TableId): Promise<KeptTable> {
    const key = tableKey(id);
    const known = tables.get(key);
    if (known !== undefined) {
      const table = await freshen(id, known);
      if (table !== undefined) return table;
      if (tables.get(key) === known) leave(id);
      return borrow(id);
    }
    const table = await keep(id, open(id));
    table.users++;
    return table;
  }

  /** The table at its newest version; undefined when it is not the one that has the name now. */
  async function freshen(id: TableId, known: Promise<KeptTable>): Promise<KeptTable | undefined> {
    const table = await known;
    if (table.isLeft) return undefined;
    table.users++;
    let isSame = false;
    try {
      // The last used is the last to be closed.
      const key = tableKey(id);
      if (tables.get(key) === known && tables.delete(key)) tables.set(key, known);
      const [entry] = await Promise.all([catalog.recallTable(id), table.handle.refresh()]);
      isSame = isSameTable(entry, table.entry);
      table.entry = entry;
    } catch (error) {
      if (!isError(error) || !movedCodes.includes(error.code)) throw error;
    } finally {
      if (!isSame) giveBack(table);
    }
    if (isSame) return table;
    catalog.forgetTable(id);
    return undefined;
  }

  function giveBack(table: KeptTable): void {
    table.users--;
    if (table.isLeft && table.users === 0) table.handle.close();
  }

  async function use<T>(id: TableId, work: (table: KeptTable) => Promise<T>): Promise<T> {
    const table = await borrow(id);
    try {
      return await work(table);
    } finally {
      giveBack(table);
    }
  }

  async function find(id: TableId): Promise<KeptTable | undefined> {
    const table = await tables.get(tableKey(id))?.catch(() => undefined);
    return table === undefined || table.isLeft ? undefined : table;
  }

  return {
    use,
    async snapshot(id) {
      const seen = await find(id);
      if (seen === undefined) return undefined;
      const handle = await seen.handle.snapshot();
      const version = await handle.version();
      const newer = use(id, async (now) => {
        const isSame = now === seen && (await now.handle.version()) === version;
        return isSame ? undefined : { handle: await now.handle.snapshot(), entry: now.entry };
      });
      return { handle, entry: seen.entry, newer };
    },
    peek: find,
    adopt(id, table) {
      void keep(id, Promise.resolve(table));
    },
    leave,
    close() {
      for (const key of [...tables.keys()]) leaveKey(key);
    },
  };
}
