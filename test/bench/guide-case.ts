import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { serveLake } from "../interop/local-lake.ts";
import type { BenchCase } from "./case.ts";

const execute = promisify(execFile);

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
    const side = (name: string, program: string, file: string) => ({
      name,
      async run() {
        const { stdout } = await execute(program, [join(import.meta.dirname, file)], { env });
        if (!stdout.endsWith(": ok\n")) throw new Error(`${name} did not finish: ${stdout.slice(-500)}`);
      },
    });
    return {
      sides: [
        side("dlf-lance", process.execPath, "guide.mjs"),
        side("lance-dlf + Daft", testPython, "../interop/guide.py"),
      ],
      close: async () => {
        await lake.stop();
      },
    };
  },
};
