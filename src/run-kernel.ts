/** The process a Jupyter front end starts: a kernel with this package's helpers in scope. */
import { startKernel } from "./kernel/kernel.ts";
import { notebookPrelude } from "./notebook-prelude.ts";

/** Without it Node aborts when code is ended from outside that a timer or an event has called. */
const neededOption = "--no-force-async-hooks-checks";

const [connectionFile, ...options] = process.argv.slice(2);

async function run(): Promise<void> {
  if (connectionFile === undefined) {
    throw new Error(
      "usage: run-kernel CONNECTION_FILE. Jupyter starts this program; see: dlf-lance kernel install",
    );
  }
  // The kernelspec gives it; whoever starts this program by hand, or has an older kernelspec, does not.
  if (
    !process.execArgv.includes(neededOption) &&
    process.execve !== undefined &&
    process.platform !== "win32"
  ) {
    const { execPath, execArgv, argv } = process;
    process.execve(execPath, [execPath, neededOption, ...execArgv, ...argv.slice(1)]);
  }
  await startKernel(connectionFile, notebookPrelude, options);
}

run().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
