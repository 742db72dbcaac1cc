/** Commands of the shell, as a cell runs them. */
import type * as ChildProcesses from "node:child_process";
import { createRequire } from "node:module";
import { StringDecoder } from "node:string_decoder";
import { inspect } from "node:util";
import { displaySymbol, type MimeBundle } from "../display/bundle.ts";
import { DlfLanceError } from "../errors.ts";
import { currentInterruptSignal } from "../interrupt.ts";
import { buildShellScript, type ShellScript, type ShellValue } from "./shell-script.ts";

export type { ShellValue } from "./shell-script.ts";

/** A command that runs once it is awaited; made by {@link sh}. */
export class ShellCommand implements PromiseLike<void> {
  readonly #script: ShellScript;

  constructor(script: ShellScript) {
    this.#script = script;
  }

  /** Runs it, and shows what it writes while it runs. Rejects when it fails. */
  // biome-ignore lint/suspicious/noThenProperty: it is meant to be awaited.
  then<A = void, B = never>(
    onEnd?: ((value: undefined) => A | PromiseLike<A>) | null,
    onError?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return run(this.#script, (chunk) => void process.stdout.write(chunk)).then(
      () => onEnd?.(undefined) as A,
      onError,
    );
  }

  /** Runs it, and returns its stdout without the last line end. Stderr is shown. */
  async text(): Promise<string> {
    const decoder = new StringDecoder("utf8");
    const pieces: string[] = [];
    await run(this.#script, (chunk) => pieces.push(decoder.write(chunk)));
    return `${pieces.join("")}${decoder.end()}`.replace(/\r?\n$/, "");
  }

  [displaySymbol](): MimeBundle {
    return { "text/plain": this[inspect.custom]() };
  }

  [inspect.custom](): string {
    return "a command that has not run: add await";
  }
}

/**
 * A shell command. `await` runs it, shows its output while it runs, and throws when it fails; `text()` returns the
 * output instead. The stop button stops it and everything it has started.
 *
 * A value is one word of the command, whatever it holds; a list is one word per item. The shell never reads a value as
 * code: where it would, as in `eval`, the command is refused. No process list shows the values.
 *
 * @throws DlfLanceError `InvalidInput` for a value at such a place, and for one that is neither text nor number
 *
 * ```ts
 * const name = "my file; rm -rf .txt";
 * await sh`echo hello > ${name} && cat ${name} && rm ${name}`;
 * const version = await sh`node --version`.text();
 * ```
 */
export function sh(strings: TemplateStringsArray, ...values: readonly ShellValue[]): ShellCommand {
  if (!Array.isArray(strings?.raw)) {
    throw new DlfLanceError(
      "InvalidInput",
      "Cannot run a command: sh stands before a template, not before parentheses; write await sh`ls`",
    );
  }
  return new ShellCommand(buildShellScript(strings.raw, values));
}

async function run({ script, environment }: ShellScript, write: (chunk: Buffer) => void): Promise<void> {
  const { spawn } = createRequire(import.meta.url)("node:child_process") as typeof ChildProcesses;
  const signal = currentInterruptSignal();
  const isGroup = process.platform !== "win32";
  const child = spawn("sh", ["-c", script], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
    // The head of a group, so that what it starts can be stopped with it.
    detached: isGroup,
  });
  child.stdout.on("data", write);
  child.stderr.on("data", (chunk: Buffer) => void process.stderr.write(chunk));
  const stop = (): void => {
    try {
      if (isGroup && child.pid !== undefined) process.kill(-child.pid, "SIGTERM");
      else child.kill();
    } catch {
      // It is over.
    }
  };
  signal?.addEventListener("abort", stop, { once: true });
  if (signal?.aborted) stop();
  try {
    const { promise, resolve, reject } = Promise.withResolvers<[code: number | null, by: string | null]>();
    child.once("error", reject);
    child.once("close", (code, by) => resolve([code, by]));
    const [code, by] = await promise;
    if (signal?.aborted) throw new DlfLanceError("Interrupted", "the command was stopped");
    if (code !== 0) throw failure(by === null ? `it exited with code ${code}` : `${by} stopped it`);
  } catch (error) {
    if ((error as { code?: unknown }).code !== "ENOENT") throw error;
    throw new DlfLanceError(
      "Unsupported",
      "Cannot run the command: no program sh was found; use node:child_process with a program you have",
    );
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

function failure(reason: string): Error {
  const error = new Error(`Cannot run the command: ${reason}; see its output`);
  error.name = "CommandFailed";
  return error;
}
