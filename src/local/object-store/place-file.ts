import { link, lstat, mkdir, rename, rmdir } from "node:fs/promises";
import { dirname } from "node:path";
import { OssError } from "../protocol/oss-error.ts";

const placeAttempts = 100;

/**
 * Gives a staged file its name, in one atomic step.
 *
 * @throws OssError 409 FileAlreadyExists, 400 InvalidObjectName
 */
export async function placeFile(
  staged: string,
  path: string,
  key: string,
  forbidOverwrite: boolean,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      if (forbidOverwrite) await link(staged, path);
      else await rename(staged, path);
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (attempt === placeAttempts) throw error;
      if (code === "ENOENT") await makeFolder(dirname(path), key);
      else if (await removeEmptyFolder(path)) continue;
      else if (code === "ENOTDIR" || (await isFolder(path))) throw nameConflict(key);
      else if (code === "EEXIST") throw alreadyExists(key);
      else throw error;
    }
  }
}

async function makeFolder(path: string, key: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    if (isNameConflict(error)) throw nameConflict(key);
    // Someone who deletes objects may have removed a parent meanwhile; the caller tries again.
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

/** Removes a folder and its parents below `top` while they are empty: folders exist only for the objects in them. */
export async function removeEmptyFolders(folder: string, top: string): Promise<void> {
  for (let path = folder; path.length > top.length; path = dirname(path)) {
    if (!(await removeEmptyFolder(path))) return;
  }
}

function removeEmptyFolder(path: string): Promise<boolean> {
  return rmdir(path).then(
    () => true,
    () => false,
  );
}

async function isFolder(path: string): Promise<boolean> {
  const stats = await lstat(path).catch(() => undefined);
  return stats?.isDirectory() === true;
}

function alreadyExists(key: string): OssError {
  const message = "The object you specified already exists and can not be overwritten.";
  return new OssError(409, "FileAlreadyExists", message, { Key: key });
}

/** Since objects are plain files, `a` and `a/b` cannot both be there. */
export function nameConflict(key: string): OssError {
  const message =
    "The specified object is not valid: this store keeps objects as files, and a part of this name is already an object or a folder of objects.";
  return new OssError(400, "InvalidObjectName", message, { Key: key });
}

export function isNameConflict(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return ["EEXIST", "EISDIR", "ENOTDIR", "ENOTEMPTY"].includes(code ?? "");
}
