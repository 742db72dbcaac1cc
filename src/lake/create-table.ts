import { arrow, type Schema, type Table } from "../arrow.ts";
import { type ModeName, readMode } from "../catalog/operations/modes.ts";
import type { DeclareTableOptions } from "../catalog/operations/tables.ts";
import { formatTableId, type TableId } from "../catalog/protocol/identifier.ts";
import { checkChoice } from "../check-options.ts";
import { DlfLanceError, isError } from "../errors.ts";
import { currentInterruptSignal, stopIfAborted } from "../interrupt.ts";
import { type Progress, withProgress } from "../progress.ts";
import { toCatalogFields } from "../table/description/catalog-fields.ts";
import { WriteResult } from "../table/description/write-result.ts";
import { refuseColumnNames } from "../table/ingest/column-names.ts";
import { encodeIpcFile } from "../table/ingest/encode-ipc.ts";
import { buildAppendedTable, buildNewTable } from "../table/ingest/ingest.ts";
import type { TableData } from "../table/ingest/read-data.ts";
import type { WriteData } from "../table/ingest/read-pieces.ts";
import type { Created, StorageVersion } from "../table/native/lance.ts";
import { type AppendOptions, appendParts, countFragments } from "./append-rows.ts";
import { commitOnce } from "./commit-once.ts";
import type { LakeStorage } from "./storage.ts";
import { type Part, type PartOptions, readParts } from "./write-parts.ts";

/** Options of `createTable`. */
export interface CreateTableOptions extends DeclareTableOptions, Pick<AppendOptions, "commits"> {
  /**
   * What to do when the table exists: fail (`Create`), keep it as it is (`ExistOk`), or put the new data in its
   * place (`Overwrite`): its location stays, and older versions stay readable until they are cleaned up.
   */
  readonly mode?: ModeName<"Create" | "ExistOk" | "Overwrite">;
  /**
   * Version of Lance's file format. By default 2.2, the newest that PyLance, Daft and DuckDB's extension all read; the
   * older ones are for older readers.
   */
  readonly storageVersion?: StorageVersion;
}

export const newestStorageVersion: StorageVersion = "2.2";

type Limits = Pick<PartOptions, "partBytes" | "largestPart">;

/** Declares a table and writes its first version. A create that fails leaves nothing behind. */
export async function createTable(
  storage: LakeStorage,
  id: TableId,
  data: WriteData,
  options: CreateTableOptions & Limits,
): Promise<WriteResult> {
  const action = `create table ${formatTableId(id)}`;
  const mode = readMode(action, options.mode, ["Create", "ExistOk", "Overwrite"]);
  const { commits = "one", signal = currentInterruptSignal() } = options;
  checkChoice(commits, ["one", "bounded"], "commits", action);
  if (mode === "Overwrite" && commits !== "one") {
    throw new DlfLanceError("InvalidInput", `Cannot ${action}: what overwrites a table must be one commit`);
  }
  return withProgress(action, {}, async (progress) => {
    const parts = readParts(data, buildBySchemaOfFirst(action), { ...options, action, commits, signal });
    const { value: first = { tables: [], rows: 0, bytes: 0 } } = await parts.next();
    if (first.tables.length === 0) buildNewTable([], action);
    stopIfAborted(signal, action);
    const created = await createFirst(storage, id, first, { ...options, commits, signal }, mode, progress);
    const isDone = created.commits === 0 || commits === "one";
    return isDone ? created : appendRest(storage, id, parts, created, { signal, progress });
  });
}

/** Types are those of the first piece; the others must fit them. */
function buildBySchemaOfFirst(action: string): (piece: TableData, firstRow: number) => Table {
  let schema: Schema | undefined;
  return (piece, firstRow) => {
    if (schema !== undefined) return buildAppendedTable(piece, schema, action, firstRow);
    const table = buildNewTable(piece, action);
    refuseColumnNames(table.schema.fields, action);
    schema = table.schema;
    return table;
  };
}

async function createFirst(
  storage: LakeStorage,
  id: TableId,
  part: Part,
  options: CreateTableOptions,
  mode: "Create" | "ExistOk" | "Overwrite",
  progress: Progress,
): Promise<WriteResult> {
  const { catalog } = storage;
  const { properties, location, commits, signal, storageVersion = newestStorageVersion } = options;
  const action = `create table ${formatTableId(id)}`;
  const data = encodeIpcFile(part.tables);
  progress.expect({ rows: part.rows });
  try {
    const fields = options.fields ?? toCatalogFields(part.tables[0]?.schema ?? new arrow.Schema());
    await catalog.declareForWriting(id, {
      fields,
      ...(properties === undefined ? {} : { properties }),
      ...(location === undefined ? {} : { location }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    const isLance = mode !== "Create" && isError(error, "TableAlreadyExists");
    if (!isLance || !(await catalog.tableExists(id, options))) throw error;
    return mode === "ExistOk"
      ? keepTable(storage, id)
      : overwriteTable(storage, id, part, data, options, storageVersion);
  }
  if (location !== undefined) await refuseOthersData(storage, id, action);
  const created = await writeFirstVersion(storage, id, part, data, storageVersion);
  // Nobody else writes version 1 at a place that the catalog has just chosen, so that this one cannot be lost.
  if (location === undefined && commits === "one") storage.warnOfVersioning(id, created.version);
  else await refuseVersioning(storage, id, created.version);
  progress.advance({ rows: part.rows, bytes: created.statistics.bytes });
  storage.notify(id);
  return new WriteResult({
    ...created.statistics,
    table: formatTableId(id),
    rows: part.rows,
    version: created.version,
  });
}

/** The rows after the first commit. Should they fail, the table goes again, unless it is not sure what it holds. */
async function appendRest(
  storage: LakeStorage,
  id: TableId,
  parts: AsyncGenerator<Part, void, undefined>,
  created: WriteResult,
  options: { readonly signal: AbortSignal | undefined; readonly progress: Progress },
): Promise<WriteResult> {
  const { rows, bytes = 0, commits, version, table } = created;
  const total = { rows, bytes, commits, version };
  const action = `create table ${table}`;
  try {
    const fragments = await storage.withTable(id, async (handle) => {
      await appendParts(storage, id, handle, parts, total, { ...options, action });
      return countFragments(handle);
    });
    return new WriteResult({ ...total, ...fragments, table });
  } catch (error) {
    if (!isError(error, "CommitUnknown")) await storage.catalog.dropTable(id).catch(() => undefined);
    throw error;
  }
}

function keepTable(storage: LakeStorage, id: TableId): Promise<WriteResult> {
  return storage.withTable(id, async (handle) => {
    const version = await handle.version();
    const table = formatTableId(id);
    return new WriteResult({ done: "kept", table, rows: 0, versionBefore: version, version, commits: 0 });
  });
}

/** Only an object shows whether its bucket keeps versions: the first is the table's, which then goes again. */
export async function refuseVersioning(storage: LakeStorage, id: TableId, version: number): Promise<void> {
  try {
    await storage.refuseVersioning(id, version);
  } catch (error) {
    await storage.catalog.dropTable(id);
    throw error;
  }
}

/** One commit puts the new data in place of the old, so that there is never half of either. */
async function overwriteTable(
  storage: LakeStorage,
  id: TableId,
  part: Part,
  data: Buffer,
  options: CreateTableOptions,
  storageVersion: StorageVersion,
): Promise<WriteResult> {
  const table = formatTableId(id);
  if (options.location !== undefined) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot overwrite table ${table}: it keeps its location; drop it first to place it elsewhere`,
    );
  }
  // Of a table that is only declared there is nothing yet that a bucket could keep a version of.
  const versionBefore = await findVersion(storage, id);
  if (versionBefore !== undefined) await storage.refuseVersioning(id, versionBefore);
  const { version, statistics } = await commitOnce<Omit<Created, "handle">>(
    {
      action: `overwrite table ${table}`,
      versionBefore: versionBefore ?? 0,
      signal: undefined,
      findVersion: async () => (await findVersion(storage, id)) ?? 0,
      renew: () => storage.renew(id),
      onCommitted: () => undefined,
    },
    () => storage.overwriteTable(id, data, storageVersion),
  );
  await storage.catalog.replaceTableProperties(id, options.properties ?? {});
  storage.notify(id, { changesColumns: true });
  const before = version > 1 ? { versionBefore: version - 1 } : {};
  return new WriteResult({ ...statistics, done: "overwrote", table, rows: part.rows, version, ...before });
}

export async function findVersion(storage: LakeStorage, id: TableId): Promise<number | undefined> {
  try {
    return await storage.withTable(id, (handle) => handle.version());
  } catch (error) {
    if (isError(error, "TableNotFound")) return undefined;
    throw error;
  }
}

/** A table declared where a dataset lies already would take that for its own. */
async function refuseOthersData(storage: LakeStorage, id: TableId, action: string): Promise<void> {
  try {
    if ((await findVersion(storage, id)) === undefined) return;
  } catch (error) {
    await storage.catalog.dropTable(id).catch(() => undefined);
    throw error;
  }
  await storage.catalog.dropTable(id);
  throw new DlfLanceError(
    "TableAlreadyExists",
    `Cannot ${action}: a Lance dataset lies at its location already; use registerTable to give it this name`,
  );
}

/**
 * Writes version 1 of a table just declared. Whatever goes wrong, the declaration is taken back, with what may have been
 * written: nobody knows of it yet.
 */
function writeFirstVersion(
  storage: LakeStorage,
  id: TableId,
  part: Part,
  data: Buffer,
  storageVersion: StorageVersion,
): Promise<Omit<Created, "handle">> {
  return commitOnce<Omit<Created, "handle">>(
    {
      action: `create table ${formatTableId(id)}`,
      versionBefore: 0,
      // A create is not given up half way: it ends as a table, or as none.
      signal: undefined,
      findVersion: async () => (await findVersion(storage, id)) ?? 0,
      // Nobody else writes a table just declared.
      recognize: () => findFirstVersion(storage, id, part.rows),
      renew: () => storage.renew(id),
      undo: () => storage.catalog.dropTable(id),
      onCommitted: () => undefined,
    },
    () => storage.createTable(id, data, storageVersion),
  );
}

async function findFirstVersion(
  storage: LakeStorage,
  id: TableId,
  rows: number,
): Promise<Omit<Created, "handle"> | "unsure"> {
  return storage.withTable(id, async (handle) =>
    (await handle.countRows()) === rows
      ? { version: await handle.version(), statistics: await handle.statistics() }
      : "unsure",
  );
}
