/** Files of this machine by their path, or by a pattern. */
// Node before 22 has no glob, and would fail at the name before `node-version.ts` is run.
import fileSystem, { readdir, stat } from "node:fs/promises";
import { basename, dirname, isAbsolute, resolve } from "node:path";
import { DlfLanceError } from "../../errors.ts";
import { findNearest } from "../../nearest.ts";

/** A file that can be read here. */
export interface FoundFile {
  /** For messages. */
  readonly name: string;
  readonly path: string;
  /** Another one when the file was changed. */
  readonly stamp: string;
  readonly bytes: number;
}

/** What makes a path a pattern, unless there is a file of that name. */
const patternSigns = /[*?[{]/;

/**
 * The file, or all that fit the pattern, by name.
 * @throws DlfLanceError InvalidInput where there is none, naming one with a similar name.
 */
export async function findFiles(path: string, action: string): Promise<readonly FoundFile[]> {
  const own = await describeFile(path);
  if (own !== undefined) return [own];
  if (!patternSigns.test(path)) throw await refuseMissing(path, action);
  const names: string[] = [];
  for await (const name of fileSystem.glob(path)) names.push(name);
  const found = await Promise.all(names.sort().map(describeFile));
  const files = found.filter((file) => file !== undefined);
  if (files.length > 0) return files;
  const where = isAbsolute(path) ? "" : ` in ${process.cwd()}`;
  throw new DlfLanceError("InvalidInput", `Cannot ${action}: no file fits this pattern${where}`);
}

async function describeFile(name: string): Promise<FoundFile | undefined> {
  const path = resolve(name);
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true) return undefined;
  // Programs may set the time of a change of the content back, and not that of the file.
  const { ctimeMs, mtimeMs, ino, size } = found;
  return { name, path, stamp: `${path} ${ino} ${ctimeMs} ${mtimeMs} ${size}`, bytes: size };
}

async function refuseMissing(path: string, action: string): Promise<DlfLanceError> {
  const folder = dirname(resolve(path));
  const names = await readdir(folder).catch(() => undefined);
  if (names === undefined) return new DlfLanceError("InvalidInput", `Cannot ${action}: no folder ${folder}`);
  if (names.includes(basename(path))) {
    return new DlfLanceError(
      "InvalidInput",
      `Cannot ${action}: it is a folder; pass a pattern, such as "${path}/*.csv"`,
    );
  }
  const near = findNearest(basename(path), names) ?? names.find((name) => stem(name) === stem(path));
  const hint = near === undefined ? "" : `; did you mean ${near}?`;
  return new DlfLanceError("InvalidInput", `Cannot ${action}: no such file in ${folder}${hint}`);
}

/** What comes before the endings. */
function stem(path: string): string {
  return (basename(path).split(".")[0] ?? "").toLowerCase();
}
