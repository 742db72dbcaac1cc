/** Runs one statement in this process: finds what it reads, fetches that, and hands on the rows as they are computed. */
import { arrow, type RecordBatch, type Schema } from "../../../arrow.ts";
import type { EngineInput, EngineInputs, EngineOptions } from "../engine.ts";
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
  /** Which input has the rows. */
  readonly input: string;
  /** The table by which the statement calls it. */
  readonly view?: { readonly schema: string | undefined; readonly table: string };
}

/** A statement over numbered columns: DuckDB tells what it reads by their names, which no name of a user's is like. */
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
  const { session } = await openJob(job, new Map(), {});
  try {
    return (await session.query(job.sql, job.bind)).schema;
  } finally {
    await session.close();
  }
}

/** The columns that are read of each input. */
export async function findReads(job: Job): Promise<ReadonlyMap<string, readonly string[]>> {
  const { session } = await openJob(job, new Map(), {});
  try {
    const reads = await readColumns(job, session);
    return new Map([...reads].map(([source, columns]) => [source.input, columns]));
  } finally {
    await session.close();
  }
}

/** @throws DlfLanceError Unsupported when the columns that are read do not fit the memory limit; Interrupted. */
export async function* runJob(
  job: Job,
  inputs: EngineInputs,
  { signal, memoryLimit = defaultMemoryLimit() }: EngineOptions,
): AsyncGenerator<RecordBatch, void, undefined> {
  const { session, relations } = await openJob(job, inputs, {
    memoryLimit,
    ...(signal === undefined ? {} : { signal }),
  });
  try {
    const budget = { left: memoryLimit, limit: memoryLimit };
    for (const [source, columns] of await readColumns(job, session)) {
      (relations.get(source) as Relation).batches = await loadBatches(
        inputs.get(source.input) as EngineInput,
        {
          title: source.title,
          columns,
          budget,
          ...(signal === undefined ? {} : { signal }),
        },
      );
    }
    const { batches } = await session.query(job.sql, job.bind);
    yield* batches();
  } finally {
    await session.close();
  }
}

/** The sources that are read at all, and the columns that are read of them. */
async function readColumns(
  { sources, sql, reading = sql, bind }: Job,
  session: SqlSession,
): Promise<ReadonlyMap<Source, readonly string[]>> {
  const needed = reading === null ? new Map() : await findNeededColumns(session, reading, bind);
  const found = new Map<Source, readonly string[]>();
  for (const source of sources) {
    const names = needed.get(source.name);
    if (names === undefined) continue;
    const read = source.columns.filter(({ name }) => names.has(name));
    found.set(
      source,
      (read.length === 0 ? narrowest(source.columns) : read).map((column) => column.source),
    );
  }
  return found;
}

async function openJob(
  { action, sources }: Job,
  inputs: EngineInputs,
  options: { readonly memoryLimit?: number; readonly signal?: AbortSignal },
): Promise<{ readonly session: SqlSession; readonly relations: ReadonlyMap<Source, Relation> }> {
  const session = await SqlSession.open({ action, ...options });
  try {
    const relations = new Map<Source, Relation>();
    for (const source of sources) {
      const { name, title, columns, view, input } = source;
      const relation: Relation = { title, columns, batches: [], rows: inputs.get(input)?.rows };
      relations.set(source, relation);
      registerRelation(session, name, relation);
      if (view === undefined) continue;
      if (view.schema !== undefined)
        await session.execute(`CREATE SCHEMA IF NOT EXISTS ${quoteName(view.schema)}`);
      const table = view.schema === undefined ? "" : `${quoteName(view.schema)}.`;
      const selected = columns.map((column) => `${column.name} AS ${quoteName(column.source)}`).join(", ");
      await session.execute(
        `CREATE VIEW ${table}${quoteName(view.table)} AS SELECT ${selected || "NULL"} FROM ${name}()`,
      );
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
