import { formatTableId, type TableId } from "../catalog/identifier.ts";
import type { TableSource } from "../frame/source.ts";
import type { LakeStorage } from "./storage.ts";

/** A table of the lake as a frame reads it: opened anew for every read, so that each sees the newest version. */
export function createTableSource(storage: LakeStorage, id: TableId): TableSource {
  return {
    name: formatTableId(id),
    schema: () => storage.withTable(id, (handle) => handle.schema()),
    countRows: (filter) => storage.withTable(id, (handle) => handle.countRows(filter)),
    version: () => storage.withTable(id, (handle) => handle.version()),
    async *scan(request) {
      const handle = await storage.open(id);
      try {
        yield* handle.scan(request);
      } finally {
        handle.close();
      }
    },
  };
}
