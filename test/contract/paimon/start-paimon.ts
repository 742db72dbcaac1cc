/** Paimon's own catalog server in its own process, with a folder of its own. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { inject } from "vitest";

export interface PaimonServer {
  readonly uri: string;
  close(): Promise<void>;
}

/** Starts it with options such as `--warehouse`, each followed by its value. */
export async function startPaimon(...options: readonly string[]): Promise<PaimonServer> {
  const data = await mkdtemp(join(tmpdir(), "dlf-lance-paimon-"));
  const child = spawn("java", [...inject("paimonServer"), "--data", data, ...options], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const ended = exited.then(() => Promise.reject(new Error("Paimon's server ended before it was ready")));
  const [line] = (await Promise.race([once(createInterface({ input: child.stdout }), "line"), ended])) as [
    string,
  ];
  return {
    uri: (JSON.parse(line) as { uri: string }).uri,
    async close() {
      child.stdin.end();
      await exited;
      await rm(data, { recursive: true, force: true });
    },
  };
}
