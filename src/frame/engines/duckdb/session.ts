/** A connection, and the statements that come again and again on it. */
import type { Connection, DuckDb, PreparedStatement } from "./duckdb.ts";
import { Recent } from "./recent.ts";

/** Statements that a connection remembers. */
const mostRemembered = 64;

export class Session {
  readonly connection: Connection;
  readonly #duckdb: DuckDb;
  /** Undefined for what has run once. */
  readonly #remembered: Recent<PreparedStatement | undefined>;

  constructor(duckdb: DuckDb, connection: Connection) {
    this.#duckdb = duckdb;
    this.connection = connection;
    this.#remembered = new Recent(mostRemembered, (statement) => {
      if (statement !== undefined) duckdb.destroy_prepare_sync(statement);
    });
  }

  /**
   * The statement prepared, or undefined when it runs for the first time: it may be the only time, and to prepare it is
   * one more way to a thread and back.
   */
  async recall(sql: string): Promise<PreparedStatement | undefined> {
    const isKnown = this.#remembered.has(sql);
    const statement =
      this.#remembered.get(sql) ?? (isKnown ? await this.#duckdb.prepare(this.connection, sql) : undefined);
    this.#remembered.put(sql, statement);
    return statement;
  }

  /** Ends what runs, too. */
  close(): void {
    this.#duckdb.interrupt(this.connection);
    // A statement would keep the connection, and its database, until it is collected.
    this.#remembered.clear();
    this.#duckdb.disconnect_sync(this.connection);
  }
}
