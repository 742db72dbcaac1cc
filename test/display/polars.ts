/** nodejs-polars, which is too large to be a dependency of the tests: npm puts it into a folder of its own, once. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { delimiter, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";

const version = "0.26.1";
const folder = resolve(import.meta.dirname, "../../.dlf-lance", `polars-${version}`);

export interface Polars {
  readonly DataFrame: (columns: Readonly<Record<string, readonly unknown[]>>) => PolarsFrame;
  readonly col: (name: string) => PolarsColumn;
  readonly Datetime: (unit: string, zone: string) => unknown;
  readonly Decimal: (precision: number, scale: number) => unknown;
  readonly Categorical: unknown;
}

interface PolarsColumn {
  cast(type: unknown): PolarsColumn;
  alias(name: string): PolarsColumn;
}

interface PolarsFrame {
  withColumns(...columns: readonly PolarsColumn[]): PolarsFrame;
}

export async function loadPolars(): Promise<Polars> {
  if (!existsSync(folder)) await install();
  return createRequire(join(folder, "index.js"))("nodejs-polars") as Polars;
}

/** npm has to run on the Node of the tests: on an older one it leaves the native part out. */
async function install(): Promise<void> {
  const fresh = `${folder}.${process.pid}`;
  await mkdir(fresh, { recursive: true });
  const path = [dirname(process.execPath), process.env.PATH].join(delimiter);
  await promisify(execFile)("npm", ["install", "--prefix", fresh, `nodejs-polars@${version}`], {
    cwd: fresh,
    env: { ...process.env, PATH: path },
  });
  await rename(fresh, folder).catch(() => rm(fresh, { recursive: true }));
}
