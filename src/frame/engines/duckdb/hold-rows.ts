/** Rows that a statement needs all at once: in memory, or beyond the limit in a table of DuckDB that goes to disk. */
import type { RecordBatch } from "../../../arrow.ts";
import type { Progress } from "../../../progress.ts";
import { Database, sharedDatabase } from "./database.ts";
import { fileDatabase } from "./file-database.ts";
import {
  rowNumberColumn,
  type SharedColumn,
  type SharedRows,
  shareRows,
  takeFailure,
} from "./rows-function.ts";
import { Worker, type WorkOptions } from "./worker.ts";

/** DuckDB does not work with less. */
const leastMemory = 64e6;

const smallBytes = 256 << 10;

export interface HeldRows {
  /** What a statement reads them from: their columns, and their place as `rn`. */
  readonly sql: string;
}

export interface HoldOptions {
  /** Bytes. */
  readonly memoryLimit: number;
  /** Whether somebody asked for the limit; else it is one of the process and its one database. */
  readonly isOwnLimit: boolean;
  /** Whether the statement reads files as well. Nothing of its text may come from a user then. */
  readonly withFiles?: boolean;
}

/** Holds the rows of all inputs of one statement, within one limit. */
export class RowHolder {
  readonly #options: WorkOptions;
  readonly #limit: number;
  readonly #isOwn: boolean;
  readonly #withFiles: boolean;
  readonly #held: { readonly rows: SharedRows; withdraw(): void }[] = [];
  #database: Database | undefined;
  #bytes = 0;

  constructor(options: WorkOptions, { memoryLimit, isOwnLimit, withFiles = false }: HoldOptions) {
    this.#options = {
      ...options,
      failure: () => this.#takeFailure(),
      watchReads: (progress) => this.#watchReads(progress),
    };
    this.#limit = memoryLimit;
    this.#isOwn = isOwnLimit;
    this.#withFiles = withFiles;
  }

  /** The database that the statement has to run in. */
  database(): Promise<Database> | Database {
    if (this.#isOwn) return this.#openOwn();
    return this.#database ?? (this.#withFiles ? fileDatabase() : sharedDatabase());
  }

  /** Whether a statement over the rows takes less time than making its plan. */
  get isSmall(): boolean {
    return this.#database === undefined && !this.#withFiles && this.#bytes <= smallBytes;
  }

  get workOptions(): WorkOptions {
    return this.#options;
  }

  /** @param unread columns that the input does not have: a statement names them, and reads none of their values. */
  async hold(
    columns: readonly SharedColumn[],
    input: AsyncIterable<RecordBatch>,
    unread: readonly SharedColumn[] = [],
  ): Promise<HeldRows> {
    if (this.#isOwn && this.#database === undefined) await this.#openOwn();
    const rows: SharedRows = { columns: [...columns, ...unread, rowNumberColumn], batches: [] };
    const shared = shareRows(rows);
    this.#held.push({ rows, withdraw: shared.withdraw });
    const kept: RecordBatch[] = [];
    let table: SpillTable | undefined;
    for await (const batch of input) {
      if (batch.numRows === 0) continue;
      this.#bytes += batch.data.byteLength;
      // Half of the limit is for what the statement itself needs.
      if (table === undefined && this.#bytes > this.#limit / 2) {
        table = await this.#createTable(columns, rows, shared.sql);
        for (const earlier of kept.splice(0)) await table.insert(earlier);
      }
      if (table === undefined) kept.push(batch);
      else await table.insert(batch);
    }
    if (table !== undefined) {
      await table.finish();
      // Without rows, what they are read from gives the types of the columns that the table lacks.
      return {
        sql: unread.length === 0 ? table.name : `(FROM ${shared.sql} UNION ALL BY NAME FROM ${table.name})`,
      };
    }
    rows.batches = kept;
    return { sql: shared.sql };
  }

  async close(): Promise<void> {
    for (const { rows, withdraw } of this.#held) {
      rows.batches = [];
      withdraw();
    }
    await this.#database?.close();
  }

  async #openOwn(): Promise<Database> {
    this.#database ??= await Database.open({
      memoryLimit: Math.max(leastMemory, this.#limit),
      withFiles: this.#withFiles,
    });
    return this.#database;
  }

  async #createTable(
    columns: readonly SharedColumn[],
    rows: SharedRows,
    source: string,
  ): Promise<SpillTable> {
    const database = await this.#openOwn();
    const worker = await Worker.take(database, this.#options);
    const table = new SpillTable(worker, `memory.main.held_${this.#held.length}`, rows, source, columns);
    await table.create();
    return table;
  }

  /** A statement may read rows more than once; they count once. Undefined where it reads none from memory. */
  #watchReads(progress: Progress): (() => void) | undefined {
    const all = this.#held.map(({ rows }) => rows);
    let left = all.flatMap(({ batches }) => batches).reduce((sum, { numRows }) => sum + numRows, 0);
    if (left === 0) return undefined;
    progress.expect({ rows: left });
    for (const rows of all) {
      rows.onRead = (read) => {
        const counted = Math.min(read, left);
        left -= counted;
        if (counted > 0) progress.advance({ rows: counted });
      };
    }
    return () => {
      for (const rows of all) rows.onRead = undefined;
    };
  }

  #takeFailure(): unknown {
    return this.#held.map(({ rows }) => takeFailure(rows)).find((failure) => failure !== undefined);
  }
}

class SpillTable {
  readonly name: string;
  readonly #worker: Worker;
  readonly #rows: SharedRows;
  readonly #source: string;
  readonly #columns: string;
  #count = 0;

  constructor(
    worker: Worker,
    name: string,
    rows: SharedRows,
    source: string,
    columns: readonly SharedColumn[],
  ) {
    this.name = name;
    this.#worker = worker;
    this.#rows = rows;
    this.#source = source;
    this.#columns = columns.map(({ name }) => `${name}, `).join("");
  }

  async create(): Promise<void> {
    await this.#worker.execute(
      `CREATE TABLE ${this.name} AS SELECT ${this.#columns}CAST(rn AS BIGINT) AS rn FROM ${this.#source}`,
    );
  }

  async insert(batch: RecordBatch): Promise<void> {
    this.#rows.batches = [batch];
    await this.#worker.execute(
      `INSERT INTO ${this.name} SELECT ${this.#columns}rn + ${this.#count} FROM ${this.#source}`,
    );
    this.#count += batch.numRows;
    this.#rows.batches = [];
  }

  async finish(): Promise<void> {
    this.#worker.release();
  }
}
