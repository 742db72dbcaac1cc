import { randomUUID } from "node:crypto";
import { mkdir, readdir, realpath, rename, rm, rmdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { OssError } from "../protocol/oss-error.ts";
import { openDatabase, type SqliteDatabase } from "../sqlite.ts";
import { type AttributeStore, attributeTables, createAttributeStore } from "./object-attributes.ts";
import { assertNoLinks, folderPath } from "./object-path.ts";
import { uploadTables } from "./upload-tables.ts";

/**
 * A folder of buckets. Objects are plain files `buckets/<bucket>/<key>`; what is not finished lives in
 * `staging` and `uploads`, out of reach of any object name. Several processes may have the same folder open.
 */
export interface ObjectStore {
  readonly writable: boolean;
  readonly buckets: string;
  readonly staging: string;
  readonly uploads: string;
  readonly database: SqliteDatabase;
  readonly attributes: AttributeStore;
}

const stagingLifetime = 24 * 3600_000;

/** Opens the objects in a folder, and what is known of them in the folder of databases, mostly the same one. */
export async function openObjectStore(
  folder: string,
  databaseFolder: string,
  writable: boolean,
): Promise<ObjectStore> {
  const open = writable ? makeFolder : realFolder;
  const buckets = await open(folder, "buckets");
  const staging = await open(folder, "staging");
  const uploads = await open(folder, "uploads");
  if (writable) await removeLeftovers(staging);
  const database = openDatabase(join(databaseFolder, "objects.sqlite"), (fresh) => {
    fresh.exec(attributeTables);
    fresh.exec(uploadTables);
  });
  return { writable, buckets, staging, uploads, database, attributes: createAttributeStore(database) };
}

export function closeObjectStore(store: ObjectStore): void {
  store.database.close();
}

export function newStagingPath(store: ObjectStore): string {
  return join(store.staging, randomUUID());
}

export async function listBuckets(store: ObjectStore): Promise<{ name: string; created: Date }[]> {
  const entries = await readdir(store.buckets, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => ({ name, created: (await stat(join(store.buckets, name))).birthtime })),
  );
}

export async function createBucket(store: ObjectStore, bucket: string): Promise<void> {
  await mkdir(join(store.buckets, bucket), { recursive: true });
}

/** @throws OssError 404 NoSuchBucket */
export async function assertBucketExists(store: ObjectStore, bucket: string): Promise<void> {
  const path = join(store.buckets, bucket);
  if ((await realpath(path).catch(() => undefined)) === path) return;
  throw new OssError(404, "NoSuchBucket", "The specified bucket does not exist.", { BucketName: bucket });
}

/** @throws OssError 409 BucketNotEmpty */
export async function deleteBucket(store: ObjectStore, bucket: string): Promise<void> {
  try {
    await rmdir(join(store.buckets, bucket));
  } catch {
    throw new OssError(409, "BucketNotEmpty", "The bucket you tried to delete is not empty.", {
      BucketName: bucket,
    });
  }
}

/** Deletes all objects below a prefix that ends with `/`. They vanish at once, before the files are removed. */
export async function deletePrefix(store: ObjectStore, bucket: string, prefix: string): Promise<void> {
  const folder = folderPath(store.buckets, bucket, prefix);
  await assertNoLinks(folder);
  const trash = newStagingPath(store);
  try {
    await rename(folder, trash);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  store.attributes.forgetBelow(bucket, prefix);
  await rm(trash, { recursive: true, force: true, maxRetries: 3 });
}

async function makeFolder(parent: string, name: string): Promise<string> {
  await mkdir(join(parent, name), { recursive: true, mode: 0o700 });
  return realFolder(parent, name);
}

function realFolder(parent: string, name: string): Promise<string> {
  return realpath(join(parent, name));
}

/** What crashed servers have left. Younger files may belong to another server on this folder. */
async function removeLeftovers(staging: string): Promise<void> {
  for (const name of await readdir(staging)) {
    const path = join(staging, name);
    const stats = await stat(path).catch(() => undefined);
    if (stats !== undefined && Date.now() - stats.mtimeMs > stagingLifetime) {
      await rm(path, { recursive: true, force: true });
    }
  }
}
