/** The one import of @lancedb/lancedb: opens, creates, scans and appends, and speaks our errors. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type * as LanceDb from "@lancedb/lancedb";
import { loadArrow, type RecordBatch, type Schema } from "../../arrow.ts";
import type { Bridge } from "../../bridge/bridge.ts";
import type { TableId } from "../../catalog/protocol/identifier.ts";
import { readSchema } from "../arrow/read-ipc.ts";
import { closeNative } from "./close-native.ts";
import { encloseSql } from "./enclose-sql.ts";
import { prepareNativeEnvironment } from "./native-environment.ts";
import { translateNativeError, translateNativeRead } from "./native-error.ts";
import { nativeLogDirectives } from "./native-log.ts";
import { scanTable } from "./scan.ts";
import type { ScanRequest } from "./scan-request.ts";
import { searchTable } from "./search.ts";
import { createEdits, type LanceEdits } from "./table-edits.ts";
import { createIndices, type LanceIndices } from "./table-indices.ts";
import { createRows, type LanceRows } from "./table-rows.ts";
import { createVersions, type LanceVersions } from "./table-versions.ts";
import { createWrites, type LanceWrites } from "./table-writes.ts";

interface Library extends Pick<typeof LanceDb, "Index" | "connectNamespace"> {
  /** The public table over a native one. The library has it, and exports its base alone. */
  readonly LocalTable: new (
    native: NativeTable,
  ) => LanceDb.Table;
}

let loaded: Library | undefined;

/** Loads the native library on first use: it costs a tenth of a second that the first cell may not need. */
function loadLanceDb(caFile: string | undefined): Library {
  if (loaded === undefined) {
    prepareNativeEnvironment(caFile);
    // The library reads its log level once, when it loads, and otherwise prints warnings to stderr.
    process.env.LANCEDB_LOG = nativeLogDirectives(process.env.LANCEDB_LOG);
    // The library would load the copy that takes longer.
    loadArrow();
    const require = createRequire(import.meta.url);
    const { Index, connectNamespace } = require("@lancedb/lancedb") as typeof LanceDb;
    const folder = dirname(require.resolve("@lancedb/lancedb"));
    const { LocalTable } = require(join(folder, "table.js")) as Pick<Library, "LocalTable">;
    loaded = { Index, connectNamespace, LocalTable };
  }
  return loaded;
}

/** Versions of Lance's file format. The newest, 2.2, is read by PyLance 14, Daft 0.7 and DuckDB's extension 1.5. */
export type StorageVersion = "2.0" | "2.1" | "2.2";

/** The native database under the public one, which would encode the data again. */
interface NativeDatabase {
  createTable(
    name: string,
    data: Buffer,
    mode: "create" | "overwrite",
    namespace: string[],
    options: Record<string, string>,
  ): Promise<NativeTable>;
}

/** The tables behind one bridge. */
export interface LanceDatabase {
  /** Opens the newest version of a table that the bridge can resolve. */
  open(id: TableId): Promise<LanceTable>;
  /**
   * Writes version 1 of a table at the place the bridge names. Fails when a table exists already.
   * @param data the bytes of an Arrow IPC file
   */
  create(id: TableId, data: Buffer, storageVersion: StorageVersion): Promise<Created>;
  /** Puts data and their schema in place of a table's, as one new version. */
  overwrite(id: TableId, data: Buffer, storageVersion: StorageVersion): Promise<Created>;
  close(): void;
}

/** @param caFile further certificate authorities for object stores; of the first database opened in a process */
export async function openLanceDatabase(bridge: Bridge, caFile?: string): Promise<LanceDatabase> {
  const library = loadLanceDb(caFile);
  const database = await library.connectNamespace(
    "rest",
    // Without an interval a handle looks for newer versions only when it is asked to.
    { uri: bridge.uri, headers: { authorization: `Bearer ${bridge.token.reveal()}` } },
  );
  const createNative = async (
    id: TableId,
    data: Buffer,
    mode: "create" | "overwrite",
    storageVersion: StorageVersion,
  ): Promise<Created> => {
    const { inner } = database as unknown as { inner: NativeDatabase };
    const options = { new_table_data_storage_version: storageVersion };
    const native = await inner.createTable(id.table, data, mode, [id.namespace], options);
    const handle = createHandle(id, new library.LocalTable(native), library);
    return { version: await handle.version(), statistics: await handle.statistics(), handle };
  };
  return {
    open: (id) =>
      translateNativeRead(`open table ${id.namespace}.${id.table}`, async () =>
        createHandle(id, await database.openTable(id.table, [id.namespace]), library),
      ),
    create: (id, data, storageVersion) =>
      translateNativeError(`create table ${id.namespace}.${id.table}`, () =>
        createNative(id, data, "create", storageVersion),
      ),
    overwrite: (id, data, storageVersion) =>
      translateNativeError(`overwrite table ${id.namespace}.${id.table}`, () =>
        createNative(id, data, "overwrite", storageVersion),
      ),
    close: () => closeNative(database),
  };
}

/** What a create has made. */
export interface Created {
  readonly version: number;
  readonly statistics: LanceStatistics;
  readonly handle: LanceTable;
}

export interface LanceStatistics {
  readonly rows: number;
  readonly fragments: number;
  /** Fragments with few rows, which compaction merges. */
  readonly smallFragments: number;
  /** Of data and index files. */
  readonly bytes: number;
}

function toStatistics({ numRows, totalBytes, fragmentStats }: LanceDb.TableStatistics): LanceStatistics {
  const { numFragments, numSmallFragments } = fragmentStats;
  return { rows: numRows, fragments: numFragments, smallFragments: numSmallFragments, bytes: totalBytes };
}

/**
 * A handle on one version of a Lance table. It moves to a newer one when it is asked to, or commits one itself. Without
 * a search or rows to read nothing but its manifest is asked, which it holds.
 */
export interface LanceTable {
  /** Moves to the newest version, with one request if that is where it is. @returns its number */
  refresh(): Promise<number>;
  /** A separate handle on the same version, to be read or checked out, at no request. */
  snapshot(): Promise<LanceTable>;
  schema(): Promise<Schema>;
  version(): Promise<number>;
  countRows(filter?: string): Promise<number>;
  readonly writes: LanceWrites;
  /** Streams batches in row order, or best first for a search. Stops at the next batch when the signal fires. */
  scan(request: ScanRequest): AsyncGenerator<RecordBatch, void, undefined>;
  statistics(): Promise<LanceStatistics>;
  readonly rows: LanceRows;
  readonly versions: LanceVersions;
  readonly edits: LanceEdits;
  readonly indices: LanceIndices;
  /** Calls under way are let finish. */
  close(): void;
}

function createHandle(id: TableId, table: LanceDb.Table, library: Library): LanceTable {
  const name = `${id.namespace}.${id.table}`;
  return {
    refresh: () =>
      translateNativeRead(`read the version of ${name}`, async () => {
        await table.checkoutLatest();
        return table.version();
      }),
    snapshot: () =>
      translateNativeRead(`read ${name}`, async () => {
        const fixed = await native(table).querySnapshot();
        return createHandle(id, new library.LocalTable(fixed), library);
      }),
    schema: () =>
      translateNativeRead(`read the schema of ${name}`, async () => readSchema(await native(table).schema())),
    version: () => translateNativeRead(`read the version of ${name}`, () => table.version()),
    countRows: (filter) =>
      translateNativeRead(`count rows of ${name}`, () =>
        table.countRows(filter === undefined ? undefined : encloseSql(filter)),
      ),
    writes: createWrites(name, table),
    statistics: () =>
      translateNativeRead(`read the statistics of ${name}`, async () => toStatistics(await table.stats())),
    scan: (request) => scan(name, table, request),
    rows: createRows(name, table),
    versions: createVersions(name, table),
    edits: createEdits(name, table),
    indices: createIndices(name, table, library),
    close: () => closeNative(table),
  };
}

/** The native table under the public one, which cannot decode every schema. */
interface NativeTable {
  schema(): Promise<Buffer>;
  querySnapshot(): Promise<NativeTable>;
}

function native(table: LanceDb.Table): NativeTable {
  return (table as unknown as { inner: NativeTable }).inner;
}

async function* scan(
  name: string,
  table: LanceDb.Table,
  request: ScanRequest,
): AsyncGenerator<RecordBatch, void, undefined> {
  const { search } = request;
  if (search === undefined) yield* scanTable(name, table, request);
  else {
    const schema = await translateNativeRead(`read the schema of ${name}`, async () =>
      readSchema(await native(table).schema()),
    );
    yield* searchTable(name, table, schema, search, request);
  }
}
