import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

/** What every test can rely on being there; read it with vitest's `inject`. */
export interface Prepared {
  /** A Python with JupyterLab and nbconvert. */
  readonly jupyterPython: string;
  /** A Python with lance-dlf, daft, pylance and jupyter_kernel_test. */
  readonly testPython: string;
  /** A Python with pypaimon, which wants another pyarrow than the others. */
  readonly paimonPython: string;
  /** A Chromium to look at notebooks with. */
  readonly chromium: string;
  /** A Python with Daft and Ray; missing where the run is not about these. */
  readonly rayPython?: string;
  /** An empty folder that this run alone has, for the package as others install it. */
  readonly installedPackage: string;
  /** The arguments of `java` that start Paimon's catalog server, but for its own options. */
  readonly paimonServer: readonly string[];
}

type SetUp = Omit<Prepared, "installedPackage">;

declare module "vitest" {
  export interface ProvidedContext extends Prepared {}
}

const { prepare } = createRequire(import.meta.url)("../src/setup/prepare.cjs") as {
  prepare(wanted: { notebooks: true; testPython: true; chromium: true; paimon: true }): Promise<SetUp>;
};

/** Sets the clone up, unless `npm test` has just done so and says where everything is; returns what cleans up. */
export default async function setup(project: TestProject): Promise<() => void> {
  const known = process.env.DLF_LANCE_PREPARED;
  const prepared: SetUp =
    known === undefined
      ? await prepare({ notebooks: true, testPython: true, chromium: true, paimon: true })
      : (JSON.parse(known) as SetUp);
  // A run of few files has prepared what these need, and nothing else.
  for (const name of Object.keys(prepared) as (keyof SetUp)[]) project.provide(name, prepared[name]);
  const installedPackage = mkdtempSync(join(tmpdir(), "dlf-lance-package-"));
  project.provide("installedPackage", installedPackage);
  return () => rmSync(installedPackage, { recursive: true, force: true });
}
