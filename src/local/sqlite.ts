import { closeSync, openSync } from "node:fs";
import { basename, dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { DlfLanceError } from "../errors.ts";

export type SqliteDatabase = DatabaseSync;

/**
 * Opens a database that several processes of this user may use at once. `prepare` makes the tables; it runs once
 * in the life of the file, inside a transaction.
 *
 * @throws DlfLanceError InvalidInput for a file that is damaged
 */
export function openDatabase(path: string, prepare: (database: SqliteDatabase) => void): SqliteDatabase {
  try {
    return openPrepared(path, prepare);
  } catch (error) {
    if (!isDamaged(error)) throw error;
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot open the local lake in ${dirname(path)}: ${basename(path)} is damaged; put a copy of it back, or give another folder`,
    );
  }
}

function openPrepared(path: string, prepare: (database: SqliteDatabase) => void): SqliteDatabase {
  // SQLite gives the files next to it the same mode.
  closeSync(openSync(path, "a", 0o600));
  const database = new DatabaseSync(path, { timeout: 10_000 });
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON");
  inTransaction(database, () => {
    if (database.prepare("PRAGMA user_version").get()?.user_version !== 0) return;
    prepare(database);
    database.exec("PRAGMA user_version = 1");
  });
  return database;
}

/** Runs `work` as one transaction that excludes all other writers, in this and in other processes. */
export function inTransaction<T>(database: SqliteDatabase, work: () => T): T {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
}

/** True if a statement failed because a row of that key is already there. */
export function isUniqueViolation(error: unknown): boolean {
  const code = sqliteCode(error);
  return code === 1555 || code === 2067;
}

/** True if other processes have held the file for longer than we wait. */
export function isBusy(error: unknown): boolean {
  return ((sqliteCode(error) ?? 0) & 0xff) === 5;
}

/** True if there is no room left for what was to be written, in a database or in another file. */
export function isDiskFull(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOSPC" || code === "EDQUOT" || ((sqliteCode(error) ?? 0) & 0xff) === 13;
}

/** True for a file that is not a database, or one with broken pages. */
function isDamaged(error: unknown): boolean {
  const code = (sqliteCode(error) ?? 0) & 0xff;
  return code === 26 || code === 11;
}

function sqliteCode(error: unknown): number | undefined {
  return error instanceof Error && "errcode" in error ? Number(error.errcode) : undefined;
}
