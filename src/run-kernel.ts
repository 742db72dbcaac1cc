/** The process a Jupyter front end starts: a kernel with this package's helpers in scope. */
import { type CompilerProcess, startCompiler } from "./kernel/compiler-process.ts";
import { findSnapshot } from "./kernel/snapshot-store.ts";
import { notebookPrelude } from "./notebook-prelude.ts";

const usesSnapshot = process.env.DLF_LANCE_SNAPSHOT !== "off";

async function run(connectionFile: string | undefined): Promise<void> {
  if (connectionFile === undefined) {
    throw new Error(
      "usage: run-kernel CONNECTION_FILE. Jupyter starts this program; see: dlf-lance kernel install",
    );
  }
  // It starts while the kernel's modules load.
  const compiler = startCompiler(notebookPrelude, process.cwd(), usesSnapshot ? findSnapshot : undefined);
  const { startKernel } = await import("./kernel/kernel.ts");
  await startKernel(connectionFile, notebookPrelude, compiler);
  await buildSnapshotWhenIdle(compiler);
}

/** The next kernel starts from it. */
async function buildSnapshotWhenIdle(compiler: CompilerProcess): Promise<void> {
  if (compiler.isFromSnapshot() || !usesSnapshot) return;
  const { untilIdle } = await import("./kernel/until-idle.ts");
  await untilIdle();
  const { buildSnapshot } = await import("./kernel/build-snapshot.ts");
  // A kernel without a snapshot is slower to start, and works: who wants to know why asks `kernel install`.
  await buildSnapshot(notebookPrelude, { isUrgent: false }).catch(() => undefined);
}

run(process.argv[2]).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
