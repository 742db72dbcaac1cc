/** A DuckDB of its own for one statement: in memory, with no way to files, network or extensions. */
import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { arrow, type RecordBatch, type Schema } from "../../../arrow.ts";
import { stopIfAborted } from "../../../interrupt.ts";
import type { ColumnBuilder } from "./builder.ts";
import { createBuilder } from "./column-builder.ts";
import {
  type Connection,
  type DuckDb,
  type LogicalType,
  loadDuckDb,
  type PreparedStatement,
  type Result,
} from "./duckdb.ts";
import { translateSqlError } from "./sql-error.ts";
import { viewVector } from "./vector-view.ts";

/** Rows in a batch of a result. */
const batchRows = 65_536;

export interface SessionOptions {
  /** What is done, for messages: `run SQL`. */
  readonly action: string;
  /** Bytes that DuckDB may use before it writes to temporary files. */
  readonly memoryLimit?: number;
  /** Lets statements read and write files. */
  readonly withFiles?: boolean;
  /** Statements that are run first, and may load and attach what is out of reach afterwards. */
  readonly setUp?: readonly string[];
  readonly signal?: AbortSignal;
}

/** Binds the parameters of a statement. */
export type BindParameters = (duckdb: DuckDb, statement: PreparedStatement) => void;

interface ResultColumn {
  readonly name: string;
  readonly type: LogicalType;
  readonly builder: ColumnBuilder;
}

export class SqlSession {
  readonly duckdb: DuckDb;
  readonly connection: Connection;
  readonly #options: SessionOptions;
  readonly #temporary: string;
  readonly #close: () => void;

  /** @internal */
  constructor(
    duckdb: DuckDb,
    connection: Connection,
    options: SessionOptions,
    temporary: string,
    close: () => void,
  ) {
    this.duckdb = duckdb;
    this.connection = connection;
    this.#options = options;
    this.#temporary = temporary;
    this.#close = close;
  }

  /** @throws DlfLanceError Unsupported where DuckDB is not installed. */
  static async open(options: SessionOptions): Promise<SqlSession> {
    const duckdb = loadDuckDb(options.action);
    const temporary = join(tmpdir(), `dlf-lance-sql-${randomUUID()}`);
    const config = duckdb.create_config();
    // The order counts: without access to files no folder for temporary ones can be named any more.
    const settings = {
      temp_directory: temporary,
      ...(options.memoryLimit === undefined
        ? {}
        : { memory_limit: `${Math.ceil(options.memoryLimit / 1e6)}MB` }),
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
      allow_community_extensions: "false",
      ...(options.withFiles || options.setUp !== undefined ? {} : { enable_external_access: "false" }),
    };
    for (const [name, value] of Object.entries(settings)) duckdb.set_config(config, name, value);
    const database = await duckdb.open(":memory:", config);
    const connection = await duckdb.connect(database);
    const session = new SqlSession(duckdb, connection, options, temporary, () => {
      duckdb.disconnect_sync(connection);
      duckdb.close_sync(database);
    });
    try {
      for (const statement of options.setUp ?? []) await session.execute(statement);
      // As in the plain engine: null is the greatest, texts are ordered by bytes, timestamps without a zone are UTC.
      await session.execute("SET TimeZone = 'UTC'; SET default_null_order = 'nulls_last'");
      if (!options.withFiles) await session.execute("SET enable_external_access = false");
      await session.execute("SET lock_configuration = true");
    } catch (error) {
      await session.close();
      throw error;
    }
    return session;
  }

  /** Runs a statement for its effect alone. */
  async execute(sql: string): Promise<void> {
    await this.#translate(() => this.duckdb.query(this.connection, sql));
  }

  /** The schema of the rows, and the rows, at most {@link batchRows} at a time, computed as they are read. */
  async query(
    sql: string,
    bind?: BindParameters,
  ): Promise<{ readonly schema: Schema; batches(): AsyncGenerator<RecordBatch, void, undefined> }> {
    const result = await this.#translate(async () => {
      const statement = await this.duckdb.prepare(this.connection, sql);
      bind?.(this.duckdb, statement);
      return this.duckdb.execute_prepared_streaming(statement);
    });
    const columns = this.#describe(result);
    const schema = new arrow.Schema(
      columns.map(({ name, builder }) => new arrow.Field(name, builder.type, true)),
    );
    return { schema, batches: () => this.#read(result, columns, schema) };
  }

  /** Ends the statement that runs, and the session. */
  async close(): Promise<void> {
    this.#close();
    await rm(this.#temporary, { recursive: true, force: true });
  }

  #describe(result: Result): readonly ResultColumn[] {
    const { duckdb } = this;
    return Array.from({ length: duckdb.column_count(result) }, (_, index) => {
      const name = duckdb.column_name(result, index);
      const type = duckdb.column_logical_type(result, index);
      return { name, type, builder: createBuilder(duckdb, type, name) };
    });
  }

  async *#read(
    result: Result,
    columns: readonly ResultColumn[],
    schema: Schema,
  ): AsyncGenerator<RecordBatch, void, undefined> {
    const { duckdb } = this;
    let rows = 0;
    for (;;) {
      const chunk = await this.#translate(() => duckdb.fetch_chunk(result));
      const count = chunk === null ? 0 : duckdb.data_chunk_get_size(chunk);
      if (chunk === null || count === 0) break;
      for (const [index, { type, builder }] of columns.entries()) {
        const vector = duckdb.data_chunk_get_vector(chunk, index);
        builder.append(viewVector(duckdb, vector, type, count), 0, count);
      }
      rows += count;
      if (rows < batchRows) continue;
      yield buildBatch(schema, columns, rows);
      rows = 0;
    }
    if (rows > 0) yield buildBatch(schema, columns, rows);
  }

  async #translate<T>(work: () => Promise<T>): Promise<T> {
    const { signal, action } = this.#options;
    stopIfAborted(signal, action);
    const interrupt = () => this.duckdb.interrupt(this.connection);
    signal?.addEventListener("abort", interrupt, { once: true });
    try {
      return await translateSqlError(action, signal, work);
    } finally {
      signal?.removeEventListener("abort", interrupt);
    }
  }
}

function buildBatch(
  schema: Schema,
  columns: readonly { readonly builder: ColumnBuilder }[],
  rows: number,
): RecordBatch {
  const children = columns.map(({ builder }) => builder.finish());
  const data = arrow.makeData({
    type: new arrow.Struct(schema.fields),
    length: rows,
    nullCount: 0,
    children: children as never,
  });
  return new arrow.RecordBatch(schema, data);
}
