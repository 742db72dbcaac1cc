/** Tells Jupyter of the kernel: writes its kernelspec where Jupyter looks for it, and remembers where that was. */
import { existsSync } from "node:fs";
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { DlfLanceError } from "../../errors.ts";
import { packageFolder } from "../../package-folder.ts";
import { z } from "../../zod.ts";
import { memoryOptions } from "../memory-limit.ts";
import { dataFolderOf, type JupyterPlace, searchPath } from "./jupyter-folders.ts";
import { rememberFolder } from "./known-folders.ts";

/** What runs the cells: our own kernel, or plain tslab with this package in reach. */
export type EngineName = "dlf-lance" | "tslab";

interface Engine {
  readonly name: string;
  /** Compiled, below `dist`. */
  readonly program: string;
  /** What its kernelspec holds instead of the template's. */
  readonly changes: Readonly<Record<string, unknown>>;
  readonly memoryOptions: typeof memoryOptions;
}

const engines: Readonly<Record<EngineName, Engine>> = {
  "dlf-lance": { name: "dlf-lance", program: "run-kernel.js", changes: {}, memoryOptions },
  tslab: {
    name: "dlf-lance-tslab",
    program: "run-tslab.js",
    changes: { display_name: "TypeScript (tslab)", interrupt_mode: "signal", metadata: {} },
    memoryOptions: (limit) => ({
      node: limit === undefined ? [] : [`--max-old-space-size=${limit}`],
      program: [],
    }),
  },
};

export interface InstallOptions extends JupyterPlace {
  /** What runs the cells; default `dlf-lance`. */
  readonly engine?: EngineName;
  /** Folder name of the kernel: lower case, digits, `.`, `_` and `-`; default that of the engine. */
  readonly name?: string;
  /** The name front ends show. */
  readonly displayName?: string;
  /** Megabytes that the values of cells may take, at least 256; without it, half of the machine's, at most 4,096. */
  readonly maxOldSpaceSize?: number;
  /** Replaces a different kernel of that name. */
  readonly force?: boolean;
}

export interface InstalledKernel {
  readonly name: string;
  readonly engine: EngineName;
  readonly displayName: string;
  /** Absolute path of the kernelspec's folder. */
  readonly folder: string;
  /** Absolute path of the Node it starts. */
  readonly node: string;
  /** The folder of the package that it starts. */
  readonly packageFolder: string;
}

const kernelSpec = z.looseObject({ argv: z.array(z.string()), display_name: z.string() });
type KernelSpec = z.infer<typeof kernelSpec>;

const logoFolder = join(packageFolder, "src", "kernel", "install", "logo");
/** What a kernelspec of ours starts, inside its package's folder. */
const program = /^(.*[\\/])dist[\\/]run-(kernel|tslab)\.js$/;

/**
 * Writes the kernelspec, made of the package's `kernel.json` with the absolute paths of this Node and this
 * package, and its icons. Installing the same again changes nothing.
 *
 * @throws DlfLanceError `InvalidInput` for a name Jupyter would not find again, or when another kernel has the name
 */
export async function installKernel(options: InstallOptions = {}): Promise<InstalledKernel> {
  const engine = engines[options.engine ?? "dlf-lance"];
  const name = checkName(options.name ?? engine.name);
  const folder = join(dataFolderOf(options), "kernels", name);
  const spec = await fillTemplate(engine, options);
  const text = `${JSON.stringify(spec, null, 2)}\n`;
  const file = join(folder, "kernel.json");
  const present = await readFile(file, "utf8").catch(() => undefined);
  if (present !== undefined && present !== text && options.force !== true) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot install the kernel as "${name}": ${file} describes another one; choose another name, or replace it with --force`,
    );
  }
  await mkdir(folder, { recursive: true });
  for (const logo of await readdir(logoFolder)) await copyFile(join(logoFolder, logo), join(folder, logo));
  await replaceFile(file, text);
  await rememberFolder(dataFolderOf(options));
  return describe(folder, spec);
}

/**
 * Removes a kernel that {@link installKernel} has written; answers its folder.
 *
 * @throws DlfLanceError `InvalidInput` when no kernel has that name, or it is not ours
 */
export async function uninstallKernel(
  options: JupyterPlace & { readonly name?: string } = {},
): Promise<string> {
  const name = checkName(options.name ?? "dlf-lance");
  const folder = join(dataFolderOf(options), "kernels", name);
  const installed = await readInstalled(folder);
  if (installed === undefined) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot uninstall the kernel "${name}": ${folder} holds no kernel of dlf-lance. See: dlf-lance kernel list`,
    );
  }
  await rm(folder, { recursive: true });
  return folder;
}

/** The kernels of this package, in any version, among those that Jupyter finds for this user. */
export async function listKernels(place: JupyterPlace = {}): Promise<readonly InstalledKernel[]> {
  const found: InstalledKernel[] = [];
  for (const dataFolder of searchPath(place)) {
    const folder = join(dataFolder, "kernels");
    const names = await readdir(folder).catch(() => []);
    for (const name of names.sort()) {
      const installed = await readInstalled(join(folder, name));
      if (installed !== undefined) found.push(installed);
    }
  }
  return found;
}

/** Jupyter lists names in lower case, and JupyterLab then does not find a folder that is spelled otherwise. */
function checkName(name: string): string {
  if (/^[a-z0-9][a-z0-9._-]*$/.test(name)) return name;
  throw new DlfLanceError(
    "InvalidInput",
    `"${name}" is not a name for a kernel: it has only lower-case letters, digits, ".", "_" and "-"`,
  );
}

async function readInstalled(folder: string): Promise<InstalledKernel | undefined> {
  const file = join(folder, "kernel.json");
  if (!existsSync(file)) return undefined;
  try {
    return describe(folder, kernelSpec.parse(JSON.parse(await readFile(file, "utf8"))));
  } catch {
    return undefined;
  }
}

/** @throws when the kernelspec is another program's */
function describe(folder: string, { argv, display_name }: KernelSpec): InstalledKernel {
  const [node = ""] = argv;
  const started = argv.map((argument) => program.exec(argument)).find((found) => found !== null);
  if (started == null) throw new Error(`${folder} describes another kernel`);
  const [, packageFolder = "", what] = started;
  const engine = what === "tslab" ? "tslab" : "dlf-lance";
  return { name: basename(folder), engine, displayName: display_name, folder, node, packageFolder };
}

async function fillTemplate(
  engine: Engine,
  { displayName, maxOldSpaceSize }: InstallOptions,
): Promise<KernelSpec> {
  const template = kernelSpec.parse(JSON.parse(await readFile(join(packageFolder, "kernel.json"), "utf8")));
  const [, ...options] = template.argv;
  const argv = options.map((option) =>
    option.replace("{resource_dir}", packageFolder).replace("run-kernel.js", engine.program),
  );
  const memory = engine.memoryOptions(
    maxOldSpaceSize === undefined ? undefined : checkMemory(maxOldSpaceSize),
  );
  const spec = {
    ...template,
    argv: [process.execPath, ...memory.node, ...argv, ...memory.program],
    ...engine.changes,
  };
  return displayName === undefined ? spec : { ...spec, display_name: displayName };
}

/** Below this the kernel itself has no room. */
const leastMemory = 256;

function checkMemory(megabytes: number): number {
  if (Number.isSafeInteger(megabytes) && megabytes >= leastMemory) return megabytes;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot install the kernel with a memory of ${megabytes} MB: it takes a whole number of at least ${leastMemory}`,
  );
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
