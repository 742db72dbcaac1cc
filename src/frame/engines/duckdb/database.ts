/**
 * DuckDB in this process. One database serves all that has no separate limits or files; a statement at work has a
 * connection to itself, because two streams on one connection lose rows without an error.
 */

import { onFirstUse } from "../../../load-when-used.ts";
import { registerClockFunctions } from "./clock-functions.ts";
import type { DuckDb, Database as Handle } from "./duckdb.ts";
import { registerEditDistance } from "./edit-distance-function.ts";
import { registerExactMeans } from "./exact-mean-function.ts";
import { type DatabaseOptions, type OpenHandle, openHandle, sharedHandle } from "./open-handle.ts";
import { registerRowsFunction } from "./rows-function.ts";
import { Session } from "./session.ts";
import { removeSpillFolder } from "./spill-folder.ts";
import { mostAtWork } from "./take-turn.ts";

export class Database {
  readonly duckdb: DuckDb;
  readonly #handle: Handle;
  readonly #folder: string;
  readonly #idle: Session[] = [];

  private constructor({ duckdb, handle, folder }: OpenHandle) {
    this.duckdb = duckdb;
    this.#handle = handle;
    this.#folder = folder;
  }

  /** A separate database, in memory, without a way to network and extensions. */
  static async open(options?: DatabaseOptions): Promise<Database> {
    return Database.over(await openHandle(options));
  }

  /** @param opened nobody else's, and as it was opened. */
  static async over(opened: OpenHandle): Promise<Database> {
    const database = new Database(opened);
    await database.#setUp();
    return database;
  }

  /** In few statements: the first expression of a process waits for each. */
  async #setUp(): Promise<void> {
    const { duckdb } = this;
    for (let index = 0; index < mostAtWork; index++) {
      const connection = await duckdb.connect(this.#handle);
      const settings = [...watchSettings];
      if (index === 0) {
        registerRowsFunction(duckdb, connection);
        registerClockFunctions(duckdb, connection);
        registerExactMeans(duckdb, connection);
        registerEditDistance(duckdb, connection);
        settings.push(...zoneSettings);
      }
      if (index === mostAtWork - 1) settings.push("lock_configuration = true");
      await duckdb.query(connection, settings.map((setting) => `SET ${setting}`).join("; "));
      this.#idle.push(new Session(duckdb, connection));
    }
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

/** By which a connection says how far a statement is: settings of each connection, for which it is too late after the lock. */
const watchSettings = [
  "enable_progress_bar = true",
  "enable_progress_bar_print = false",
  "progress_bar_time = 0",
];

/** Global: a later connection would otherwise have the machine's own time zone. The connection that sets it keeps its own. */
const zoneSettings = ["GLOBAL TimeZone = 'UTC'", "TimeZone = 'UTC'"];

/** The database of this process, opened when it is first needed. */
export const sharedDatabase = onFirstUse(async () => Database.over(await sharedHandle()));
