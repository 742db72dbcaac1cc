/** The folder of this user where the package keeps what it can make again. */
import { mkdirSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** `DLF_LANCE_CACHE`, or `dlf-lance` in the user's cache folder. It may not be there yet. */
export function cacheFolder(): string {
  const { DLF_LANCE_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (DLF_LANCE_CACHE) return DLF_LANCE_CACHE;
  if (process.platform === "win32" && LOCALAPPDATA) return join(LOCALAPPDATA, "dlf-lance", "cache");
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches", "dlf-lance");
  return join(XDG_CACHE_HOME || join(homedir(), ".cache"), "dlf-lance");
}

/** Makes a folder that nobody else can read. */
export function makePrivateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
}

/** True when nobody but this user can have put what is at the path there. */
export function isPrivate(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return false;
  if (process.getuid === undefined) return true;
  return found.uid === process.getuid() && (found.mode & 0o022) === 0;
}
