/** Real Lance tables in a temporary folder, as sources of frames. */
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as LanceDb from "@lancedb/lancedb";
import { arrow, type RecordBatch, type Table } from "../../src/arrow.ts";
import { Frame } from "../../src/frame/frame.ts";
import type { TableLookup } from "../../src/frame/run/frame-context.ts";
import type { ResolvedTable, TableSource } from "../../src/frame/source.ts";
import type { ScanRequest } from "../../src/table/native/scan-request.ts";
import type { VersionReference } from "../../src/table/native/table-versions.ts";

export interface RecordingSource extends TableSource {
  /** Every scan and filtered count that was asked for, in order. */
  readonly scans: ScanRequest[];
  readonly counts: (string | undefined)[];
  /** Puts a B-tree over a column. */
  createIndex(column: string): Promise<void>;
}

export interface LanceFolder {
  create(name: string, data: Table): Promise<RecordingSource>;
  /** Adds rows to a table as one more fragment. */
  append(name: string, data: Table): Promise<void>;
  /** A table that somebody else made at its place. */
  open(name: string): Promise<RecordingSource>;
  /** A frame over a table made or opened before; frames of one folder can be joined. */
  read(name: string): Frame;
  /** The folder of a table. */
  locate(name: string): string;
  remove(): Promise<void>;
}

interface NativeQuery {
  getInner(): Promise<{ execute(rows: number): Promise<{ next(): Promise<Buffer | null> }> }>;
}

function loadLanceDb(): typeof LanceDb {
  process.env.LANCEDB_LOG = "error";
  return createRequire(import.meta.url)("@lancedb/lancedb") as typeof LanceDb;
}

/**
 * @param batchRows in each batch
 * @param claimedRows how many every table says it has, before it is read
 */
export async function openLanceFolder(batchRows = 65_536, claimedRows?: number): Promise<LanceFolder> {
  const sources = new Map<string, RecordingSource>();
  const tables: TableLookup = {
    find(name) {
      const source = sources.get(name);
      if (source === undefined) throw new Error(`no table ${name} in the folder`);
      return source;
    },
  };
  const context = { tables, rows: new Map(), functions: new Map() };
  const folder = await mkdtemp(join(tmpdir(), "frame-"));
  const database = await loadLanceDb().connect(folder);
  return {
    async create(name, data) {
      const source = tableSource(
        name,
        database,
        await database.createTable(name, data),
        batchRows,
        claimedRows,
        folder,
      );
      sources.set(name, source);
      return source;
    },
    async append(name, data) {
      await (await database.openTable(name)).add(data);
      const table = await database.openTable(name);
      sources.set(name, tableSource(name, database, table, batchRows, claimedRows, folder));
    },
    async open(name) {
      const source = tableSource(
        name,
        database,
        await database.openTable(name),
        batchRows,
        claimedRows,
        folder,
      );
      sources.set(name, source);
      return source;
    },
    read: (name) => Frame.read(context, name),
    locate: (name) => join(folder, `${name}.lance`),
    async remove() {
      database.close();
      await rm(folder, { recursive: true });
    },
  };
}

function tableSource(
  name: string,
  database: LanceDb.Connection,
  table: LanceDb.Table,
  batchRows: number,
  claimedRows: number | undefined,
  folder: string,
): RecordingSource {
  const scans: ScanRequest[] = [];
  const counts: (string | undefined)[] = [];
  const at = (reference: VersionReference | undefined): TableSource => ({
    name,
    at,
    async resolve() {
      const version = reference === undefined ? await table.version() : Number(reference);
      const fixed = await database.openTable(name);
      await fixed.checkout(version);
      return {
        version,
        schema: await fixed.schema(),
        rows: claimedRows,
        countRows(filter) {
          counts.push(filter);
          return fixed.countRows(filter);
        },
        scan(request) {
          scans.push(request);
          return scan(fixed, request, batchRows);
        },
        place: async () => ({
          kind: "path",
          uri: join(folder, `${name}.lance`),
          version,
          storageOptions: {},
        }),
        release() {
          try {
            fixed.close();
          } catch (error) {
            // A call that an interruption left under way keeps it open; it is freed with its handle.
            if (!/borrow is active/.test(String(error))) throw error;
          }
        },
      };
    },
  });
  return {
    ...at(undefined),
    scans,
    counts,
    createIndex: (column) => table.createIndex(column, { config: loadLanceDb().Index.btree() }),
  };
}

/** The source, with what `change` makes of every table it resolves. */
export function changeTables(
  source: TableSource,
  change: (table: ResolvedTable) => Partial<ResolvedTable>,
): TableSource {
  return {
    name: source.name,
    async resolve(signal) {
      const table = await source.resolve(signal);
      return { ...table, ...change(table) };
    },
  };
}

async function* scan(
  table: LanceDb.Table,
  request: ScanRequest,
  batchRows: number,
): AsyncGenerator<RecordBatch, void, undefined> {
  const query = table.query();
  if (request.columns !== undefined) query.select([...request.columns]);
  if (request.filter !== undefined) query.where(request.filter);
  if (request.limit !== undefined) query.limit(request.limit);
  if (request.offset !== undefined) query.offset(request.offset);
  const batches = await (await (query as unknown as NativeQuery).getInner()).execute(batchRows);
  for (let bytes = await batches.next(); bytes !== null; bytes = await batches.next()) {
    yield* arrow.tableFromIPC(bytes).batches;
  }
}
