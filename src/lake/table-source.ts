import { formatTableId, type TableId } from "../catalog/identifier.ts";
import type { TableSource } from "../frame/source.ts";
import type { VersionReference } from "../table/native/table-versions.ts";
import { countRowsOf, resumeScan } from "./resume-scan.ts";
import type { LakeStorage } from "./storage.ts";

/** A table of the lake as a frame reads it: the newest version when it is resolved, or the one referred to. */
export function createTableSource(
  storage: LakeStorage,
  id: TableId,
  reference?: VersionReference,
): TableSource {
  return {
    name: formatTableId(id),
    at: (version) => createTableSource(storage, id, version),
    async resolve() {
      const snapshot = await storage.openSnapshot(id, reference);
      try {
        const [version, schema, rows] = await Promise.all([
          snapshot.version(),
          snapshot.schema(),
          snapshot.countRows(),
        ]);
        return {
          version,
          schema,
          rows,
          scan: (request) => resumeScan(storage, { id, version, handle: snapshot }, request),
          countRows: (filter) => countRowsOf(storage, { id, version, handle: snapshot }, filter),
          place: (reach) => storage.place(id, version, reach),
          release: () => snapshot.close(),
        };
      } catch (error) {
        snapshot.close();
        throw error;
      }
    },
  };
}
