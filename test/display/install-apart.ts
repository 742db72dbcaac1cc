/** Packages that are too large to be dependencies of the tests: npm puts each into a folder of its own, once. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { delimiter, dirname, resolve } from "node:path";
import { promisify } from "node:util";

const root = resolve(import.meta.dirname, "../../.dlf-lance");

/** The folder with the package in its `node_modules`. @param name such as `deno@2.9.6` */
export async function installApart(name: string): Promise<string> {
  const folder = resolve(root, name.replace("@", "-"));
  if (existsSync(folder)) return folder;
  const fresh = `${folder}.${process.pid}`;
  await mkdir(fresh, { recursive: true });
  // npm leaves parts out that want a newer Node than the one it runs on, so it runs on that of the tests.
  const path = [dirname(process.execPath), process.env.PATH].join(delimiter);
  await promisify(execFile)("npm", ["install", "--ignore-scripts", "--prefix", fresh, name], {
    cwd: fresh,
    env: { ...process.env, PATH: path },
  });
  await rename(fresh, folder).catch(() => rm(fresh, { recursive: true }));
  return folder;
}
