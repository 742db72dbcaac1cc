import { toStorageOptions } from "../catalog/credentials.ts";
import { formatTableId, type TableId } from "../catalog/identifier.ts";
import { TableDescription } from "../table/table-description.ts";
import type { LakeStorage } from "./storage.ts";

export interface DescribeOptions {
  /** Counts versions and lists tags too, which reads a small file for each version. */
  readonly details?: boolean;
}

/** What the catalog and the table itself say of a table; of its credentials, the names only. */
export async function describeTable(
  storage: LakeStorage,
  id: TableId,
  _options: DescribeOptions = {},
): Promise<TableDescription> {
  const { catalog } = storage;
  const [entry, credentials] = await Promise.all([catalog.getTable(id), catalog.vendCredentials(id)]);
  return storage.withTable(id, async (handle) => {
    const [schema, version, rows] = [await handle.schema(), await handle.version(), await handle.countRows()];
    return new TableDescription({
      table: formatTableId(id),
      location: entry.location,
      schema,
      version,
      rows,
      storageOptionKeys: Object.keys(toStorageOptions(credentials)).sort(),
      credentialsExpireAt: credentials.expiresAt === undefined ? undefined : new Date(credentials.expiresAt),
      properties: entry.properties,
    });
  });
}
