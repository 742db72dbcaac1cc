import { Worker } from "node:worker_threads";
import { DlfLanceError } from "../errors.ts";
import { programFile } from "../package-folder.ts";
import { Secret } from "../secret.ts";
import type { LocalLake, LocalLakeOptions } from "./lake/lake-options.ts";
import type { WorkerReport } from "./lake/worker-report.ts";

export type { LocalLake, LocalLakeOptions } from "./lake/lake-options.ts";

const isNode = !("Deno" in globalThis || "Bun" in globalThis);

/**
 * Starts a local DLF catalog and OSS object store over a folder, in a separate thread, on 127.0.0.1 only.
 * The thread never keeps the process alive: a script that forgets `close()` ends all the same.
 *
 * @throws DlfLanceError InvalidInput for a folder or port that cannot be used
 */
export async function startLocalLake(options: LocalLakeOptions): Promise<LocalLake> {
  const worker = new Worker(programFile("local/worker"), {
    workerData: options,
    name: "dlf-lance local lake",
    // Deno and Bun refuse flags that are Node's.
    execArgv: isNode ? ["--disable-warning=ExperimentalWarning"] : [],
  });
  const exited = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
  const report = await firstReport(worker);
  if (report.kind === "failed") {
    await exited;
    throw new DlfLanceError(report.code, report.message);
  }
  worker.on("error", (error) => {
    process.emitWarning(
      `The local lake has stopped: ${error instanceof Error ? error.message : "unknown error"}`,
    );
  });
  worker.unref();
  // A secret makes itself known to whatever keeps secrets out of what is shown.
  new Secret(report.description.config["dlf.access-key-secret"] ?? "");
  new Secret(report.description.faults?.token ?? "");
  return {
    ...report.description,
    async close() {
      worker.ref();
      worker.postMessage("close");
      await exited;
    },
  };
}

function firstReport(worker: Worker): Promise<WorkerReport> {
  return new Promise((resolve) => {
    const fail = (reason: string) =>
      resolve({ kind: "failed", code: "Internal", message: `Cannot start the local lake: ${reason}` });
    worker.once("message", resolve);
    worker.once("error", (error) => fail(error instanceof Error ? error.message : "its thread has failed"));
    worker.once("exit", () => fail("its thread has ended"));
  });
}
