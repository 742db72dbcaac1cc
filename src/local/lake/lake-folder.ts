import { constants, type Stats } from "node:fs";
import { access, chmod, copyFile, mkdir, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { DlfLanceError } from "../../errors.ts";
import { logNotice } from "../log.ts";

/** What a lake keeps in its folder; it does not touch anything else. */
const folders = /^(buckets|staging|uploads)$/;
const files = /^(keys\.json|token\.json|serving-[\w-]+\.json|[\w-]+\.sqlite(-wal|-shm)?)$/;

const openToOthers = 0o077;
const writableByOthers = 0o022;

const noticed = new Set<string>();

export interface LakeFolder {
  /** False where nothing can be written: the lake can then be read as it is. */
  readonly writable: boolean;
}

/**
 * Makes the folder of a lake if it is missing, and sees to it that what the lake keeps in it is for its user alone:
 * files of somebody else are refused, since whoever made them knows or chooses the keys; files open to others are
 * closed. Of a folder that others own or can write to it is said so.
 *
 * @throws DlfLanceError InvalidInput for a folder that cannot be made, and for what belongs to somebody else or is
 *   neither file nor folder
 */
export async function prepareFolder(folder: string): Promise<LakeFolder> {
  await makeFolder(folder);
  const writable = await access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
  const closed: string[] = [];
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const wantsFolder = folders.test(name);
    if (!wantsFolder && !files.test(name)) continue;
    // A file that is no longer there was one of SQLite's, or an announcement taken back.
    const stats = await stat(path).catch(() => undefined);
    if (stats === undefined) continue;
    if (wantsFolder ? !stats.isDirectory() : !stats.isFile()) {
      throw refuse(
        folder,
        `${name} is not a ${wantsFolder ? "folder" : "file"}`,
        "remove it, or give another folder",
      );
    }
    if (!writable) continue;
    assertIsOwn(folder, name, stats);
    if (isPosix() && (stats.mode & openToOthers) !== 0) {
      await chmod(path, stats.mode & 0o700);
      closed.push(name);
    }
  }
  if (writable) await noticeOthers(folder, closed);
  return { writable };
}

/** With the folders it lies in. Node's own `recursive` never ends where a file system makes no folders, as in /proc. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await makeMissing(resolve(folder));
  } catch (error) {
    const { code = "unknown reason" } = error as NodeJS.ErrnoException;
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot keep a lake in ${folder}: the folder cannot be made (${code}); give another folder, or set DLF_LANCE_DATA to one`,
    );
  }
}

async function makeMissing(folder: string): Promise<void> {
  if (await isFolder(folder)) return;
  if (dirname(folder) !== folder) await makeMissing(dirname(folder));
  await mkdir(folder, { mode: 0o700 }).catch(async (error: unknown) => {
    // Another process may have made it meanwhile.
    if (!(await isFolder(folder))) throw error;
  });
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}

/**
 * A copy of the databases of a folder that cannot be written to, in a separate folder: SQLite writes even where it
 * only reads, and what a server killed in mid-work has left is in a log that has to be worked in.
 */
export async function copyDatabases(folder: string): Promise<{ folder: string; remove(): Promise<void> }> {
  const copy = await mkdtemp(join(tmpdir(), "dlf-lance-read-only-"));
  const remove = () => rm(copy, { recursive: true, force: true });
  try {
    for (const name of await readdir(folder)) {
      if (!/\.sqlite(-wal)?$/.test(name)) continue;
      await copyFile(join(folder, name), join(copy, name));
      await chmod(join(copy, name), 0o600);
    }
  } catch (error) {
    await remove();
    throw error;
  }
  return { folder: copy, remove };
}

function assertIsOwn(folder: string, name: string, { uid }: Stats): void {
  const own = process.geteuid?.();
  if (own === undefined || uid === own) return;
  throw refuse(
    folder,
    `${name} belongs to user id ${uid}, and this process runs as ${own}`,
    "run it as the same user, or give another folder",
  );
}

async function noticeOthers(folder: string, closed: readonly string[]): Promise<void> {
  const { mode, uid } = await stat(folder);
  if (!isPosix()) return;
  if (uid !== process.geteuid?.() && !noticed.has(folder)) {
    noticed.add(folder);
    logNotice(`the folder ${folder} belongs to user id ${uid}, who can replace the keys and the data in it`);
  }
  if ((mode & openToOthers) === 0) return;
  if (closed.length > 0) {
    logNotice(`other users of this machine could open ${closed.join(", ")} in ${folder}; now only you can`);
  }
  if ((mode & writableByOthers) === 0 || noticed.has(folder)) return;
  noticed.add(folder);
  const octal = (mode & 0o777).toString(8);
  logNotice(
    `other users of this machine can write to ${folder} (mode ${octal}); run: chmod go-w '${folder}'`,
  );
}

/** Windows has no such modes: a file's says there who may write to it, and nothing more. */
function isPosix(): boolean {
  return process.geteuid !== undefined;
}

function refuse(folder: string, what: string, next: string): DlfLanceError {
  return new DlfLanceError("InvalidInput", `Cannot open the local lake in ${folder}: ${what}; ${next}`);
}
