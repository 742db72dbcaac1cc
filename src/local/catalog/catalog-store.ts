import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { openDatabase, type SqliteDatabase } from "../sqlite.ts";
import type { NameFilter } from "./name-pattern.ts";

/** Databases and tables of one warehouse, in a file that several processes may have open. */
export interface CatalogStore {
  readonly database: SqliteDatabase;
  readonly warehouse: string;
  /** `oss://bucket/warehouse`, below which managed tables get their locations. */
  readonly root: string;
}

/** What a listing asks for. */
export interface Page {
  readonly names: NameFilter;
  /** Only names after this one. */
  readonly after: string;
  readonly limit: number;
}

const catalogTables = `
  CREATE TABLE databases (
    name TEXT PRIMARY KEY, id TEXT NOT NULL, options TEXT NOT NULL,
    created INTEGER NOT NULL, updated INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE tables (
    database TEXT NOT NULL REFERENCES databases (name) ON DELETE CASCADE, name TEXT NOT NULL,
    id TEXT NOT NULL, type TEXT NOT NULL, location TEXT NOT NULL, external INTEGER NOT NULL,
    schema_id INTEGER NOT NULL, schema TEXT NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL,
    PRIMARY KEY (database, name)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE dropped (location TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;`;

/** Opens the catalog of a warehouse in a data folder. A fresh one has the database `default`. */
export function openCatalogStore(folder: string, bucket: string, warehouse: string): CatalogStore {
  const database = openDatabase(join(folder, `catalog-${warehouse}.sqlite`), (fresh) => {
    fresh.exec(catalogTables);
    fresh
      .prepare("INSERT INTO databases VALUES ('default', ?, '{}', ?, ?)")
      .run(randomUUID(), Date.now(), Date.now());
  });
  // What the catalog has acknowledged must also survive a power failure.
  database.exec("PRAGMA synchronous = FULL");
  return { database, warehouse, root: `oss://${bucket}/${warehouse}` };
}

export function closeCatalogStore(store: CatalogStore): void {
  store.database.close();
}

/** The SQL condition for a page of names, and its parameters. */
export function pageCondition(column: string, { names, after }: Page): { sql: string; values: string[] } {
  const matching = nameCondition(column, names);
  return { sql: `${column} > ? AND ${matching.sql}`, values: [after, ...matching.values] };
}

export function nameCondition(column: string, { kind, text }: NameFilter): { sql: string; values: string[] } {
  switch (kind) {
    case "all":
      return { sql: "TRUE", values: [] };
    case "exact":
      return { sql: `${column} = ?`, values: [text] };
    case "prefix":
      return { sql: `substr(${column}, 1, length(?)) = ?`, values: [text, text] };
    default:
      return kind satisfies never;
  }
}

/** Locations of dropped tables whose data are still to be deleted. */
export function listDropped({ database }: CatalogStore): readonly string[] {
  return database
    .prepare("SELECT location FROM dropped")
    .all()
    .map((row) => String(row.location));
}

export function forgetDropped({ database }: CatalogStore, location: string): void {
  database.prepare("DELETE FROM dropped WHERE location = ?").run(location);
}
