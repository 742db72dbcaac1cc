/** Keeps what the catalog says of each table for a while. One request per table is in flight at a time. */
import { waitFor } from "../../interrupt.ts";
import type { CatalogTable } from "../operations/catalog-table.ts";
import { formatTableId, type NamespaceName, type TableId, tableKey } from "../protocol/identifier.ts";
import { SharedRequests } from "./shared-requests.ts";

/**
 * How long an entry is good, in milliseconds. A table that is registered elsewhere meanwhile is not read from its old
 * place for longer.
 */
const life = 60_000;

export interface EntryCache {
  /**
   * The table's entry, asked for no longer than a minute ago.
   *
   * @param signal ends the waiting only; others may wait for the same request
   */
  get(id: TableId, signal: AbortSignal | undefined): Promise<CatalogTable>;
  /** Keeps what was just asked for or made. */
  put(table: CatalogTable): void;
  /** Brings a kept entry up to date with a change that is known to have been made. */
  change(id: TableId, change: (table: CatalogTable) => CatalogTable): void;
  forget(id: TableId): void;
  /** The tables of a database whose entries are kept. */
  tablesOf(namespace: NamespaceName): TableId[];
}

interface Entry {
  readonly table: CatalogTable;
  readonly endsAt: number;
}

export function createEntryCache(load: (id: TableId) => Promise<CatalogTable>): EntryCache {
  const entries = new Map<string, Entry>();
  const requests = new SharedRequests<Entry>();

  return {
    async get(id, signal) {
      const key = tableKey(id);
      const entry = entries.get(key);
      if (entry !== undefined && Date.now() < entry.endsAt) return entry.table;
      const endsAt = Date.now() + life;
      const request = requests.ask(
        key,
        async () => ({ table: await load(id), endsAt }),
        (asked) => entries.set(key, asked),
      );
      return (await waitFor(request, signal, `open table ${formatTableId(id)}`)).table;
    },
    put(table) {
      const key = tableKey(table.id);
      requests.forget(key);
      entries.set(key, { table, endsAt: Date.now() + life });
    },
    change(id, change) {
      const key = tableKey(id);
      const entry = entries.get(key);
      if (entry !== undefined) entries.set(key, { ...entry, table: change(entry.table) });
    },
    forget(id) {
      const key = tableKey(id);
      requests.forget(key);
      entries.delete(key);
    },
    tablesOf: (namespace) =>
      [...entries.values()].map(({ table }) => table.id).filter((id) => id.namespace === namespace),
  };
}
