/** Folders for what DuckDB writes when memory is full: readable by nobody else, and gone with the process. */

import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { chmod, mkdir, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const namePattern = /^dlf-lance-spill-(\d+)-[0-9a-f]+$/;

const ours = new Set<string>();
let isSwept = false;

/** A folder with the id of this process in its name. The first one removes what killed processes have left. */
export async function createSpillFolder(): Promise<string> {
  if (!isSwept) {
    isSwept = true;
    process.once("exit", () => {
      for (const folder of ours) rmSync(folder, { recursive: true, force: true });
    });
    // Nobody waits for it.
    void sweep();
  }
  const folder = join(tmpdir(), `dlf-lance-spill-${process.pid}-${randomBytes(8).toString("hex")}`);
  await mkdir(folder, { mode: 0o700 });
  // The mode of a new folder is cut by the process's mask, but never widened.
  await chmod(folder, 0o700);
  ours.add(folder);
  return folder;
}

export async function removeSpillFolder(folder: string): Promise<void> {
  ours.delete(folder);
  await rm(folder, { recursive: true, force: true });
}

/** Removes the folders of processes that have ended. Those of other users stay, as they cannot be removed. */
async function sweep(): Promise<void> {
  const names = await readdir(tmpdir()).catch(() => []);
  for (const name of names) {
    const id = namePattern.exec(name)?.[1];
    if (id === undefined || isRunning(Number(id))) continue;
    await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => undefined);
  }
}

function isRunning(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
