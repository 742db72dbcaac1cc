/** Runs a user's statement: finds what it reads, holds that, and hands on the rows as they are computed. */
import { arrow, type Field, type RecordBatch, type Schema } from "../../../../arrow.ts";
import { isError } from "../../../../errors.ts";
import type { EngineInput, EngineInputs, EngineOptions, InputShapes } from "../../engine.ts";
import { type Database, sharedDatabase } from "../database.ts";
import { RowHolder } from "../hold-rows.ts";
import { Recent, takeRecent } from "../recent.ts";
import { type SharedColumn, shareRows } from "../rows-function.ts";
import { conformBatch } from "../vectors/conform.ts";
import { holdsKept, nameTypesSql, nearestSql, restoreKept } from "../vectors/kept-types.ts";
import { Worker, type WorkOptions } from "../worker.ts";
import { computeText } from "./compute-text.ts";
import { plainArguments } from "./plain-arguments.ts";
import { quoteName } from "./quote-name.ts";
import { columnExpressions, type ReadColumn, readColumns, restoreStructs } from "./read-columns.ts";
import { resultSchema, type StatementJob, type StatementTable } from "./statement-job.ts";
import { findNeeds, type StatementNeeds } from "./statement-needs.ts";

const action = "run SQL";

/** What DuckDB says of a statement before it reads rows. */
interface Inspection {
  /** Of the result. */
  readonly schema: Schema;
  /** Undefined for a statement that reads nothing. */
  readonly needs: StatementNeeds | undefined;
}

/** A run asks several times, and a notebook runs its statements again. */
const inspections = new Recent<Promise<Inspection>>(100);

function inspect(job: StatementJob): Promise<Inspection> {
  return takeRecent(inspections, job.key, async () => {
    const inspection = await overNoRows(job, async (worker) => ({
      schema: resultSchema(await worker.query(job.sql, job.bind)),
      needs: job.reading === null ? undefined : await findNeeds(worker, job.reading, job.bind),
    }));
    return { ...inspection, schema: await keepTypes(job, inspection.schema) };
  });
}

/** The schema with types that DuckDB lacks, where the statement hands them on; as it is where DuckDB does not say. */
async function keepTypes(job: StatementJob, schema: Schema): Promise<Schema> {
  const columns = job.tables.flatMap((table) => table.columns);
  if (job.reading !== job.sql || !columns.some(({ field }) => holdsKept(field.type))) return schema;
  const tables = job.tables.map((table) => ({
    ...table,
    columns: table.columns.map((column) => ({ ...column, isNamed: true })),
  }));
  try {
    const sql = await writePlain(job.tree, columns);
    return await overNoRows({ ...job, tables }, async (worker) => {
      const { types } = await worker.query(sql, job.bind);
      const fields = schema.fields.map(
        ({ name, type, nullable, metadata }, index): Field =>
          new arrow.Field(name, restoreKept(worker.duckdb, types[index], type), nullable, metadata),
      );
      return new arrow.Schema(fields, schema.metadata);
    });
  } catch (error) {
    if (isError(error, "InvalidInput") || isError(error, "TableColumnNotFound")) return schema;
    throw error;
  }
}

/** The statement with arguments of functions as types that DuckDB has. */
async function writePlain(tree: unknown, columns: readonly SharedColumn[]): Promise<string> {
  const nearest = new Map(
    columns.flatMap(({ source = "", field }) => {
      const sql = nearestSql(field.type);
      return sql === undefined ? [] : [[source.toLowerCase(), sql] as const];
    }),
  );
  const json = JSON.stringify({ error: false, statements: [plainArguments(tree, nearest)] });
  return computeText("json_deserialize_sql(CAST($1 AS JSON))", json, action);
}

/** The columns of the result; no rows are read. */
export async function describeStatement(job: StatementJob): Promise<Schema> {
  return (await inspect(job)).schema;
}

/** What is read of each input; an input that is not read is missing. */
export type StatementReads = ReadonlyMap<string, readonly ReadColumn[]>;

export async function findReads(job: StatementJob, shapes: InputShapes): Promise<StatementReads> {
  const { needs } = await inspect(job);
  if (needs === undefined) return new Map();
  const reads = new Map<string, readonly ReadColumn[]>();
  for (const table of job.tables) {
    const read = readColumns(table, needs.columns, shapes.get(table.input)?.readsFields === true);
    if (read.length > 0 || needs.hasCounted)
      reads.set(table.input, read.length > 0 ? read : narrowest(table));
  }
  return reads;
}

/** Whether each row of the result is made of one row of the only input, in the order of these. */
export async function findWhetherRowsPass(job: StatementJob): Promise<boolean> {
  return (await inspect(job)).needs?.passesRows === true;
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
    { memoryLimit: memoryLimit ?? Number.POSITIVE_INFINITY, isOwnLimit },
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
      const { schema } = await inspect(job);
      const result = await worker.query(job.sql, job.bind);
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
    const columns = job.tables.flatMap((table) => table.columns.map(({ source }) => source));
    const once = inScope(await sharedDatabase(), { action, columns }, sources, async function* (worker) {
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
    const named = [...sources.keys()].flatMap(({ columns }) =>
      columns.flatMap(({ isNamed, field }) => (isNamed === true ? [field.type] : [])),
    );
    const schemas = new Set([...sources.keys()].flatMap(({ schema }) => schema ?? []));
    await worker.execute(
      [
        `ATTACH ':memory:' AS ${scope}`,
        `USE ${scope}`,
        ...nameTypesSql(named),
        ...[...schemas].map((schema) => `CREATE SCHEMA IF NOT EXISTS ${quoteName(schema)}`),
        ...[...sources].map(([{ schema, table }, sql]) => {
          const place = schema === undefined ? "" : `${quoteName(schema)}.`;
          return `CREATE VIEW ${place}${quoteName(table)} AS ${sql}`;
        }),
      ].join("; "),
    );
    yield* work(worker);
  } finally {
    await leave(worker, database, scope, options);
  }
}

async function leave(
  worker: Worker,
  database: Database,
  scope: string,
  { signal }: WorkOptions,
): Promise<void> {
  if (!worker.isReading && !signal?.aborted) {
    await worker.execute(`USE memory; DETACH ${scope}`);
    worker.release();
    return;
  }
  worker.discard();
  const other = await Worker.take(database, { action });
  try {
    await other.execute(`DETACH ${scope}`);
  } finally {
    other.release();
  }
}

/** One column to count rows by, of few bytes. */
function narrowest({ columns }: StatementTable): readonly ReadColumn[] {
  const isNarrow = ({ field }: SharedColumn) =>
    arrow.DataType.isInt(field.type) || arrow.DataType.isFloat(field.type);
  const column = columns.find(isNarrow) ?? columns[0];
  return column === undefined ? [] : [{ column }];
}
