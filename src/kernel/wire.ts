/**
 * The main thread's end of the kernel's sockets, which have a thread of their own. Everything that leaves the main
 * thread goes through one function, {@link createExit}, which takes the secrets out.
 */
import { Worker } from "node:worker_threads";
import { redactText } from "../redaction/redact-text.ts";
import type { ConnectionFile } from "./connection-file.ts";
import type { Request, RequestChannel } from "./message.ts";
import type { StreamName } from "./output-streams.ts";
import { serializeRedacted } from "./redact-message.ts";
import { sharedSlots } from "./shared-state.ts";
import { tellError } from "./tell-error.ts";
import {
  type FromSockets,
  type OutgoingMessage,
  type OutgoingText,
  type ThreadStart,
  type ToSockets,
  weightOf,
} from "./thread-messages.ts";

export type Content = Readonly<Record<string, unknown>>;

export interface Wire {
  /** Sends to every client. Throws when `content` has no JSON form (a cycle, a throwing `toJSON`). */
  publish(type: string, content: Content, parent: Request | undefined): void;
  /** Sends text of a stream to every client, together with what follows it soon. */
  write(name: StreamName, text: string, parent: Request | undefined): void;
  /** Sends to the client that made the request, on the channel it used or the one given. */
  answer(request: Request, type: string, content: Content, channel?: RequestChannel): void;
  /** Sends all that was handed in, then closes the sockets. */
  close(): Promise<void>;
}

/** What hears of the sockets. */
export interface WireListener {
  /** Hears every well-signed request that the thread of the sockets does not answer itself. */
  request(request: Request): void;
  /** Somebody asks to stop this cell, 0 for none. */
  interrupt(cell: number): void;
  shutdown(): void;
  /** Hears of requests that are malformed or wrongly signed, and of what was not sent. */
  complain(text: string): void;
}

/**
 * Starts the thread of the sockets. It listens, and answers who the kernel is, whatever this thread does next. Where it
 * can not, the process says so and ends.
 */
export function openWire(
  connection: ConnectionFile,
  shared: Int32Array<SharedArrayBuffer>,
  kernelInfo: Content,
  listener: WireListener,
): Wire & { readonly listening: Promise<void> } {
  const start: ThreadStart = {
    connection,
    shared: shared.buffer,
    kernelInfo: serializeRedacted(kernelInfo),
  };
  // Its own stdout and stderr would come out as the output of a cell.
  const worker = new Worker(threadFile(), {
    workerData: start,
    stdout: true,
    stderr: true,
    execArgv: ["--no-warnings"],
  });
  const { promise: listening, resolve } = Promise.withResolvers<void>();
  const ended = new Promise<void>((done) => worker.once("exit", () => done()));
  worker.once("error", (error) => {
    listener.complain(`the thread of the sockets failed: ${tellError(error)}`);
    // Without sockets nobody can even end this process.
    process.exit(1);
  });
  worker.stderr.on("data", (data: Buffer) => listener.complain(data.toString().trimEnd()));

  function hear(message: FromSockets): void {
    switch (message.kind) {
      case "listening":
        resolve();
        break;
      case "failed":
        listener.complain(`can not listen where the connection file says: ${message.reason}`);
        void ended.then(() => process.exit(1));
        break;
      case "request":
        listener.request(message.request);
        break;
      case "interrupt":
        listener.interrupt(message.cell);
        break;
      case "shutdown":
        listener.shutdown();
        break;
      case "complaint":
        listener.complain(message.text);
        break;
      default:
        message satisfies never;
    }
  }

  worker.on("message", hear);
  const exit = createExit((message) => {
    waitForRoom(shared);
    Atomics.add(shared, sharedSlots.outstanding, weightOf(message));
    worker.postMessage(message);
  });
  return {
    ...exit,
    listening,
    close: async () => {
      worker.postMessage({ kind: "end" } satisfies ToSockets);
      await ended;
    },
  };
}

/** The one exit: every text it hands to `send` has been through the filter. */
export function createExit(
  send: (message: OutgoingMessage | OutgoingText) => void,
): Pick<Wire, "publish" | "write" | "answer"> {
  const parents = new WeakMap<Request, string>();

  /** The client finds its request by these two; they are its own words, and no place for a secret. */
  function parentOf(request: Request | undefined): string {
    if (request === undefined) return "{}";
    const known = parents.get(request);
    if (known !== undefined) return known;
    const { msg_id, session, ...rest } = request.header;
    const text = JSON.stringify({ ...(JSON.parse(serializeRedacted(rest)) as object), msg_id, session });
    parents.set(request, text);
    return text;
  }

  function transmit(
    channel: RequestChannel | "iopub",
    identities: readonly Uint8Array[],
    type: string,
    content: Content,
    parent: Request | undefined,
  ): void {
    const message = {
      channel,
      type,
      identities,
      parent: parentOf(parent),
      content: serializeRedacted(content),
    };
    send({ kind: "message", ...message });
  }

  return {
    publish: (type, content, parent) => transmit("iopub", [], type, content, parent),
    write: (name, text, parent) => {
      send({ kind: "text", name, parent: parentOf(parent), text: redactText(text) });
    },
    answer: (request, type, content, channel = request.channel) =>
      transmit(channel, request.identities, type, content, request),
  };
}

/** The weight that may wait for slow clients; whoever writes more waits for them. */
const roomOutside = 8 << 20;
/** Milliseconds between two looks whether an interrupt ends the wait. */
const waitingTime = 1_000;
/** Milliseconds after which the thread of the sockets is taken for dead. */
const longestWait = 60_000;

/** Blocks this thread: a cell that prints without end must not fill the memory. */
function waitForRoom(shared: Int32Array<SharedArrayBuffer>): void {
  const { outstanding, stop, running } = sharedSlots;
  for (const start = Date.now(); Date.now() - start < longestWait; ) {
    const waiting = Atomics.load(shared, outstanding);
    if (waiting <= roomOutside) return;
    const cell = Atomics.load(shared, running);
    if (cell !== 0 && Atomics.load(shared, stop) === cell) return;
    Atomics.wait(shared, outstanding, waiting, waitingTime);
  }
}

/** Looked up late: a process that begins as a snapshot may lie elsewhere than where the snapshot was made. */
function threadFile(): URL {
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  return new URL(`./wire-thread.${extension}`, import.meta.url);
}
