/** Folders for what DuckDB writes when memory is full: readable by nobody else, and gone with the process. */

import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const namePattern = /^dlf-lance-spill-(\d+)-[0-9a-f]+$/;

const ours = new Set<string>();
let isSwept = false;

/**
 * A folder with the id of this process in its name. The first one removes what killed processes have left. Made at once: whoever
 * waited for an event would open DuckDB after all that the process does first.
 */
export function createSpillFolder(): string {
  if (!isSwept) {
    isSwept = true;
    process.once("exit", () => {
      for (const folder of ours) rmSync(folder, { recursive: true, force: true });
    });
    // Nobody waits for it, and nobody is to wait because of it.
    setImmediate(() => void sweep());
  }
  const folder = join(tmpdir(), `dlf-lance-spill-${process.pid}-${randomBytes(8).toString("hex")}`);
  mkdirSync(folder, { mode: 0o700 });
  // The mode of a new folder is cut by the process's mask, but never widened.
  chmodSync(folder, 0o700);
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
