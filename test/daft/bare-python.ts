/** The Python of the tests as users have it: without packages that `dlf-lance daft install` does not bring. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject } from "vitest";

const hiding = `
import sys

class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("pandas", "polars", "duckdb", "altair"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Hidden())
`;

export interface BarePython {
  readonly python: string;
  remove(): void;
}

/** An interpreter for which these packages are not there. */
export function makeBarePython(): BarePython {
  const folder = mkdtempSync(join(tmpdir(), "bare-python-"));
  const python = join(folder, "python");
  writeFileSync(join(folder, "sitecustomize.py"), hiding);
  const start = `PYTHONPATH='${folder}' exec '${inject("testPython")}' "$@"`;
  writeFileSync(python, `#!/bin/sh\n${start}\n`, { mode: 0o700 });
  return { python, remove: () => rmSync(folder, { recursive: true }) };
}
