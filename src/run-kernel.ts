/** The process a Jupyter front end starts: the kernel with this package's helpers in scope. */
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { startKernel } from "./kernel/kernel.ts";

/** What a cell has in scope without an import. */
const helperNames = ["append", "col", "connect", "describe", "lit", "read", "redact", "show"] as const;

function run(connectionFile: string | undefined): Promise<void> {
  if (connectionFile === undefined) {
    throw new Error(
      "usage: run-kernel CONNECTION_FILE. Jupyter starts this program; see: dlf-lance kernel install",
    );
  }
  const isSource = import.meta.url.endsWith(".ts");
  const load = createRequire(import.meta.url);
  return startKernel(connectionFile, {
    module: "dlf-lance",
    names: helperNames,
    types: fileURLToPath(new URL(isSource ? "./index.ts" : "./index.d.ts", import.meta.url)),
    load: () => load(isSource ? "./index.ts" : "./index.js") as Record<string, unknown>,
  });
}

Promise.resolve(process.argv[2])
  .then(run)
  .catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
