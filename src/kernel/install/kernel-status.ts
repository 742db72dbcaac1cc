/** What is installed of the kernel, in lines for a person. */
import { execFile } from "node:child_process";
import { existsSync, readdirSync, rmdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { cacheFolder } from "../cache-folder.ts";
import { locateSnapshot, snapshotState } from "../snapshot-store.ts";
import { type InstalledKernel, listKernels } from "./install-kernel.ts";
import type { JupyterPlace } from "./jupyter-folders.ts";
import { isNewEnough, oldestNode } from "./node-version.ts";

const run = promisify(execFile);

/** One line for a kernel, or more, and one for the snapshot of this package under this Node. */
export async function describeStatus(place: JupyterPlace = {}): Promise<readonly string[]> {
  const kernels = await listKernels(place);
  const told = await Promise.all(kernels.map(describeKernel));
  const installed = told.length > 0 ? told.flat() : ["no kernel is installed: dlf-lance kernel install"];
  return [
    ...installed,
    describeOwnSnapshot(),
    `cache: ${cacheFolder()}, ${megabytes(sizeOf(cacheFolder()))}`,
  ];
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

function describeOwnSnapshot(): string {
  const place = locateSnapshot();
  const state = snapshotState(place);
  switch (state) {
    case "fresh":
      return `snapshot: ${place.snapshot}, ${megabytes(sizeOf(place.snapshot))}`;
    case "stale":
      return "snapshot: stale; the next kernel builds it anew, or: dlf-lance kernel install";
    case "missing":
      return "snapshot: missing; the next kernel builds it, or: dlf-lance kernel install";
    default:
      return state satisfies never;
  }
}

/** Removes what the package keeps outside its own folder and can make again; answers the paths. */
export function cleanCache(): readonly string[] {
  const { folder } = locateSnapshot();
  if (!existsSync(folder)) return [];
  const removed = readdirSync(folder).map((name) => join(folder, name));
  rmSync(folder, { recursive: true });
  // The folder above may be one that somebody has named, and hold more.
  if (readdirSync(cacheFolder()).length === 0) rmdirSync(cacheFolder());
  return removed;
}

/** Bytes of a file, or of all files below a folder. */
function sizeOf(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return 0;
  if (!found.isDirectory()) return found.size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
