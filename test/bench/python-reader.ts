import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** A Python that is up already and takes orders, so that its start is not in what is timed. */
export interface PythonReader {
  /** Sends an order of the script and answers the number of rows. */
  order(order: Readonly<Record<string, unknown>>): Promise<number>;
  close(): void;
}

export function startPythonReader(
  environment: Readonly<Record<string, string>>,
  script: "reader.py" | "plotter.py" = "reader.py",
): PythonReader {
  const { testPython } = JSON.parse(process.env.DLF_LANCE_PREPARED ?? "{}") as { testPython?: string };
  if (testPython === undefined) throw new Error("run this by: npm run bench");
  const child = spawn(testPython, [join(import.meta.dirname, script)], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, ...environment },
  });
  const lines = createInterface({ input: child.stdout });
  const ended = once(child, "exit").then(() => Promise.reject(new Error(`${script} has ended`)));
  ended.catch(() => undefined);
  return {
    async order(order) {
      const answer = once(lines, "line");
      child.stdin.write(`${JSON.stringify(order)}\n`);
      const [text] = await Promise.race([answer, ended]);
      return Number(text);
    },
    close: () => child.stdin.end(),
  };
}
