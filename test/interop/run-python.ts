import { execFile } from "node:child_process";
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
      if (error === null) resolve(stdout);
      else
        reject(
          new Error(
            `${file} ${arguments_[0] ?? ""} failed (${error.signal ?? error.code}):\n${stderr.slice(-3_000)}\n${stdout.slice(-500)}`,
          ),
        );
    });
  });
}
