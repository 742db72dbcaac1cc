import { formatTableId, type TableId } from "../catalog/identifier.ts";
import type { TableSource } from "../frame/source.ts";
import type { LanceTable } from "../table/lance.ts";
import type { VersionReference } from "../table/table-versions.ts";
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
      const handle = await storage.open(id);
      try {
        await goTo(handle, reference);
        const version = await handle.version();
        // What others commit from now on is not seen.
        if (reference === undefined) await handle.versions.checkout(version);
        const [schema, rows] = await Promise.all([handle.schema(), handle.countRows()]);
        return {
          version,
          schema,
          rows,
          scan: (request) => handle.scan(request),
          countRows: (filter) => handle.countRows(filter),
          release: () => handle.close(),
        };
      } catch (error) {
        handle.close();
        throw error;
      }
    },
  };
}

/** Holds a handle on the version referred to, or leaves it on the newest. */
export async function goTo(handle: LanceTable, reference: VersionReference | undefined): Promise<void> {
  if (reference !== undefined) await handle.versions.checkout(await handle.versions.resolve(reference));
}
