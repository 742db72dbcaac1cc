/**
 * The documents that are open at a language server. A server that dies or hangs is replaced by one that receives them
 * all, and what it was asked is asked once more.
 */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type LanguageServer, ServerEnded, startLanguageServer } from "./language-server.ts";

export interface Documents {
  /** Opens a document of a folder, or gives it another text. It hides the file of that name, if there is one. */
  put(name: string, text: string): void;
  /** The same for a document that no other one refers to. */
  putDraft(name: string, text: string): void;
  remove(name: string): void;
  /** Another number once anything but a draft has changed: what was asked of a draft before may have another answer. */
  revision(): number;
  addressOf(name: string): string;
  ask(method: string, parameters: object, signal?: AbortSignal): Promise<unknown>;
  tell(method: string, parameters: object): void;
  /** The server's, while it runs. */
  processId(): number | undefined;
  close(): void;
}

interface Document {
  readonly text: string;
  readonly version: number;
}

/** @param first a server that has been started already; else the first question starts one */
export function openDocuments(
  folder: string,
  settings: Readonly<Record<string, object>>,
  first?: LanguageServer,
): Documents {
  const open = new Map<string, Document>();
  /** One that has ended hears nothing. */
  let server = first;
  let isClosed = false;
  let revision = 0;

  function running(): LanguageServer {
    if (isClosed) throw new ServerEnded("The type checker is closed");
    if (server?.hasEnded() === false) return server;
    const started = startLanguageServer(folder, settings);
    server = started;
    for (const [name, document] of open) tellOpen(started, name, document);
    return started;
  }

  function tellOpen(to: LanguageServer, name: string, { text, version }: Document): void {
    const languageId = languages[/\.(\w+)$/.exec(name)?.[1] ?? ""] ?? "typescript";
    to.tell("textDocument/didOpen", { textDocument: { uri: addressOf(name), languageId, version, text } });
  }

  function addressOf(name: string): string {
    return pathToFileURL(resolve(folder, name)).href;
  }

  function put(name: string, text: string): void {
    const before = open.get(name);
    const document = { text, version: (before?.version ?? 0) + 1 };
    open.set(name, document);
    if (server === undefined || before?.text === text) return;
    if (before === undefined) tellOpen(server, name, document);
    else {
      const textDocument = { uri: addressOf(name), version: document.version };
      server.tell("textDocument/didChange", { textDocument, contentChanges: [{ text }] });
    }
  }

  return {
    put: (name, text) => {
      if (open.get(name)?.text !== text) revision += 1;
      put(name, text);
    },
    putDraft: put,
    remove: (name) => {
      if (!open.delete(name)) return;
      revision += 1;
      server?.tell("textDocument/didClose", { textDocument: { uri: addressOf(name) } });
    },
    revision: () => revision,
    addressOf,
    ask: async (method, parameters, signal) => {
      try {
        return await running().ask(method, parameters, signal);
      } catch (error) {
        if (!(error instanceof ServerEnded) || isClosed || signal?.aborted === true) throw error;
        return await running().ask(method, parameters, signal);
      }
    },
    tell: (method, parameters) => {
      revision += 1;
      server?.tell(method, parameters);
    },
    processId: () => server?.processId,
    close: () => {
      isClosed = true;
      server?.close();
    },
  };
}

const languages: Readonly<Record<string, string>> = { tsx: "typescriptreact", json: "json" };
