/** Where this package lies, and its programs in it: in `src` they run as they are written, in `dist` as they are built. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** The folder of our package.json. What is built puts many files into one: no path is counted from a file's own. */
export const packageFolder: string = findFolder(dirname(fileURLToPath(import.meta.url)));

const isSource = import.meta.url.endsWith(".ts");

/** The address of the folder in which all our code lies, with a slash at its end. */
export const codeFolder: string = pathToFileURL(join(packageFolder, isSource ? "src/" : "dist/")).href;

/** The file of a program or thread, such as `local/worker`. */
export function programFile(name: string): URL {
  return new URL(`${name}.${isSource ? "ts" : "js"}`, codeFolder);
}

/** The file of a module's declarations, such as `index`. */
export function declarationsFile(name: string): string {
  return fileURLToPath(new URL(`${name}.${isSource ? "ts" : "d.ts"}`, codeFolder));
}

function findFolder(folder: string): string {
  return existsSync(join(folder, "package.json")) ? folder : findFolder(dirname(folder));
}
