/**
 * The process a Jupyter front end starts. It loads the kernel's modules, or, where that is asked for, goes on as a kernel
 * from a startup snapshot, and sees to it that the next one has one.
 */
import { beginAttempt, findSnapshot, type SnapshotPlace } from "./kernel/snapshot-store.ts";

function run(connectionFile: string | undefined): Promise<void> {
  if (connectionFile === undefined) {
    throw new Error(
      "usage: run-kernel CONNECTION_FILE. Jupyter starts this program; see: dlf-lance kernel install",
    );
  }
  // Only where it is asked for: Node 24 aborts such a process when one of its threads loads `node:net`.
  const canStartQuickly = process.env.DLF_LANCE_SNAPSHOT === "on" && typeof process.execve === "function";
  if (!canStartQuickly) return startPlainly(connectionFile);
  const place = findSnapshot();
  if (place !== undefined) startFrom(place, connectionFile);
  return startPlainly(connectionFile).then(buildWhenIdle);
}

/** This process becomes the kernel: Jupyter goes on to see the one it has started. Returns only if that fails. */
function startFrom(place: SnapshotPlace, connectionFile: string): void {
  beginAttempt(place);
  const options = [...process.execArgv, "--snapshot-blob", place.snapshot];
  process.execve?.(process.execPath, [process.execPath, ...options, connectionFile], process.env);
}

async function startPlainly(connectionFile: string): Promise<void> {
  const { startNotebookKernel } = await import("./notebook-kernel.ts");
  await startNotebookKernel(connectionFile);
}

async function buildWhenIdle(): Promise<void> {
  const { untilIdle } = await import("./kernel/until-idle.ts");
  await untilIdle();
  const { buildSnapshot } = await import("./kernel/build-snapshot.ts");
  // A kernel without a snapshot is slower to start, and works: who wants to know why asks `kernel install`.
  await buildSnapshot({ isUrgent: false }).catch(() => undefined);
}

Promise.resolve(process.argv[2])
  .then(run)
  .catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
