/** Writes rows of frames that other processes work on: from there, as one commit, without bringing them here. */
import type { Schema } from "../arrow.ts";
import { formatTableId, type TableId } from "../catalog/identifier.ts";
import type { RowsWritten } from "../daft/program.ts";
import { DlfLanceError, isError } from "../errors.ts";
import type { DistantRows, WriteMode } from "../frame/run/frame-context.ts";
import { type Progress, withProgress } from "../progress.ts";
import { toCatalogFields } from "../table/catalog-fields.ts";
import { refuseColumnNames } from "../table/column-names.ts";
import { WriteResult } from "../table/write-result.ts";
import { countFragments } from "./append-rows.ts";
import { commitOnce } from "./commit-once.ts";
import { findVersion, newestStorageVersion, refuseVersioning } from "./create-table.ts";
import type { LakeStorage } from "./storage.ts";

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
  if (mode === "append") return withProgress(`append to ${table}`, {}, (progress) => append(write, progress));
  return withProgress(`create table ${table}`, {}, (progress) => create(write, mode, progress));
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
  const { fragments } = await storage.withTable(id, countFragments);
  return new WriteResult({ ...written, fragments, table, versionBefore, commits: isNew ? 1 : 0 });
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
  try {
    await catalog.declareForWriting(id, {
      fields: toCatalogFields(rows.schema),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    const isThere = mode === "overwrite" && isError(error, "TableAlreadyExists");
    if (!isThere || !(await catalog.tableExists(id))) throw error;
    return overwrite(write, progress);
  }
  try {
    const written = await commit(write, { mode: "create", versionBefore: 0, progress });
    const { fragments } = await storage.withTable(id, countFragments);
    await refuseVersioning(storage, id, written.version);
    return new WriteResult({ ...written, fragments, table });
  } catch (error) {
    if (!isError(error, "CommitUnknown")) await catalog.dropTable(id).catch(() => undefined);
    throw error;
  }
}

async function overwrite(write: DistantWrite, progress: Progress): Promise<WriteResult> {
  const { storage, id } = write;
  const versionBefore = (await findVersion(storage, id)) ?? 0;
  if (versionBefore > 0) await storage.refuseVersioning(id, versionBefore);
  const written = await commit(write, { mode: "overwrite", versionBefore, progress });
  await storage.catalog.replaceTableProperties(id, {});
  const { fragments } = await storage.withTable(id, countFragments);
  return new WriteResult({
    ...written,
    fragments,
    done: "overwrote",
    table: formatTableId(id),
    versionBefore,
  });
}

interface DistantCommit {
  readonly mode: WriteMode;
  readonly versionBefore: number;
  readonly progress: Progress;
}

function commit(
  { storage, id, rows, signal }: DistantWrite,
  { mode, versionBefore, progress }: DistantCommit,
): Promise<RowsWritten> {
  const table = formatTableId(id);
  return commitOnce<RowsWritten>(
    {
      action: mode === "append" ? `append to ${table}` : `create table ${table}`,
      versionBefore,
      signal,
      findVersion: async () => (await findVersion(storage, id)) ?? 0,
      renew: () => storage.renew(id),
      onCommitted: () => storage.notify(id),
    },
    () =>
      rows.write(
        async (reach) => ({
          place: await storage.place(id, versionBefore, reach),
          mode,
          versionBefore,
          storageVersion: newestStorageVersion,
        }),
        progress,
      ),
  );
}

/** Rows from here are made to fit a table where they do exactly; those elsewhere have to be of its types already. */
function refuseOtherColumns(rows: Schema, table: Schema, action: string): void {
  const typeOf = new Map(rows.fields.map(({ name, type }) => [name, String(type)]));
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
  const other = table.fields.find(({ name, type }) => typeOf.get(name) !== String(type));
  if (other === undefined) return;
  throw new DlfLanceError(
    "TableSchemaValidationError",
    `Cannot ${action}: column ${other.name} of the rows is ${typeOf.get(other.name)}, that of the table ${other.type}; cast() it`,
  );
}
