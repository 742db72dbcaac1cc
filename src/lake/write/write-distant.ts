/** Writes rows of frames that other processes work on: from there, as one commit, without bringing them here. */
import { setTimeout as sleep } from "node:timers/promises";
import type { DataType, Schema } from "../../arrow.ts";
import type { CatalogTable } from "../../catalog/operations/catalog-table.ts";
import { formatTableId, type TableId } from "../../catalog/protocol/identifier.ts";
import type { RowsWritten, WriteTarget } from "../../daft/program.ts";
import { typeName } from "../../display/arrow/type-name.ts";
import { DlfLanceError, isError } from "../../errors.ts";
import type { FindTarget } from "../../frame/engines/engine.ts";
import type { DistantRows, WriteMode } from "../../frame/run/frame-context.ts";
import { type Progress, withProgress } from "../../progress.ts";
import { toCatalogFields } from "../../table/description/catalog-fields.ts";
import { WriteResult } from "../../table/description/write-result.ts";
import { refuseColumnNames } from "../../table/ingest/column-names.ts";
import { commitOnce } from "../commit/commit-once.ts";
import { commitFirstVersion, findVersion, refuseVersioning } from "../commit/first-version.ts";
import { tellOutcome } from "../commit/tell-outcome.ts";
import type { LakeStorage } from "../storage/storage.ts";
import { countFragments } from "./append-rows.ts";
import { explainExisting, newestStorageVersion } from "./create-table.ts";

interface DistantWrite {
  readonly storage: LakeStorage;
  readonly id: TableId;
  readonly rows: DistantRows;
  readonly signal: AbortSignal | undefined;
}

/**
 * @throws DlfLanceError as a write from here; CommitUnknown when the other process died and the table has a new version
 */
export function writeDistant(write: DistantWrite, mode: WriteMode): Promise<WriteResult> {
  const table = formatTableId(write.id);
  const isAppend = mode === "append";
  const action = isAppend ? `append to ${table}` : `create table ${table}`;
  const running = withProgress(action, {}, (progress) =>
    isAppend ? append(write, progress) : create(write, mode, progress),
  );
  return tellOutcome(action, write.signal, running);
}

async function append(write: DistantWrite, progress: Progress): Promise<WriteResult> {
  const { storage, id, rows } = write;
  const table = formatTableId(id);
  const { versionBefore, schema } = await storage.withTable(id, async (handle) => ({
    versionBefore: await handle.version(),
    schema: await handle.schema(),
  }));
  refuseOtherColumns(rows.schema, schema, `append to ${table}`);
  await storage.refuseVersioning(id, versionBefore);
  const written = await commit(write, { mode: "append", versionBefore, progress });
  const isNew = written.version !== versionBefore;
  const fragments = await countFragmentsOf(storage, id);
  return new WriteResult({ ...written, ...fragments, table, versionBefore, commits: isNew ? 1 : 0 });
}

async function create(
  write: DistantWrite,
  mode: "create" | "overwrite",
  progress: Progress,
): Promise<WriteResult> {
  const { storage, id, rows, signal } = write;
  const { catalog } = storage;
  const table = formatTableId(id);
  const action = `create table ${table}`;
  refuseColumnNames(rows.schema.fields, action);
  let declared: CatalogTable;
  try {
    declared = await catalog.declareForWriting(id, {
      fields: toCatalogFields(rows.schema),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    if (!isError(error, "TableAlreadyExists") || !(await catalog.tableExists(id))) throw error;
    if (mode === "create") throw await explainExisting(storage, id, action, "write");
    return overwrite(write, progress);
  }
  const commit = { action, signal, onCommitted: () => storage.notify(id) };
  const target = { mode: "create", versionBefore: 0 } as const;
  const written = await commitFirstVersion<RowsWritten>(storage, declared, commit, () =>
    writeElsewhere(write, { ...target, action, progress }),
  ).catch((error: unknown) => {
    throw sayUnchanged(error, "no table was made");
  });
  await refuseVersioning(storage, declared, written.version);
  return new WriteResult({ ...written, ...(await countFragmentsOf(storage, id)), table });
}

async function overwrite(write: DistantWrite, progress: Progress): Promise<WriteResult> {
  const { storage, id } = write;
  const versionBefore = (await findVersion(storage, id)) ?? 0;
  if (versionBefore > 0) await storage.refuseVersioning(id, versionBefore);
  const written = await commit(write, { mode: "overwrite", versionBefore, progress });
  await storage.catalog.replaceTableProperties(id, {});
  const fragments = await countFragmentsOf(storage, id);
  return new WriteResult({
    ...written,
    ...fragments,
    done: "overwrote",
    table: formatTableId(id),
    versionBefore,
  });
}

/** Nothing where the table cannot be opened: the write is done. */
async function countFragmentsOf(storage: LakeStorage, id: TableId): Promise<{ fragments?: number }> {
  const { fragments } = await countFragments({ use: (work) => storage.withTable(id, work) });
  return fragments === undefined ? {} : { fragments };
}

interface DistantCommit {
  readonly mode: "append" | "overwrite";
  readonly versionBefore: number;
  readonly progress: Progress;
}

function commit(write: DistantWrite, { mode, versionBefore, progress }: DistantCommit): Promise<RowsWritten> {
  const { storage, id, signal } = write;
  const table = formatTableId(id);
  const action = mode === "append" ? `append to ${table}` : `overwrite ${table}`;
  return commitOnce<RowsWritten>(
    {
      action,
      versionBefore,
      signal,
      findVersion: async () => (await findVersion(storage, id)) ?? 0,
      renew: () => storage.renew(id),
      onCommitted: () => storage.notify(id, { changesColumns: mode === "overwrite" }),
    },
    () => writeElsewhere(write, { mode, versionBefore, action, progress }),
  ).catch((error: unknown) => {
    throw sayUnchanged(error, `${table} is at version ${versionBefore}, as before`);
  });
}

/** An error of {@link commitOnce} that leaves no doubt: it has looked at the table. @param found there */
function sayUnchanged(error: unknown, found: string): unknown {
  if (!isError(error, "ServiceUnavailable")) return error;
  const [, problem, advice = ""] = /^(.*?)(; [^;]*)?$/s.exec(error.message) ?? [];
  return new DlfLanceError("ServiceUnavailable", `${problem}, and nothing was written: ${found}${advice}`);
}

/** What a process has sent before its end may arrive so much later, in milliseconds. */
const arrivalTime = 1_000;

/** Has the process that holds the rows write them. */
async function writeElsewhere(
  { storage, id, rows }: DistantWrite,
  {
    mode,
    versionBefore,
    action,
    progress,
  }: Pick<WriteTarget, "mode" | "versionBefore"> & { readonly action: string; readonly progress: Progress },
): Promise<RowsWritten> {
  try {
    return await rows.write(findTarget(storage, id, { mode, versionBefore }), progress);
  } catch (error) {
    const isInterrupted = isError(error, "Interrupted");
    if (!isInterrupted && !isError(error, "ServiceUnavailable")) throw error;
    // Its process has ended, perhaps right after its commit, which is looked up as after any other end.
    await sleep(arrivalTime);
    if (!isInterrupted) throw error;
    const reason = "the process that writes was ended; run this again";
    throw new DlfLanceError("ServiceUnavailable", `Cannot ${action}: ${reason}`);
  }
}

/** The table that others are to write, as they find it. */
export function findTarget(
  storage: LakeStorage,
  id: TableId,
  { mode, versionBefore }: Pick<WriteTarget, "mode" | "versionBefore">,
): FindTarget {
  return async (reach) => ({
    place: await storage.place(
      id,
      versionBefore,
      reach,
      versionBefore === 0 ? undefined : await storage.catalog.recallTable(id),
    ),
    mode,
    versionBefore,
    storageVersion: newestStorageVersion,
  });
}

/** Rows from here are made to fit a table where they do exactly; those elsewhere have to be of its types already. */
export function refuseOtherColumns(rows: Schema, table: Schema, action: string): void {
  const typeOf = new Map(rows.fields.map(({ name, type }) => [name, type]));
  const missing = table.fields.filter(({ name }) => !typeOf.has(name)).map(({ name }) => name);
  const names = new Set(table.fields.map(({ name }) => name));
  const unknown = rows.fields.filter(({ name }) => !names.has(name)).map(({ name }) => name);
  if (missing.length > 0 || unknown.length > 0) {
    const problems = [
      ...(missing.length > 0 ? [`the rows lack ${missing.join(", ")}`] : []),
      ...(unknown.length > 0 ? [`the table has no ${unknown.join(", ")}`] : []),
    ];
    throw new DlfLanceError(
      "TableSchemaValidationError",
      `Cannot ${action}: ${problems.join(", and ")}; choose the table's columns with select()`,
    );
  }
  const other = table.fields.find(({ name, type }) => String(typeOf.get(name)) !== String(type));
  if (other === undefined) return;
  const found = typeName(typeOf.get(other.name) as DataType);
  throw new DlfLanceError(
    "TableSchemaValidationError",
    `Cannot ${action}: column ${other.name} of the rows is ${found}, that of the table ${typeName(other.type)}; cast() it`,
  );
}
