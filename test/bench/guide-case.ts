import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { serveLake } from "../interop/local-lake.ts";
import type { BenchCase, BenchSide } from "./case.ts";

const execute = promisify(execFile);

/** Both guides, each run in a new process, imports included. */
export function guideSides(testPython: string, env: NodeJS.ProcessEnv): readonly BenchSide[] {
  const side = (name: string, program: string, file: string): BenchSide => ({
    name,
    async run() {
      // Daft now and then aborts while Python finishes, when all is done.
      const { stdout } = await execute(program, [join(import.meta.dirname, file)], { env }).catch(
        (error: { stdout?: string }) => ({ stdout: error.stdout ?? String(error) }),
      );
      if (!stdout.endsWith(": ok\n")) throw new Error(`${name} did not finish: ${stdout.slice(-500)}`);
    },
  });
  return [
    side("dlf-lance", process.execPath, "guide.mjs"),
    side("lance-dlf + Daft", testPython, "../interop/guide.py"),
  ];
}

/** The guide from connect to verified append, each time in a new process, imports included. */
export const guideCase: BenchCase = {
  name: "guide end to end, cold process",
  async prepare() {
    const { testPython } = JSON.parse(process.env.DLF_LANCE_PREPARED ?? "{}") as { testPython?: string };
    if (testPython === undefined) throw new Error("run this by: npm run bench");
    const lake = await serveLake();
    const env = {
      ...process.env,
      ...lake.env,
      DLF_CONFIG: JSON.stringify(lake.config),
      DAFT_RUNNER: "native",
    };
    return {
      sides: guideSides(testPython, env),
      close: async () => {
        await lake.stop();
      },
    };
  },
};
