/**
 * The thread of the front ends: it reads, checks, redacts and signs messages, knows the language and keeps the queue
 * of cells, while the main thread runs them. What cells do to the built-in objects does not reach it.
 */
import { parentPort, workerData } from "node:worker_threads";
import { serverSettings } from "../language/cell-project.ts";
import { type LanguageServer, startLanguageServer } from "../language/language-server.ts";
import { tellError } from "../wire/tell-error.ts";
import type { FrontStart, ToMain } from "../wire/thread-messages.ts";

const start = workerData as FrontStart;

/** Of all parts it takes longest to be ready: it starts before the others are loaded. */
const server = startEarly(start.folder);

/** Where the compiler is missing, the first cell says so. */
function startEarly(folder: string): LanguageServer | undefined {
  try {
    return startLanguageServer(folder, serverSettings);
  } catch {
    return undefined;
  }
}

// An exception that nobody catches would end the thread at once, and ZeroMQ would abort the process.
import("./serve-front.ts")
  .then(({ serveFront }) => serveFront(start, server))
  .catch((error: unknown) => {
    server?.close();
    const reason = error instanceof Error ? error.message : tellError(error);
    parentPort?.postMessage({ kind: "failed", reason } satisfies ToMain);
    parentPort?.close();
  });
