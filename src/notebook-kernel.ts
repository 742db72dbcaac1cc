/** The kernel with this package's helpers in scope: what Jupyter starts, from its modules or from a snapshot. */
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { startKernel } from "./kernel/kernel.ts";
import type { Prelude } from "./kernel/prelude.ts";
import { endAttempt } from "./kernel/snapshot-store.ts";
import { warmCompiler } from "./kernel/warm-compiler.ts";

const isSource = import.meta.url.endsWith(".ts");

const prelude: Prelude = {
  module: "dlf-lance",
  /** What a cell has in scope without an import. */
  names: ["append", "col", "connect", "describe", "lit", "read", "redact", "show"],
  types: fileURLToPath(new URL(isSource ? "./index.ts" : "./index.d.ts", import.meta.url)),
  load: () =>
    createRequire(import.meta.url)(isSource ? "./index.ts" : "./index.js") as Record<string, unknown>,
};

/** Starts a kernel for the current folder, and settles when it listens. */
export function startNotebookKernel(connectionFile: string): Promise<void> {
  return startKernel(connectionFile, prelude);
}

/** Loads and warms up the compiler; answers the files it has read. */
export function warmUp(): readonly string[] {
  return warmCompiler(prelude);
}

/** What a process does that starts from a snapshot: is a kernel, or only tries to be one. */
export function startFromSnapshot(connectionFile: string | undefined): void {
  startNotebookKernel(connectionFile ?? "")
    .then(() => {
      endAttempt();
      if (process.env.DLF_LANCE_SNAPSHOT_TRY !== undefined) process.kill(process.pid, "SIGTERM");
    })
    .catch((error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exitCode = 1;
    });
}
