/**
 * A process of TypeScript's language server, and the client of its protocol: JSON-RPC over its standard streams. What
 * documents are open, and what is to happen when the process ends, is its owner's business.
 *
 * @see https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { DlfLanceError } from "../../errors.ts";

export interface LanguageServer {
  /**
   * Asks and waits for the answer. An abort cancels the request and rejects with the signal's reason; an answer that is
   * still missing a while later, or after two minutes in any case, costs the process its life.
   *
   * @throws ServerEnded where the process ends first
   */
  ask(method: string, parameters: object, signal?: AbortSignal): Promise<unknown>;
  tell(method: string, parameters: object): void;
  /** True once the process is gone: `ask` rejects then, and `tell` does nothing. */
  hasEnded(): boolean;
  readonly processId: number | undefined;
  close(): void;
}

/** The process is gone, and with it the answer. */
export class ServerEnded extends Error {
  override name = "ServerEnded";
}

interface Waiting {
  resolve(answer: unknown): void;
  reject(reason: unknown): void;
}

interface Received {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: { readonly items?: readonly { readonly section?: string }[] };
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

/** Milliseconds for the answer to a request that was cancelled. */
const patience = 5_000;
/** Milliseconds for any answer; a busy machine takes long to read a library's declarations. */
const longPatience = 120_000;

/** Go's collector takes a third of the time to the first answer, unless it waits until there is this much to collect. */
const collectsRarely = { GOGC: "off", GOMEMLIMIT: "320MiB" };

/**
 * @param folder the root of what it works on, and its working folder
 * @param settings what it hears when it asks for its configuration, by section
 */
export function startLanguageServer(
  folder: string,
  settings: Readonly<Record<string, object>>,
): LanguageServer {
  const waiting = new Map<number | string, Waiting>();
  let lastId = 0;
  let complaint = "";
  let endReason: string | undefined;
  const child = spawn(findTypeScript(), ["--lsp", "--stdio"], {
    cwd: folder,
    // It has no use for what is secret in the kernel's environment.
    env: { PATH: process.env.PATH ?? "", SYSTEMROOT: process.env.SYSTEMROOT ?? "", ...collectsRarely },
    stdio: "pipe",
    windowsHide: true,
  });
  keepNothingAlive(child);
  child.stdout.on("data", createReader(hear));
  child.stderr.on("data", (data: Buffer) => {
    complaint = (complaint + data.toString()).slice(-2_000);
  });
  child.once("error", (error) => end(error.message));
  child.once("exit", (code, signal) => end(`it ended with ${signal ?? code}. ${complaint}`));

  function end(reason: string): void {
    if (endReason !== undefined) return;
    endReason = reason;
    for (const { reject } of waiting.values()) reject(createEnded(reason));
    waiting.clear();
  }

  function hear(message: Received): void {
    if (message.id === undefined) return;
    if (message.method !== undefined) answer(message.id, message);
    else {
      const asked = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.error !== undefined) asked?.reject(new Error(message.error.message));
      else asked?.resolve(message.result);
    }
  }

  /** It asks for its settings, and to register watchers: anything but null is an error there and ends its start half-way. */
  function answer(id: number | string, { method, params }: Received): void {
    const isConfiguration = method === "workspace/configuration";
    const result = isConfiguration
      ? (params?.items ?? []).map(({ section = "" }) => settings[section] ?? {})
      : null;
    send({ id, result });
  }

  function send(message: object): void {
    const body = Buffer.from(JSON.stringify({ jsonrpc: "2.0", ...message }));
    child.stdin.write(Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]));
  }

  function ask(method: string, parameters: object, signal?: AbortSignal): Promise<unknown> {
    if (endReason !== undefined) return Promise.reject(createEnded(endReason));
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    lastId += 1;
    const id = lastId;
    const kill = (): void => {
      if (waiting.has(id)) child.kill("SIGKILL");
    };
    return new Promise((resolve, reject) => {
      const cancel = (): void => {
        send({ method: "$/cancelRequest", params: { id } });
        setTimeout(kill, patience).unref();
        reject(signal?.reason);
      };
      const limit = setTimeout(kill, longPatience).unref();
      const settle = (): void => {
        clearTimeout(limit);
        signal?.removeEventListener("abort", cancel);
      };
      signal?.addEventListener("abort", cancel, { once: true });
      waiting.set(id, {
        resolve: (result) => {
          settle();
          resolve(result);
        },
        reject: (reason) => {
          settle();
          reject(reason);
        },
      });
      send({ id, method, params: parameters });
    });
  }

  const root = pathToFileURL(folder).href;
  ask("initialize", {
    processId: process.pid,
    rootUri: root,
    workspaceFolders: [{ uri: root, name: "notebook" }],
    capabilities,
  }).catch(() => {});
  // What is sent before its answer is read after it.
  send({ method: "initialized", params: {} });
  return {
    ask,
    tell: (method, parameters) => {
      if (endReason === undefined) send({ method, params: parameters });
    },
    hasEnded: () => endReason !== undefined,
    processId: child.pid,
    close: () => {
      end("it was closed");
      child.kill();
    },
  };
}

const capabilities = {
  general: { positionEncodings: ["utf-16"] },
  textDocument: {
    diagnostic: {},
    completion: { completionItem: { documentationFormat: ["markdown"], labelDetailsSupport: true } },
    hover: { contentFormat: ["markdown"] },
    signatureHelp: {
      signatureInformation: {
        documentationFormat: ["markdown"],
        parameterInformation: { labelOffsetSupport: true },
        activeParameterSupport: true,
      },
    },
  },
  workspace: { configuration: true },
};

/** The compiler's own binary: TypeScript's launcher would be a second process in front of it. */
export function findTypeScript(): string {
  const { platform, arch } = process;
  const own = createRequire(import.meta.url);
  const typescript = createRequire(own.resolve("typescript/package.json"));
  try {
    const manifest = typescript.resolve(`@typescript/typescript-${platform}-${arch}/package.json`);
    return join(manifest, "..", "lib", platform === "win32" ? "tsc.exe" : "tsc");
  } catch {
    throw new DlfLanceError(
      "Unsupported",
      `Cannot check cells: TypeScript's compiler for ${platform}-${arch} is not installed; install dlf-lance without --omit=optional`,
    );
  }
}

function createEnded(reason: string): ServerEnded {
  return new ServerEnded(`The type checker's process is gone: ${reason}`);
}

/** It ends with this process: its standard input is closed then. */
function keepNothingAlive(child: ChildProcess): void {
  child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr]) {
    (stream as unknown as { unref?(): void } | null)?.unref?.();
    // A process that has ended is noticed by its exit.
    stream?.on("error", () => {});
  }
}

const separator = Buffer.from("\r\n\r\n");

/** Takes the messages out of what arrives in pieces; a piece is copied once, however many pieces a message has. */
function createReader(hear: (message: Received) => void): (data: Buffer) => void {
  let pieces: Buffer[] = [];
  let size = 0;
  let needed = 0;
  return (data) => {
    pieces.push(data);
    size += data.length;
    if (size < needed) return;
    let all = pieces.length === 1 ? data : Buffer.concat(pieces);
    for (;;) {
      const head = all.indexOf(separator);
      if (head < 0) {
        needed = 0;
        break;
      }
      const length = Number(/Content-Length: (\d+)/i.exec(all.toString("latin1", 0, head))?.[1]);
      const start = head + separator.length;
      needed = start + length;
      if (all.length < needed) break;
      const message = JSON.parse(all.toString("utf8", start, needed)) as Received;
      all = all.subarray(needed);
      hear(message);
    }
    pieces = [all];
    size = all.length;
  };
}
