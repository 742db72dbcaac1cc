import { randomUUID } from "node:crypto";
import { link, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { DlfLanceError } from "../../errors.ts";

/** Bytes of a name in the file systems of Linux and macOS. */
const longestName = 255;
/** What the name of an unfinished file has more than its own. */
const addedToName = 42;

/**
 * Writes a file whole or not at all.
 * @param write writes it under another name.
 * @throws DlfLanceError InvalidInput when there is a file already and it may not be overwritten, or no folder for it.
 */
export async function placeFile<T>(
  path: string,
  overwrite: boolean,
  action: string,
  write: (unfinished: string) => Promise<T>,
): Promise<T> {
  const place = resolve(path);
  const unfinishedName = `.${basename(place)}.${randomUUID()}.tmp`;
  const wrong = path.includes("\0")
    ? "its path holds a null character"
    : Buffer.byteLength(unfinishedName) > longestName
      ? `its name is longer than the ${longestName - addedToName} bytes that fit here`
      : undefined;
  if (wrong !== undefined)
    throw new DlfLanceError("InvalidInput", `Cannot ${action}: ${wrong}; choose another path`);
  if (!overwrite && (await stat(place).catch(() => undefined)) !== undefined) throw refuseExisting(action);
  const folder = dirname(place);
  if (!(await stat(folder).catch(() => undefined))?.isDirectory()) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot ${action}: no folder ${folder}; make it first, or choose another path`,
    );
  }
  const unfinished = join(folder, unfinishedName);
  try {
    const result = await write(unfinished);
    await putInPlace(unfinished, place, overwrite, action);
    return result;
  } finally {
    await rm(unfinished, { force: true });
  }
}

/** Without a moment in which there is half a file, or none where there was one. */
async function putInPlace(
  unfinished: string,
  place: string,
  overwrite: boolean,
  action: string,
): Promise<void> {
  if (overwrite) return rename(unfinished, place);
  try {
    await link(unfinished, place);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") throw refuseExisting(action);
    // Some file systems have no links.
    await rename(unfinished, place);
  }
}

function refuseExisting(action: string): DlfLanceError {
  return new DlfLanceError(
    "InvalidInput",
    `Cannot ${action}: there is a file of that name; choose another, or pass { overwrite: true }`,
  );
}
