import { randomUUID } from "node:crypto";
import { z } from "../../zod.ts";
import { inTransaction, isUniqueViolation } from "../sqlite.ts";
import { databaseExists, databaseNotFound } from "./catalog-error.ts";
import { type CatalogStore, type Page, pageCondition } from "./catalog-store.ts";

export interface StoredDatabase {
  readonly id: string;
  readonly name: string;
  readonly options: Readonly<Record<string, string>>;
  /** Epoch milliseconds. */
  readonly created: number;
  readonly updated: number;
}

const rowSchema = z.object({
  id: z.string(),
  name: z.string(),
  options: z.string().transform((text) => z.record(z.string(), z.string()).parse(JSON.parse(text))),
  created: z.number(),
  updated: z.number(),
});

export function listDatabases({ database }: CatalogStore, page: Page): readonly string[] {
  const { sql, values } = pageCondition("name", page);
  return database
    .prepare(`SELECT name FROM databases WHERE ${sql} ORDER BY name LIMIT ?`)
    .all(...values, page.limit)
    .map((row) => String(row.name));
}

/** @throws CatalogError 404 */
export function getDatabase({ database }: CatalogStore, name: string): StoredDatabase {
  const row = database.prepare("SELECT * FROM databases WHERE name = ?").get(name);
  if (row === undefined) throw databaseNotFound(name);
  return rowSchema.parse(row);
}

/** @throws CatalogError 409 */
export function createDatabase(
  { database }: CatalogStore,
  name: string,
  options: Readonly<Record<string, string>>,
): void {
  const now = Date.now();
  try {
    database
      .prepare("INSERT INTO databases (name, id, options, created, updated) VALUES (?, ?, ?, ?, ?)")
      .run(name, randomUUID(), JSON.stringify(options), now, now);
  } catch (error) {
    throw isUniqueViolation(error) ? databaseExists(name) : error;
  }
}

/** Sets and removes options; returns which keys were removed, updated, or missing. */
export function alterDatabase(
  store: CatalogStore,
  name: string,
  removals: readonly string[],
  updates: Readonly<Record<string, string>>,
): { removed: string[]; updated: string[]; missing: string[] } {
  return inTransaction(store.database, () => {
    const options = new Map(Object.entries(getDatabase(store, name).options));
    const removed = removals.filter((key) => options.delete(key));
    for (const [key, value] of Object.entries(updates)) options.set(key, value);
    store.database
      .prepare("UPDATE databases SET options = ?, updated = ? WHERE name = ?")
      .run(JSON.stringify(Object.fromEntries(options)), Date.now(), name);
    const missing = removals.filter((key) => !removed.includes(key));
    return { removed, updated: Object.keys(updates), missing };
  });
}

/**
 * Drops a database with all its tables, as the protocol has it. The data of managed tables are to be deleted.
 *
 * @throws CatalogError 404
 */
export function dropDatabase({ database }: CatalogStore, name: string): void {
  inTransaction(database, () => {
    database
      .prepare("INSERT INTO dropped SELECT location FROM tables WHERE database = ? AND external = 0")
      .run(name);
    const { changes } = database.prepare("DELETE FROM databases WHERE name = ?").run(name);
    if (changes === 0) throw databaseNotFound(name);
  });
}
