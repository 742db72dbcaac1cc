/**
 * Where Jupyter keeps its data.
 *
 * @see https://docs.jupyter.org/en/latest/use/jupyter-directories.html#data-files
 */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { DlfLanceError } from "../../errors.ts";
import { packageFolder } from "../../package-folder.ts";
import { knownFolders } from "./known-folders.ts";

/** That of the Python which `npm start` sets up in a clone of this package. */
const cloneFolder = join(packageFolder, ".dlf-lance/python/share/jupyter");

/** One of Jupyter's data folders; without any of these, that of this user. */
export interface JupyterPlace {
  /** DIR/share/jupyter of this folder, such as a virtual environment. */
  readonly prefix?: string;
  /** That of the active Python environment. */
  readonly sysPrefix?: boolean;
  /** That of this user, said in so many words. */
  readonly user?: boolean;
}

/** @throws DlfLanceError `InvalidInput` for two places at once, or no active environment */
export function dataFolderOf({ prefix, sysPrefix = false, user = false }: JupyterPlace): string {
  if ([prefix !== undefined, sysPrefix, user].filter(Boolean).length > 1) {
    throw new DlfLanceError(
      "InvalidInput",
      "Cannot install a kernel in two places: choose one of user, sys-prefix and prefix",
    );
  }
  if (prefix !== undefined) return dataFolderBelow(prefix);
  return sysPrefix ? dataFolderBelow(activePrefix()) : userDataFolder();
}

/** The data folders in which Jupyter looks, and those into which a kernel was installed; or the one that is given. */
export function searchPath(place: JupyterPlace): readonly string[] {
  if (place.prefix !== undefined || place.sysPrefix || place.user) return [dataFolderOf(place)];
  const remembered = knownFolders().filter((folder) => existsSync(folder));
  return [...new Set([...jupyterFolders(), ...remembered])];
}

/** The data folders in which Jupyter looks, as far as they are known without asking Python. */
export function jupyterFolders(): readonly string[] {
  const { JUPYTER_PATH = "" } = process.env;
  const given = JUPYTER_PATH.split(delimiter).filter((folder) => folder !== "");
  const active = findActivePrefix();
  const environment = active === undefined ? [] : [dataFolderBelow(active)];
  const ofClone = existsSync(cloneFolder) ? [cloneFolder] : [];
  const system = process.platform === "win32" ? [] : ["/usr/local/share/jupyter", "/usr/share/jupyter"];
  return [...new Set([...given, userDataFolder(), ...environment, ...ofClone, ...system])];
}

function dataFolderBelow(prefix: string): string {
  return join(resolve(prefix), "share", "jupyter");
}

function activePrefix(): string {
  const found = findActivePrefix();
  if (found !== undefined) return found;
  throw new DlfLanceError(
    "InvalidInput",
    "Cannot install into a Python environment: none is active; activate the one Jupyter is in, or name its folder as the prefix",
  );
}

/** What `activate` sets, in venv and in conda. */
function findActivePrefix(): string | undefined {
  return process.env.VIRTUAL_ENV || process.env.CONDA_PREFIX || undefined;
}

function userDataFolder(): string {
  const { JUPYTER_DATA_DIR, XDG_DATA_HOME, APPDATA } = process.env;
  if (JUPYTER_DATA_DIR) return JUPYTER_DATA_DIR;
  if (process.platform === "darwin") return join(homedir(), "Library", "Jupyter");
  if (process.platform === "win32" && APPDATA) return join(APPDATA, "jupyter");
  return join(XDG_DATA_HOME || join(homedir(), ".local", "share"), "jupyter");
}
