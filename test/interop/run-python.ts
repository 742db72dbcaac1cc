import { type ExecFileException, execFile } from "node:child_process";
import { join } from "node:path";
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
  const { PATH = "", HOME = "" } = process.env;
  const env = { PATH, HOME, DAFT_RUNNER: "native", ...environment };
  return new Promise((resolve, reject) => {
    const limits = { env, timeout: 120_000, maxBuffer: 16 << 20 };
    execFile(python, [join(folder, file), ...arguments_], limits, (error, stdout, stderr) => {
      if (error === null || (stdout !== "" && daftAbort.test(stderr))) resolve(stdout);
      else reject(new Error(describeFailure(file, arguments_, error, stdout, stderr)));
    });
  });
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
