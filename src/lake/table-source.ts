import { formatTableId, type TableId } from "../catalog/identifier.ts";
import type { TablePlace, TableSource } from "../frame/source.ts";
import type { LakeStorage } from "./storage.ts";

/** A table of the lake as a frame reads it: opened anew for every read, so that each sees the newest version. */
export function createTableSource(storage: LakeStorage, id: TableId): TableSource {
  return {
    name: formatTableId(id),
    schema: () => storage.withTable(id, (handle) => handle.schema()),
    countRows: (filter) => storage.withTable(id, (handle) => handle.countRows(filter)),
    version: () => storage.withTable(id, (handle) => handle.version()),
    ...(isLoopback(storage.catalog.uri) ? {} : { place: () => placeOf(storage, id) }),
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

/** The Lance of DuckDB's extension does not sign listings in path style as the local object store wants them. */
function isLoopback(uri: string): boolean {
  return ["127.0.0.1", "localhost", "[::1]"].includes(new URL(uri).hostname);
}

async function placeOf(storage: LakeStorage, id: TableId): Promise<TablePlace> {
  const { uri, token } = await storage.bridge();
  return { endpoint: uri, token, namespace: id.namespace, table: id.table };
}
