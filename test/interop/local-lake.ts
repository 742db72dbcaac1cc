/** The command `dlf-lance local` in its own process, as another program meets it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";

export const repository = resolve(import.meta.dirname, "../..");

const announcement = z.strictObject({
  config: z.record(z.string(), z.string()),
  env: z.record(z.string(), z.string()),
  oss: z.strictObject({ endpoint: z.string(), bucket: z.string() }),
  faults: z.strictObject({ uri: z.string(), token: z.string() }).optional(),
});

export interface ServedLake extends z.infer<typeof announcement> {
  /** All that was printed to stdout and to stderr until now. */
  readonly printed: { stdout: string; stderr: string };
  /** The folder that holds the lake. */
  readonly data: string;
  /** The serving process, where npx is not between. */
  readonly pid: number | undefined;
  /** Sends Ctrl-C and answers the exit status. */
  stop(): Promise<number | null>;
}

/** Starts the command on a fresh folder the way the README tells a user to. */
export function serveLake(): Promise<ServedLake> {
  return serveLakeWith("npx", ["--no-install", "dlf-lance"]);
}

/** The same without npx, whose own exit status hides the command's. */
export function serveLakeDirectly(...options: readonly string[]): Promise<ServedLake> {
  return serveLakeWith(process.execPath, ["src/launcher.cjs"], options);
}

async function serveLakeWith(
  program: string,
  beginning: readonly string[],
  options: readonly string[] = [],
): Promise<ServedLake> {
  const data = await mkdtemp(join(tmpdir(), "dlf-lance-lake-"));
  const child = spawn(program, [...beginning, "local", "--port", "0", "--data", data, ...options], {
    cwd: repository,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const printed = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].on("data", (chunk: Buffer) => {
      printed[name] += chunk.toString();
    });
  }
  // Not "exit": npx ends before the command that it runs.
  const ended = once(child, "close");
  const stop = async () => {
    // A terminal's Ctrl-C reaches the whole process group.
    if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, "SIGINT");
    const [status] = (await ended) as [number | null];
    await rm(data, { recursive: true, force: true });
    return status;
  };
  const line = await Promise.race([
    once(createInterface({ input: child.stdout }), "line").then(([text]) => text as string),
    ended.then(() => Promise.reject(new Error(`dlf-lance local ended at once: ${printed.stderr}`))),
  ]);
  return { ...announcement.parse(JSON.parse(line)), printed, data, pid: child.pid, stop };
}
