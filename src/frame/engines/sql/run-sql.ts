/** Runs one statement in this process: finds what it reads, fetches that, and hands on the rows as they are computed. */
import { arrow, type RecordBatch, type Schema } from "../../../arrow.ts";
import type { EngineInput, EngineOptions } from "../engine.ts";
import { defaultMemoryLimit, loadBatches } from "./load-relation.ts";
import { findNeededColumns } from "./needed-columns.ts";
import { quoteName } from "./quote-name.ts";
import { type Relation, type RelationColumn, registerRelation } from "./relation.ts";
import { type BindParameters, SqlSession } from "./session.ts";

/** The rows that a function of DuckDB delivers. */
export interface Source {
  /** The function, in lower case. */
  readonly name: string;
  readonly title: string;
  readonly columns: readonly RelationColumn[];
  readonly input: EngineInput;
  /** The table by which the statement calls it. */
  readonly view?: { readonly schema: string | undefined; readonly table: string };
}

export interface Job {
  readonly action: string;
  readonly sql: string;
  /** The part of it that reads rows: all of it when left out, none when null. */
  readonly reading?: string | null;
  readonly bind?: BindParameters;
  readonly sources: readonly Source[];
}

/** The columns of the result; no rows are read. */
export async function describeJob(job: Job): Promise<Schema> {
  const { session } = await openJob(job, {});
  try {
    return (await session.query(job.sql, job.bind)).schema;
  } finally {
    await session.close();
  }
}

/** @throws DlfLanceError Unsupported when the columns that are read do not fit the memory limit; Interrupted. */
export async function* runJob(
  job: Job,
  { signal, memoryLimit = defaultMemoryLimit() }: EngineOptions,
): AsyncGenerator<RecordBatch, void, undefined> {
  const { session, relations } = await openJob(job, {
    memoryLimit,
    ...(signal === undefined ? {} : { signal }),
  });
  try {
    const { reading = job.sql } = job;
    const needed = reading === null ? new Map() : await findNeededColumns(session, reading, job.bind);
    const budget = { left: memoryLimit, limit: memoryLimit };
    for (const [index, source] of job.sources.entries()) {
      const names = needed.get(source.name);
      if (names === undefined) continue;
      const read = source.columns.filter(({ name }) => isRead(name, names));
      const columns = (read.length === 0 ? narrowest(source.columns) : read).map((column) => column.source);
      (relations[index] as Relation).batches = await loadBatches(source.input, {
        title: source.title,
        columns,
        budget,
        ...(signal === undefined ? {} : { signal }),
      });
    }
    const { batches } = await session.query(job.sql, job.bind);
    yield* batches();
  } finally {
    await session.close();
  }
}

async function openJob(
  { action, sources }: Job,
  options: { readonly memoryLimit?: number; readonly signal?: AbortSignal },
): Promise<{ readonly session: SqlSession; readonly relations: readonly Relation[] }> {
  const session = await SqlSession.open({ action, ...options });
  try {
    const relations = sources.map(({ title, columns, input }): Relation => {
      return { title, columns, batches: [], rows: input.rows };
    });
    for (const [index, { name, view }] of sources.entries()) {
      registerRelation(session, name, relations[index] as Relation);
      if (view === undefined) continue;
      if (view.schema !== undefined)
        await session.execute(`CREATE SCHEMA IF NOT EXISTS ${quoteName(view.schema)}`);
      const table = view.schema === undefined ? "" : `${quoteName(view.schema)}.`;
      await session.execute(`CREATE VIEW ${table}${quoteName(view.table)} AS FROM ${name}()`);
    }
    return { session, relations };
  } catch (error) {
    await session.close();
    throw error;
  }
}

/** One column to count rows by, of few bytes. */
function narrowest(columns: readonly RelationColumn[]): readonly RelationColumn[] {
  const isNarrow = ({ field }: RelationColumn) =>
    arrow.DataType.isInt(field.type) || arrow.DataType.isFloat(field.type);
  return [columns.find(isNarrow) ?? columns[0]].filter((column) => column !== undefined);
}

/** DuckDB's plan parts the names of columns by line feeds, also one that holds some. */
function isRead(column: string, lines: ReadonlySet<string>): boolean {
  return column.split("\n").every((line) => line === "" || lines.has(line));
}
