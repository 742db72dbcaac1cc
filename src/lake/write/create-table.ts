import { arrow, type Schema, type Table } from "../../arrow.ts";
import type { CatalogTable } from "../../catalog/operations/catalog-table.ts";
import { type ModeName, readMode } from "../../catalog/operations/modes.ts";
import type { DeclareTableOptions } from "../../catalog/operations/tables.ts";
import { formatTableId, type TableId } from "../../catalog/protocol/identifier.ts";
import { checkChoice } from "../../check-options.ts";
import { DlfLanceError, isError } from "../../errors.ts";
import { currentInterruptSignal, stopIfAborted } from "../../interrupt.ts";
import { type Progress, withProgress } from "../../progress.ts";
import { toCatalogFields } from "../../table/description/catalog-fields.ts";
import { WriteResult } from "../../table/description/write-result.ts";
import { refuseColumnNames } from "../../table/ingest/column-names.ts";
import { encodeIpcFile } from "../../table/ingest/encode-ipc.ts";
import { buildAppendedTable, buildNewTable } from "../../table/ingest/ingest.ts";
import type { TableData } from "../../table/ingest/read-data.ts";
import type { WriteData } from "../../table/ingest/read-pieces.ts";
import type { Created, StorageVersion } from "../../table/native/lance.ts";
import { createInTurn } from "../commit/change-turn.ts";
import { commitOnce } from "../commit/commit-once.ts";
import {
  commitFirstVersion,
  findFirstVersion,
  findVersion,
  refuseVersioning,
  takeBack,
} from "../commit/first-version.ts";
import { tellOutcome } from "../commit/tell-outcome.ts";
import { describeUnwritten } from "../storage/describe-unwritten.ts";
import { makeRenewable } from "../storage/renewable-table.ts";
import type { LakeStorage } from "../storage/storage.ts";
import { type AppendOptions, appendParts, countFragments, describePartial } from "./append-rows.ts";
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

interface Inner extends Pick<PartOptions, "partBytes" | "largestPart"> {
  /** What was called: its modes are those that a refusal names. */
  readonly caller?: Caller;
}

type Caller = "createTable" | "write";

const modesOnExisting: Readonly<Record<Caller, string>> = {
  createTable:
    'append to it, pass { mode: "Overwrite" } to replace its data or { mode: "ExistOk" } to keep them',
  write: 'pass { mode: "append" } to add the rows or { mode: "overwrite" } to replace its data',
};

/** Declares a table and writes its first version. A create that fails leaves nothing behind. */
export async function createTable(
  storage: LakeStorage,
  id: TableId,
  data: WriteData,
  options: CreateTableOptions & Inner,
): Promise<WriteResult> {
  const action = `create table ${formatTableId(id)}`;
  const mode = readMode(action, options.mode, ["Create", "ExistOk", "Overwrite"]);
  const { commits = "one", signal = currentInterruptSignal() } = options;
  checkChoice(commits, ["one", "bounded"], "commits", action);
  if (mode === "Overwrite" && commits !== "one") {
    throw new DlfLanceError("InvalidInput", `Cannot ${action}: what overwrites a table must be one commit`);
  }
  const running = withProgress(action, {}, async (progress) => {
    const parts = readParts(data, buildBySchemaOfFirst(action), { ...options, action, commits, signal });
    const { value: first = { tables: [], rows: 0, bytes: 0 } } = await parts.next();
    if (first.tables.length === 0) buildNewTable([], action);
    stopIfAborted(signal, action);
    const created = await createInTurn(storage, id, { action, signal }, () =>
      createFirst(storage, id, first, { ...options, commits, signal }, mode, progress),
    );
    const isDone = created.commits === 0 || commits === "one";
    return isDone ? created : appendRest(storage, id, parts, created, { signal, progress });
  });
  return tellOutcome(action, signal, running);
}

/** Types are those of the first piece; the others must fit them. */
function buildBySchemaOfFirst(action: string): (piece: TableData, firstRow: number) => Table {
  let schema: Schema | undefined;
  return (piece, firstRow) => {
    if (schema !== undefined) return buildAppendedTable(piece, schema, action, { firstRow });
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
  options: CreateTableOptions & Inner,
  mode: "Create" | "ExistOk" | "Overwrite",
  progress: Progress,
): Promise<WriteResult> {
  const { catalog } = storage;
  const { properties, location, commits, signal, storageVersion = newestStorageVersion } = options;
  const action = `create table ${formatTableId(id)}`;
  const data = encodeIpcFile(part.tables);
  progress.expect({ rows: part.rows });
  let declared: CatalogTable;
  try {
    const fields = options.fields ?? toCatalogFields(part.tables[0]?.schema ?? new arrow.Schema());
    declared = await catalog.declareForWriting(id, {
      fields,
      ...(properties === undefined ? {} : { properties }),
      ...(location === undefined ? {} : { location }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    if (!isError(error, "TableAlreadyExists") || !(await catalog.tableExists(id, options))) throw error;
    if (mode === "Create") throw await explainExisting(storage, id, action, options.caller ?? "createTable");
    return mode === "ExistOk"
      ? keepTable(storage, id)
      : overwriteTable(storage, id, part, data, options, storageVersion);
  }
  if (location !== undefined) await refuseOthersData(storage, id, action);
  // A create is not given up half way: it ends as a table, or as none.
  const commit = {
    action,
    signal: undefined,
    recognize: () => findFirstVersion(storage, id, part.rows),
    onCommitted: () => undefined,
  };
  const work = () => storage.createTable(id, data, storageVersion);
  const created = await commitFirstVersion<Omit<Created, "handle">>(storage, declared, commit, work);
  // Nobody else writes version 1 at a place that the catalog has just chosen, so that this one cannot be lost.
  if (location === undefined && commits === "one") storage.warnOfVersioning(id, created.version);
  else await refuseVersioning(storage, declared, created.version);
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
  let opened: CatalogTable | undefined;
  try {
    const fragments = await storage.withTable(id, async (handle, entry) => {
      opened = entry;
      const written = makeRenewable(storage, id, handle);
      await appendParts(storage, id, written, parts, total, { ...options, action });
      return countFragments(written);
    });
    return new WriteResult({ ...total, ...fragments, table });
  } catch (error) {
    if (opened === undefined || isError(error, "CommitUnknown")) throw error;
    const isLeft = await takeBack(storage, opened, total.version).then(
      () => false,
      () => true,
    );
    throw isLeft && total.commits > 0 ? describePartial(error, total) : error;
  }
}

/** What to do about a table that exists, by whether it has data yet. */
export async function explainExisting(
  storage: LakeStorage,
  id: TableId,
  action: string,
  caller: Caller,
): Promise<DlfLanceError> {
  const isWritten = (await findVersion(storage, id).catch(() => 1)) !== undefined;
  return new DlfLanceError(
    "TableAlreadyExists",
    isWritten
      ? `Cannot ${action}: it exists already; ${modesOnExisting[caller]}, or choose another name`
      : `Cannot ${action}: ${describeUnwritten(id)}`,
    { status: 409 },
  );
}

function keepTable(storage: LakeStorage, id: TableId): Promise<WriteResult> {
  return storage.withTable(id, async (handle) => {
    const version = await handle.version();
    const table = formatTableId(id);
    return new WriteResult({ done: "kept", table, rows: 0, versionBefore: version, version, commits: 0 });
  });
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
