import { inspect } from "node:util";
import type { Schema } from "./arrow.ts";
import { type Bridge, startBridge } from "./bridge/bridge.ts";
import type { CatalogClient } from "./catalog/client.ts";
import { toStorageOptions } from "./catalog/credentials.ts";
import { formatTableId, parseTableId, type TableId, type TableName } from "./catalog/identifier.ts";
import { displaySymbol, inspectText, type MimeBundle } from "./display/mime.ts";
import { renderProperties } from "./display/properties.ts";
import { DlfLanceError, isError } from "./errors.ts";
import { Frame } from "./frame/frame.ts";
import type { TableSource } from "./frame/source.ts";
import type { LocalLake } from "./local/start.ts";
import { addressStorage } from "./table/address-storage.ts";
import { buildAppendedTable, buildNewTable, type TableData } from "./table/ingest.ts";
import { type LanceDatabase, type LanceTable, openLanceDatabase } from "./table/lance.ts";
import { TableDescription } from "./table/table-description.ts";
import { WriteResult } from "./table/write-result.ts";

interface Storage {
  readonly bridge: Bridge;
  readonly database: LanceDatabase;
}

/** A signed-in catalog and its Lance tables. Made by `connect()`; ends with `close()`. */
export class Connection {
  readonly #catalog: CatalogClient;
  readonly #local: LocalLake | undefined;
  readonly #notifications = new Set<Promise<void>>();
  /** Why the catalog refused a table, by name: the native library passes only the text of it on. */
  readonly #refusals = new Map<string, unknown>();
  #storage: Promise<Storage> | undefined;

  /** @internal */
  constructor(catalog: CatalogClient, local: LocalLake | undefined) {
    this.#catalog = catalog;
    this.#local = local;
  }

  /** Who is connected, and to what: catalog, host and shortened key id. */
  namespaceId(): string {
    return this.#catalog.namespaceId();
  }

  /** Names of the namespaces (DLF databases). */
  listNamespaces(): Promise<string[]> {
    return this.#catalog.listNamespaces();
  }

  /** Names of the Lance tables in a namespace. */
  listTables(namespace: string): Promise<string[]> {
    return this.#catalog.listTables(namespace);
  }

  /** Where a table lies, its schema, version and rows, and the names of its storage options. */
  async describe(table: TableName): Promise<TableDescription> {
    const id = parseTableId(table);
    const [entry, credentials] = await Promise.all([
      this.#catalog.getTable(id),
      this.#catalog.vendCredentials(id),
    ]);
    return this.#withTable(id, async (handle) => {
      const [schema, version, rows] = [
        await handle.schema(),
        await handle.version(),
        await handle.countRows(),
      ];
      return new TableDescription({
        table: formatTableId(id),
        location: entry.location,
        schema,
        version,
        rows,
        storageOptionKeys: Object.keys(toStorageOptions(credentials)).sort(),
        credentialsExpireAt:
          credentials.expiresAt === undefined ? undefined : new Date(credentials.expiresAt),
        properties: entry.properties,
      });
    });
  }

  /** A lazy frame over a table. Nothing is read until it is shown or collected. */
  read(table: TableName): Frame {
    return Frame.from(this.#createSource(parseTableId(table)));
  }

  /**
   * Creates a table and writes its first rows.
   * @throws DlfLanceError TableAlreadyExists; a table that exists is never touched. A create that fails leaves
   *   nothing behind.
   */
  async createTable(table: TableName, data: TableData): Promise<WriteResult> {
    const id = parseTableId(table);
    const name = formatTableId(id);
    const rows = buildNewTable(data, `create table ${name}`);
    await this.#catalog.declareTable(id);
    const version = await this.#writeFirstVersion(id, rows);
    this.#notify(id);
    return new WriteResult({ table: name, rows: rows.numRows, version });
  }

  /**
   * Appends rows as one new version. The data are matched to the table's schema by column name and checked
   * whole before anything is written. No rows: no new version.
   */
  append(table: TableName, data: TableData): Promise<WriteResult> {
    const id = parseTableId(table);
    const name = formatTableId(id);
    return this.#withTable(id, async (handle) => {
      const versionBefore = await handle.version();
      const rows = buildAppendedTable(data, await handle.schema(), `append to ${name}`);
      if (rows.numRows === 0)
        return new WriteResult({ table: name, rows: 0, versionBefore, version: versionBefore });
      const version = await this.#appendOnce(handle, name, versionBefore, rows);
      this.#notify(id);
      return new WriteResult({ table: name, rows: rows.numRows, versionBefore, version });
    });
  }

  /** Drops a table and its data. */
  async dropTable(table: TableName): Promise<void> {
    await this.#catalog.dropTable(parseTableId(table));
  }

  /**
   * Makes the tables `demo.sales` (every column type people meet), `demo.documents` (texts with embeddings) and
   * `demo.images` (small PNG pictures), the same for everybody. A table that is there already is left as it is.
   * @returns the names of the demo tables
   */
  async seedDemo(): Promise<string[]> {
    const { demoNamespace, demoTables } = await import("./demo/demo-tables.ts");
    await unlessThere("NamespaceAlreadyExists", () => this.#catalog.createNamespace(demoNamespace));
    for (const [name, build] of Object.entries(demoTables)) {
      await unlessThere("TableAlreadyExists", () => this.createTable([demoNamespace, name], build()));
    }
    return Object.keys(demoTables).map((name) => `${demoNamespace}.${name}`);
  }

  /** Ends the connection once pending commit notices are delivered; afterwards the process can exit by itself. */
  async close(): Promise<void> {
    await Promise.all(this.#notifications);
    const storage = await this.#storage?.catch(() => undefined);
    this.#storage = undefined;
    storage?.database.close();
    await storage?.bridge.close();
    await this.#catalog.close();
    await this.#local?.close();
  }

  [displaySymbol](): MimeBundle {
    return renderProperties({
      title: "connected",
      rows: [
        ["catalog", this.#catalog.warehouse],
        ["endpoint", this.#catalog.uri],
        ["identity", this.namespaceId()],
        ...(this.#local === undefined ? [] : [["kind", "embedded DLF + OSS on this machine"] as const]),
      ],
    });
  }

  [inspect.custom](): string {
    return inspectText(this[displaySymbol]());
  }

  #openStorage(): Promise<Storage> {
    this.#storage ??= startBridge((path) => this.#resolve(path)).then(async (bridge) => ({
      bridge,
      database: await openLanceDatabase(bridge),
    }));
    return this.#storage;
  }

  async #resolve(path: readonly string[]) {
    const id = parseTableId([path[0] ?? "", path[1] ?? ""]);
    try {
      const [table, credentials] = await Promise.all([
        this.#catalog.getTable(id),
        this.#catalog.vendCredentials(id),
      ]);
      return { location: table.location, storageOptions: addressStorage(credentials) };
    } catch (error) {
      this.#refusals.set(formatTableId(id), error);
      throw error;
    }
  }

  async #withTable<T>(id: TableId, work: (handle: LanceTable) => Promise<T>): Promise<T> {
    const handle = await this.#open(id);
    try {
      return await work(handle);
    } finally {
      handle.close();
    }
  }

  async #open(id: TableId): Promise<LanceTable> {
    const { database } = await this.#openStorage();
    const name = formatTableId(id);
    this.#refusals.delete(name);
    try {
      return await database.open(id);
    } catch (error) {
      throw this.#refusals.get(name) ?? error;
    }
  }

  #createSource(id: TableId): TableSource {
    const withTable = <T>(work: (handle: LanceTable) => Promise<T>) => this.#withTable(id, work);
    const open = () => this.#open(id);
    return {
      name: formatTableId(id),
      schema: (): Promise<Schema> => withTable((handle) => handle.schema()),
      countRows: (filter) => withTable((handle) => handle.countRows(filter)),
      version: () => withTable((handle) => handle.version()),
      async *scan(request) {
        const handle = await open();
        try {
          yield* handle.scan(request);
        } finally {
          handle.close();
        }
      },
    };
  }

  /** Writes version 1 of a table just declared, or takes the declaration back. */
  async #writeFirstVersion(id: TableId, rows: Parameters<LanceDatabase["create"]>[1]): Promise<number> {
    const { database } = await this.#openStorage();
    try {
      const handle = await database.create(id, rows);
      const version = await handle.version();
      handle.close();
      return version;
    } catch (error) {
      const landed = await this.#findCommitted(id, rows.numRows);
      if (landed !== undefined) return landed;
      await this.#catalog.dropTable(id).catch(() => undefined);
      throw error;
    }
  }

  /** The version of a table whose create reported an error but may have been committed all the same. */
  async #findCommitted(id: TableId, rows: number): Promise<number | undefined> {
    try {
      return await this.#withTable(id, async (handle) =>
        (await handle.countRows()) === rows ? handle.version() : undefined,
      );
    } catch {
      return undefined;
    }
  }

  /** Appends; when the answer was lost and others' commits hide whether ours landed, says so instead of repeating. */
  async #appendOnce(
    handle: LanceTable,
    name: string,
    versionBefore: number,
    rows: Parameters<LanceTable["append"]>[0],
  ): Promise<number> {
    try {
      return await handle.append(rows);
    } catch (error) {
      const versionAfter = await handle.version().catch(() => undefined);
      if (versionAfter === versionBefore) throw error;
      throw new DlfLanceError(
        "CommitUnknown",
        `Cannot tell whether the append to ${name} was committed: ${isError(error) ? error.message : "its answer was lost"} ` +
          `The table was at version ${versionBefore} before and is at ${versionAfter ?? "an unknown version"} now. ` +
          "Look for the rows before appending them again.",
      );
    }
  }

  #notify(id: TableId): void {
    const notice = this.#catalog
      .notifyCommit(id)
      .catch(() =>
        console.warn(`DLF was not told of the commit to ${formatTableId(id)}; the rows are written.`),
      )
      .finally(() => this.#notifications.delete(notice));
    this.#notifications.add(notice);
  }
}

async function unlessThere(
  code: "NamespaceAlreadyExists" | "TableAlreadyExists",
  create: () => Promise<unknown>,
): Promise<void> {
  try {
    await create();
  } catch (error) {
    if (!isError(error, code)) throw error;
  }
}
