import type { z } from "zod";
import type { Operation } from "../catalog/endpoints.ts";
import {
  alterDatabaseRequest,
  alterTableRequest,
  createDatabaseRequest,
  createTableRequest,
  queryNames,
  renameTableRequest,
  serverConfigKeys,
  tableOptions,
} from "../catalog/schemas.ts";
import {
  alterDatabase,
  createDatabase,
  dropDatabase,
  getDatabase,
  listDatabases,
} from "./catalog-databases.ts";
import { badRequest, CatalogError } from "./catalog-error.ts";
import type { CatalogStore, Page } from "./catalog-store.ts";
import {
  alterTable,
  createTable,
  dropTable,
  getTable,
  listAllTables,
  listTables,
  renameTable,
  type StoredTable,
} from "./catalog-tables.ts";
import { parseNamePattern } from "./name-pattern.ts";
import type { TableToken } from "./table-data.ts";

export interface CatalogContext {
  readonly store: CatalogStore;
  /** A token for the data at a location. */
  issueToken(location: string): TableToken;
  deleteDroppedData(): Promise<void>;
}

export interface CatalogCall {
  readonly database: string;
  readonly table: string;
  readonly query: ReadonlyMap<string, string>;
  readonly body: unknown;
}

type OperationHandler = (context: CatalogContext, call: CatalogCall) => unknown;

const largestPage = 100;
const owner = "local";

/** What each operation does. An undefined answer is an empty one. */
export const catalogOperations: Readonly<Record<Operation, OperationHandler>> = {
  getConfig: ({ store }) => ({ defaults: { [serverConfigKeys.prefix]: store.warehouse }, overrides: {} }),

  listDatabases({ store }, { query }) {
    const page = readPage(query, queryNames.databaseNamePattern);
    const databases = listDatabases(store, page);
    return { databases, nextPageToken: nextToken(databases, page.limit) };
  },

  createDatabase({ store }, { body }) {
    const { name, options } = parseBody(createDatabaseRequest, body);
    assertName(name);
    createDatabase(store, name, options);
  },

  getDatabase({ store }, call) {
    const { id, name, options, created, updated } = getDatabase(store, call.database);
    const location = `${store.root}/${name}.db`;
    return { id, name, location, options, ...describeChanges(created, updated) };
  },

  alterDatabase({ store }, { database, body }) {
    const { removals, updates } = parseBody(alterDatabaseRequest, body);
    return alterDatabase(store, database, removals, updates);
  },

  dropDatabase({ store, deleteDroppedData }, { database }) {
    dropDatabase(store, database);
    return deleteDroppedData();
  },

  listTables({ store }, { database, query }) {
    const page = readPage(query, queryNames.tableNamePattern);
    const found = listTables(store, database, page, query.get(queryNames.tableType));
    const tables = found.map(({ name }) => name);
    return { tables, nextPageToken: nextToken(tables, page.limit) };
  },

  listTableDetails({ store }, { database, query }) {
    const page = readPage(query, queryNames.tableNamePattern);
    const found = listTables(store, database, page, query.get(queryNames.tableType));
    const names = found.map(({ name }) => name);
    const tableDetails = found.map((table) => {
      const description = describeTable(table);
      const options = { ...table.schema.options, [tableOptions.path]: table.location };
      return { ...description, schema: { ...description.schema, options } };
    });
    return { tableDetails, nextPageToken: nextToken(names, page.limit) };
  },

  listAllTables({ store }, { query }) {
    const databases = parseNamePattern(query.get(queryNames.databaseNamePattern));
    const tables = parseNamePattern(query.get(queryNames.tableNamePattern));
    const limit = readLimit(query);
    const [database = "", name = ""] = readToken(query).split("/");
    const found = listAllTables(store, databases, tables, { database, name }, limit);
    const identifiers = found.map((table) => ({ database: table.database, object: table.name }));
    const keys = found.map((table) => `${table.database}/${table.name}`);
    return { tables: identifiers, nextPageToken: nextToken(keys, limit) };
  },

  createTable({ store }, { database, body }) {
    const { identifier, schema } = parseBody(createTableRequest, body);
    if (identifier.database !== database) throw badRequest("The identifier names another database.");
    assertName(identifier.object);
    const { comment, ...rest } = schema;
    const stored = comment === undefined ? rest : { ...rest, comment };
    createTable(store, { database, name: identifier.object }, stored);
  },

  getTable: ({ store }, { database, table }) => describeTable(getTable(store, { database, name: table })),

  alterTable({ store }, { database, table, body }) {
    const { changes } = parseBody(alterTableRequest, body);
    const options = changes.map((change): [string, string | undefined] => {
      if (!("key" in change)) {
        throw new CatalogError(501, "Only setOption and removeOption are implemented.");
      }
      return [change.key, "value" in change ? change.value : undefined];
    });
    alterTable(store, { database, name: table }, options);
  },

  dropTable({ store, deleteDroppedData }, { database, table }) {
    dropTable(store, { database, name: table });
    return deleteDroppedData();
  },

  renameTable({ store }, { body }) {
    const { source, destination } = parseBody(renameTableRequest, body);
    assertName(destination.object);
    renameTable(
      store,
      { database: source.database, name: source.object },
      { database: destination.database, name: destination.object },
    );
  },

  getTableToken({ store, issueToken }, { database, table }) {
    return issueToken(getTable(store, { database, name: table }).location);
  },

  listViews({ store }, { database }) {
    getDatabase(store, database);
    return { views: [], nextPageToken: null };
  },

  listFunctions({ store }, { database }) {
    getDatabase(store, database);
    return { functions: [], nextPageToken: null };
  },
};

function describeTable(table: StoredTable) {
  const { id, database, name, location, external, schemaId, schema, created, updated } = table;
  return {
    id,
    database,
    name,
    path: location,
    isExternal: external,
    schemaId,
    schema,
    ...describeChanges(created, updated),
  };
}

function describeChanges(created: number, updated: number) {
  return { owner, createdAt: created, createdBy: owner, updatedAt: updated, updatedBy: owner };
}

function parseBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw badRequest(`The body is not valid: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}.`);
}

/** Names that would be read as a path or as a system table are refused. */
function assertName(name: string): void {
  if (/^[^/\\$\p{Cc}]{1,255}$/u.test(name) && name !== "." && name !== "..") return;
  throw badRequest("The name is not valid: 1 to 255 characters, none of / \\ $ and no control characters.");
}

function readPage(query: ReadonlyMap<string, string>, pattern: string): Page {
  return { names: parseNamePattern(query.get(pattern)), after: readToken(query), limit: readLimit(query) };
}

function readLimit(query: ReadonlyMap<string, string>): number {
  const text = query.get(queryNames.maxResults)?.trim() ?? "";
  if (text === "") return largestPage;
  if (!/^-?\d{1,9}$/.test(text)) throw badRequest(`${queryNames.maxResults} is not a number.`);
  return Number(text) <= 0 ? largestPage : Math.min(Number(text), largestPage);
}

function readToken(query: ReadonlyMap<string, string>): string {
  return Buffer.from(query.get(queryNames.pageToken) ?? "", "base64url").toString();
}

/** A full page has a token, even if nothing follows: a client must be ready for an empty last page. */
function nextToken(names: readonly string[], limit: number): string | null {
  const last = names.at(-1);
  return last === undefined || names.length < limit ? null : Buffer.from(last).toString("base64url");
}
