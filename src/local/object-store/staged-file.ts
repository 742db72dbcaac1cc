import { createHash } from "node:crypto";
import { type FileHandle, open, rm } from "node:fs/promises";
import { fileIdentity } from "./object-attributes.ts";
import { newStagingPath, type ObjectStore } from "./object-store.ts";

export type Content = AsyncIterable<Uint8Array>;

export interface StagedFile {
  readonly path: string;
  readonly identity: string;
  readonly size: number;
  /** MD5 of the content, upper-case hexadecimal. */
  readonly md5: string;
}

const writeSize = 1 << 20;

/** Writes content to a file that does not have its final name yet. */
export async function stageContent(store: ObjectStore, content: Content): Promise<StagedFile> {
  const path = newStagingPath(store);
  const file = await open(path, "wx");
  try {
    const { md5, size } = await writeAll(file, content);
    const identity = fileIdentity(await file.stat({ bigint: true }));
    return { path, identity, size, md5 };
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

async function writeAll(file: FileHandle, content: Content): Promise<{ md5: string; size: number }> {
  const hash = createHash("md5");
  let size = 0;
  let waiting: Uint8Array[] = [];
  let waitingSize = 0;
  const flush = async () => {
    let written = waitingSize === 0 ? 0 : (await file.writev(waiting)).bytesWritten;
    if (written < waitingSize) {
      const rest = Buffer.concat(waiting);
      while (written < rest.length) written += (await file.write(rest, written)).bytesWritten;
    }
    waiting = [];
    waitingSize = 0;
  };
  for await (const chunk of content) {
    hash.update(chunk);
    size += chunk.length;
    waiting.push(chunk);
    waitingSize += chunk.length;
    if (waitingSize >= writeSize) await flush();
  }
  await flush();
  return { md5: hash.digest("hex").toUpperCase(), size };
}
