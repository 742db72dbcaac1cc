/** The Lance tables of one catalog, opened through a bridge that starts with the first table. */
import { type Bridge, startBridge } from "../../bridge/bridge.ts";
import type { CatalogClient } from "../../catalog/client.ts";
import type { ClusterIdentity, IdentityElsewhere } from "../../catalog/configuration/client-properties.ts";
import type { CatalogTable } from "../../catalog/operations/catalog-table.ts";
import { formatTableId, parseTableId, type TableId, tableKey } from "../../catalog/protocol/identifier.ts";
import type { NamespacePlace, Reach, TablePlace } from "../../daft/program.ts";
import { DlfLanceError, isError, messageOf } from "../../errors.ts";
import { addressStorage } from "../../table/native/address-storage.ts";
import {
  type Created,
  type LanceDatabase,
  type LanceTable,
  openLanceDatabase,
  type StorageVersion,
} from "../../table/native/lance.ts";
import { readContents, readStorageVersion, wouldEmptyFragment } from "../../table/native/manifest.ts";
import { isTokenExpired } from "../../table/native/native-error.ts";
import type { VersionReference } from "../../table/native/table-versions.ts";
import { describeUnwritten } from "./describe-unwritten.ts";
import { createOpenTables, type LentTable, type SeenSnapshot } from "./open-tables.ts";
import { removeVersions } from "./remove-versions.ts";
import { createStorageAccess } from "./storage-access.ts";

export interface LakeStorage {
  readonly catalog: CatalogClient;
  /**
   * Works on the newest version of a table, which stays open for later. The handle is shared: it is not closed, and
   * not moved to another version but by a commit.
   * @throws what the catalog says of a table that it refuses
   */
  withTable<T>(id: TableId, work: (handle: LanceTable, entry: CatalogTable) => Promise<T>): Promise<T>;
  /**
   * A table that is open already, as this connection last saw it; undefined for any other. Asks nothing of the catalog or
   * the store.
   */
  recallTable(id: TableId): Promise<LentTable | undefined>;
  /** A handle on the newest version of a table, or on one referred to, which its opener closes. */
  openSnapshot(id: TableId, reference?: VersionReference): Promise<LentTable>;
  /** The same at the version last seen of a table that is open already; undefined for any other. */
  openSeen(id: TableId): Promise<SeenSnapshot | undefined>;
  /** Works on a handle of {@link openSnapshot}, and closes it. */
  withSnapshot<T>(
    id: TableId,
    reference: VersionReference | undefined,
    work: (handle: LanceTable) => Promise<T>,
  ): Promise<T>;
  /**
   * How another process opens a version of a table. One of this machine does so through our bridge, which renews its keys as
   * long as the connection is open; one of a cluster asks DLF itself, as who is connected. Where that is a function of this
   * process, the cluster gets what DLF vends now, which expires.
   * @param entry of the table; undefined for one that is still to be made
   */
  place(id: TableId, version: number, reach: Reach, entry: CatalogTable | undefined): Promise<TablePlace>;
  /** Who is connected here, as far as the machines of a cluster can be the same. */
  identityElsewhere(): IdentityElsewhere;
  /** Writes version 1 of a declared table, which stays open for later. Fails when it is written already. */
  createTable(id: TableId, data: Buffer, storageVersion: StorageVersion): Promise<Created>;
  /** Puts data and their schema in place of a table's, as one new version. */
  overwriteTable(id: TableId, data: Buffer, storageVersion: StorageVersion): Promise<Created>;
  /** Has the table opened again, with new credentials, by who next works on it. */
  renew(id: TableId): void;
  /** @throws Unsupported when the table lies where commits can be lost. `version` is one that it has. */
  refuseVersioning(id: TableId, version: number): Promise<void>;
  /** Asks in the background what {@link refuseVersioning} needs, and warns where it would refuse. */
  warnOfVersioning(id: TableId, version: number): void;
  /** The version of Lance's file format that a version of a table is in; undefined where that cannot be read. */
  readStorageVersion(id: TableId, entry: CatalogTable, version: number): Promise<string | undefined>;
  /** Says that a commit of ours, which keeps the format, made one version of another: what is known goes on. */
  keepStorageVersion(id: TableId, from: number, to: number): void;
  /** The same where it is known already: the native library does not tell it, so that it takes a request. */
  recallStorageVersion(id: TableId, entry: CatalogTable, version: number): string | undefined;
  /** Whether the data of all columns in some fragment would be gone; false where the manifest cannot be read. */
  wouldEmptyFragment(id: TableId, version: number, columns: readonly string[]): Promise<boolean>;
  /** Whether two versions hold the same rows, of the same files; undefined where that cannot be read. */
  holdSame(id: TableId, versions: readonly [number, number]): Promise<boolean | undefined>;
  /**
   * Removes versions, and the data files that no version kept needs. Nothing where a manifest cannot be read.
   * @param removed neither the newest nor ones with a tag
   * @param kept all others that the table has
   */
  removeVersions(
    id: TableId,
    removed: readonly number[],
    kept: readonly number[],
  ): Promise<{ readonly versions: number; readonly bytes: number }>;
  /** Tells DLF of a commit, in the background: a notice that fails is a warning, never a failed write. */
  notify(id: TableId, options?: { readonly changesColumns?: boolean }): void;
  /** Ends once pending commit notices are delivered. */
  close(): Promise<void>;
}

interface OpenStorage {
  readonly bridge: Bridge;
  readonly database: LanceDatabase;
}

interface KnownFormat {
  readonly location: string;
  readonly version: number;
  readonly storageVersion: string | undefined;
}

/** @param tokenFile of this machine, with keys for the catalog that are those of the connection. */
export function createLakeStorage(catalog: CatalogClient, tokenFile?: string): LakeStorage {
  const access = createStorageAccess(catalog);
  /** What nobody waits for before the end: notices of commits, and questions. */
  const background = new Set<Promise<void>>();
  /** What the catalog last said of a table, by its key: the native library passes only the text of a refusal on. */
  const answers = new Map<string, CatalogTable | { readonly refusal: unknown }>();
  /** By table: of which version, and where it lies. */
  const formats = new Map<string, KnownFormat>();
  const tables = createOpenTables(catalog, open);
  let opened: Promise<OpenStorage> | undefined;
  let isClosed = false;
  catalog.watchTables(tables.leave);

  function openStorage(): Promise<OpenStorage> {
    if (isClosed) {
      // A bridge that starts now would keep the process running.
      const message = "Cannot open a table: the connection is closed; connect again with connect()";
      throw new DlfLanceError("InvalidInput", message);
    }
    opened ??= startBridge(resolve).then(async (bridge) => ({
      bridge,
      database: await openLanceDatabase(bridge, catalog.caFile),
    }));
    return opened;
  }

  async function resolve(path: readonly string[]) {
    const id = parseTableId([path[0] ?? "", path[1] ?? ""]);
    try {
      const [entry, credentials] = await Promise.all([catalog.recallTable(id), catalog.vendCredentials(id)]);
      const storageOptions = await access.address(id, entry.location, credentials);
      answers.set(tableKey(id), entry);
      return { location: entry.location, storageOptions };
    } catch (refusal) {
      answers.set(tableKey(id), { refusal });
      throw refusal;
    }
  }

  /** Native work that asks the bridge where the table lies, and what the catalog has answered then. */
  async function resolveWith<T>(
    id: TableId,
    work: (database: LanceDatabase) => Promise<T>,
  ): Promise<{ readonly result: T; readonly entry: CatalogTable }> {
    const { database } = await openStorage();
    const key = tableKey(id);
    answers.delete(key);
    try {
      const result = await work(database);
      const answer = answers.get(key);
      const entry = answer === undefined || "refusal" in answer ? await catalog.recallTable(id) : answer;
      return { result, entry };
    } catch (error) {
      const answer = answers.get(key);
      if (answer !== undefined && "refusal" in answer) throw answer.refusal;
      if (answer !== undefined && isError(error, "TableNotFound")) {
        throw new DlfLanceError(
          "TableNotFound",
          `Cannot open table ${formatTableId(id)}: ${describeUnwritten(id)}`,
        );
      }
      if (isError(error, "TableNotFound") || !(await access.findOtherWay(id))) throw error;
      return await resolveWith(id, work);
    } finally {
      answers.delete(key);
    }
  }

  function runInBackground(work: Promise<void>): void {
    const running = work.finally(() => background.delete(running));
    background.add(running);
  }

  async function open(id: TableId): Promise<LentTable> {
    const openNow = () => resolveWith(id, (database) => database.open(id));
    const { result, entry } = await openNow().catch((error: unknown) => {
      if (!isTokenExpired(error)) throw error;
      catalog.forgetCredentials(id);
      return openNow();
    });
    return { handle: result, entry };
  }

  async function write(
    id: TableId,
    kind: "create" | "overwrite",
    data: Buffer,
    storageVersion: StorageVersion,
  ): Promise<Created> {
    const work = (database: LanceDatabase) => database[kind](id, data, storageVersion);
    const { result, entry } = await resolveWith(id, work);
    tables.adopt(id, { handle: result.handle, entry });
    const { version } = result;
    formats.set(tableKey(id), { location: entry.location, version, storageVersion });
    return result;
  }

  function recallStorageVersion(
    id: TableId,
    { location }: CatalogTable,
    version: number,
  ): string | undefined {
    const known = formats.get(tableKey(id));
    return known?.location === location && known.version === version ? known.storageVersion : undefined;
  }

  async function openSnapshot(id: TableId, reference?: VersionReference): Promise<LentTable> {
    return tables.use(id, async ({ handle, entry }) => {
      const snapshot = await handle.snapshot();
      try {
        if (reference !== undefined)
          await snapshot.versions.checkout(await handle.versions.resolve(reference));
        return { handle: snapshot, entry };
      } catch (error) {
        snapshot.close();
        throw error;
      }
    });
  }

  async function placeForCluster(
    id: TableId,
    version: number,
    entry: CatalogTable | undefined,
    identity?: ClusterIdentity,
  ): Promise<TablePlace> {
    const properties = catalog.clientProperties(identity);
    if (properties !== undefined)
      return { ...placeInNamespace(id, version, entry), implementation: "dlf", properties };
    const [{ location }, credentials] = await Promise.all([
      catalog.recallTable(id),
      catalog.vendCredentials(id),
    ]);
    return { kind: "path", uri: location, version, storageOptions: addressStorage(credentials) };
  }

  return {
    catalog,
    withTable: (id, work) => tables.use(id, ({ handle, entry }) => work(handle, entry)),
    recallTable: tables.peek,
    openSnapshot,
    openSeen: tables.snapshot,
    async withSnapshot(id, reference, work) {
      const { handle } = await openSnapshot(id, reference);
      try {
        return await work(handle);
      } finally {
        handle.close();
      }
    },
    async place(id, version, reach, entry) {
      if (reach !== "machine")
        return placeForCluster(id, version, entry, reach === "cluster" ? undefined : reach);
      const { bridge } = await openStorage();
      return {
        ...placeInNamespace(id, version, entry),
        implementation: "rest",
        properties: { uri: bridge.uri, "header.Authorization": `Bearer ${bridge.token.reveal()}` },
      };
    },
    identityElsewhere: () =>
      tokenFile === undefined ? catalog.identityElsewhere() : { kind: "file", path: tokenFile },
    createTable: (id, data, storageVersion) => write(id, "create", data, storageVersion),
    overwriteTable: (id, data, storageVersion) => write(id, "overwrite", data, storageVersion),
    renew(id) {
      catalog.forgetCredentials(id);
      tables.leave(id);
    },
    refuseVersioning: access.refuseVersioning,
    keepStorageVersion(id, from, to) {
      const known = formats.get(tableKey(id));
      // Others may have committed in between, in another format.
      if (known?.version === from && to === from + 1) formats.set(tableKey(id), { ...known, version: to });
    },
    recallStorageVersion,
    async readStorageVersion(id, entry, version) {
      const known = recallStorageVersion(id, entry, version);
      if (known !== undefined) return known;
      const manifest = await access.readManifest(id, version);
      if (manifest === undefined) return undefined;
      const storageVersion = readStorageVersion(manifest.bytes, manifest.fileLength);
      formats.set(tableKey(id), { location: entry.location, version, storageVersion });
      return storageVersion;
    },
    async wouldEmptyFragment(id, version, columns) {
      const manifest = await access.readManifest(id, version);
      return (
        manifest !== undefined && wouldEmptyFragment(manifest.bytes, manifest.fileLength, columns) === true
      );
    },
    async holdSame(id, versions) {
      const contents = await Promise.all(
        versions.map(async (version) => {
          const manifest = await access.readManifest(id, version);
          return manifest && readContents(manifest.bytes, manifest.fileLength);
        }),
      );
      const [one, other] = contents;
      return one === undefined || other === undefined ? undefined : one.equals(other);
    },
    removeVersions: (id, removed, kept) => removeVersions(access, id, removed, kept),
    warnOfVersioning: (id, version) =>
      runInBackground(
        access.refuseVersioning(id, version).catch((error: unknown) => console.warn(messageOf(error))),
      ),
    notify: (id, options) =>
      runInBackground(
        catalog
          .notifyCommit(id, options)
          .catch(() =>
            console.warn(
              `DLF did not receive the notice of the commit to ${formatTableId(id)}; the rows are written`,
            ),
          ),
      ),
    close: async () => {
      isClosed = true;
      await Promise.all(background);
      tables.close();
      const storage = await opened?.catch(() => undefined);
      opened = undefined;
      storage?.database.close();
      await storage?.bridge.close();
      await access.close();
    },
  };
}

function placeInNamespace(
  { namespace, table }: TableId,
  version: number,
  entry: CatalogTable | undefined,
): Omit<NamespacePlace, "implementation" | "properties"> {
  const expected = entry && { location: entry.location, ...(entry.uuid && { uuid: entry.uuid }) };
  return { kind: "namespace", id: [namespace, table], version, ...(expected && { expected }) };
}
