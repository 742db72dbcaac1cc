/** What is installed of the kernel, in lines for a person. */
import { execFile } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { packageFolder } from "../../package-folder.ts";
import { type InstalledKernel, listKernels } from "./install-kernel.ts";
import { type JupyterPlace, jupyterFolders } from "./jupyter-folders.ts";
import { isNewEnough, oldestNode } from "./node-version.ts";

const run = promisify(execFile);

export interface StatusOptions extends JupyterPlace {
  /** Also the kernels of other copies of this package that Jupyter finds in other environments only. */
  readonly all?: boolean;
}

/**
 * Some lines for a kernel: first those that start this copy of the package, then those of other copies that Jupyter
 * finds here. The rest, which other clones and projects have installed into environments of theirs, is a number.
 */
export async function describeStatus({
  all = false,
  ...place
}: StatusOptions = {}): Promise<readonly string[]> {
  const kernels = await listKernels(place);
  const own = kernels.filter(startsThisPackage);
  const others = kernels.filter((kernel) => !startsThisPackage(kernel));
  const isNamed = Object.values(place).some((value) => value !== undefined && value !== false);
  const folders = all || isNamed ? undefined : jupyterFolders();
  const near = others.filter(({ folder }) => folders?.includes(dirname(dirname(folder))) ?? true);
  const described = await Promise.all([...own, ...near].map(describeKernel));
  const lines = described.flat();
  if (own.length === 0) {
    lines.unshift(`no kernel starts this package, ${packageFolder}: dlf-lance kernel install`);
  }
  const rest = others.length - near.length;
  if (rest > 0) {
    const kernelsOf = rest === 1 ? "1 kernel starts another copy" : `${rest} kernels start other copies`;
    lines.push(`${kernelsOf} of this package, from environments that are not active: kernel status --all`);
  }
  return lines;
}

/** Links are followed: npm makes some. */
export function startsThisPackage(kernel: InstalledKernel): boolean {
  try {
    return realpathSync(kernel.packageFolder) === realpathSync(packageFolder);
  } catch {
    return false;
  }
}

async function describeKernel(kernel: InstalledKernel): Promise<string[]> {
  return [
    `${kernel.name}: ${kernel.displayName}`,
    `  folder: ${kernel.folder}`,
    `  package: ${kernel.packageFolder} (${describePackage(kernel)})`,
    `  node: ${kernel.node} (${await describeNode(kernel.node)})`,
  ];
}

function describePackage(kernel: InstalledKernel): string {
  if (!isBuilt(kernel)) return "gone or not built: kernel install --force";
  if (startsThisPackage(kernel)) return "this copy";
  return "another copy; kernel install --force makes it this one";
}

export function isBuilt({ packageFolder, engine }: InstalledKernel): boolean {
  const program = engine === "tslab" ? "run-tslab.js" : "run-kernel.js";
  return existsSync(join(packageFolder, "dist", program));
}

async function describeNode(node: string): Promise<string> {
  try {
    const { stdout } = await run(node, ["--version"], { timeout: 10_000 });
    return isNewEnough(stdout)
      ? stdout.trim()
      : `${stdout.trim()}, too old: it takes ${oldestNode.join(".")} or newer`;
  } catch {
    return "does not run: kernel install --force";
  }
}
