import { type BigIntStats, constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { dirname } from "node:path";
import { accessDenied, objectNotFound } from "../protocol/oss-error.ts";
import { fileIdentity, type ObjectAttributes } from "./object-attributes.ts";
import { assertNoLinks, objectPath } from "./object-path.ts";
import type { ObjectStore } from "./object-store.ts";

export interface ObjectInfo extends ObjectAttributes {
  readonly size: number;
  readonly modified: Date;
  readonly identity: string;
}

export interface OpenObject {
  readonly info: ObjectInfo;
  /** The caller closes it. It keeps its content when the object is replaced. */
  readonly file: FileHandle;
}

const chunkSize = 1 << 20;

/** @throws OssError 404 NoSuchKey, 403 AccessDenied for a symbolic link */
export async function openObject(store: ObjectStore, bucket: string, key: string): Promise<OpenObject> {
  const path = objectPath(store.buckets, bucket, key);
  await assertNoLinks(dirname(path));
  const file = await openFile(path, key);
  try {
    const stats = await file.stat({ bigint: true });
    if (!stats.isFile()) throw objectNotFound(key);
    return { file, info: describeObject(store, stats) };
  } catch (error) {
    await file.close();
    throw error;
  }
}

export async function statObject(store: ObjectStore, bucket: string, key: string): Promise<ObjectInfo> {
  const { file, info } = await openObject(store, bucket, key);
  await file.close();
  return info;
}

/** Reads bytes `first` to `last`, both included, in chunks of 1 MiB. */
export async function* readChunks({ file }: OpenObject, first: number, last: number): AsyncGenerator<Buffer> {
  if (last < first) return;
  yield* file.createReadStream({ start: first, end: last, highWaterMark: chunkSize, autoClose: false });
}

export function describeObject(store: ObjectStore, stats: BigIntStats): ObjectInfo {
  const identity = fileIdentity(stats);
  return { ...store.attributes.recall(identity), size: Number(stats.size), modified: stats.mtime, identity };
}

/** Without `O_NONBLOCK`, a pipe would be waited for; a socket cannot be opened at all. */
const noObject = new Set(["ENOENT", "ENOTDIR", "EISDIR", "ENXIO"]);

async function openFile(path: string, key: string): Promise<FileHandle> {
  try {
    return await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== undefined && noObject.has(code)) throw objectNotFound(key);
    if (code === "ELOOP") throw accessDenied("This object is a symbolic link.");
    throw error;
  }
}
