/** The versions of a table, the names given to some of them, and the way back to one. */
import { formatTableId, type TableId } from "../catalog/identifier.ts";
import { DlfLanceError } from "../errors.ts";
import type { LanceTable } from "../table/lance.ts";
import type { LanceVersion, TableTag, VersionReference } from "../table/table-versions.ts";
import { type ChangeOptions, changeTable } from "./change-table.ts";
import type { EditResult } from "./edit-result.ts";
import type { LakeStorage } from "./storage.ts";

/** One version of a table and the tags that name it. */
export interface TableVersion extends LanceVersion {
  readonly tags: readonly string[];
}

export function listTableVersions(storage: LakeStorage, id: TableId): Promise<TableVersion[]> {
  return storage.withTable(id, async (handle) => {
    const [versions, tags] = await Promise.all([handle.versions.list(), handle.versions.listTags()]);
    return versions.map((version) =>
      Object.freeze({
        ...version,
        tags: Object.freeze([...tags].filter(([, tagged]) => tagged === version.version).map(([tag]) => tag)),
      }),
    );
  });
}

export function listTableTags(storage: LakeStorage, id: TableId): Promise<TableTag[]> {
  return storage.withTable(id, async (handle) => sortTags(await handle.versions.listTags()));
}

/** In the order of their versions. */
export function sortTags(tags: ReadonlyMap<string, number>): TableTag[] {
  return [...tags]
    .map(([tag, version]) => Object.freeze({ tag, version }))
    .sort((a, b) => a.version - b.version || (a.tag < b.tag ? -1 : 1));
}

export function putTableTag(
  storage: LakeStorage,
  id: TableId,
  kind: "create" | "update",
  tag: string,
  reference: VersionReference | undefined,
): Promise<TableTag> {
  return storage.withTable(id, async (handle) => {
    if (kind === "update") await handle.versions.resolve(tag);
    const version =
      reference === undefined ? await handle.version() : await handle.versions.resolve(reference);
    if (kind === "create") await handle.versions.createTag(tag, version);
    else await handle.versions.updateTag(tag, version);
    return Object.freeze({ tag, version });
  });
}

export function deleteTableTag(storage: LakeStorage, id: TableId, tag: string): Promise<void> {
  return storage.withTable(id, async (handle) => {
    await handle.versions.resolve(tag);
    await handle.versions.deleteTag(tag);
  });
}

export function restoreTable(
  storage: LakeStorage,
  id: TableId,
  reference: VersionReference,
  options: ChangeOptions,
): Promise<EditResult> {
  const change = {
    doing: "restore",
    done: "restored",
    async work(handle: LanceTable) {
      const version = await handle.versions.resolve(
        checkReference(reference, `restore ${formatTableId(id)}`),
      );
      const restored = await handle.snapshot();
      try {
        await restored.versions.checkout(version);
        await restored.versions.restore();
      } finally {
        restored.close();
      }
      return {};
    },
  };
  return changeTable(storage, id, change, options);
}

/** @throws DlfLanceError InvalidInput */
export function checkReference(reference: VersionReference, action: string): VersionReference {
  const isNumber = typeof reference === "number" && Number.isSafeInteger(reference) && reference > 0;
  const isTag = typeof reference === "string" && reference !== "";
  const isDate =
    Object.prototype.toString.call(reference) === "[object Date]" && !Number.isNaN(Number(reference));
  if (isNumber || isTag || isDate) return reference;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot ${action}: a version is named by its number (from 1 on), by a tag, or by a Date`,
  );
}
