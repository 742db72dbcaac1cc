/**
 * The process of the compiler, as the kernel sees it: it compiles while the kernel does other things, can be ended when
 * it takes too long, and starts from a snapshot in which it is loaded and warm, if there is one.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type {
  CompilerAnswer,
  CompilerAnswers,
  CompilerQuestion,
  CompilerSetup,
} from "./compiler-messages.ts";
import type { Prelude } from "./prelude.ts";
import { removeSnapshot, type SnapshotPlace } from "./snapshot-store.ts";

export interface CompilerProcess {
  /**
   * Rejects with the signal's reason once it is aborted, and with an Error for what the compiler cannot do. An answer
   * that is still not there a while after the abort costs the process its life.
   */
  ask<Q extends CompilerQuestion>(question: Q, signal?: AbortSignal): Promise<CompilerAnswers[Q["ask"]]>;
  /** True when it did not have to load and warm up. */
  isFromSnapshot(): boolean;
}

interface Asked {
  readonly question: CompilerQuestion;
  /** Not to be asked again if the process ends meanwhile. */
  isLast: boolean;
  readonly resolve: (answer: never) => void;
  readonly reject: (reason: unknown) => void;
}

interface Running {
  readonly child: ChildProcess;
  readonly snapshot: SnapshotPlace | undefined;
  readonly waiting: Asked[];
  hasAnswered: boolean;
  hasEnded: boolean;
  /** The end of what it has written to its standard error. */
  complaint: string;
}

/** Milliseconds that the compiler has for a cell whose run was interrupted. */
const patience = 5_000;
const entry = fileURLToPath(
  new URL(`./run-compiler.${import.meta.url.endsWith(".ts") ? "ts" : "js"}`, import.meta.url),
);

/**
 * Node's own options for the process: those that the snapshot was built with. Its hashes stay as they are: to draw
 * them anew is a tenth of the start, and defends against nobody here.
 */
export const nodeOptions: readonly string[] = ["--no-maglev", "--no-rehash-snapshot"];

/**
 * Starts it at once; it ends with this process, which it does not keep alive.
 *
 * @param folder the notebook's
 * @param findSnapshot answers the snapshot to start from, with the same prelude; asked before each start
 */
export function startCompiler(
  { module, names, types }: Prelude,
  folder: string,
  findSnapshot: () => SnapshotPlace | undefined = () => undefined,
): CompilerProcess {
  const setup: CompilerSetup = { folder, module, names, types };
  /** The cells that are modules: a process that follows has to know them too. */
  const modules = new Map<string, CompilerQuestion>();
  let running = start(findSnapshot());

  function start(snapshot: SnapshotPlace | undefined): Running {
    const program = snapshot === undefined ? [entry] : ["--snapshot-blob", snapshot.snapshot];
    // It has no use for what is secret in the kernel's environment.
    const { PATH = "", SYSTEMROOT = "" } = process.env;
    const child = spawn(process.execPath, [...nodeOptions, ...program], {
      cwd: dirname(entry),
      env: { PATH, SYSTEMROOT },
      stdio: "pipe",
    });
    const started: Running = {
      child,
      snapshot,
      waiting: [],
      hasAnswered: false,
      hasEnded: false,
      complaint: "",
    };
    hear(started);
    send(started, setup);
    for (const question of modules.values()) {
      put(started, { question, isLast: true, resolve: () => {}, reject: () => {} });
    }
    return started;
  }

  function hear(from: Running): void {
    const { child } = from;
    let pieces: Buffer[] = [];
    child.unref();
    for (const stream of [child.stdin, child.stdout, child.stderr]) {
      (stream as unknown as { unref?(): void } | null)?.unref?.();
      // A process that has ended is told of by its end.
      stream?.on("error", () => {});
    }
    child.stderr?.on("data", (data: Buffer) => {
      from.complaint = (from.complaint + data.toString()).slice(-2_000);
    });
    child.stdout?.on("data", (data: Buffer) => {
      let start = 0;
      for (let end = data.indexOf(10); end >= 0; end = data.indexOf(10, start)) {
        take(from, Buffer.concat([...pieces, data.subarray(start, end)]).toString("utf8"));
        pieces = [];
        start = end + 1;
      }
      if (start < data.length) pieces.push(data.subarray(start));
    });
    child.once("error", (error) => end(from, error.message));
    child.once("exit", (code, signal) => end(from, `it ended with ${signal ?? code}. ${from.complaint}`));
  }

  function take(from: Running, line: string): void {
    from.hasAnswered = true;
    const asked = from.waiting.shift();
    if (asked === undefined) return;
    const told = JSON.parse(line) as CompilerAnswer;
    if ("failed" in told) asked.reject(new Error(`The compiler failed: ${told.failed}`));
    else {
      noteModule(asked.question, told.answer);
      asked.resolve(told.answer as never);
    }
  }

  function noteModule(question: CompilerQuestion, answer: unknown): void {
    if (question.ask !== "compile") return;
    const { module: name } = (answer as CompilerAnswers["compile"]).metadata;
    if (name !== undefined) modules.set(name, question);
  }

  /** What was asked is asked once more: it may not be what has ended the process. */
  function end(ended: Running, reason: string): void {
    if (ended.hasEnded) return;
    ended.hasEnded = true;
    if (ended.snapshot !== undefined && !ended.hasAnswered) removeSnapshot(ended.snapshot);
    const waiting = ended.waiting.splice(0);
    const again = waiting.filter(({ isLast }) => !isLast);
    for (const { isLast, reject } of waiting) {
      if (isLast) reject(new Error(`The compiler's process is gone: ${reason}`));
    }
    if (again.length > 0) running = start(findSnapshot());
    for (const asked of again) put(running, { ...asked, isLast: true });
  }

  function put(to: Running, asked: Asked): void {
    to.waiting.push(asked);
    send(to, asked.question);
  }

  return {
    ask: (question, signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        if (running.hasEnded) running = start(findSnapshot());
        const asked: Asked = { question, isLast: false, resolve, reject };
        put(running, asked);
        signal?.addEventListener(
          "abort",
          () => {
            reject(signal.reason);
            asked.isLast = true;
            setTimeout(() => {
              if (running.waiting.includes(asked)) running.child.kill("SIGKILL");
            }, patience).unref();
          },
          { once: true },
        );
      }),
    isFromSnapshot: () => running.snapshot !== undefined,
  };
}

function send(to: Running, message: CompilerSetup | CompilerQuestion): void {
  to.child.stdin?.write(`${JSON.stringify(message)}\n`);
}
