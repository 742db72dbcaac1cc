import { type ExecFileException, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { inject } from "vitest";

const folder = import.meta.dirname;

/** Runs a Python file of this folder with only the given variables beside PATH and HOME; answers its stdout. */
export function runPython(
  environment: Readonly<Record<string, string>>,
  file: string,
  ...arguments_: readonly string[]
): Promise<string> {
  return runPythonOf(inject("testPython"), environment, file, ...arguments_);
}

/** The same with another Python than that of the tests. */
export function runPythonOf(
  python: string,
  environment: Readonly<Record<string, string>>,
  file: string,
  ...arguments_: readonly string[]
): Promise<string> {
  const env = environmentWith(environment);
  return new Promise((resolve, reject) => {
    const limits = { env, timeout: 120_000, maxBuffer: 16 << 20 };
    execFile(python, [join(folder, file), ...arguments_], limits, (error, stdout, stderr) => {
      if (error === null || (stdout !== "" && daftAbort.test(stderr))) resolve(stdout);
      else reject(new Error(describeFailure(file, arguments_, error, stdout, stderr)));
    });
  });
}

function environmentWith(own: Readonly<Record<string, string>>): Record<string, string> {
  const { PATH = "", HOME = "" } = process.env;
  return { PATH, HOME, DAFT_RUNNER: "native", ...own };
}

/** A Python file that stays: `run` gives what it prints for some arguments, as `runPython` does. */
export interface ResidentPython {
  run(...arguments_: readonly string[]): Promise<string>;
  end(): Promise<void>;
}

/** Starts Python once for many runs of one file: its imports alone take four seconds of a core. */
export function startPython(environment: Readonly<Record<string, string>>, file: string): ResidentPython {
  const env = environmentWith(environment);
  const child = spawn(inject("testPython"), [join(folder, "resident.py"), join(folder, file)], {
    env,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async run(...arguments_) {
      child.stdin.write(`${JSON.stringify(arguments_)}\n`);
      const { value } = await answers.next();
      if (value === undefined) throw new Error(`${file} ${arguments_[0] ?? ""} ended its process`);
      const { printed, failure } = JSON.parse(value);
      if (failure !== undefined) throw new Error(`${file} ${arguments_[0] ?? ""} failed\n${failure}`);
      return printed;
    },
    async end() {
      const ended = once(child, "exit");
      child.stdin.end();
      await ended;
    },
  };
}

/** Daft now and then aborts its process when all is done and the interpreter ends. */
const daftAbort = /must be current when releasing/;

function describeFailure(
  file: string,
  arguments_: readonly string[],
  error: ExecFileException,
  stdout: string,
  stderr: string,
): string {
  const ending = `${file} ${arguments_[0] ?? ""} failed (${error.signal ?? error.code})`;
  return [ending, stderr.slice(-3_000), stdout.slice(-500)].join("\n");
}
