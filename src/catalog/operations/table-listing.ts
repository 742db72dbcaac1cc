/** Listings of Lance tables: by name, page by page, with all that the catalog knows of each, or of all databases. */
import { isError } from "../../errors.ts";
import { isReadableName, type NamespaceName, parseTableId, type TableId } from "../protocol/identifier.ts";
import { lanceTableType, queryNames, type Shape, tableDetailsPage, tablesPage } from "../protocol/schemas.ts";
import type { Call, CallOptions, Calls, Page } from "./calls.ts";
import { type CatalogTable, readTable, typeOf } from "./catalog-table.ts";
import type { Databases, PageOptions } from "./databases.ts";

/** Options of `listTables` and `iterateTables`. */
export interface ListTablesOptions extends CallOptions {
  /** The beginning of the names wanted, followed by `%`; without `%`, the name itself. */
  readonly pattern?: string | undefined;
}

export interface ListAllTablesOptions extends ListTablesOptions {
  /** As `pattern`, of the namespaces. */
  readonly namespacePattern?: string | undefined;
}

/** Names of tables, in the catalog's order, as many as one request returned. */
export interface TablesPage {
  readonly tables: readonly string[];
  /** Absent on the last page. */
  readonly nextPageToken?: string;
}

export interface TableListing {
  list(namespace: NamespaceName, options: ListTablesOptions): Promise<string[]>;
  listPage(namespace: NamespaceName, options: ListTablesOptions & PageOptions): Promise<TablesPage>;
  iterate(namespace: NamespaceName, options: ListTablesOptions): AsyncGenerator<string, void>;
  listDetails(namespace: NamespaceName, options: ListTablesOptions): Promise<CatalogTable[]>;
  listAll(options: ListAllTablesOptions): Promise<TableId[]>;
}

/** Databases that are listed at the same time. */
const databasesAtOnce = 8;

export function createTableListing(calls: Calls, databases: Databases): TableListing {
  function callOf<O extends "listTables" | "listTableDetails">(
    operation: O,
    namespace: NamespaceName,
    { pattern, signal }: ListTablesOptions,
  ): Call<O> {
    return {
      operation,
      names: { database: namespace },
      query: { [queryNames.tableType]: lanceTableType, [queryNames.tableNamePattern]: pattern },
      purpose: { action: `list tables of ${namespace}`, missing: "NamespaceNotFound", existing: "Internal" },
      signal,
    } as Call<O>;
  }

  async function explained<T>(namespace: NamespaceName, options: CallOptions, work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (!isError(error, "NamespaceNotFound")) throw error;
      throw await databases.explainMissing(namespace, `list tables of ${namespace}`, options);
    }
  }

  async function collect<P extends Page, Item>(
    pages: AsyncIterable<P>,
    itemsOf: (page: P) => readonly Item[],
  ): Promise<Item[]> {
    const items: Item[] = [];
    for await (const page of pages) items.push(...itemsOf(page));
    return items;
  }

  function allOf<P extends Page, Item>(
    operation: "listTables" | "listTableDetails",
    shape: Shape<P>,
    itemsOf: (page: P) => readonly Item[],
    namespace: NamespaceName,
    options: ListTablesOptions,
  ): Promise<Item[]> {
    const pages = calls.readPages(callOf(operation, namespace, options), shape);
    return explained(namespace, options, collect(pages, itemsOf));
  }

  const list: TableListing["list"] = (namespace, options) =>
    allOf("listTables", tablesPage, ({ tables }) => tables, namespace, options);

  const listPage: TableListing["listPage"] = async (namespace, options) => {
    const reading = calls.readPage(callOf("listTables", namespace, options), tablesPage, options);
    const { tables, nextPageToken } = await explained(namespace, options, reading);
    return { tables, ...(nextPageToken ? { nextPageToken } : {}) };
  };

  async function* iterate(
    namespace: NamespaceName,
    options: ListTablesOptions,
  ): AsyncGenerator<string, void> {
    const pages = calls.readPages(callOf("listTables", namespace, options), tablesPage);
    for (;;) {
      const { done, value } = await explained(namespace, options, pages.next());
      if (done === true) return;
      yield* value.tables;
    }
  }

  async function listDetails(namespace: NamespaceName, options: ListTablesOptions): Promise<CatalogTable[]> {
    const answers = await allOf(
      "listTableDetails",
      tableDetailsPage,
      (page) => page.tableDetails,
      namespace,
      options,
    );
    return answers.flatMap((answer) => {
      const isOurs =
        typeOf(answer) === lanceTableType && answer.name !== undefined && isReadableName(answer.name);
      if (!isOurs) return [];
      return readTable(parseTableId([namespace, answer.name ?? ""]), answer, `list tables of ${namespace}`);
    });
  }

  /** The protocol's own listing of all databases does not tell the tables' types, so each is asked for its own. */
  async function listAll({ namespacePattern, ...options }: ListAllTablesOptions): Promise<TableId[]> {
    const names = await databases.list({ pattern: namespacePattern, signal: options.signal });
    const found: TableId[][] = names.map(() => []);
    const queue = [...names.entries()].filter(([, name]) => isReadableName(name));
    const work = async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const [index, name] = next;
        found[index] = await listIfThere(name as NamespaceName, options);
      }
    };
    await Promise.all(Array.from({ length: databasesAtOnce }, work));
    return found.flat();
  }

  /** A database may be dropped while others are listed. */
  async function listIfThere(namespace: NamespaceName, options: ListTablesOptions): Promise<TableId[]> {
    try {
      const tables = await list(namespace, options);
      return tables.filter(isReadableName).map((table) => parseTableId([namespace, table]));
    } catch (error) {
      if (isError(error, "NamespaceNotFound")) return [];
      throw error;
    }
  }

  return { list, listPage, iterate, listDetails, listAll };
}
