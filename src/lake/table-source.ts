import { formatTableId, type TableId } from "../catalog/identifier.ts";
import type { TablePlace, TableSource } from "../frame/source.ts";
import type { LanceTable } from "../table/lance.ts";
import type { VersionReference } from "../table/table-versions.ts";
import type { LakeStorage } from "./storage.ts";

/**
 * A table of the lake as a frame reads it: opened anew for every read, so that each sees the newest version, or the
 * one referred to.
 */
export function createTableSource(
  storage: LakeStorage,
  id: TableId,
  reference?: VersionReference,
): TableSource {
  const use = <T>(work: (handle: LanceTable) => Promise<T>) =>
    storage.withTable(id, async (handle) => {
      await goTo(handle, reference);
      return work(handle);
    });
  return {
    name: formatTableId(id),
    schema: () => use((handle) => handle.schema()),
    countRows: (filter) => use((handle) => handle.countRows(filter)),
    version: () => use((handle) => handle.version()),
    at: (version) => createTableSource(storage, id, version),
    ...(reference !== undefined || isLoopback(storage.catalog.uri)
      ? {}
      : { place: () => placeOf(storage, id) }),
    async *scan(request) {
      const handle = await storage.open(id);
      try {
        await goTo(handle, reference);
        yield* handle.scan(request);
      } finally {
        handle.close();
      }
    },
  };
}

/** Holds a handle on the version referred to, or leaves it on the newest. */
export async function goTo(handle: LanceTable, reference: VersionReference | undefined): Promise<void> {
  if (reference !== undefined) await handle.versions.checkout(await handle.versions.resolve(reference));
}

/** The Lance of DuckDB's extension does not sign listings in path style as the local object store wants them. */
function isLoopback(uri: string): boolean {
  return ["127.0.0.1", "localhost", "[::1]"].includes(new URL(uri).hostname);
}

async function placeOf(storage: LakeStorage, id: TableId): Promise<TablePlace> {
  const { uri, token } = await storage.bridge();
  return { endpoint: uri, token, namespace: id.namespace, table: id.table };
}
