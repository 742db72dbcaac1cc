import type { TableId } from "../../catalog/protocol/identifier.ts";
import { type DataFile, readDataFiles } from "../../table/native/manifest.ts";
import type { StorageAccess } from "./storage-access.ts";

/**
 * Removes the manifests of versions, then the data files that these name and no version kept does: whoever is stopped in
 * between leaves files that no version knows, which a later cleanup removes. Other files, which are small, stay until then.
 * A version that is committed meanwhile stands on the newest one, which is kept.
 */
export async function removeVersions(
  access: StorageAccess,
  id: TableId,
  removed: readonly number[],
  kept: readonly number[],
): Promise<{ readonly versions: number; readonly bytes: number }> {
  const needed = new Set<string>();
  for (const version of kept) {
    const files = await readFiles(access, id, version);
    // What this version needs is not known.
    if (files === undefined) return { versions: 0, bytes: 0 };
    for (const { path } of files) needed.add(path);
  }
  const freed = new Map<string, DataFile>();
  let versions = 0;
  for (const version of removed) {
    const files = await readFiles(access, id, version);
    if (files === undefined || !(await access.removeManifest(id, version))) continue;
    versions++;
    for (const file of files) if (file.isOwn && file.path !== "") freed.set(file.path, file);
  }
  let bytes = 0;
  for (const file of freed.values()) {
    if (!needed.has(file.path) && (await access.removeDataFile(id, file.path))) bytes += file.bytes;
  }
  return { versions, bytes };
}

async function readFiles(
  access: StorageAccess,
  id: TableId,
  version: number,
): Promise<readonly DataFile[] | undefined> {
  const manifest = await access.readManifest(id, version).catch(() => undefined);
  return manifest && readDataFiles(manifest.bytes, manifest.fileLength);
}
