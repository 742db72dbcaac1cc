import type { CatalogClient } from "../../src/catalog/client.ts";

export interface ContractServer {
  /** Configuration of a client that may do everything. */
  readonly config: Record<string, string>;
  /** The server takes the text before the first dot of a table's full name for the database. */
  readonly splitsAtDots?: boolean;
  close(): Promise<void>;
}

/** What the tests of one server share; complete when they run. */
export interface ContractWorld {
  readonly client: CatalogClient;
  readonly server: ContractServer;
  /** A new namespace for one test. */
  freshNamespace(): Promise<string>;
}
