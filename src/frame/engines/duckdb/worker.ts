/** Statements at work, each on a separate connection, with their rows as Arrow batches. */
import { arrow, type RecordBatch, type Schema } from "../../../arrow.ts";
import { DlfLanceError } from "../../../errors.ts";
import { stopIfAborted } from "../../../interrupt.ts";
import { isProgressWatched, type Progress, withStep } from "../../../progress.ts";
import type { Database } from "./database.ts";
import type { DataChunk, DuckDb, LogicalType, PreparedStatement, Result } from "./duckdb.ts";
import { translateSqlError } from "./duckdb-error.ts";
import type { Session } from "./session.ts";
import { takeTurn } from "./take-turn.ts";
import type { ColumnBuilder } from "./vectors/builder.ts";
import { createBuilder } from "./vectors/column-builder.ts";
import { viewVector } from "./vectors/vector-view.ts";

/** Rows in a batch of a result. */
const batchRows = 65_536;

/** Milliseconds. */
const progressInterval = 50;

export interface WorkOptions {
  /** What is done, for messages: `run SQL`. */
  readonly action: string;
  readonly signal?: AbortSignal | undefined;
  /** Whether the SQL is our own, of a plan. */
  readonly isOurs?: boolean;
  /** Of the tables that a user's statement reads, for messages. */
  readonly columns?: readonly string[];
  /** Where a statement shows that it computes, until its first rows are there. */
  readonly progress?: Progress | undefined;
  /** Tells how many of the rows in memory a statement has read, until the function returned is called; undefined where it reads none. */
  readonly watchReads?: (progress: Progress) => (() => void) | undefined;
  /** An error that JavaScript threw inside DuckDB, which keeps its text alone. */
  readonly failure?: () => unknown;
}

/** Binds the parameters of a statement. */
export type BindParameters = (duckdb: DuckDb, statement: PreparedStatement) => void;

/** The rows of a statement, computed as they are read. */
export interface WorkResult {
  readonly schema: Schema;
  /** Of each column, whether it holds whole numbers of 128 bits, which come as decimals. */
  readonly isWhole: readonly boolean[];
  /** Of each column, in DuckDB. */
  readonly types: readonly LogicalType[];
  /** @param firstRows in the first batch, which comes as soon as there are so many. */
  batches(firstRows?: number): AsyncGenerator<RecordBatch, void, undefined>;
}

interface ReadOptions {
  /** Runs the whole statement again, without its rows. */
  readonly computeAgain: () => Promise<unknown>;
  readonly firstRows: number | undefined;
}

interface ResultColumn {
  readonly name: string;
  readonly type: LogicalType;
  readonly builder: ColumnBuilder;
}

/** One connection of a database, until it is released. */
export class Worker {
  readonly duckdb: DuckDb;
  readonly #database: Database;
  readonly #session: Session;
  readonly #options: WorkOptions;
  #isReading = false;

  private constructor(database: Database, session: Session, options: WorkOptions) {
    this.duckdb = database.duckdb;
    this.#database = database;
    this.#session = session;
    this.#options = options;
  }

  static async take(database: Database, options: WorkOptions): Promise<Worker> {
    return new Worker(database, await database.take(), options);
  }

  /** Whether a result has rows that nobody took yet. */
  get isReading(): boolean {
    return this.#isReading;
  }

  /** Ends what runs, and lets others have the connection. */
  release(): void {
    if (this.#isReading) this.discard();
    else this.#database.giveBack(this.#session);
  }

  /** Ends what runs, and closes the connection. */
  discard(): void {
    this.#session.close();
  }

  /** Runs a statement for its effect alone. */
  async execute(sql: string): Promise<void> {
    await this.work(() => this.duckdb.query(this.#session.connection, sql));
  }

  /** All rows of a statement as one batch. */
  async runWhole(sql: string): Promise<RecordBatch> {
    const { connection } = this.#session;
    const result = await this.work(async () => {
      const statement = await this.#session.recall(sql);
      return statement === undefined
        ? this.duckdb.query(connection, sql)
        : this.duckdb.execute_prepared(statement);
    });
    return readWhole(this.duckdb, result);
  }

  /** The same, shown as progress. */
  computeWhole(sql: string): Promise<RecordBatch> {
    return this.#showProgress(() => this.runWhole(sql));
  }

  /**
   * The schema of the rows, and the rows, computed as they are read: at most {@link batchRows} at a time. A reader that may
   * stop early asks for fewer at first; each batch then holds twice those of the one before it.
   */
  async query(sql: string, bind?: BindParameters): Promise<WorkResult> {
    const { duckdb } = this;
    const prepare = async (text: string) => {
      const statement = await duckdb.prepare(this.#session.connection, text);
      bind?.(duckdb, statement);
      return statement;
    };
    const execute = () => this.work(async () => duckdb.execute_prepared_streaming(await prepare(sql)));
    const result = await this.#showProgress(execute);
    const computeAgain = () =>
      this.work(async () => duckdb.execute_prepared(await prepare(`EXPLAIN ANALYZE ${sql}`)));
    this.#isReading = true;
    const columns = describeColumns(duckdb, result);
    const schema = schemaOf(columns);
    const isWhole = columns.map(({ type }) => duckdb.get_type_id(type) === duckdb.Type.HUGEINT);
    const types = columns.map(({ type }) => type);
    return {
      schema,
      isWhole,
      types,
      batches: (firstRows) => this.#read(result, columns, schema, { computeAgain, firstRows }),
    };
  }

  #showProgress<T>(work: () => Promise<T>): Promise<T> {
    return withStep(this.#options.progress, "compute in DuckDB", (progress) =>
      this.#tellProgress(progress, work),
    );
  }

  /** The rows that are read from memory, and, as DuckDB knows it of tables alone, how many hundredths are done. */
  async #tellProgress<T>(progress: Progress, work: () => Promise<T>): Promise<T> {
    if (!isProgressWatched()) return work();
    const stopWatching = this.#options.watchReads?.(progress);
    let isParted = stopWatching === undefined;
    if (isParted) progress.expect({ parts: 100 });
    let done = 0;
    const timer = setInterval(() => {
      const { percentage } = this.duckdb.query_progress(this.#session.connection);
      const parts = Math.min(100, Math.floor(percentage));
      if (parts <= done) return;
      if (!isParted) progress.expect({ parts: 100 });
      isParted = true;
      progress.advance({ parts: parts - done });
      done = parts;
    }, progressInterval);
    try {
      const result = await work();
      // What is left is done while the rows are read.
      if (isParted) progress.advance({ parts: 100 - done });
      return result;
    } finally {
      clearInterval(timer);
      stopWatching?.();
    }
  }

  async *#read(
    result: Result,
    columns: readonly ResultColumn[],
    schema: Schema,
    { computeAgain, firstRows = batchRows }: ReadOptions,
  ): AsyncGenerator<RecordBatch, void, undefined> {
    const { duckdb } = this;
    let rows = 0;
    let enough = firstRows;
    for (;;) {
      const chunk = await this.work(() => duckdb.fetch_chunk(result));
      const count = chunk === null ? 0 : appendChunk(duckdb, columns, chunk);
      if (count === 0) break;
      rows += count;
      if (rows < enough) continue;
      yield buildBatch(schema, columns, rows);
      rows = 0;
      enough = Math.min(batchRows, enough * 2);
    }
    if (duckdb.result_return_type(result) === duckdb.ResultType.INVALID) await this.#findError(computeAgain);
    this.#isReading = false;
    if (rows > 0) yield buildBatch(schema, columns, rows);
  }

  /**
   * An error behind the first rows looks like their end: the native library marks the result, and has no function that tells
   * the error. The statement runs once more for it, without rows.
   */
  async #findError(computeAgain: () => Promise<unknown>): Promise<never> {
    const { action, signal, failure } = this.#options;
    stopIfAborted(signal, action);
    const failed = failure?.();
    if (failed !== undefined) throw failed;
    await computeAgain();
    throw new DlfLanceError(
      "Internal",
      `Cannot ${action}: DuckDB stopped before the last row, and does not say why; run this again`,
    );
  }

  /** Runs native work in turn, which an abort ends, and brings its errors into our words. */
  async work<T>(native: () => Promise<T>): Promise<T> {
    const { signal, action, failure } = this.#options;
    stopIfAborted(signal, action);
    const interrupt = () => this.duckdb.interrupt(this.#session.connection);
    signal?.addEventListener("abort", interrupt, { once: true });
    try {
      return await translateSqlError(this.#options, () =>
        takeTurn(async () => {
          stopIfAborted(signal, action);
          try {
            return await native();
          } catch (error) {
            throw failure?.() ?? error;
          }
        }),
      );
    } finally {
      signal?.removeEventListener("abort", interrupt);
    }
  }
}

function readWhole(duckdb: DuckDb, result: Result): RecordBatch {
  const columns = describeColumns(duckdb, result);
  let rows = 0;
  for (let index = 0; index < duckdb.result_chunk_count(result); index++) {
    const chunk = duckdb.result_get_chunk(result, index) as DataChunk;
    rows += appendChunk(duckdb, columns, chunk);
  }
  return buildBatch(schemaOf(columns), columns, rows);
}

function describeColumns(duckdb: DuckDb, result: Result): readonly ResultColumn[] {
  return Array.from({ length: duckdb.column_count(result) }, (_, index) => {
    const name = duckdb.column_name(result, index);
    const type = duckdb.column_logical_type(result, index);
    return { name, type, builder: createBuilder(duckdb, type, name) };
  });
}

function schemaOf(columns: readonly ResultColumn[]): Schema {
  return new arrow.Schema(columns.map(({ name, builder }) => new arrow.Field(name, builder.type, true)));
}

function appendChunk(duckdb: DuckDb, columns: readonly ResultColumn[], chunk: DataChunk): number {
  const rows = duckdb.data_chunk_get_size(chunk);
  // One without rows may have no vectors either.
  if (rows === 0) return 0;
  for (const [index, { type, builder }] of columns.entries()) {
    const vector = duckdb.data_chunk_get_vector(chunk, index);
    builder.append(viewVector(duckdb, vector, type, rows), 0, rows);
  }
  return rows;
}

function buildBatch(schema: Schema, columns: readonly ResultColumn[], rows: number): RecordBatch {
  const children = columns.map(({ builder }) => builder.finish());
  const type = new arrow.Struct(schema.fields);
  return new arrow.RecordBatch(schema, new arrow.Data(type, 0, rows, 0, undefined, children as never));
}
