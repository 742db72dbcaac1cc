/**
 * The thread of the front ends: it reads, checks, redacts and signs messages, knows the language and keeps the queue
 * of cells, while the main thread runs them. What cells do to the built-in objects does not reach it.
 */
import { parentPort, workerData } from "node:worker_threads";
import { serverSettings } from "../language/cell-project.ts";
import { type LanguageServer, startLanguageServer } from "../language/language-server.ts";
import { tellError } from "../wire/tell-error.ts";
import type { FrontStart, ToMain } from "../wire/thread-messages.ts";
import { cellScope } from "./cell-scope.ts";

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

function tellMain(message: ToMain): void {
  parentPort?.postMessage(message);
}

/** The checker reads the declarations in its own process while the rest is loaded here. */
async function serve(): Promise<void> {
  const { startChecker } = await import("../language/start-checker.ts");
  const checker = startChecker(start.folder, cellScope(start.prelude), server);
  tellMain({ kind: "prelude" });
  const { serveFront } = await import("./serve-front.ts");
  await serveFront(start, checker);
}

// An exception that nobody catches would end the thread at once, and ZeroMQ would abort the process.
serve().catch((error: unknown) => {
  server?.close();
  const reason = error instanceof Error ? error.message : tellError(error);
  tellMain({ kind: "failed", reason });
  parentPort?.close();
});
