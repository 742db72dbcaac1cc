import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { BenchCase } from "./case.ts";
import { startPythonReader } from "./python-reader.ts";

/** How long a Python reader waits for a lake that is embedded in a notebook while one of its cells is busy. */
export const busyCellCase: BenchCase = {
  name: "Python reads from an embedded lake",
  async prepare() {
    const notebooks = await Promise.all([startNotebook("busy"), startNotebook("idle")]);
    return {
      sides: notebooks.map(({ work, config, python }) => ({
        name: `cell ${work}`,
        async run() {
          const rows = await python.order({ read: ["default", "t"], config });
          if (rows !== 1_000) throw new Error(`${rows} rows instead of 1000`);
        },
      })),
      async close() {
        for (const { close } of notebooks) await close();
      },
    };
  },
};

async function startNotebook(work: "busy" | "idle") {
  const data = await mkdtemp(join(tmpdir(), "dlf-lance-bench-"));
  const child = spawn(process.execPath, [join(import.meta.dirname, "embedded-lake.mjs"), data, work], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  const { config, env } = JSON.parse(line) as {
    config: Record<string, string>;
    env: Record<string, string>;
  };
  const python = startPythonReader(env);
  return {
    work,
    config,
    python,
    async close() {
      python.close();
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
      await rm(data, { recursive: true, force: true });
    },
  };
}
