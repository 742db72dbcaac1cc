import { formatTableId, type TableId } from "../../catalog/protocol/identifier.ts";
import type { ResolvedTable, TableSource } from "../../frame/source.ts";
import type { VersionReference } from "../../table/native/table-versions.ts";
import type { LentTable } from "../storage/open-tables.ts";
import type { LakeStorage } from "../storage/storage.ts";
import { countRowsOf, resumeScan } from "./resume-scan.ts";
import { scannedSchema } from "./scanned-schema.ts";

/** A table of the lake as a frame reads it: the newest version when it is resolved, or the one referred to. */
export function createTableSource(
  storage: LakeStorage,
  id: TableId,
  reference?: VersionReference,
): TableSource {
  return {
    name: formatTableId(id),
    at: (version) => createTableSource(storage, id, version),
    resolve: async () => resolveSnapshot(storage, id, await storage.openSnapshot(id, reference)),
    async resolveSeen() {
      const seen = reference === undefined ? await storage.openSeen(id) : undefined;
      if (seen === undefined) return undefined;
      const newer = seen.newer.then((snapshot) => snapshot && resolveSnapshot(storage, id, snapshot));
      // Whoever reads waits for it; until then its failure is nobody's.
      newer.catch(() => undefined);
      return { table: await resolveSnapshot(storage, id, seen), newer };
    },
  };
}

async function resolveSnapshot(
  storage: LakeStorage,
  id: TableId,
  { handle, entry }: LentTable,
): Promise<ResolvedTable> {
  try {
    const [version, schema, rows] = await Promise.all([
      handle.version(),
      handle.schema(),
      handle.countRows(),
    ]);
    return {
      version,
      schema: scannedSchema(schema),
      rows,
      scan: (request) => resumeScan(storage, { id, version, handle, entry }, request),
      countRows: (filter) => countRowsOf(storage, { id, version, handle, entry }, filter),
      readBlobStarts: (column, rowIds, limits) => handle.rows.readBlobStarts(column, rowIds, limits),
      place: (reach) => storage.place(id, version, reach, entry),
      release: () => handle.close(),
    };
  } catch (error) {
    handle.close();
    throw error;
  }
}
