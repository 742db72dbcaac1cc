/** The thread that {@link startLocalLake} starts: runs a lake until it is asked to close it. */
import { parentPort, workerData } from "node:worker_threads";
import { isError, messageOf } from "../errors.ts";
import { openLake } from "./lake/lake.ts";
import type { LocalLakeOptions } from "./lake/lake-options.ts";
import { openSharedLake } from "./lake/shared-lake.ts";
import type { WorkerReport } from "./lake/worker-report.ts";

const port = parentPort;

function report(message: WorkerReport): void {
  port?.postMessage(message);
}

/** By itself, with nothing left to wait for; the ports of Deno's threads cannot be closed. */
function endThread(): void {
  if (typeof port?.close === "function") port.close();
  else process.exit();
}

const options = workerData as LocalLakeOptions;

(options.share === true ? openSharedLake(options) : openLake(options)).then(
  ({ close, ...description }) => {
    port?.once("message", () => {
      close().finally(endThread);
    });
    report({ kind: "ready", description });
  },
  (error: unknown) => {
    const code = isError(error) ? error.code : "Internal";
    report({ kind: "failed", code, message: messageOf(error) });
    endThread();
  },
);
