import type { Operation } from "../../catalog/protocol/endpoints.ts";
import {
  alterDatabaseRequest,
  alterTableRequest,
  createDatabaseRequest,
  createTableRequest,
  queryNames,
  renameTableRequest,
  serverConfigKeys,
  tableOptions,
} from "../../catalog/protocol/schemas.ts";
import type { z } from "../../zod.ts";
import { type Access, type CatalogPrincipal, mayAccess, mayKnowDatabase } from "../identity/access-grants.ts";
import {
  alterDatabase,
  createDatabase,
  dropDatabase,
  getDatabase,
  listDatabases,
} from "./catalog-databases.ts";
import { badRequest, CatalogError, notPermitted } from "./catalog-error.ts";
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
  /** Of the object store, for clients that read objects outside of tables. */
  readonly ossEndpoint: string;
  /** A token for the data at a location. */
  issueToken(location: string, access: Access): TableToken;
  deleteDroppedData(): Promise<void>;
}

export interface CatalogCall {
  readonly principal: CatalogPrincipal;
  readonly database: string;
  readonly table: string;
  readonly query: ReadonlyMap<string, string>;
  readonly body: unknown;
}

type OperationHandler = (context: CatalogContext, call: CatalogCall) => unknown;

const largestPage = 100;
const owner = "local";

/**
 * What each operation does. An undefined answer is an empty one. A page is cut before what the caller may not know
 * of is left out of it, so it may be shorter than asked for and still not be the last.
 */
export const catalogOperations: Readonly<Record<Operation, OperationHandler>> = {
  getConfig: ({ store, ossEndpoint }) => ({
    defaults: { [serverConfigKeys.prefix]: store.warehouse, [serverConfigKeys.ossEndpoint]: ossEndpoint },
    overrides: {},
  }),

  listDatabases({ store }, { principal, query }) {
    const page = readPage(query, queryNames.databaseNamePattern);
    const found = listDatabases(store, page);
    const databases = found.filter((name) => mayKnowDatabase(principal, name));
    return { databases, nextPageToken: nextToken(found, page.limit) };
  },

  createDatabase({ store }, { principal, body }) {
    const { name, options } = parseBody(createDatabaseRequest, body);
    assertName(name);
    assertMay(principal, "write", name, "*");
    createDatabase(store, name, options);
  },

  getDatabase({ store }, call) {
    assertMayKnow(call);
    const { id, name, options, created, updated } = getDatabase(store, call.database);
    const location = `${store.root}/${name}.db`;
    return { id, name, location, options, ...describeChanges(created, updated) };
  },

  alterDatabase({ store }, { principal, database, body }) {
    assertMay(principal, "write", database, "*");
    const { removals, updates } = parseBody(alterDatabaseRequest, body);
    return alterDatabase(store, database, removals, updates);
  },

  dropDatabase({ store, deleteDroppedData }, { principal, database }) {
    assertMay(principal, "write", database, "*");
    dropDatabase(store, database);
    return deleteDroppedData();
  },

  listTables({ store }, call) {
    const { tables, nextPageToken } = listKnownTables(store, call);
    return { tables: tables.map(({ name }) => name), nextPageToken };
  },

  listTableDetails({ store }, call) {
    const { tables, nextPageToken } = listKnownTables(store, call);
    const tableDetails = tables.map((table) => {
      const description = describeTable(table);
      const options = { ...table.schema.options, [tableOptions.path]: table.location };
      return { ...description, schema: { ...description.schema, options } };
    });
    return { tableDetails, nextPageToken };
  },

  listAllTables({ store }, { principal, query }) {
    const databases = parseNamePattern(query.get(queryNames.databaseNamePattern));
    const tables = parseNamePattern(query.get(queryNames.tableNamePattern));
    const limit = readLimit(query);
    const [database = "", name = ""] = readToken(query).split("/");
    const found = listAllTables(store, databases, tables, { database, name }, limit);
    const identifiers = found
      .filter((table) => mayAccess(principal, "read", table.database, table.name))
      .map((table) => ({ database: table.database, object: table.name }));
    const keys = found.map((table) => `${table.database}/${table.name}`);
    return { tables: identifiers, nextPageToken: nextToken(keys, limit) };
  },

  createTable({ store }, { principal, database, body }) {
    const { identifier, schema } = parseBody(createTableRequest, body);
    if (identifier.database !== database) throw badRequest("The identifier names another database.");
    assertName(identifier.object);
    assertMay(principal, "write", database, identifier.object);
    if (principal.kind !== "owner" && tableOptions.path in schema.options) {
      // The place could be another table's, and its data would come with the new table's token.
      throw new CatalogError(403, "Only the owner of the lake may choose a table's location.");
    }
    const { comment, ...rest } = schema;
    const stored = comment === undefined ? rest : { ...rest, comment };
    createTable(store, { database, name: identifier.object }, stored);
  },

  getTable({ store }, { principal, database, table }) {
    assertMay(principal, "read", database, table);
    return describeTable(getTable(store, { database, name: table }));
  },

  alterTable({ store }, { principal, database, table, body }) {
    assertMay(principal, "write", database, table);
    const { changes } = parseBody(alterTableRequest, body);
    const options = changes.map((change): [string, string | undefined] => {
      if (!("key" in change)) {
        throw new CatalogError(501, "Only setOption and removeOption are implemented.");
      }
      return [change.key, "value" in change ? change.value : undefined];
    });
    alterTable(store, { database, name: table }, options);
  },

  dropTable({ store, deleteDroppedData }, { principal, database, table }) {
    assertMay(principal, "write", database, table);
    dropTable(store, { database, name: table });
    return deleteDroppedData();
  },

  renameTable({ store }, { principal, body }) {
    const { source, destination } = parseBody(renameTableRequest, body);
    assertName(destination.object);
    assertMay(principal, "write", source.database, source.object);
    assertMay(principal, "write", destination.database, destination.object);
    renameTable(
      store,
      { database: source.database, name: source.object },
      { database: destination.database, name: destination.object },
    );
  },

  getTableToken({ store, issueToken }, { principal, database, table }) {
    assertMay(principal, "read", database, table);
    const access = mayAccess(principal, "write", database, table) ? "write" : "read";
    return issueToken(getTable(store, { database, name: table }).location, access);
  },

  listViews({ store }, call) {
    assertMayKnow(call);
    getDatabase(store, call.database);
    return { views: [], nextPageToken: null };
  },

  listFunctions({ store }, call) {
    assertMayKnow(call);
    getDatabase(store, call.database);
    return { functions: [], nextPageToken: null };
  },
};

function assertMay(principal: CatalogPrincipal, access: Access, database: string, table: string): void {
  if (principal.kind === "owner" || mayAccess(principal, access, database, table)) return;
  throw notPermitted(principal.name, access, database, table);
}

function assertMayKnow({ principal, database }: CatalogCall): void {
  if (principal.kind === "owner" || mayKnowDatabase(principal, database)) return;
  throw notPermitted(principal.name, "read", database, "*");
}

function listKnownTables(store: CatalogStore, call: CatalogCall) {
  const { principal, database, query } = call;
  assertMayKnow(call);
  const page = readPage(query, queryNames.tableNamePattern);
  const found = listTables(store, database, page, query.get(queryNames.tableType));
  const names = found.map(({ name }) => name);
  const tables = found.filter(({ name }) => mayAccess(principal, "read", database, name));
  return { tables, nextPageToken: nextToken(names, page.limit) };
}

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
