/** The data folders of Jupyter into which kernels were installed by name: nothing else leads back to them. */

import { readFileSync } from "node:fs";
import { appendFile, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { stateFolder } from "../../state-folder.ts";

/** One path a line. */
const file = (): string => join(stateFolder(), "jupyter-folders");

/** Where it cannot be kept, the kernel is installed all the same. */
export async function rememberFolder(folder: string): Promise<void> {
  if (knownFolders().includes(folder)) return;
  try {
    await mkdir(dirname(file()), { recursive: true, mode: 0o700 });
    await appendFile(file(), `${folder}\n`);
  } catch {
    // `kernel status --prefix DIR` finds it.
  }
}

export function knownFolders(): readonly string[] {
  try {
    return readFileSync(file(), "utf8")
      .split("\n")
      .filter((line) => line !== "");
  } catch {
    return [];
  }
}
