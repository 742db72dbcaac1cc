/** The Lance tables of one catalog, opened through a bridge that starts with the first table. */
import { type Bridge, startBridge } from "../bridge/bridge.ts";
import type { CatalogClient } from "../catalog/client.ts";
import { formatTableId, parseTableId, type TableId } from "../catalog/identifier.ts";
import { type LanceDatabase, type LanceTable, openLanceDatabase } from "../table/lance.ts";
import { createStorageAccess, type ManifestFile } from "./storage-access.ts";

export interface LakeStorage {
  readonly catalog: CatalogClient;
  database(): Promise<LanceDatabase>;
  /** Through which programs of this machine that are told its token open tables. */
  bridge(): Promise<Bridge>;
  /** Opens the newest version of a table. @throws what the catalog says of a table that it refuses */
  open(id: TableId): Promise<LanceTable>;
  /** Opens a table for one piece of work and closes it afterwards. */
  withTable<T>(id: TableId, work: (handle: LanceTable) => Promise<T>): Promise<T>;
  /** @throws Unsupported when the table lies where commits can be lost. `version` is one that it has. */
  refuseVersioning(id: TableId, version: number): Promise<void>;
  /** The file of a version's manifest; undefined where it cannot be read. */
  readManifest(id: TableId, version: number): Promise<ManifestFile | undefined>;
  /** Tells DLF of a commit, in the background: a notice that fails is a warning, never a failed write. */
  notify(id: TableId): void;
  /** Ends once pending commit notices are delivered. */
  close(): Promise<void>;
}

interface OpenStorage {
  readonly bridge: Bridge;
  readonly database: LanceDatabase;
}

export function createLakeStorage(catalog: CatalogClient): LakeStorage {
  const access = createStorageAccess(catalog);
  const notices = new Set<Promise<void>>();
  /** Why the catalog refused a table, by name: the native library passes only the text of it on. */
  const refusals = new Map<string, unknown>();
  let opened: Promise<OpenStorage> | undefined;

  function openStorage(): Promise<OpenStorage> {
    opened ??= startBridge(resolve).then(async (bridge) => ({
      bridge,
      database: await openLanceDatabase(bridge, catalog.caFile),
    }));
    return opened;
  }

  async function resolve(path: readonly string[]) {
    const id = parseTableId([path[0] ?? "", path[1] ?? ""]);
    try {
      const [table, credentials] = await Promise.all([catalog.getTable(id), catalog.vendCredentials(id)]);
      const storageOptions = await access.address(id, table.location, credentials);
      return { location: table.location, storageOptions };
    } catch (error) {
      refusals.set(formatTableId(id), error);
      throw error;
    }
  }

  async function open(id: TableId): Promise<LanceTable> {
    const { database } = await openStorage();
    const name = formatTableId(id);
    refusals.delete(name);
    try {
      return await database.open(id);
    } catch (error) {
      throw refusals.get(name) ?? error;
    }
  }

  return {
    catalog,
    database: async () => (await openStorage()).database,
    bridge: async () => (await openStorage()).bridge,
    open,
    withTable: async (id, work) => {
      const handle = await open(id);
      try {
        return await work(handle);
      } finally {
        handle.close();
      }
    },
    refuseVersioning: access.refuseVersioning,
    readManifest: access.readManifest,
    notify: (id) => {
      const notice = catalog
        .notifyCommit(id)
        .catch(() =>
          console.warn(`DLF was not told of the commit to ${formatTableId(id)}; the rows are written.`),
        )
        .finally(() => notices.delete(notice));
      notices.add(notice);
    },
    close: async () => {
      await Promise.all(notices);
      const storage = await opened?.catch(() => undefined);
      opened = undefined;
      storage?.database.close();
      await storage?.bridge.close();
      await access.close();
    },
  };
}
