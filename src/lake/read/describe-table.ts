import { formatTableId, type TableId } from "../../catalog/protocol/identifier.ts";
import { TableDescription } from "../../table/description/table-description.ts";
import type { LakeStorage } from "../storage/storage.ts";
import { sortTags } from "./table-history.ts";

/** Options of `describe`. */
export interface DescribeOptions {
  /** Counts versions too, which reads a small file for each, lists tags, and reads the format of the data files. */
  readonly details?: boolean;
}

/** What the catalog and the table itself say of a table; of its credentials, the names only. */
export async function describeTable(
  storage: LakeStorage,
  id: TableId,
  { details = false }: DescribeOptions = {},
): Promise<TableDescription> {
  return storage.withTable(id, async (handle, entry) => {
    const version = await handle.version();
    const credentials = await storage.catalog.vendCredentials(id);
    const [schema, statistics, indices, tags, versions, storageVersion] = await Promise.all([
      handle.schema(),
      handle.statistics(),
      handle.indices.list(),
      details ? handle.versions.listTags() : undefined,
      details ? handle.versions.list() : undefined,
      details
        ? storage.readStorageVersion(id, entry, version).catch(() => undefined)
        : storage.recallStorageVersion(id, entry, version),
    ]);
    const { rows, fragments, bytes } = statistics;
    return new TableDescription(
      {
        table: formatTableId(id),
        location: entry.location,
        storageVersion,
        schema,
        version,
        versions: versions?.length,
        committedAt: versions?.at(-1)?.time,
        tags: tags && sortTags(tags),
        rows,
        fragments,
        bytes,
        indices,
        properties: entry.properties,
        owner: entry.owner,
        comment: entry.comment,
        createdAt: entry.createdAt,
        updatedAt: entry.updatedAt,
      },
      credentials,
    );
  });
}
