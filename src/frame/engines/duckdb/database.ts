/**
 * DuckDB in this process. One database serves all that has no separate limits or files; a statement at work has a
 * connection to itself, because two streams on one connection lose rows without an error.
 */

import { registerClockFunctions } from "./clock-functions.ts";
import type { Connection, DuckDb, Database as Handle } from "./duckdb.ts";
import { loadDuckDb } from "./duckdb.ts";
import { registerEditDistance } from "./edit-distance-function.ts";
import { registerExactMean } from "./exact-mean-function.ts";
import { registerRowsFunction } from "./rows-function.ts";
import { Session } from "./session.ts";
import { createSpillFolder, removeSpillFolder } from "./spill-folder.ts";
import { mostAtWork } from "./take-turn.ts";

export interface DatabaseOptions {
  /** Bytes that DuckDB may use before it writes to temporary files; four fifths of the machine's when left out. */
  readonly memoryLimit?: number;
  /** Lets statements read and write files. */
  readonly withFiles?: boolean;
}

export class Database {
  readonly duckdb: DuckDb;
  readonly #handle: Handle;
  readonly #folder: string;
  readonly #idle: Session[] = [];

  private constructor(duckdb: DuckDb, handle: Handle, folder: string) {
    this.duckdb = duckdb;
    this.#handle = handle;
    this.#folder = folder;
  }

  /** A separate database, in memory, without a way to network and extensions. */
  static async open({ memoryLimit, withFiles = false }: DatabaseOptions = {}): Promise<Database> {
    const duckdb = loadDuckDb();
    const folder = createSpillFolder();
    const config = duckdb.create_config();
    const settings = {
      temp_directory: folder,
      ...(memoryLimit === undefined
        ? {}
        : { memory_limit: `${Math.max(1, Math.ceil(memoryLimit / 1e6))}MB` }),
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
      allow_community_extensions: "false",
      ...(withFiles ? {} : { enable_external_access: "false" }),
    };
    for (const [name, value] of Object.entries(settings)) duckdb.set_config(config, name, value);
    const handle = await duckdb.open(":memory:", config);
    const database = new Database(duckdb, handle, folder);
    const connection = await duckdb.connect(handle);
    registerRowsFunction(duckdb, connection);
    registerClockFunctions(duckdb, connection);
    registerExactMean(duckdb, connection);
    registerEditDistance(duckdb, connection);
    // Global: a later connection would otherwise have the machine's own time zone.
    await duckdb.query(
      connection,
      "SET GLOBAL TimeZone = 'UTC'; SET GLOBAL default_null_order = 'nulls_last'",
    );
    for (let index = 0; index < mostAtWork; index++)
      database.#idle.push(new Session(duckdb, await openWatched(duckdb, handle)));
    await duckdb.query(connection, "SET lock_configuration = true");
    // The first one has what it was opened with.
    duckdb.disconnect_sync(connection);
    return database;
  }

  /** A connection that nobody else uses until it is given back. */
  async take(): Promise<Session> {
    return this.#idle.pop() ?? new Session(this.duckdb, await this.duckdb.connect(this.#handle));
  }

  giveBack(session: Session): void {
    this.#idle.push(session);
  }

  async close(): Promise<void> {
    for (const session of this.#idle.splice(0)) session.close();
    this.duckdb.close_sync(this.#handle);
    await removeSpillFolder(this.#folder);
  }
}

/** A connection that says how far a statement is: a setting of each connection, for which it is too late after the lock. */
async function openWatched(duckdb: DuckDb, handle: Handle): Promise<Connection> {
  const connection = await duckdb.connect(handle);
  await duckdb.query(
    connection,
    "SET enable_progress_bar = true; SET enable_progress_bar_print = false; SET progress_bar_time = 0",
  );
  return connection;
}

let shared: Promise<Database> | undefined;

/** The database of this process, opened when it is first needed. */
export function sharedDatabase(): Promise<Database> {
  shared ??= Database.open().catch((error: unknown) => {
    shared = undefined;
    throw error;
  });
  return shared;
}
