import { inspect } from "node:util";
import type { Schema, Table } from "./arrow.ts";
import { type Bridge, startBridge } from "./bridge/bridge.ts";
import { CatalogMethods } from "./catalog/catalog-methods.ts";
import type { CatalogClient } from "./catalog/client.ts";
import { toStorageOptions } from "./catalog/credentials.ts";
import { formatTableId, parseTableId, type TableId, type TableName } from "./catalog/identifier.ts";
import { type ModeName, readMode } from "./catalog/modes.ts";
import type { DeclareTableOptions } from "./catalog/tables.ts";
import { displaySymbol, inspectText, type MimeBundle } from "./display/mime.ts";
import { renderProperties } from "./display/properties.ts";
import { DlfLanceError, isError } from "./errors.ts";
import { Frame } from "./frame/frame.ts";
import type { TableSource } from "./frame/source.ts";
import type { LocalLake } from "./local/start.ts";
import { addressStorage } from "./table/address-storage.ts";
import { toCatalogFields } from "./table/catalog-fields.ts";
import { buildAppendedTable, buildNewTable, type TableData } from "./table/ingest.ts";
import { type LanceDatabase, type LanceTable, openLanceDatabase } from "./table/lance.ts";
import { TableDescription } from "./table/table-description.ts";
import { WriteResult } from "./table/write-result.ts";

interface Storage {
  readonly bridge: Bridge;
  readonly database: LanceDatabase;
}

export interface CreateTableOptions extends DeclareTableOptions {
  /**
   * What to do when the table exists: fail (`Create`), keep it as it is (`ExistOk`), or put the new data in its
   * place (`Overwrite`): its location stays, and older versions stay readable until they are cleaned up.
   */
  readonly mode?: ModeName<"Create" | "ExistOk" | "Overwrite">;
}

/** A signed-in catalog and its Lance tables. Made by `connect()`; ends with `close()`. */
export class Connection extends CatalogMethods {
  readonly #catalog: CatalogClient;
  readonly #local: LocalLake | undefined;
  readonly #notifications = new Set<Promise<void>>();
  /** Why the catalog refused a table, by name: the native library passes only the text of it on. */
  readonly #refusals = new Map<string, unknown>();
  #storage: Promise<Storage> | undefined;

  /** @internal */
  constructor(catalog: CatalogClient, local: LocalLake | undefined) {
    super(catalog);
    this.#catalog = catalog;
    this.#local = local;
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
   * Creates a table and writes its first rows. A create that fails leaves nothing behind.
   *
   * @throws DlfLanceError TableAlreadyExists in mode `Create`, which is the default, and for what is not a Lance
   *   table in every mode
   */
  async createTable(
    table: TableName,
    data: TableData,
    options: CreateTableOptions = {},
  ): Promise<WriteResult> {
    const id = parseTableId(table);
    const action = `create table ${formatTableId(id)}`;
    const mode = readMode(action, options.mode, ["Create", "ExistOk", "Overwrite"]);
    const rows = buildNewTable(data, action);
    try {
      await this.#catalog.declareTable(id, { fields: toCatalogFields(rows.schema), ...options });
    } catch (error) {
      const isLance = mode !== "Create" && isError(error, "TableAlreadyExists");
      if (!isLance || !(await this.#catalog.tableExists(id, options))) throw error;
      return mode === "ExistOk" ? this.#keep(id) : this.#overwrite(id, rows, options);
    }
    if (options.location !== undefined) await this.#refuseOthersData(id, action);
    const version = await this.#writeFirstVersion(id, rows);
    this.#notify(id);
    return new WriteResult({ table: formatTableId(id), rows: rows.numRows, version });
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

  /**
   * Makes the tables `demo.sales` (every column type people meet), `demo.documents` (texts with embeddings) and
   * `demo.images` (small PNG pictures), the same for everybody. A table that is there already is left as it is.
   * @returns the names of the demo tables
   */
  async seedDemo(): Promise<string[]> {
    const { demoNamespace, demoTables } = await import("./demo/demo-tables.ts");
    await this.createNamespace(demoNamespace, { mode: "ExistOk" });
    for (const [name, build] of Object.entries(demoTables)) {
      await this.createTable([demoNamespace, name], build(), { mode: "ExistOk" });
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

  #keep(id: TableId): Promise<WriteResult> {
    return this.#withTable(id, async (handle) => {
      const version = await handle.version();
      return new WriteResult({ table: formatTableId(id), rows: 0, versionBefore: version, version });
    });
  }

  /** One commit puts the new data in place of the old, so that there is never half of either. */
  async #overwrite(id: TableId, rows: Table, options: CreateTableOptions): Promise<WriteResult> {
    if (options.location !== undefined) {
      throw new DlfLanceError(
        "InvalidInput",
        `Cannot overwrite table ${formatTableId(id)}: it keeps its location; drop it first to place it elsewhere`,
      );
    }
    const { database } = await this.#openStorage();
    const handle = await database.overwrite(id, rows);
    const version = await handle.version();
    handle.close();
    await this.#catalog.replaceTableProperties(id, options.properties ?? {});
    this.#notify(id);
    const before = version > 1 ? { versionBefore: version - 1 } : {};
    return new WriteResult({ table: formatTableId(id), rows: rows.numRows, version, ...before });
  }

  /** A table declared where a dataset lies already would take that for its own. */
  async #refuseOthersData(id: TableId, action: string): Promise<void> {
    const version = await this.#withTable(id, (handle) => handle.version()).catch(() => undefined);
    if (version === undefined) return;
    await this.#catalog.dropTable(id);
    throw new DlfLanceError(
      "TableAlreadyExists",
      `Cannot ${action}: a Lance dataset lies at its location already; use registerTable to give it this name`,
    );
  }

  #openStorage(): Promise<Storage> {
    this.#storage ??= startBridge((path) => this.#resolve(path)).then(async (bridge) => ({
      bridge,
      database: await openLanceDatabase(bridge, this.#catalog.caFile),
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

  /** Writes version 1 of a table just declared, or takes the declaration back when it is sure that nothing was written. */
  async #writeFirstVersion(id: TableId, rows: Table): Promise<number> {
    const { database } = await this.#openStorage();
    try {
      const handle = await database.create(id, rows);
      const version = await handle.version();
      handle.close();
      return version;
    } catch (error) {
      const found = await this.#findFirstVersion(id, rows.numRows);
      if (typeof found === "number") return found;
      if (found === "unsure") throw describeUnknownCreate(id, error);
      await this.#catalog.dropTable(id).catch(() => undefined);
      throw error;
    }
  }

  /** The version of a table whose create reported an error but may have been committed all the same. */
  async #findFirstVersion(id: TableId, rows: number): Promise<number | "nothing" | "unsure"> {
    try {
      return await this.#withTable(id, async (handle) =>
        (await handle.countRows()) === rows ? handle.version() : "unsure",
      );
    } catch (error) {
      return isError(error, "TableNotFound") ? "nothing" : "unsure";
    }
  }

  /** Appends; when the answer was lost and others' commits hide whether ours landed, says so instead of repeating. */
  async #appendOnce(handle: LanceTable, name: string, versionBefore: number, rows: Table): Promise<number> {
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

/** Dropping the table now could delete rows that were committed. */
function describeUnknownCreate(id: TableId, error: unknown): DlfLanceError {
  const reason = error instanceof Error ? error.message : "its answer was lost";
  return new DlfLanceError(
    "CommitUnknown",
    `Cannot tell whether table ${formatTableId(id)} was written: ${reason} ` +
      "Look at it before creating it again, and drop it if it does not open.",
  );
}
