/** The main thread's end of the front thread: all that leaves a cell goes through it. */
import { Worker } from "node:worker_threads";
import { programFile } from "../../package-folder.ts";
import { meetEnvironmentSecrets } from "../../redaction/environment-secrets.ts";
import { hearSecrets } from "../../redaction/known-secrets.ts";
import type { Failure } from "../wire/failure.ts";
import { serializeContent } from "../wire/serialize.ts";
import { roomOutside, type SharedState, sharedSlots } from "../wire/shared-state.ts";
import {
  type CellEnd,
  type FrontStart,
  type StreamName,
  type ToFront,
  type ToMain,
  weightOf,
} from "../wire/thread-messages.ts";
import type { BuiltIns } from "./built-ins.ts";

export type Content = Readonly<Record<string, unknown>>;

/** Descriptors for a child process to write to. */
export interface Lease {
  readonly stdout: number;
  readonly stderr: number;
  /** The child has started, or will not. `isOver`: it has ended; waits until all it wrote is on its way out. */
  giveBack(isOver?: boolean): void;
}

export interface Front {
  /** Sends to every client. Throws when `content` has no JSON form (a cycle, a throwing `toJSON`). */
  publish(type: string, content: Content, parent: string, metadata?: Content): void;
  write(name: StreamName, chunk: string | Uint8Array, parent: string): void;
  /** Lets a child process write to a cell, while this thread waits for it or not; undefined where that fails. */
  lend(parent: string): Lease | undefined;
  tell(
    message: Extract<
      ToFront,
      { kind: "answer" | "ask" | "interrupt" | "handled" | "table-names" | "tables" | "variables" }
    >,
  ): void;
  tellEnd(end: CellEnd): void;
  /** Writes one line to the terminal the kernel was started from, without secrets. */
  complain(text: string): void;
  /** Sends all that was handed in, then closes the sockets. */
  close(): Promise<void>;
  /**
   * The same, while this thread waits; nothing where it is closed already. `fail` answers what becomes of the cell
   * that is being worked on.
   */
  closeAtOnce(fail: () => Failure): void;
}

/**
 * Starts the front thread. It listens, and answers, whatever this thread does next. Where it can not, the process says
 * so and ends.
 */
export function openFront(
  start: Omit<FrontStart, "shared">,
  shared: SharedState,
  builtIns: Pick<BuiltIns, "protect" | "enter">,
  hear: (message: Exclude<ToMain, { kind: "listening" | "failed" }>) => void,
): Front & { readonly listening: Promise<void> } {
  // Its own stdout and stderr would come out as the output of a cell.
  const worker = new Worker(programFile("kernel/front/front-thread"), {
    workerData: { ...start, shared: shared.buffer } satisfies FrontStart,
    stdout: true,
    stderr: true,
    execArgv: ["--no-warnings"],
    // Parsers call themselves for each bracket of a cell; what is not used of a stack takes no memory.
    resourceLimits: { stackSizeMb: 256 },
  });
  // Cells may replace what stands on prototypes. A secret is sent wherever the process meets it.
  const send: (message: ToFront) => void = worker.postMessage.bind(worker);
  const post = (message: ToFront): void => builtIns.protect(() => send(message));
  const emit = worker.emit.bind(worker) as Emit;
  worker.emit = ((...event) => builtIns.enter(() => emit(...event))) as Emit;
  const { promise: listening, resolve } = Promise.withResolvers<void>();
  let isClosing = false;
  const ended = new Promise<void>((done) =>
    worker.once("exit", () => {
      isClosing = true;
      done();
    }),
  );
  const toTerminal = process.stderr.write.bind(process.stderr);

  function failStart(reason: string): void {
    toTerminal(`dlf-lance kernel: ${reason}\n`);
    void ended.then(() => process.exit(1));
  }

  worker.once("error", (error) => {
    isClosing = true;
    toTerminal(`dlf-lance kernel: the thread of the front ends failed: ${error.message}\n`);
    // Without sockets nobody can even end this process.
    process.exit(1);
  });
  worker.stderr.on("data", (data: Buffer) => post({ kind: "complaint", text: data.toString().trimEnd() }));
  worker.on("message", (message: ToMain) => {
    if (message.kind === "listening") resolve();
    else if (message.kind === "failed") failStart(message.reason);
    else hear(message);
  });
  hearSecrets((text) => post({ kind: "secret", text }));
  const lend = createLender(post);

  return {
    ...createSender((message) => {
      // A cell may have set one since: the front thread learns of it before it sees a message with it.
      meetEnvironmentSecrets();
      waitForRoom(shared);
      Atomics.add(shared, sharedSlots.outstanding, weightOf(message));
      post(message);
    }),
    lend: (parent) => {
      meetEnvironmentSecrets();
      return lend(parent);
    },
    tell: (message) => {
      meetEnvironmentSecrets();
      post(message);
    },
    tellEnd: (end) => {
      meetEnvironmentSecrets();
      post({ kind: "ended", end });
    },
    complain: (text) => post({ kind: "complaint", text }),
    listening,
    close: async () => {
      isClosing = true;
      post({ kind: "end" });
      await ended;
    },
    closeAtOnce: (fail) => {
      if (isClosing) return;
      isClosing = true;
      const failure = fail();
      post({ kind: "end", failure });
      Atomics.wait(shared, sharedSlots.closed, 0, longestWait);
    },
  };
}

/** Milliseconds to wait for the front thread, which reads and checks cells. */
const answerTime = 10_000;

function createLender(post: (message: ToFront) => void): Front["lend"] {
  let leases = 0;

  function ask(message: (answer: SharedArrayBuffer) => ToFront): Int32Array {
    const answer = new Int32Array(new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT));
    post(message(answer.buffer));
    Atomics.wait(answer, 0, 0, answerTime);
    return answer;
  }

  return (parent) => {
    leases += 1;
    const lease = leases;
    const [state = 0, stdout = 0, stderr = 0] = ask((answer) => ({ kind: "lend", lease, parent, answer }));
    const isLent = state === 1;
    const giveBack = (isOver = false): void => {
      if (isOver) ask((answer) => ({ kind: "return", lease, answer }));
      else post({ kind: "return", lease, answer: undefined });
    };
    if (!isLent) giveBack();
    return isLent ? { stdout, stderr, giveBack } : undefined;
  };
}

type Emit = (...event: unknown[]) => boolean;

type Sent = Extract<ToFront, { kind: "publish" | "text" }>;

export function createSender(send: (message: Sent) => void): Pick<Front, "publish" | "write"> {
  return {
    publish: (type, content, parent, metadata) => {
      const about = metadata === undefined ? {} : { metadata: serializeContent(metadata) };
      send({ kind: "publish", type, parent, content: serializeContent(content), ...about });
    },
    // A buffer may be part of a far larger one, which would be sent with it.
    write: (name, chunk, parent) =>
      send({ kind: "text", name, parent, text: typeof chunk === "string" ? chunk : new Uint8Array(chunk) }),
  };
}

/** Milliseconds after which the front thread is taken for dead. */
const longestWait = 60_000;

/** Blocks this thread: a cell that prints without end must not fill the memory. What stops code stops the wait too. */
function waitForRoom(shared: SharedState): void {
  const { outstanding } = sharedSlots;
  for (const start = Date.now(); Date.now() - start < longestWait; ) {
    const waiting = Atomics.load(shared, outstanding);
    if (waiting <= roomOutside) return;
    Atomics.wait(shared, outstanding, waiting, longestWait);
  }
}
