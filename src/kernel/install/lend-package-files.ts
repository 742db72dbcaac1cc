/**
 * Puts this package, and the packages it depends on, in reach of notebooks in any folder: what a notebook does not find
 * from its own folder upward is looked up from here, by Node when code runs and by tslab's compiler for the types.
 */
import { existsSync } from "node:fs";
import { createRequire, registerHooks } from "node:module";
import { dirname, join, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { packageFolder } from "../../package-folder.ts";

/** The file access of a TypeScript compiler, as far as looking up packages needs it. */
export interface CompilerFiles {
  fileExists(path: string): boolean;
  directoryExists(path: string): boolean;
  readFile(path: string, encoding?: string): string | undefined;
  getDirectories(path: string): string[];
  realpath?(path: string): string;
  watchFile?(path: string, ...rest: readonly unknown[]): { close(): void };
  watchDirectory?(path: string, ...rest: readonly unknown[]): { close(): void };
}

const packageName = "dlf-lance";

/** @param files changed in place: tslab's compiler keeps using the object it has */
export function lendPackageFiles(files: CompilerFiles): void {
  lendToNode();
  lendToCompiler(files);
}

/** Node's own lookup comes first. */
function lendToNode(): void {
  const manifest = join(packageFolder, "package.json");
  const here = createRequire(manifest);
  let isLending = false;
  registerHooks({
    resolve(specifier, context, resolve) {
      try {
        return resolve(specifier, context);
      } catch (error) {
        if (isLending || !isPackageName(specifier) || !isNotFound(error)) throw error;
        isLending = true;
        try {
          // For `require` the hook cannot name another parent.
          return context.conditions.includes("require")
            ? { url: pathToFileURL(here.resolve(specifier)).href, shortCircuit: true }
            : resolve(specifier, { ...context, parentURL: pathToFileURL(manifest).href });
        } catch {
          throw error;
        } finally {
          isLending = false;
        }
      }
    },
  });
}

function isPackageName(specifier: string): boolean {
  return /^[@a-z0-9]/i.test(specifier) && !specifier.includes(":");
}

function isNotFound(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === "MODULE_NOT_FOUND" || code === "ERR_MODULE_NOT_FOUND";
}

/**
 * The compiler looks for a package in the `node_modules` of each folder up to the root of the file system. The last of
 * them is made to hold our packages, under the names that cells import them by, so that the types of one cell can be
 * named in the next.
 */
function lendToCompiler(files: CompilerFiles): void {
  const { fileExists, directoryExists, readFile, getDirectories, realpath, watchFile, watchDirectory } =
    files;
  const isLent = (path: string) => path.startsWith(lentFolder) && !fileExists(path) && !directoryExists(path);
  files.fileExists = (path) => fileExists(path) || lend(path).some((real) => fileExists(real));
  files.directoryExists = (path) =>
    directoryExists(path) ||
    path === lentFolder.slice(0, -1) ||
    lend(path).some((real) => directoryExists(real));
  files.readFile = (path, encoding) => {
    const real = fileExists(path) ? path : lend(path).find((found) => fileExists(found));
    return readFile(real ?? path, encoding);
  };
  files.getDirectories = (path) => {
    const real = directoryExists(path) ? path : lend(path).find((found) => directoryExists(found));
    return getDirectories(real ?? path);
  };
  if (realpath !== undefined) files.realpath = (path) => (isLent(path) ? path : realpath(path));
  // What is installed does not change while a notebook is open.
  const unwatched = { close() {} };
  if (watchFile !== undefined) {
    files.watchFile = (path, ...rest) => (path.startsWith(lentFolder) ? unwatched : watchFile(path, ...rest));
  }
  if (watchDirectory !== undefined) {
    files.watchDirectory = (path, ...rest) =>
      path.startsWith(lentFolder) ? unwatched : watchDirectory(path, ...rest);
  }
}

/** `/node_modules/`, or that of the drive that the notebook is on, as the compiler spells it. */
const lentFolder = `${process.cwd().slice(0, process.cwd().indexOf(sep)).replaceAll(sep, "/")}/node_modules/`;

/** Where Node looks for a package that this one imports. */
const packageFolders: readonly string[] = foldersAbove(packageFolder)
  .map((folder) => join(folder, "node_modules"))
  .filter((folder) => existsSync(folder));

function foldersAbove(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...foldersAbove(parent)];
}

/** The files that a path in the lent folder may stand for, best first. */
function lend(path: string): readonly string[] {
  if (!path.startsWith(lentFolder)) return [];
  const inside = path.slice(lentFolder.length);
  if (inside === packageName || inside.startsWith(`${packageName}/`)) {
    const below = inside.slice(packageName.length + 1);
    // Packages have one place, and one name: the lent folder itself.
    return below.split("/")[0] === "node_modules" ? [] : [join(packageFolder, below)];
  }
  return packageFolders.map((folder) => join(folder, inside));
}
