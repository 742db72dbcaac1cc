import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "../../zod.ts";
import { invalidArgument, OssError, uploadNotFound } from "../protocol/oss-error.ts";
import type { ObjectStore } from "./object-store.ts";
import { type ObjectName, putObject } from "./object-write.ts";
import { type Content, stageContent } from "./staged-file.ts";

export interface UploadPart {
  readonly number: number;
  /** In double quotes. */
  readonly etag: string;
  readonly size: number;
  readonly modified: Date;
}

const mostParts = 10_000;
const smallestPart = 100 * 1024;
const chunkSize = 1 << 20;

const uploadRow = z.object({
  headers: z.string().transform((text) => z.record(z.string(), z.string()).parse(JSON.parse(text))),
});
const partRow = z.object({
  number: z.number(),
  etag: z.string(),
  size: z.number(),
  file: z.string(),
  modified: z.number().transform((milliseconds) => new Date(milliseconds)),
});

/** Starts a multipart upload and returns its id. */
export async function createUpload(
  store: ObjectStore,
  { bucket, key }: ObjectName,
  headers: Readonly<Record<string, string>>,
): Promise<string> {
  const id = randomUUID().replaceAll("-", "").toUpperCase();
  await mkdir(join(store.uploads, id));
  store.database
    .prepare("INSERT INTO uploads VALUES (?, ?, ?, ?, ?)")
    .run(id, bucket, key, JSON.stringify(headers), Date.now());
  return id;
}

/** Stores a part, in place of an earlier one with its number, and returns its ETag. */
export async function putPart(
  store: ObjectStore,
  name: ObjectName,
  uploadId: string,
  number: number,
  content: Content,
): Promise<string> {
  if (!Number.isInteger(number) || number < 1 || number > mostParts) {
    throw invalidArgument("partNumber", String(number), `1 to ${mostParts}`);
  }
  readUpload(store, name, uploadId);
  const staged = await stageContent(store, content);
  const file = randomUUID();
  const etag = `"${staged.md5}"`;
  try {
    await rename(staged.path, join(store.uploads, uploadId, file));
    const replaced = readParts(store, uploadId).find((part) => part.number === number);
    store.database
      .prepare("INSERT OR REPLACE INTO parts VALUES (?, ?, ?, ?, ?, ?)")
      .run(uploadId, number, etag, staged.size, file, Date.now());
    if (replaced !== undefined) await rm(join(store.uploads, uploadId, replaced.file), { force: true });
  } catch {
    await rm(staged.path, { force: true });
    throw uploadNotFound(uploadId);
  }
  return etag;
}

export function listParts(store: ObjectStore, name: ObjectName, uploadId: string): readonly UploadPart[] {
  readUpload(store, name, uploadId);
  return readParts(store, uploadId);
}

/**
 * Makes an object of the parts that are named, in their order, and forgets the upload.
 *
 * @throws OssError 400 InvalidPart, InvalidPartOrder or EntityTooSmall, 409 FileAlreadyExists
 */
export async function completeUpload(
  store: ObjectStore,
  name: ObjectName,
  uploadId: string,
  wanted: readonly { number: number; etag: string }[],
  forbidOverwrite: boolean,
): Promise<string> {
  const { headers } = readUpload(store, name, uploadId);
  const stored = new Map(readParts(store, uploadId).map((part) => [part.number, part]));
  const digest = createHash("md5");
  const files: string[] = [];
  for (const [index, { number, etag }] of wanted.entries()) {
    if (index > 0 && number <= (wanted[index - 1]?.number ?? 0)) {
      throw new OssError(400, "InvalidPartOrder", "The list of parts was not in ascending order.");
    }
    const part = stored.get(number);
    if (part === undefined || unquote(part.etag) !== unquote(etag).toUpperCase()) {
      throw new OssError(400, "InvalidPart", "One or more of the specified parts could not be found.", {
        PartNumber: String(number),
      });
    }
    if (part.size < smallestPart && index < wanted.length - 1) {
      throw new OssError(400, "EntityTooSmall", "A part other than the last one is smaller than 100 KiB.");
    }
    digest.update(Buffer.from(unquote(part.etag), "hex"));
    files.push(join(store.uploads, uploadId, part.file));
  }
  const etag = `"${digest.digest("hex").toUpperCase()}-${wanted.length}"`;
  await putObject(store, name, concatenateFiles(files), { headers, forbidOverwrite, etag });
  await removeUpload(store, uploadId);
  return etag;
}

export async function abortUpload(store: ObjectStore, name: ObjectName, uploadId: string): Promise<void> {
  readUpload(store, name, uploadId);
  await removeUpload(store, uploadId);
}

/** Forgets all uploads of objects below a prefix. */
export async function abortUploadsBelow(store: ObjectStore, bucket: string, prefix: string): Promise<void> {
  const rows = store.database
    .prepare("SELECT id FROM uploads WHERE bucket = ? AND substr(key, 1, length(?)) = ?")
    .all(bucket, prefix, prefix);
  for (const row of rows) await removeUpload(store, z.object({ id: z.string() }).parse(row).id);
}

function readUpload(store: ObjectStore, { bucket, key }: ObjectName, uploadId: string) {
  const row = store.database
    .prepare("SELECT headers FROM uploads WHERE id = ? AND bucket = ? AND key = ?")
    .get(uploadId, bucket, key);
  if (row === undefined) throw uploadNotFound(uploadId);
  return uploadRow.parse(row);
}

function readParts(store: ObjectStore, uploadId: string) {
  const rows = store.database
    .prepare("SELECT number, etag, size, file, modified FROM parts WHERE upload = ? ORDER BY number")
    .all(uploadId);
  return z.array(partRow).parse(rows);
}

async function removeUpload(store: ObjectStore, uploadId: string): Promise<void> {
  store.database.prepare("DELETE FROM uploads WHERE id = ?").run(uploadId);
  await rm(join(store.uploads, uploadId), { recursive: true, force: true });
}

async function* concatenateFiles(files: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const file of files) yield* createReadStream(file, { highWaterMark: chunkSize });
}

function unquote(etag: string): string {
  return etag.replaceAll('"', "");
}
