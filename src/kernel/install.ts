/** Tells Jupyter of the kernel: writes its kernelspec, and nothing else, where Jupyter looks for it. */
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { DlfLanceError } from "../errors.ts";

export interface InstallOptions {
  /** Writes below DIR/share/jupyter, such as a virtual environment, instead of the user's Jupyter data folder. */
  readonly prefix?: string;
  /** Folder name of the kernel: lower case, digits, `.`, `_` and `-`. */
  readonly name?: string;
  /** The name front ends show. */
  readonly displayName?: string;
  /** Replaces a different kernel of that name. */
  readonly force?: boolean;
}

export interface InstalledKernel {
  readonly name: string;
  readonly displayName: string;
  /** Absolute path of the kernelspec's folder. */
  readonly folder: string;
}

const kernelSpec = z.looseObject({ argv: z.array(z.string()), display_name: z.string() });

const packageFolder = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Writes the kernelspec, made of the package's `kernel.json` with the absolute paths of this Node and this
 * package. Installing the same again changes nothing.
 *
 * @throws `InvalidInput` for a name Jupyter would not find again, or when another kernel has the name
 */
export async function installKernel(options: InstallOptions = {}): Promise<InstalledKernel> {
  const name = options.name ?? "dlf-lance";
  // Jupyter lists names in lower case, and JupyterLab then does not find a folder that is spelled otherwise.
  if (!/^[a-z0-9][a-z0-9._-]*$/.test(name)) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot install the kernel as "${name}": a kernel's name has only lower-case letters, digits, ".", "_" and "-".`,
    );
  }
  const dataFolder =
    options.prefix === undefined ? userDataFolder() : join(resolve(options.prefix), "share", "jupyter");
  const folder = join(dataFolder, "kernels", name);
  const spec = await fillTemplate(options.displayName);
  const text = `${JSON.stringify(spec, null, 2)}\n`;
  const file = join(folder, "kernel.json");
  const present = await readFile(file, "utf8").catch(() => undefined);
  if (present !== undefined && present !== text && options.force !== true) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot install the kernel as "${name}": ${file} describes another one; choose another name, or replace it with force.`,
    );
  }
  await mkdir(folder, { recursive: true });
  await replaceFile(file, text);
  return { name, displayName: spec.display_name, folder };
}

async function fillTemplate(displayName: string | undefined): Promise<z.infer<typeof kernelSpec>> {
  const template = kernelSpec.parse(JSON.parse(await readFile(join(packageFolder, "kernel.json"), "utf8")));
  const [, ...options] = template.argv;
  const argv = options.map((option) => option.replace("{resource_dir}/", packageFolder));
  return {
    ...template,
    argv: [process.execPath, ...argv],
    display_name: displayName ?? template.display_name,
  };
}

/** Readers see the old file or the new one, never a part. */
async function replaceFile(file: string, text: string): Promise<void> {
  const temporary = `${file}.${process.pid}`;
  try {
    await writeFile(temporary, text);
    await rename(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** @see https://docs.jupyter.org/en/latest/use/jupyter-directories.html#data-files */
function userDataFolder(): string {
  const { JUPYTER_DATA_DIR, XDG_DATA_HOME, APPDATA } = process.env;
  if (JUPYTER_DATA_DIR) return JUPYTER_DATA_DIR;
  if (process.platform === "darwin") return join(homedir(), "Library", "Jupyter");
  if (process.platform === "win32" && APPDATA) return join(APPDATA, "jupyter");
  return join(XDG_DATA_HOME || join(homedir(), ".local", "share"), "jupyter");
}
