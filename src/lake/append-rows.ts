import type { Table } from "../arrow.ts";
import { formatTableId, type TableId } from "../catalog/identifier.ts";
import { DlfLanceError, isError } from "../errors.ts";
import { buildAppendedTable } from "../table/ingest.ts";
import type { LanceTable } from "../table/lance.ts";
import type { TableData } from "../table/read-data.ts";
import { WriteResult } from "../table/write-result.ts";
import type { LakeStorage } from "./storage.ts";

/** Appends rows as one new version, or none at all. No rows: no new version. */
export function appendRows(storage: LakeStorage, id: TableId, data: TableData): Promise<WriteResult> {
  const name = formatTableId(id);
  return storage.withTable(id, async (handle) => {
    const versionBefore = await handle.version();
    const rows = buildAppendedTable(data, await handle.schema(), `append to ${name}`);
    if (rows.numRows === 0)
      return new WriteResult({ table: name, rows: 0, versionBefore, version: versionBefore });
    await storage.refuseVersioning(id, versionBefore);
    const version = await appendOnce(handle, name, versionBefore, rows);
    storage.notify(id);
    return new WriteResult({ table: name, rows: rows.numRows, versionBefore, version });
  });
}

/** When the answer was lost and others' commits hide whether ours landed, says so instead of repeating. */
async function appendOnce(
  handle: LanceTable,
  name: string,
  versionBefore: number,
  rows: Table,
): Promise<number> {
  try {
    return await handle.append(rows);
  } catch (error) {
    const versionAfter = await handle.version().catch(() => undefined);
    if (versionAfter === versionBefore) throw error;
    throw new DlfLanceError(
      "CommitUnknown",
      `Cannot tell whether the append to ${name} was committed: ${isError(error) ? error.message : "its answer was lost"} ` +
        `The table was at version ${versionBefore} before and is at ${versionAfter ?? "an unknown version"} now. ` +
        "Look for the rows before appending them again.",
    );
  }
}
