/** The client of one DLF catalog: namespaces, Lance tables, and credentials for their storage. */
import { DlfLanceError, isError } from "../errors.ts";
import { type CredentialCache, createCredentialCache } from "./cache/credential-cache.ts";
import { createEntryCache, type EntryCache } from "./cache/entry-cache.ts";
import {
  type ClientProperties,
  type ClusterIdentity,
  clientProperties,
  type IdentityElsewhere,
  identityElsewhere,
} from "./configuration/client-properties.ts";
import type { CatalogConfig, OssSignature, OssVersioning } from "./configuration/config.ts";
import { describeIdentity } from "./configuration/describe-identity.ts";
import { mergeServerConfig } from "./configuration/server-config.ts";
import { type CallOptions, createCalls } from "./operations/calls.ts";
import type { CatalogTable } from "./operations/catalog-table.ts";
import type { StorageCredentials } from "./operations/credentials.ts";
import {
  type CatalogNamespace,
  type CreateNamespaceOptions,
  createDatabases,
  type Databases,
  type DropNamespaceOptions,
  type ListNamespacesOptions,
  type NamespacesPage,
  type PageOptions,
  type PropertyChanges,
} from "./operations/databases.ts";
import {
  createTableChanges,
  type RegisterTableOptions,
  type TableChanges,
} from "./operations/table-changes.ts";
import {
  createTableListing,
  type ListAllTablesOptions,
  type ListTablesOptions,
  type TableListing,
  type TablesPage,
} from "./operations/table-listing.ts";
import {
  createTables,
  type DeclareTableOptions,
  type NotifyOptions,
  type Tables,
} from "./operations/tables.ts";
import {
  isRootNamespace,
  type NamespaceId,
  parseNamespaceName,
  type TableId,
} from "./protocol/identifier.ts";
import { configAnswer, queryNames } from "./protocol/schemas.ts";
import {
  createTransport,
  defaultTransportSettings,
  type Transport,
  type TransportSettings,
} from "./transport/transport.ts";

export interface CatalogConnectOptions extends CallOptions {
  /** Bounds that differ from the usual ones. */
  readonly transport?: Partial<TransportSettings>;
}

export interface OssSettings {
  readonly signature: OssSignature;
  readonly versioning: OssVersioning;
  readonly region: string | undefined;
}

/**
 * A connected catalog. Every method may throw Unauthenticated, PermissionDenied, Throttling, ServiceUnavailable,
 * Internal, and Interrupted when its signal fires.
 */
export class CatalogClient {
  readonly warehouse: string;
  /** Address of the service. */
  readonly uri: string;
  /** The file of further certificate authorities, when there is one. */
  readonly caFile: string | undefined;
  /** How its object stores are to be used, and their region where their hosts do not name it. */
  readonly oss: OssSettings;
  readonly #config: CatalogConfig;
  readonly #transport: Transport;
  readonly #databases: Databases;
  readonly #listing: TableListing;
  readonly #tables: Tables;
  readonly #changes: TableChanges;
  readonly #credentials: CredentialCache;
  readonly #entries: EntryCache;
  readonly #watchers = new Set<(id: TableId) => void>();
  readonly #namespaceId: string;

  private constructor(config: CatalogConfig, transport: Transport) {
    const calls = createCalls(transport, config);
    this.#config = config;
    this.warehouse = config.warehouse;
    this.uri = config.uri;
    this.caFile = config.caFile;
    const { ossSignature: signature, ossVersioning: versioning, region } = config;
    this.oss = Object.freeze({ signature, versioning, region });
    this.#transport = transport;
    this.#databases = createDatabases(calls, config.warehouse);
    this.#listing = createTableListing(calls, this.#databases);
    const { warehouse, ossEndpoint } = config;
    this.#tables = createTables(calls, this.#databases, this.#listing, warehouse, ossEndpoint);
    this.#changes = createTableChanges(calls, this.#databases, this.#tables);
    this.#credentials = createCredentialCache((id) => this.#tables.vend(id, {}));
    this.#entries = createEntryCache((id) => this.#tables.get(id, {}));
    this.#namespaceId = describeIdentity(config);
  }

  /**
   * Asks the service for its part of the configuration, which also checks the credentials.
   *
   * @throws NamespaceNotFound when the service has no catalog of the name in `warehouse`
   */
  static async connect(config: CatalogConfig, options: CatalogConnectOptions = {}): Promise<CatalogClient> {
    const transport = createTransport(config, { ...defaultTransportSettings, ...options.transport });
    try {
      const answer = await createCalls(transport, config).read(
        {
          operation: "getConfig",
          names: {},
          query: { [queryNames.warehouse]: config.warehouse },
          purpose: {
            action: `connect to catalog ${config.warehouse} at ${config.uri}`,
            missing: "NamespaceNotFound",
            existing: "Internal",
          },
          signal: options.signal,
        },
        configAnswer,
      );
      return new CatalogClient(mergeServerConfig(config, answer), transport);
    } catch (error) {
      await transport.close();
      throw isError(error, "NamespaceNotFound") ? explainUnknownCatalog(config) : error;
    }
  }

  /**
   * How a Python client connects; undefined where the identity holds in this process alone.
   * @param identity of the machines there; that of whoever is connected here when left out
   */
  clientProperties(identity?: ClusterIdentity): ClientProperties | undefined {
    return clientProperties(this.#config, identity);
  }

  /** See {@link identityElsewhere}. */
  identityElsewhere(): IdentityElsewhere {
    return identityElsewhere(this.#config);
  }

  /**
   * What opens buckets with the keys of whoever is connected: for objects that belong to no table.
   * @param place of the bucket; without an endpoint it is in the region of the catalog
   * @throws DlfLanceError Unsupported where who is connected has no keys; InvalidInput where the bucket's place is unknown
   */
  async identityCredentials(
    action: string,
    place: { readonly endpoint?: string; readonly region?: string },
    signal?: AbortSignal,
  ): Promise<StorageCredentials> {
    const { ossEndpoint } = this.#config;
    const { identity } = this.#transport;
    const region = place.region ?? this.#config.region;
    if (identity === undefined) {
      throw new DlfLanceError(
        "Unsupported",
        `Cannot ${action}: the connection has a bearer token, which OSS does not take; pass { oss: { endpoint, accessKeyId, accessKeySecret } }`,
      );
    }
    const endpoint =
      place.endpoint ?? ossEndpoint ?? (region === undefined ? undefined : `oss-${region}.aliyuncs.com`);
    if (endpoint === undefined) {
      throw new DlfLanceError(
        "InvalidInput",
        `Cannot ${action}: the connection names no region; pass { oss: { endpoint: "oss-cn-hangzhou.aliyuncs.com" } }`,
      );
    }
    return {
      endpoint,
      ...(await identity.get(signal)),
      ...(region === undefined ? {} : { region }),
    };
  }

  /** Who is connected, and where: two clients with equal texts may share credentials. */
  namespaceId(): string {
    return this.#namespaceId;
  }

  /** Names of all databases, in the service's order; databases hold none themselves. */
  listNamespaces(options: ListNamespacesOptions = {}): Promise<string[]> {
    return this.#databases.list(options);
  }

  listNamespacesPage(options: ListNamespacesOptions & PageOptions = {}): Promise<NamespacesPage> {
    return this.#databases.listPage(options);
  }

  /** @throws NamespaceNotFound */
  async describeNamespace(id: NamespaceId, options: CallOptions = {}): Promise<CatalogNamespace> {
    if (isRootNamespace(id)) return Object.freeze({ name: "", properties: Object.freeze({}) });
    return this.#databases.describe(parseNamespaceName(id), options);
  }

  async namespaceExists(id: NamespaceId, options: CallOptions = {}): Promise<boolean> {
    return isRootNamespace(id) || this.#databases.exists(parseNamespaceName(id), options);
  }

  /**
   * Returns the database as it then is.
   *
   * @throws NamespaceAlreadyExists in mode `Create`
   * @throws CommitUnknown when it cannot be determined whether it was created
   */
  async createNamespace(id: NamespaceId, options: CreateNamespaceOptions = {}): Promise<CatalogNamespace> {
    return this.#databases.create(parseNamespaceName(id), options);
  }

  /**
   * @throws NamespaceNotFound in mode `Fail`
   * @throws NamespaceNotEmpty with behavior `Restrict`, when tables of any type, views or functions are in it
   * @throws CommitUnknown when it cannot be determined whether it was dropped
   */
  async dropNamespace(id: NamespaceId, options: DropNamespaceOptions = {}): Promise<void> {
    const namespace = parseNamespaceName(id);
    try {
      await this.#databases.drop(namespace, options);
    } finally {
      for (const table of this.#entries.tablesOf(namespace)) this.#replaced(table);
    }
  }

  /** @throws NamespaceNotFound; ConcurrentModification */
  async alterNamespaceProperties(id: NamespaceId, changes: PropertyChanges): Promise<void> {
    return this.#databases.alter(parseNamespaceName(id), changes);
  }

  /**
   * Names of all Lance tables of a database, in the service's order.
   *
   * @throws NamespaceNotFound
   */
  async listTables(namespace: NamespaceId, options: ListTablesOptions = {}): Promise<string[]> {
    return isRootNamespace(namespace) ? [] : this.#listing.list(parseNamespaceName(namespace), options);
  }

  /** @throws NamespaceNotFound */
  async listTablesPage(
    namespace: NamespaceId,
    options: ListTablesOptions & PageOptions = {},
  ): Promise<TablesPage> {
    return this.#listing.listPage(parseNamespaceName(namespace), options);
  }

  /** Names of Lance tables as the pages come; each page is asked for when the one before is used up. */
  iterateTables(namespace: NamespaceId, options: ListTablesOptions = {}): AsyncGenerator<string, void> {
    return this.#listing.iterate(parseNamespaceName(namespace), options);
  }

  /**
   * All that the catalog knows of each Lance table of a database, with one request for each page.
   *
   * @throws NamespaceNotFound
   */
  async listTableDetails(namespace: NamespaceId, options: ListTablesOptions = {}): Promise<CatalogTable[]> {
    return this.#listing.listDetails(parseNamespaceName(namespace), options);
  }

  /** The Lance tables of all databases. */
  listAllTables(options: ListAllTablesOptions = {}): Promise<TableId[]> {
    return this.#listing.listAll(options);
  }

  /** @throws TableNotFound, also for a table of another type; NamespaceNotFound */
  async getTable(id: TableId, options: CallOptions = {}): Promise<CatalogTable> {
    const table = await this.#tables.get(id, options);
    this.#entries.put(table);
    return table;
  }

  /**
   * The table's entry as it was no longer than a minute ago, with what this client has changed of it since.
   *
   * @throws TableNotFound, also for a table of another type; NamespaceNotFound
   */
  recallTable(id: TableId, options: CallOptions = {}): Promise<CatalogTable> {
    return this.#entries.get(id, options.signal);
  }

  /** Drops what is remembered of a table, as when its storage is not where it was: its entry and its credentials. */
  forgetTable(id: TableId): void {
    this.#entries.forget(id);
    this.#credentials.forget(id);
  }

  /** Calls `watcher` with each name under which this client has made, dropped, renamed or registered a table. */
  watchTables(watcher: (id: TableId) => void): void {
    this.#watchers.add(watcher);
  }

  #replaced(id: TableId): void {
    this.forgetTable(id);
    for (const watcher of this.#watchers) watcher(id);
  }

  /** Whether it exists and is a Lance table. */
  tableExists(id: TableId, options: CallOptions = {}): Promise<boolean> {
    return this.#tables.exists(id, options);
  }

  /**
   * Registers a Lance table; writing its data is the caller's.
   *
   * @throws TableAlreadyExists, also when a table of another type has the name; NamespaceNotFound
   * @throws CommitUnknown when it cannot be determined whether it was registered
   */
  async declareTable(id: TableId, options: DeclareTableOptions = {}): Promise<CatalogTable> {
    return this.#make(id, this.#tables.declare(id, options));
  }

  /** Like {@link declareTable}, for who writes the table at once: its credentials are asked for with its entry. */
  async declareForWriting(id: TableId, options: DeclareTableOptions = {}): Promise<CatalogTable> {
    // Whoever needs the credentials asks again when this has failed.
    const vend = () => void this.vendCredentials(id).catch(() => undefined);
    return this.#make(id, this.#tables.declare(id, options, vend));
  }

  async #make(id: TableId, work: Promise<CatalogTable>): Promise<CatalogTable> {
    this.#replaced(id);
    const made = await work;
    this.#entries.put(made);
    return made;
  }

  /**
   * Adds an existing Lance dataset to the catalog under a name. Dropping the table leaves the data.
   *
   * @throws TableAlreadyExists in mode `Create`; Unsupported in mode `Overwrite` when DLF manages the existing
   *   table's data; NamespaceNotFound; CommitUnknown
   */
  async registerTable(id: TableId, options: RegisterTableOptions): Promise<CatalogTable> {
    return this.#make(id, this.#changes.register(id, options));
  }

  /**
   * Removes a table from the catalog and leaves its data; returns the removed entry.
   *
   * @throws Unsupported when DLF manages the table's data, which the protocol cannot leave; TableNotFound;
   *   NamespaceNotFound; CommitUnknown
   */
  async deregisterTable(id: TableId, options: CallOptions = {}): Promise<CatalogTable> {
    try {
      return await this.#changes.deregister(id, options);
    } finally {
      this.#replaced(id);
    }
  }

  /**
   * Gives a table another name, also in another database; its data stay where they are.
   *
   * @throws TableNotFound; TableAlreadyExists; NamespaceNotFound; CommitUnknown
   */
  async renameTable(from: TableId, to: TableId, options: CallOptions = {}): Promise<void> {
    try {
      await this.#changes.rename(from, to, options);
    } finally {
      this.#replaced(from);
      this.#replaced(to);
    }
  }

  /**
   * Drops a Lance table, with its data unless it is external.
   *
   * @throws TableNotFound, also for a table of another type; NamespaceNotFound
   * @throws CommitUnknown when it cannot be determined whether it was dropped
   */
  async dropTable(id: TableId, options: CallOptions = {}): Promise<void> {
    try {
      await this.#tables.drop(id, options);
    } finally {
      this.#replaced(id);
    }
  }

  /** @throws TableNotFound, also for a table of another type; NamespaceNotFound; ConcurrentModification */
  async alterTableProperties(id: TableId, changes: PropertyChanges): Promise<void> {
    try {
      return await this.#changes.alter(id, changes);
    } finally {
      this.#entries.forget(id);
    }
  }

  /** Leaves a table with just these properties, but for what DLF itself keeps there (`dlf.…`). */
  async replaceTableProperties(
    id: TableId,
    properties: Readonly<Record<string, string>>,
    options: CallOptions = {},
  ): Promise<void> {
    const { properties: old } = await this.#tables.get(id, options);
    const isLeft = (key: string) => !Object.hasOwn(properties, key) && !key.startsWith("dlf.");
    const remove = Object.keys(old).filter(isLeft);
    await this.alterTableProperties(id, { ...options, set: properties, remove });
  }

  /**
   * Credentials for a table's storage, good when they are returned; kept and renewed by this client.
   *
   * @throws TableNotFound; NamespaceNotFound; Unsupported when the service has no credentials for it
   */
  vendCredentials(id: TableId, options: CallOptions = {}): Promise<StorageCredentials> {
    return this.#credentials.get(id, options.signal);
  }

  /** Forgets the credentials of a table, such as those that its store has called expired. */
  forgetCredentials(id: TableId): void {
    this.#credentials.forget(id);
  }

  /** Tells the service that a commit to a table was made. */
  async notifyCommit(id: TableId, options: NotifyOptions = {}): Promise<void> {
    // DLF will set this time by its clock, and does not say so in its answer.
    this.#entries.change(id, (table) => Object.freeze({ ...table, updatedAt: new Date() }));
    const changed = await this.#tables.notifyCommit(id, options);
    this.#entries.change(id, (table) =>
      Object.freeze({
        ...table,
        properties: Object.freeze({ ...table.properties, ...changed }),
        fields: options.changesColumns === true ? [] : table.fields,
      }),
    );
  }

  /** Ends all requests and connections. Calls after it are refused. */
  close(): Promise<void> {
    return this.#transport.close();
  }
}

function explainUnknownCatalog({ warehouse, uri }: CatalogConfig): DlfLanceError {
  return new DlfLanceError(
    "NamespaceNotFound",
    `Cannot connect to catalog ${warehouse} at ${uri}: the service has no catalog of that name; check warehouse and uri`,
    { status: 404 },
  );
}
