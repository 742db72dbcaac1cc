/** One Python process with Daft, which runs one program at a time. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { arrow, type RecordBatch } from "../arrow.ts";
import { DlfLanceError, isError, readErrorCode } from "../errors.ts";
import { createInterruption } from "../interrupt.ts";
import type { Progress, ProgressEnd } from "../progress.ts";
import { findClusterToken } from "./cluster-token.ts";
import { type ChosenPython, findPython, pythonFolder, refusePython } from "./environment.ts";
import { type Frame, FrameReader, sendFrame } from "./frames.ts";
import { PassingMemory } from "./passing-memory.ts";
import type { Program, RowsWritten, WriteTarget } from "./program.ts";
import { type Amount, describePlace, type RunPlace, type RunReport } from "./run-report.ts";
import { SharedSlots } from "./shared-slots.ts";

export interface SidecarOptions {
  /** The interpreter, instead of the installed environment's. */
  readonly python?: string | undefined;
  /** What Daft works with: its own threads, when left out, or a Ray cluster. */
  readonly runner?: "ray" | undefined;
  /** Of the cluster; one is started on this machine, and ends with the process, when left out. */
  readonly address?: string | undefined;
  /** What frames travel over: a socket, or standard input and output where a child process cannot be given one. */
  readonly transport?: Transport | undefined;
}

export type Transport = "socket" | "stdio";

const usualTransport: Transport = process.platform === "win32" ? "stdio" : "socket";

export interface ProgramRun {
  readonly program: Program;
  /** Where its rows go; without it they come back. */
  readonly target?: WriteTarget | undefined;
  /** Arrow IPC streams of the tables that the program's `rows` steps stand for. */
  readonly tables: readonly Uint8Array[];
  /** What is run, in messages. */
  readonly action: string;
  readonly signal?: AbortSignal | undefined;
  readonly progress?: Progress | undefined;
  /** Called when a run is over. */
  readonly onDone?: ((report: RunReport) => void) | undefined;
}

/** What of the environment the process gets: nothing that may hold a key. */
const passedVariables =
  /^(PATH|HOME|USER|LANG|LC_(ALL|COLLATE|CTYPE|MESSAGES|MONETARY|NUMERIC|TIME)|TZ|TMPDIR|TEMP|TMP|SYSTEMROOT|USERPROFILE|APPDATA|LOCALAPPDATA|SSL_CERT_FILE|SSL_CERT_DIR|REQUESTS_CA_BUNDLE|NO_PROXY|RAY_AUTH_MODE)$/i;

/**
 * What the C library of Linux keeps of memory that was let go of. By itself it gives the buffers of each batch back, and the
 * kernel clears every page of the next: 38,000 pages instead of 8,000 for ten million rows, 80 to 130 ms of processor time.
 */
const keptMemory = { MALLOC_MMAP_THRESHOLD_: "33554432", MALLOC_TRIM_THRESHOLD_: "536870912" };
/** Of its threads, in bytes, taken as they need it: Daft calls itself for each column of a step, and 200 overflow what is usual. */
const stack = { RUST_MIN_STACK: String(64 << 20) };

const lastWords = 4_000;
/** How soon after its last word a process ends, in milliseconds. */
const exitTime = 2_000;

export class Sidecar {
  readonly #python: ChosenPython;
  readonly #child: ChildProcess;
  readonly #input: Readable;
  readonly #output: Writable;
  readonly #frames: FrameReader;
  /** Whether all that it starts can be ended with it: Ray's agents look for their cluster a minute longer. */
  readonly #isGroup: boolean;
  /** The code that it ended with. */
  readonly #exit: Promise<readonly (number | string | null)[]>;
  #place: RunPlace;
  #isReady = false;
  #isHeld = false;
  #slots: SharedSlots | undefined;
  #errors = "";
  #isGone = false;

  /** @throws DlfLanceError Unsupported without the Python environment */
  constructor(options: SidecarOptions = {}) {
    this.#python = findPython(options.python);
    const environment = Object.entries(process.env).filter(([name]) => passedVariables.test(name));
    const { transport = usualTransport } = options;
    this.#isGroup = options.runner === "ray" && process.platform !== "win32";
    const isPiped = transport === "stdio";
    this.#child = spawn(
      this.#python.path,
      [join(pythonFolder, "sidecar.py"), ...(isPiped ? ["--stdio"] : [])],
      {
        stdio: isPiped ? ["pipe", "pipe", "pipe"] : ["ignore", "ignore", "pipe", "pipe"],
        env: { ...keptMemory, ...stack, ...Object.fromEntries(environment), PYTHONDONTWRITEBYTECODE: "1" },
        cwd: pythonFolder,
        detached: this.#isGroup,
      },
    );
    this.#input = this.#child.stdio[isPiped ? 1 : 3] as Readable;
    this.#output = this.#child.stdio[isPiped ? 0 : 3] as Writable;
    this.#frames = new FrameReader(this.#input);
    this.#child.stderr?.on("data", (part: Buffer) => {
      this.#errors = (this.#errors + part.toString()).slice(-lastWords);
    });
    const { promise, resolve } = Promise.withResolvers<readonly (number | string | null)[]>();
    this.#exit = promise;
    this.#child.on("error", ({ code, errno }: NodeJS.ErrnoException) => {
      this.#errors = `it cannot be started: ${code}`;
      resolve([errno ?? -1]);
      this.#leave();
    });
    this.#child.on("exit", (...end) => {
      resolve(end);
      this.#leave();
      this.#endGroup();
    });
    for (const side of [this.#input, this.#output]) side.on("error", () => this.#leave());
    const { runner, address } = options;
    this.#place = { runner, address };
    void sendFrame(this.#output, {
      op: "start",
      runner: runner ?? "native",
      address: address ?? null,
      token: address === undefined ? null : (findClusterToken()?.reveal() ?? null),
    });
    this.#hold(false);
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /**
   * The rows of a program, and at last what it has written. One at a time; who stops reading, or whose signal fires, ends the process.
   * @throws DlfLanceError with the code of the other side; ServiceUnavailable when the process dies; Interrupted
   */
  async *run(programRun: ProgramRun): AsyncGenerator<RecordBatch, RowsWritten> {
    const { program, target, tables, action, signal, progress, onDone } = programRun;
    const begun = performance.now();
    let read: Amount = { rows: 0, bytes: 0 };
    let step = progress?.begin(this.#isReady ? describePlace(this.#place) : describeStart(this.#place));
    // Who stops reading has enough.
    let end: ProgressEnd = "done";
    this.#hold(true);
    const abort = () => this.kill();
    signal?.addEventListener("abort", abort, { once: true });
    let isDone = false;
    const memory = new PassingMemory();
    try {
      for (const table of tables) await sendFrame(this.#output, { op: "rows" }, table);
      await sendFrame(this.#output, { op: "run", program, ...(target === undefined ? {} : { target }) });
      for (;;) {
        const frame = await this.#frames.read();
        if (signal?.aborted) throw createInterruption(action);
        if (frame === undefined) throw await this.#describeEnd(action);
        const { op } = frame.head;
        if (op === "batch") {
          const pieces = await this.#takePieces(frame);
          yield* arrow.tableFromIPC(pieces).batches;
          for (const { byteLength } of pieces) memory.passed(byteLength);
        } else if (op === "ready") {
          await this.#begin(frame);
          step?.end();
          step = progress?.begin(describePlace(this.#place));
        } else if (op === "progress") {
          const { rows, bytes } = frame.head as unknown as Amount;
          read = { rows: read.rows + rows, bytes: read.bytes + bytes };
          progress?.advance({ rows, bytes });
        } else if (op === "unusable") {
          throw this.#refusePython(String(frame.head.reason));
        } else if (op === "error") {
          const error = readError(frame, action);
          // Daft goes on asking workers that are gone.
          isDone = !isError(error, "ServiceUnavailable");
          throw error;
        } else if (op === "done") {
          isDone = true;
          const made = frame.head as unknown as RowsWritten;
          onDone?.({ place: this.#place, seconds: (performance.now() - begun) / 1_000, read, made });
          return made;
        }
      }
    } catch (error) {
      end = "failed";
      throw error;
    } finally {
      signal?.removeEventListener("abort", abort);
      step?.end(signal?.aborted ? "interrupted" : end);
      this.#hold(false);
      if (!isDone) this.kill();
    }
  }

  async #begin({ head }: Frame): Promise<void> {
    this.#isReady = true;
    const { dashboard, slots } = head as unknown as {
      readonly dashboard: string | null;
      readonly slots: readonly number[];
    };
    this.#place = { ...this.#place, dashboard: dashboard ?? undefined };
    this.#slots = SharedSlots.open(this.pid, slots);
    if (this.#slots !== undefined) await sendFrame(this.#output, { op: "share" });
  }

  /** The Arrow IPC stream that a frame brings, or says where it lies. */
  async #takePieces({ head, body }: Frame): Promise<readonly Uint8Array[]> {
    if (this.#slots === undefined || !("slot" in head)) return [body];
    const { slot, sizes } = head as unknown as { readonly slot: number; readonly sizes: readonly number[] };
    const pieces = await this.#slots.read(slot, sizes);
    void sendFrame(this.#output, { op: "free", slot });
    return pieces;
  }

  /** At once, with all that it does. */
  kill(): void {
    this.#leave();
    const { exitCode, signalCode } = this.#child;
    if (exitCode !== null || signalCode !== null) return;
    this.#child.kill("SIGKILL");
    this.#endGroup();
  }

  #endGroup(): void {
    if (!this.#isGroup || this.pid === undefined) return;
    try {
      process.kill(-this.pid, "SIGKILL");
    } catch {
      // Nothing is left of it.
    }
  }

  #leave(): void {
    this.#isGone = true;
    // A run may still be reading.
    if (!this.#isHeld) this.#slots?.close();
  }

  /** While it works it keeps this process alive, and no longer. */
  #hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    const parts = [this.#child, this.#input, this.#output, this.#child.stderr] as {
      ref?(): void;
      unref?(): void;
    }[];
    for (const part of parts) {
      if (isHeld) part.ref?.();
      else part.unref?.();
    }
  }

  #refusePython(reason: string): DlfLanceError {
    return refusePython(`${this.#python.path} ${reason}`, this.#python, this.#place.runner === "ray");
  }

  async #describeEnd(action: string): Promise<DlfLanceError> {
    this.#leave();
    const said = this.#errors.trim().split("\n").at(-1) ?? "";
    const [code] = await Promise.race([this.#exit, sleep(exitTime, [])]);
    // Whoever is killed has no code.
    if (!this.#isReady && typeof code === "number") {
      return this.#refusePython(`ended before Daft was loaded${said === "" ? "" : ` (${said})`}`);
    }
    return new DlfLanceError(
      "ServiceUnavailable",
      `Cannot ${action} on Daft: its process ended${said === "" ? "" : ` (${said})`}; run it again`,
    );
  }
}

function describeStart({ runner, address }: RunPlace): string {
  if (runner !== "ray") return "starting Daft";
  return address === undefined ? "starting Ray on this machine" : `joining Ray at ${address}`;
}

function readError({ head }: Frame, action: string): DlfLanceError {
  const { code, message } = head as { readonly code?: unknown; readonly message?: unknown };
  const text = String(message);
  return new DlfLanceError(
    readErrorCode(code),
    text.startsWith("Cannot ") ? text : `Cannot ${action} on Daft: ${text}`,
  );
}
