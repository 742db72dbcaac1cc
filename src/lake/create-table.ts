import type { Table } from "../arrow.ts";
import { formatTableId, type TableId } from "../catalog/identifier.ts";
import { type ModeName, readMode } from "../catalog/modes.ts";
import type { DeclareTableOptions } from "../catalog/tables.ts";
import { DlfLanceError, isError } from "../errors.ts";
import { toCatalogFields } from "../table/catalog-fields.ts";
import { buildNewTable } from "../table/ingest.ts";
import type { TableData } from "../table/read-data.ts";
import { WriteResult } from "../table/write-result.ts";
import type { LakeStorage } from "./storage.ts";

export interface CreateTableOptions extends DeclareTableOptions {
  /**
   * What to do when the table exists: fail (`Create`), keep it as it is (`ExistOk`), or put the new data in its
   * place (`Overwrite`): its location stays, and older versions stay readable until they are cleaned up.
   */
  readonly mode?: ModeName<"Create" | "ExistOk" | "Overwrite">;
}

/** Declares a table and writes its first version. A create that fails leaves nothing behind. */
export async function createTable(
  storage: LakeStorage,
  id: TableId,
  data: TableData,
  options: CreateTableOptions,
): Promise<WriteResult> {
  const { catalog } = storage;
  const action = `create table ${formatTableId(id)}`;
  const mode = readMode(action, options.mode, ["Create", "ExistOk", "Overwrite"]);
  const rows = buildNewTable(data, action);
  try {
    await catalog.declareTable(id, { fields: toCatalogFields(rows.schema), ...options });
  } catch (error) {
    const isLance = mode !== "Create" && isError(error, "TableAlreadyExists");
    if (!isLance || !(await catalog.tableExists(id, options))) throw error;
    return mode === "ExistOk" ? keepTable(storage, id) : overwriteTable(storage, id, rows, options);
  }
  if (options.location !== undefined) await refuseOthersData(storage, id, action);
  const version = await writeFirstVersion(storage, id, rows);
  await refuseVersioning(storage, id, version);
  storage.notify(id);
  return new WriteResult({ table: formatTableId(id), rows: rows.numRows, version });
}

function keepTable(storage: LakeStorage, id: TableId): Promise<WriteResult> {
  return storage.withTable(id, async (handle) => {
    const version = await handle.version();
    return new WriteResult({ table: formatTableId(id), rows: 0, versionBefore: version, version });
  });
}

/** Only an object tells whether its bucket keeps versions: the first is the table's own, which then goes again. */
async function refuseVersioning(storage: LakeStorage, id: TableId, version: number): Promise<void> {
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
  rows: Table,
  options: CreateTableOptions,
): Promise<WriteResult> {
  if (options.location !== undefined) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot overwrite table ${formatTableId(id)}: it keeps its location; drop it first to place it elsewhere`,
    );
  }
  await storage.withTable(id, async (handle) => storage.refuseVersioning(id, await handle.version()));
  const handle = await (await storage.database()).overwrite(id, rows);
  const version = await handle.version();
  handle.close();
  await storage.catalog.replaceTableProperties(id, options.properties ?? {});
  storage.notify(id);
  const before = version > 1 ? { versionBefore: version - 1 } : {};
  return new WriteResult({ table: formatTableId(id), rows: rows.numRows, version, ...before });
}

/** A table declared where a dataset lies already would take that for its own. */
async function refuseOthersData(storage: LakeStorage, id: TableId, action: string): Promise<void> {
  const version = await storage.withTable(id, (handle) => handle.version()).catch(() => undefined);
  if (version === undefined) return;
  await storage.catalog.dropTable(id);
  throw new DlfLanceError(
    "TableAlreadyExists",
    `Cannot ${action}: a Lance dataset lies at its location already; use registerTable to give it this name`,
  );
}

/** Writes version 1 of a table just declared, or takes the declaration back when it is sure that nothing was written. */
async function writeFirstVersion(storage: LakeStorage, id: TableId, rows: Table): Promise<number> {
  try {
    const handle = await (await storage.database()).create(id, rows);
    const version = await handle.version();
    handle.close();
    return version;
  } catch (error) {
    // The store answered that it takes no such request, so there is no doubt that nothing was committed.
    const isRefused = isError(error, "Unsupported");
    const found = isRefused ? "nothing" : await findFirstVersion(storage, id, rows.numRows);
    if (typeof found === "number") return found;
    if (found === "unsure") throw describeUnknownCreate(id, error);
    await storage.catalog.dropTable(id).catch(() => undefined);
    throw error;
  }
}

/** The version of a table whose create reported an error but may have been committed all the same. */
async function findFirstVersion(
  storage: LakeStorage,
  id: TableId,
  rows: number,
): Promise<number | "nothing" | "unsure"> {
  try {
    return await storage.withTable(id, async (handle) =>
      (await handle.countRows()) === rows ? handle.version() : "unsure",
    );
  } catch (error) {
    return isError(error, "TableNotFound") ? "nothing" : "unsure";
  }
}

/** Dropping the table now could delete rows that were committed. */
function describeUnknownCreate(id: TableId, error: unknown): DlfLanceError {
  const reason = error instanceof Error ? error.message : "its answer was lost";
  return new DlfLanceError(
    "CommitUnknown",
    `Cannot tell whether table ${formatTableId(id)} was written: ${reason} ` +
      "Look at it before creating it again, and drop it if it does not open.",
  );
}
