/** What is installed of the kernel, in lines for a person. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { type InstalledKernel, listKernels } from "./install-kernel.ts";
import type { JupyterPlace } from "./jupyter-folders.ts";
import { isNewEnough, oldestNode } from "./node-version.ts";

const run = promisify(execFile);

/** Some lines for a kernel. */
export async function describeStatus(place: JupyterPlace = {}): Promise<readonly string[]> {
  const kernels = await listKernels(place);
  const lines = await Promise.all(kernels.map(describeKernel));
  return lines.length > 0 ? lines.flat() : ["no kernel is installed: dlf-lance kernel install"];
}

async function describeKernel(kernel: InstalledKernel): Promise<string[]> {
  const program = existsSync(join(kernel.packageFolder, "dist", "run-kernel.js"))
    ? kernel.packageFolder
    : `${kernel.packageFolder} (gone or not built: install the kernel again)`;
  return [
    `${kernel.name}: ${kernel.displayName}`,
    `  folder: ${kernel.folder}`,
    `  package: ${program}`,
    `  node: ${kernel.node} (${await describeNode(kernel.node)})`,
  ];
}

async function describeNode(node: string): Promise<string> {
  try {
    const { stdout } = await run(node, ["--version"], { timeout: 10_000 });
    return isNewEnough(stdout)
      ? stdout.trim()
      : `${stdout.trim()}, too old: it takes ${oldestNode.join(".")} or newer`;
  } catch {
    return "does not run: install the kernel again";
  }
}
