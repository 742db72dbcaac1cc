import { checkOptions } from "../check-options.ts";
import { tracedToCaller } from "../errors.ts";
import type { CatalogClient } from "./client.ts";
import type { CallOptions } from "./operations/calls.ts";
import type { CatalogTable } from "./operations/catalog-table.ts";
import type {
  CatalogNamespace,
  CreateNamespaceOptions,
  DropNamespaceOptions,
  ListNamespacesOptions,
  NamespacesPage,
  PageOptions,
} from "./operations/databases.ts";
import {
  callOptions,
  createNamespaceOptions,
  declareTableOptions,
  dropNamespaceOptions,
  listAllTablesOptions,
  listNamespacesOptions,
  listNamespacesPageOptions,
  listTablesOptions,
  listTablesPageOptions,
  registerTableOptions,
} from "./operations/option-names.ts";
import type { RegisterTableOptions } from "./operations/table-changes.ts";
import type { ListAllTablesOptions, ListTablesOptions, TablesPage } from "./operations/table-listing.ts";
import type { DeclareTableOptions } from "./operations/tables.ts";
import { formatTableId, type NamespaceId, parseTableId, type TableName } from "./protocol/identifier.ts";

/**
 * What the catalog alone can do, by the names that users write: namespaces, which are DLF's databases, and the
 * entries of Lance tables. Tables of other types are named in errors, and never touched.
 */
export class CatalogMethods {
  readonly #client: CatalogClient;

  /** @internal */
  constructor(client: CatalogClient) {
    this.#client = client;
  }

  /** Who is connected, and to what: catalog, host and shortened key id. */
  namespaceId(): string {
    return this.#client.namespaceId();
  }

  /** Names of the namespaces. */
  async listNamespaces(options?: ListNamespacesOptions): Promise<string[]> {
    checkOptions(options, listNamespacesOptions, "list namespaces");
    return this.#client.listNamespaces(options);
  }

  /** One page of the namespaces' names. */
  async listNamespacesPage(options?: ListNamespacesOptions & PageOptions): Promise<NamespacesPage> {
    checkOptions(options, listNamespacesPageOptions, "list namespaces");
    return this.#client.listNamespacesPage(options);
  }

  /** @throws DlfLanceError NamespaceNotFound */
  async describeNamespace(namespace: NamespaceId, options?: CallOptions): Promise<CatalogNamespace> {
    checkOptions(options, callOptions, "describe a namespace");
    return this.#client.describeNamespace(namespace, options);
  }

  async namespaceExists(namespace: NamespaceId, options?: CallOptions): Promise<boolean> {
    checkOptions(options, callOptions, "look for a namespace");
    return this.#client.namespaceExists(namespace, options);
  }

  /** @throws DlfLanceError NamespaceAlreadyExists in mode `Create`, which is the default */
  async createNamespace(namespace: NamespaceId, options?: CreateNamespaceOptions): Promise<CatalogNamespace> {
    checkOptions(options, createNamespaceOptions, "create a namespace");
    return tracedToCaller(this.#client.createNamespace(namespace, options));
  }

  /**
   * Drops an empty namespace. One with tables is dropped only with the behavior `Cascade`, and its data with it.
   *
   * @throws DlfLanceError NamespaceNotFound; NamespaceNotEmpty, also for tables that are not Lance tables
   */
  async dropNamespace(namespace: NamespaceId, options?: DropNamespaceOptions): Promise<void> {
    checkOptions(options, dropNamespaceOptions, "drop a namespace");
    return tracedToCaller(this.#client.dropNamespace(namespace, options));
  }

  async getNamespaceProperties(
    namespace: NamespaceId,
    options?: CallOptions,
  ): Promise<Readonly<Record<string, string>>> {
    checkOptions(options, callOptions, "read properties");
    return (await this.#client.describeNamespace(namespace, options)).properties;
  }

  /** Sets the given properties and keeps the others. */
  async setNamespaceProperties(
    namespace: NamespaceId,
    properties: Readonly<Record<string, string>>,
    options?: CallOptions,
  ): Promise<void> {
    checkOptions(options, callOptions, "set properties");
    return tracedToCaller(this.#client.alterNamespaceProperties(namespace, { ...options, set: properties }));
  }

  /** Missing keys are not an error. */
  async removeNamespaceProperties(
    namespace: NamespaceId,
    keys: readonly string[],
    options?: CallOptions,
  ): Promise<void> {
    checkOptions(options, callOptions, "remove properties");
    return tracedToCaller(this.#client.alterNamespaceProperties(namespace, { ...options, remove: keys }));
  }

  /** Names of the Lance tables in a namespace. */
  async listTables(namespace: NamespaceId, options?: ListTablesOptions): Promise<string[]> {
    checkOptions(options, listTablesOptions, "list tables");
    return this.#client.listTables(namespace, options);
  }

  /** One page of the tables' names. */
  async listTablesPage(
    namespace: NamespaceId,
    options?: ListTablesOptions & PageOptions,
  ): Promise<TablesPage> {
    checkOptions(options, listTablesPageOptions, "list tables");
    return this.#client.listTablesPage(namespace, options);
  }

  /** Names of the Lance tables in a namespace, as the pages come. */
  iterateTables(namespace: NamespaceId, options?: ListTablesOptions): AsyncGenerator<string, void> {
    checkOptions(options, listTablesOptions, "list tables");
    return this.#client.iterateTables(namespace, options);
  }

  /** What the catalog knows of each Lance table in a namespace, with one request per page. */
  async listTableDetails(namespace: NamespaceId, options?: ListTablesOptions): Promise<CatalogTable[]> {
    checkOptions(options, listTablesOptions, "list tables");
    return this.#client.listTableDetails(namespace, options);
  }

  /** Full names of the Lance tables in all namespaces. */
  async listAllTables(options?: ListAllTablesOptions): Promise<string[]> {
    checkOptions(options, listAllTablesOptions, "list tables");
    return (await this.#client.listAllTables(options)).map(formatTableId);
  }

  /** Whether it exists and is a Lance table. */
  async tableExists(table: TableName, options?: CallOptions): Promise<boolean> {
    checkOptions(options, callOptions, "look for a table");
    return this.#client.tableExists(parseTableId(table), options);
  }

  /**
   * Creates the catalog's entry of a table without data, for a writer that adds the data itself.
   *
   * @throws DlfLanceError TableAlreadyExists; NamespaceNotFound
   */
  async declareTable(table: TableName, options?: DeclareTableOptions): Promise<CatalogTable> {
    checkOptions(options, declareTableOptions, "declare a table");
    return tracedToCaller(this.#client.declareTable(parseTableId(table), options));
  }

  /**
   * Adds an existing Lance dataset to the catalog under a name. Dropping the table leaves the data.
   *
   * @throws DlfLanceError TableAlreadyExists in mode `Create`, which is the default; Unsupported in mode
   *   `Overwrite` when DLF manages the existing table's data
   */
  async registerTable(table: TableName, options: RegisterTableOptions): Promise<CatalogTable> {
    checkOptions(options, registerTableOptions, "register a table");
    return tracedToCaller(this.#client.registerTable(parseTableId(table), options));
  }

  /**
   * Removes a table from the catalog and leaves its data; returns the removed entry.
   *
   * @throws DlfLanceError Unsupported when DLF manages the table's data: the protocol cannot keep them
   */
  async deregisterTable(table: TableName, options?: CallOptions): Promise<CatalogTable> {
    checkOptions(options, callOptions, "deregister a table");
    return tracedToCaller(this.#client.deregisterTable(parseTableId(table), options));
  }

  /** Renames a table, or moves it to another namespace. Its data stay where they are. */
  async renameTable(table: TableName, newName: TableName, options?: CallOptions): Promise<void> {
    checkOptions(options, callOptions, "rename a table");
    return tracedToCaller(this.#client.renameTable(parseTableId(table), parseTableId(newName), options));
  }

  /** Drops a table and its data; those of an external table stay. */
  async dropTable(table: TableName, options?: CallOptions): Promise<void> {
    checkOptions(options, callOptions, "drop a table");
    return tracedToCaller(this.#client.dropTable(parseTableId(table), options));
  }

  async getTableProperties(
    table: TableName,
    options?: CallOptions,
  ): Promise<Readonly<Record<string, string>>> {
    checkOptions(options, callOptions, "read properties");
    return (await this.#client.getTable(parseTableId(table), options)).properties;
  }

  /** Sets the given properties and keeps the others. */
  async setTableProperties(
    table: TableName,
    properties: Readonly<Record<string, string>>,
    options?: CallOptions,
  ): Promise<void> {
    checkOptions(options, callOptions, "set properties");
    return tracedToCaller(
      this.#client.alterTableProperties(parseTableId(table), { ...options, set: properties }),
    );
  }

  /** Missing keys are not an error. */
  async removeTableProperties(
    table: TableName,
    keys: readonly string[],
    options?: CallOptions,
  ): Promise<void> {
    checkOptions(options, callOptions, "remove properties");
    return tracedToCaller(
      this.#client.alterTableProperties(parseTableId(table), { ...options, remove: keys }),
    );
  }

  /** Announces another program's commit to DLF. Commits of this package are announced automatically. */
  async notifyCommit(table: TableName, options?: CallOptions): Promise<void> {
    checkOptions(options, callOptions, "announce a commit");
    return tracedToCaller(this.#client.notifyCommit(parseTableId(table), options));
  }
}
