/** Runs a user's statement: finds what it reads, holds that, and hands on the rows as they are computed. */
import { arrow, type RecordBatch, type Schema } from "../../../../arrow.ts";
import type { EngineInput, EngineInputs, EngineOptions } from "../../engine.ts";
import { type Database, sharedDatabase } from "../database.ts";
import { RowHolder } from "../hold-rows.ts";
import { shareRows } from "../rows-function.ts";
import { conformBatch } from "../vectors/conform.ts";
import { Worker, type WorkOptions } from "../worker.ts";
import { findNeededColumns, passesRows } from "./needed-columns.ts";
import { quoteName } from "./quote-name.ts";
import { resultSchema, type StatementJob, type StatementTable } from "./statement-job.ts";

const action = "run SQL";

/** The columns of the result; no rows are read. */
export async function describeStatement(job: StatementJob): Promise<Schema> {
  return overNoRows(job, async (worker) => resultSchema(await worker.query(job.sql, job.bind)));
}

/** The columns that are read of each input; an input that is not read is missing. */
export async function findReads(job: StatementJob): Promise<ReadonlyMap<string, readonly string[]>> {
  const { reading } = job;
  if (reading === null) return new Map();
  const { columns, hasCounted } = await overNoRows(job, (worker) =>
    findNeededColumns(worker, reading, job.bind),
  );
  const reads = new Map<string, readonly string[]>();
  for (const table of job.tables) {
    const read = table.columns.filter(({ name }) => columns.has(name));
    if (read.length > 0 || hasCounted)
      reads.set(
        table.input,
        (read.length > 0 ? read : narrowest(table)).map(({ source }) => source),
      );
  }
  return reads;
}

/** Whether each row of the result is made of one row of the only input, in the order of these. */
export async function findWhetherRowsPass(job: StatementJob): Promise<boolean> {
  const { reading } = job;
  return reading !== null && overNoRows(job, (worker) => passesRows(worker, reading, job.bind));
}

/** @throws DlfLanceError Interrupted; InvalidInput for what the statement refuses, such as a cast that fails. */
export async function* runStatement(
  job: StatementJob,
  reads: ReadonlyMap<string, readonly string[]>,
  inputs: EngineInputs,
  { signal, memoryLimit, isOwnLimit = false }: EngineOptions,
): AsyncGenerator<RecordBatch, void, undefined> {
  const holder = new RowHolder({ action, signal }, memoryLimit ?? Number.POSITIVE_INFINITY, isOwnLimit);
  const withdrawals: (() => void)[] = [];
  try {
    const sources = new Map<StatementTable, string>();
    for (const table of job.tables) {
      const columns = reads.get(table.input);
      if (columns === undefined) {
        // DESCRIBE asks for the types of columns, and for no row.
        const { sql, withdraw } = shareRows({ columns: table.columns, batches: [] });
        withdrawals.push(withdraw);
        sources.set(table, selectSql(table, sql));
        continue;
      }
      const read = table.columns.filter(({ source }) => columns.includes(source));
      const input = inputs.get(table.input) as EngineInput;
      const { sql } = await holder.hold(read, input.batches(columns));
      // Columns that are not read have to be there for the statement's names.
      const all = table.columns.map(({ name, source }) =>
        read.some((one) => one.name === name)
          ? `${name} AS ${quoteName(source)}`
          : `NULL AS ${quoteName(source)}`,
      );
      sources.set(table, `SELECT ${all.join(", ") || "NULL"} FROM ${sql}`);
    }
    yield* inScope(await holder.database(), holder.workOptions, sources, async function* (worker) {
      const result = await worker.query(job.sql, job.bind);
      const schema = resultSchema(result);
      for await (const batch of result.batches()) yield conformBatch(batch, schema);
    });
  } finally {
    for (const withdraw of withdrawals) withdraw();
    await holder.close();
  }
}

/** A table by the names of its columns. */
function selectSql({ columns }: StatementTable, sql: string): string {
  const all = columns.map(({ name, source }) => `${name} AS ${quoteName(source)}`);
  return `SELECT ${all.join(", ") || "NULL"} FROM ${sql}`;
}

async function overNoRows<T>(job: StatementJob, work: (worker: Worker) => Promise<T>): Promise<T> {
  const shared = job.tables.map((table) => shareRows({ columns: table.columns, batches: [] }));
  try {
    const sources = new Map(
      job.tables.map((table, index): readonly [StatementTable, string] => [
        table,
        selectSql(table, shared[index]?.sql ?? ""),
      ]),
    );
    let result: T | undefined;
    const once = inScope(await sharedDatabase(), { action }, sources, async function* (worker) {
      result = await work(worker);
      yield undefined;
    });
    for await (const _ of once);
    return result as T;
  } finally {
    for (const { withdraw } of shared) withdraw();
  }
}

let scopes = 0;

/**
 * Work in a separate scope: the tables of a statement are views in a database that exists as long as the work. Two
 * statements may name tables alike that are not the same rows.
 */
async function* inScope<T>(
  database: Database,
  options: WorkOptions,
  sources: ReadonlyMap<StatementTable, string>,
  work: (worker: Worker) => AsyncGenerator<T, void, undefined>,
): AsyncGenerator<T, void, undefined> {
  const scope = `scope_${++scopes}`;
  const worker = await Worker.take(database, options);
  try {
    await worker.execute(`ATTACH ':memory:' AS ${scope}; USE ${scope}`);
    for (const [{ schema, table }, sql] of sources) {
      const place = schema === undefined ? "" : `${quoteName(schema)}.`;
      if (schema !== undefined) await worker.execute(`CREATE SCHEMA IF NOT EXISTS ${quoteName(schema)}`);
      await worker.execute(`CREATE VIEW ${place}${quoteName(table)} AS ${sql}`);
    }
    yield* work(worker);
  } finally {
    // The connection is not used again: it is in the scope.
    worker.discard();
    await detach(database, scope);
  }
}

async function detach(database: Database, scope: string): Promise<void> {
  const worker = await Worker.take(database, { action });
  try {
    await worker.execute(`DETACH ${scope}`);
  } finally {
    worker.release();
  }
}

/** One column to count rows by, of few bytes. */
function narrowest({ columns }: StatementTable): StatementTable["columns"] {
  const isNarrow = ({ field }: StatementTable["columns"][number]) =>
    arrow.DataType.isInt(field.type) || arrow.DataType.isFloat(field.type);
  return [columns.find(isNarrow) ?? columns[0]].filter((column) => column !== undefined);
}
