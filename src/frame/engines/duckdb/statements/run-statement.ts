/** Runs a user's statement: finds what it reads, holds that, and hands on the rows as they are computed. */
import { arrow, type RecordBatch, type Schema } from "../../../../arrow.ts";
import type { EngineInput, EngineInputs, EngineOptions, InputShapes } from "../../engine.ts";
import { type Database, sharedDatabase } from "../database.ts";
import { RowHolder } from "../hold-rows.ts";
import { type SharedColumn, shareRows } from "../rows-function.ts";
import { conformBatch } from "../vectors/conform.ts";
import { Worker, type WorkOptions } from "../worker.ts";
import { findNeededColumns, passesRows } from "./needed-columns.ts";
import { quoteName } from "./quote-name.ts";
import { columnExpressions, type ReadColumn, readColumns, restoreStructs } from "./read-columns.ts";
import { resultSchema, type StatementJob, type StatementTable } from "./statement-job.ts";

const action = "run SQL";

/** The columns of the result; no rows are read. */
export async function describeStatement(job: StatementJob): Promise<Schema> {
  return overNoRows(job, async (worker) => resultSchema(await worker.query(job.sql, job.bind)));
}

/** What is read of each input; an input that is not read is missing. */
export type StatementReads = ReadonlyMap<string, readonly ReadColumn[]>;

export async function findReads(job: StatementJob, shapes: InputShapes): Promise<StatementReads> {
  const { reading } = job;
  if (reading === null) return new Map();
  const { columns, hasCounted } = await overNoRows(job, (worker) =>
    findNeededColumns(worker, reading, job.bind),
  );
  const reads = new Map<string, readonly ReadColumn[]>();
  for (const table of job.tables) {
    const read = readColumns(table, columns, shapes.get(table.input)?.readsFields === true);
    if (read.length > 0 || hasCounted) reads.set(table.input, read.length > 0 ? read : narrowest(table));
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
  reads: StatementReads,
  inputs: EngineInputs,
  { signal, progress, memoryLimit, isOwnLimit = false }: EngineOptions,
): AsyncGenerator<RecordBatch, void, undefined> {
  const holder = new RowHolder(
    { action, signal, progress },
    memoryLimit ?? Number.POSITIVE_INFINITY,
    isOwnLimit,
  );
  try {
    const sources = new Map<StatementTable, string>();
    for (const table of job.tables) {
      const read = reads.get(table.input) ?? [];
      const input = inputs.get(table.input) as EngineInput;
      const names = columnExpressions(read).map(({ name }) => name);
      const rows = read.length === 0 ? noRows() : restoreStructs(input.batches(names), read);
      const columns = read.map(({ column }) => column);
      const unread = table.columns.filter((column) => !columns.includes(column));
      const { sql } = await holder.hold(columns, rows, unread);
      sources.set(table, selectSql(table, sql));
    }
    yield* inScope(await holder.database(), holder.workOptions, sources, async function* (worker) {
      const result = await worker.query(job.sql, job.bind);
      const schema = resultSchema(result);
      for await (const batch of result.batches()) yield conformBatch(batch, schema);
    });
  } finally {
    await holder.close();
  }
}

async function* noRows(): AsyncGenerator<RecordBatch, void, undefined> {}

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
function narrowest({ columns }: StatementTable): readonly ReadColumn[] {
  const isNarrow = ({ field }: SharedColumn) =>
    arrow.DataType.isInt(field.type) || arrow.DataType.isFloat(field.type);
  const column = columns.find(isNarrow) ?? columns[0];
  return column === undefined ? [] : [{ column }];
}
