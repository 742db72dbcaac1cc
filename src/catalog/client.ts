/** The client of one DLF catalog: namespaces, Lance tables, and credentials for their storage. */
import { DlfLanceError, isError } from "../errors.ts";
import { type CallOptions, createCalls } from "./calls.ts";
import type { CatalogConfig } from "./config.ts";
import { type CredentialCache, createCredentialCache } from "./credential-cache.ts";
import type { StorageCredentials } from "./credentials.ts";
import {
  type CatalogNamespace,
  type CreateNamespaceOptions,
  createDatabases,
  type Databases,
  type DropNamespaceOptions,
} from "./databases.ts";
import { describeIdentity } from "./describe-identity.ts";
import { parseNamespaceName, type TableId } from "./identifier.ts";
import { configAnswer, queryNames } from "./schemas.ts";
import { mergeServerConfig } from "./server-config.ts";
import {
  type CatalogTable,
  createTables,
  type DeclareTableOptions,
  type ListTablesOptions,
  type Tables,
} from "./tables.ts";
import {
  createTransport,
  defaultTransportSettings,
  type Transport,
  type TransportSettings,
} from "./transport.ts";

export interface CatalogConnectOptions extends CallOptions {
  /** Bounds that differ from the usual ones. */
  readonly transport?: Partial<TransportSettings>;
}

/**
 * A connected catalog. Every method may throw Unauthenticated, PermissionDenied, Throttling, ServiceUnavailable,
 * Internal, and Interrupted when its signal fires.
 */
export class CatalogClient {
  readonly warehouse: string;
  /** Address of the service. */
  readonly uri: string;
  readonly #transport: Transport;
  readonly #databases: Databases;
  readonly #tables: Tables;
  readonly #credentials: CredentialCache;
  readonly #namespaceId: string;

  private constructor(config: CatalogConfig, transport: Transport) {
    const calls = createCalls(transport, config);
    this.warehouse = config.warehouse;
    this.uri = config.uri;
    this.#transport = transport;
    this.#databases = createDatabases(calls, config.warehouse);
    this.#tables = createTables(calls, this.#databases, config.warehouse, config.ossEndpoint);
    this.#credentials = createCredentialCache((id) => this.#tables.vend(id, {}));
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

  /** Who is connected, and where: two clients with equal texts may share credentials. */
  namespaceId(): string {
    return this.#namespaceId;
  }

  /** Names of all databases, in the service's order. */
  listNamespaces(options: CallOptions = {}): Promise<string[]> {
    return this.#databases.list(options);
  }

  /** @throws NamespaceNotFound */
  async describeNamespace(name: string, options: CallOptions = {}): Promise<CatalogNamespace> {
    return this.#databases.describe(parseNamespaceName(name), options);
  }

  async namespaceExists(name: string, options: CallOptions = {}): Promise<boolean> {
    return this.#databases.exists(parseNamespaceName(name), options);
  }

  /**
   * Answers the database as it then is.
   *
   * @throws NamespaceAlreadyExists in mode `Create`
   * @throws CommitUnknown when nobody can tell whether it was created
   */
  async createNamespace(name: string, options: CreateNamespaceOptions = {}): Promise<CatalogNamespace> {
    return this.#databases.create(parseNamespaceName(name), options);
  }

  /**
   * @throws NamespaceNotFound in mode `Fail`
   * @throws NamespaceNotEmpty with behavior `Restrict`, when tables of any type, views or functions are in it
   * @throws CommitUnknown when nobody can tell whether it was dropped
   */
  async dropNamespace(name: string, options: DropNamespaceOptions = {}): Promise<void> {
    return this.#databases.drop(parseNamespaceName(name), options);
  }

  /**
   * Names of all Lance tables of a database, in the service's order.
   *
   * @throws NamespaceNotFound
   */
  async listTables(namespace: string, options: ListTablesOptions = {}): Promise<string[]> {
    return this.#tables.list(parseNamespaceName(namespace), options);
  }

  /** @throws TableNotFound, also for a table of another type; NamespaceNotFound */
  getTable(id: TableId, options: CallOptions = {}): Promise<CatalogTable> {
    return this.#tables.get(id, options);
  }

  /** Whether it is there and is a Lance table. */
  tableExists(id: TableId, options: CallOptions = {}): Promise<boolean> {
    return this.#tables.exists(id, options);
  }

  /**
   * Registers a Lance table; writing its data is the caller's.
   *
   * @throws TableAlreadyExists, also when a table of another type has the name; NamespaceNotFound
   * @throws CommitUnknown when nobody can tell whether it was registered
   */
  async declareTable(id: TableId, options: DeclareTableOptions = {}): Promise<CatalogTable> {
    this.#credentials.forget(id);
    return this.#tables.declare(id, options);
  }

  /**
   * Drops a Lance table, with its data unless it is external.
   *
   * @throws TableNotFound, also for a table of another type; NamespaceNotFound
   * @throws CommitUnknown when nobody can tell whether it was dropped
   */
  async dropTable(id: TableId, options: CallOptions = {}): Promise<void> {
    try {
      await this.#tables.drop(id, options);
    } finally {
      this.#credentials.forget(id);
    }
  }

  /**
   * Credentials for a table's storage, good when they are returned; kept and renewed by this client.
   *
   * @throws TableNotFound; NamespaceNotFound; Unsupported when the service has no credentials for it
   */
  vendCredentials(id: TableId, options: CallOptions = {}): Promise<StorageCredentials> {
    return this.#credentials.get(id, options.signal);
  }

  /** Tells the service that a commit to a table was made. */
  notifyCommit(id: TableId, options: CallOptions = {}): Promise<void> {
    return this.#tables.notifyCommit(id, options);
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
