import { randomUUID } from "node:crypto";
import { plainTableType, tableOptions } from "../../catalog/protocol/schemas.ts";
import { z } from "../../zod.ts";
import { inTransaction, isUniqueViolation } from "../sqlite.ts";
import { getDatabase } from "./catalog-databases.ts";
import { badRequest, tableExists, tableNotFound } from "./catalog-error.ts";
import { type CatalogStore, nameCondition, type Page, pageCondition } from "./catalog-store.ts";
import type { NameFilter } from "./name-pattern.ts";

export interface TableName {
  readonly database: string;
  readonly name: string;
}

export type StoredSchema = z.output<typeof schemaSchema>;

export interface StoredTable extends TableName {
  readonly id: string;
  readonly location: string;
  /** Made at a location that its maker chose; its data outlive the table. */
  readonly external: boolean;
  /** Goes up with every change. */
  readonly schemaId: number;
  readonly schema: StoredSchema;
  /** Epoch milliseconds. */
  readonly created: number;
  readonly updated: number;
}

const schemaSchema = z.object({
  fields: z.array(z.unknown()),
  partitionKeys: z.array(z.string()),
  primaryKeys: z.array(z.string()),
  /** All but `path`, which is the location. */
  options: z.record(z.string(), z.string()),
  comment: z.string().optional(),
});

const rowSchema = z
  .object({
    id: z.string(),
    database: z.string(),
    name: z.string(),
    location: z.string(),
    external: z.number().transform((flag) => flag === 1),
    schema_id: z.number(),
    schema: z.string().transform((text) => schemaSchema.parse(JSON.parse(text))),
    created: z.number(),
    updated: z.number(),
  })
  .transform(({ schema_id: schemaId, ...row }): StoredTable => ({ ...row, schemaId }));

/** Tables of a database, by name; of one type only, if given. */
export function listTables(
  store: CatalogStore,
  database: string,
  page: Page,
  type: string | undefined,
): readonly StoredTable[] {
  getDatabase(store, database);
  const { sql, values } = pageCondition("name", page);
  const typed = type === undefined ? { sql: "TRUE", values: [] } : { sql: "type = ?", values: [type] };
  const rows = store.database
    .prepare(`SELECT * FROM tables WHERE database = ? AND ${sql} AND ${typed.sql} ORDER BY name LIMIT ?`)
    .all(database, ...values, ...typed.values, page.limit);
  return z.array(rowSchema).parse(rows);
}

/** Tables of all databases and types, by database and name. */
export function listAllTables(
  store: CatalogStore,
  databases: NameFilter,
  tables: NameFilter,
  after: TableName,
  limit: number,
): readonly TableName[] {
  const database = nameCondition("database", databases);
  const name = nameCondition("name", tables);
  const sql = `SELECT database, name FROM tables
    WHERE (database, name) > (?, ?) AND ${database.sql} AND ${name.sql} ORDER BY database, name LIMIT ?`;
  return store.database
    .prepare(sql)
    .all(after.database, after.name, ...database.values, ...name.values, limit)
    .map((row) => ({ database: String(row.database), name: String(row.name) }));
}

/** @throws CatalogError 404 for the table or its database */
export function getTable(store: CatalogStore, { database, name }: TableName): StoredTable {
  const row = store.database
    .prepare("SELECT * FROM tables WHERE database = ? AND name = ?")
    .get(database, name);
  if (row !== undefined) return rowSchema.parse(row);
  getDatabase(store, database);
  throw tableNotFound(database, name);
}

/**
 * Registers a table. With the option `path` it is external and lies there; otherwise it gets its own location.
 *
 * @throws CatalogError 404 for the database, 409
 */
export function createTable(store: CatalogStore, { database, name }: TableName, schema: StoredSchema): void {
  const { [tableOptions.path]: path, ...options } = schema.options;
  const location = path ?? newLocation(store, database, name);
  const now = Date.now();
  const type = options[tableOptions.type] ?? plainTableType;
  inTransaction(store.database, () => {
    getDatabase(store, database);
    try {
      store.database
        .prepare(
          `INSERT INTO tables (database, name, id, type, location, external, schema_id, schema, created, updated)
           VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?, ?)`,
        )
        .run(
          database,
          name,
          randomUUID(),
          type,
          location,
          path === undefined ? 0 : 1,
          JSON.stringify({ ...schema, options }),
          now,
          now,
        );
    } catch (error) {
      throw isUniqueViolation(error) ? tableExists(database, name) : error;
    }
  });
}

/**
 * Sets options (a text) and removes them (undefined).
 *
 * @throws CatalogError 404, 400 for an option that cannot change
 */
export function alterTable(
  store: CatalogStore,
  table: TableName,
  changes: readonly (readonly [key: string, value: string | undefined])[],
): void {
  inTransaction(store.database, () => {
    const { schema } = getTable(store, table);
    const options = new Map(Object.entries(schema.options));
    for (const [key, value] of changes) {
      if (key === tableOptions.path || key === tableOptions.type) {
        throw badRequest(`Change '${key}' is not supported yet.`);
      }
      if (value === undefined) options.delete(key);
      else options.set(key, value);
    }
    store.database
      .prepare(
        `UPDATE tables SET schema = ?, schema_id = schema_id + 1, updated = ? WHERE database = ? AND name = ?`,
      )
      .run(
        JSON.stringify({ ...schema, options: Object.fromEntries(options) }),
        Date.now(),
        table.database,
        table.name,
      );
  });
}

/**
 * Gives a table another name; its location stays.
 *
 * @throws CatalogError 404, 409
 */
export function renameTable(store: CatalogStore, from: TableName, to: TableName): void {
  inTransaction(store.database, () => {
    getTable(store, from);
    getDatabase(store, to.database);
    try {
      store.database
        .prepare("UPDATE tables SET database = ?, name = ?, updated = ? WHERE database = ? AND name = ?")
        .run(to.database, to.name, Date.now(), from.database, from.name);
    } catch (error) {
      throw isUniqueViolation(error) ? tableExists(to.database, to.name) : error;
    }
  });
}

/**
 * Drops a table. The data of a managed one are to be deleted.
 *
 * @throws CatalogError 404
 */
export function dropTable(store: CatalogStore, table: TableName): void {
  inTransaction(store.database, () => {
    const { external, location } = getTable(store, table);
    if (!external) store.database.prepare("INSERT INTO dropped VALUES (?)").run(location);
    store.database
      .prepare("DELETE FROM tables WHERE database = ? AND name = ?")
      .run(table.database, table.name);
  });
}

/** `oss://bucket/warehouse/database.db/table-random`, with plain characters only. */
function newLocation({ root }: CatalogStore, database: string, name: string): string {
  const random = randomUUID().replaceAll("-", "").slice(0, 16);
  return `${root}/${plainName(database)}.db/${plainName(name)}-${random}`;
}

function plainName(name: string): string {
  return name.replace(/[^A-Za-z0-9_-]/g, "_").slice(0, 64);
}
