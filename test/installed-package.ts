/** This package as somebody has it who ran `npm install` in a folder of their own: packed and installed once for all tests. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { inject } from "vitest";

const repository = resolve(import.meta.dirname, "..");
const { withLock } = createRequire(import.meta.url)("../src/setup/lock.cjs") as {
  withLock(file: string, work: () => void): Promise<void>;
};

/** How long the installation may take on a busy machine, in milliseconds. */
export const installTime = 600_000;

export interface InstalledPackage {
  /** Holds package.json and node_modules, far from this clone. */
  readonly project: string;
  /** The command `dlf-lance`, to be run with a Node. */
  readonly launcher: string;
  readonly tarball: string;
}

export async function installPackage(): Promise<InstalledPackage> {
  const folder = inject("installedPackage");
  const project = join(folder, "project");
  const tarball = join(folder, "dlf-lance.tgz");
  await withLock(join(folder, "lock"), () => {
    if (existsSync(join(folder, "done"))) return;
    const run = (cwd: string, ...words: string[]) => execFileSync("npm", words, { cwd, encoding: "utf8" });
    const packed = run(repository, "pack", "--silent", "--pack-destination", folder).trim();
    renameSync(join(folder, packed), tarball);
    mkdirSync(project, { recursive: true });
    writeFileSync(join(project, "package.json"), '{ "name": "somebody", "private": true }');
    run(project, "install", "--prefer-offline", "--no-audit", "--no-fund", tarball);
    writeFileSync(join(folder, "done"), "");
  });
  return { project, launcher: join(project, "node_modules", "dlf-lance", "src", "launcher.cjs"), tarball };
}
