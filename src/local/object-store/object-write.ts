import { lstatSync, mkdirSync, renameSync } from "node:fs";
import { lstat, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { OssError } from "../protocol/oss-error.ts";
import { inTransaction } from "../sqlite.ts";
import { fileIdentity } from "./object-attributes.ts";
import { assertNoLinks, folderPath, objectPath } from "./object-path.ts";
import { openObject, readChunks, statObject } from "./object-read.ts";
import type { ObjectStore } from "./object-store.ts";
import { isNameConflict, nameConflict, placeFile, removeEmptyFolders } from "./place-file.ts";
import { type Content, stageContent } from "./staged-file.ts";

export interface ObjectName {
  readonly bucket: string;
  readonly key: string;
}

export interface WriteOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly forbidOverwrite: boolean;
  /** Instead of the content's MD5. */
  readonly etag?: string;
}

/** Writes an object as a whole: readers see the old one or the new one. Returns its ETag. */
export async function putObject(
  store: ObjectStore,
  name: ObjectName,
  content: Content,
  options: WriteOptions,
): Promise<string> {
  const path = objectPath(store.buckets, name.bucket, name.key);
  await assertNoLinks(dirname(path));
  const staged = await stageContent(store, content);
  const etag = options.etag ?? `"${staged.md5}"`;
  const replaced = options.forbidOverwrite ? undefined : await currentIdentity(path);
  try {
    const attributes = { etag, appendable: false, headers: options.headers };
    store.attributes.remember(staged.identity, name.bucket, name.key, attributes);
    await placeFile(staged.path, path, name.key, options.forbidOverwrite);
  } catch (error) {
    store.attributes.forget(staged.identity);
    throw error;
  } finally {
    await rm(staged.path, { force: true });
  }
  if (replaced !== undefined) store.attributes.forget(replaced);
  return etag;
}

/**
 * Adds to the end of an appendable object, or makes one at position 0. The whole object is written again, so the cost
 * grows with its size.
 *
 * @throws OssError 409 ObjectNotAppendable, 409 PositionNotEqualToLength
 */
export async function appendObject(
  store: ObjectStore,
  { bucket, key }: ObjectName,
  content: Content,
  position: number,
  headers: Readonly<Record<string, string>>,
): Promise<{ etag: string; size: number }> {
  const path = objectPath(store.buckets, bucket, key);
  await assertNoLinks(dirname(path));
  const current = await findObject(store, bucket, key);
  if (current !== undefined && !current.appendable) {
    throw new OssError(409, "ObjectNotAppendable", "The object is not appendable.", { Key: key });
  }
  if (position !== (current?.size ?? 0)) throw positionMismatch(key);
  const staged = await stageContent(store, concatenate(store, { bucket, key }, current?.size ?? 0, content));
  const etag = `"${staged.md5}"`;
  try {
    // The database's write lock is what makes check and rename one step for all processes on this folder.
    inTransaction(store.database, () => {
      const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
      if ((stats && fileIdentity(stats)) !== current?.identity) throw positionMismatch(key);
      store.attributes.remember(staged.identity, bucket, key, {
        etag,
        appendable: true,
        headers: current?.headers ?? headers,
      });
      if (current !== undefined) store.attributes.forget(current.identity);
      mkdirSync(dirname(path), { recursive: true });
      renameSync(staged.path, path);
    });
  } catch (error) {
    throw isNameConflict(error) ? nameConflict(key) : error;
  } finally {
    await rm(staged.path, { force: true });
  }
  return { etag, size: staged.size };
}

/** Deletes an object; a missing one is not an error. */
export async function deleteObject(store: ObjectStore, { bucket, key }: ObjectName): Promise<void> {
  const path = objectPath(store.buckets, bucket, key);
  await assertNoLinks(dirname(path));
  const identity = await currentIdentity(path);
  if (identity === undefined) return;
  // Another request may have deleted it since.
  await rm(path, { force: true });
  store.attributes.forget(identity);
  await removeEmptyFolders(dirname(path), folderPath(store.buckets, bucket, ""));
}

async function* concatenate(
  store: ObjectStore,
  { bucket, key }: ObjectName,
  size: number,
  more: Content,
): AsyncGenerator<Uint8Array> {
  if (size > 0) {
    const object = await openObject(store, bucket, key);
    try {
      yield* readChunks(object, 0, size - 1);
    } finally {
      await object.file.close();
    }
  }
  yield* more;
}

function findObject(store: ObjectStore, bucket: string, key: string) {
  return statObject(store, bucket, key).catch((error: unknown) => {
    if (error instanceof OssError && error.code === "NoSuchKey") return undefined;
    throw error;
  });
}

async function currentIdentity(path: string): Promise<string | undefined> {
  const stats = await lstat(path, { bigint: true }).catch(() => undefined);
  return stats === undefined || stats.isDirectory() ? undefined : fileIdentity(stats);
}

function positionMismatch(key: string): OssError {
  return new OssError(409, "PositionNotEqualToLength", "Position is not equal to file length.", { Key: key });
}
