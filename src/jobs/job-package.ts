/** The one import of fflate: what a job runs, as the archive that Ray hands to the machines of a cluster. */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import type * as Fflate from "fflate";
import { pythonFolder } from "../daft/environment.ts";
import type { PackedProgram } from "../daft/program.ts";

export interface JobPackage {
  /** As Ray wants it named: after what is in it. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What {@link PackedProgram} says, and the columns of a table that is to be made as the catalog lists them. */
export interface JobContent extends PackedProgram {
  readonly fields: readonly object[];
}

const moduleName = "dlf_lance_daft";
/** Archives know no earlier one; the same content has the same bytes. */
const anyTime = new Date("2000-01-01T00:00:00Z");

/** The Python half of this package, and what it is to do. Holds no keys: see {@link JobContent.program}. */
export async function packJob({ program, target, tables, fields }: JobContent): Promise<JobPackage> {
  const folder = join(pythonFolder, moduleName);
  const names = (await readdir(folder)).filter((name) => name.endsWith(".py")).sort();
  const files: Record<string, Uint8Array> = {};
  for (const name of names) files[`${moduleName}/${name}`] = await readFile(join(folder, name));
  files["job.json"] = Buffer.from(JSON.stringify({ program, target, fields, tables: tables.length }));
  for (const [number, bytes] of tables.entries()) files[`rows-${number}.arrow`] = bytes;
  const { zipSync } = createRequire(import.meta.url)("fflate") as typeof Fflate;
  const bytes = zipSync(files, { level: 6, mtime: anyTime });
  const digest = createHash("sha256").update(bytes).digest("hex").slice(0, 32);
  return { name: `_ray_pkg_${digest}.zip`, bytes };
}
