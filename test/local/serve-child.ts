import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Keys } from "./test-lake.ts";

export interface ServedLake {
  readonly config: Record<string, string>;
  readonly env: Record<string, string>;
  readonly oss: { readonly endpoint: string; readonly bucket: string };
  readonly keys: Keys;
  readonly child: ChildProcess;
  readonly stdout: () => string;
}

const running = new Set<ChildProcess>();

/** Starts a process that serves a lake, and waits for its line. */
export async function serveChild(folder: string, userId?: number): Promise<ServedLake> {
  const script = fileURLToPath(new URL("./serving-process.ts", import.meta.url));
  const child = spawn(process.execPath, [script, folder, ...(userId === undefined ? [] : [String(userId)])], {
    stdio: ["ignore", "pipe", "inherit"],
    env: quietEnvironment(),
  });
  running.add(child);
  child.once("exit", () => running.delete(child));
  let text = "";
  await new Promise<void>((resolve, reject) => {
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      if (text.includes("\n")) resolve();
    });
    child.once("exit", (code) => reject(new Error(`the serving process has ended with ${code}`)));
  });
  const { config, env, oss } = JSON.parse(text);
  const keys = { accessKeyId: config["dlf.access-key-id"], accessKeySecret: config["dlf.access-key-secret"] };
  return { config, env, oss, keys, child, stdout: () => text };
}

/** Ends the process and answers its exit code, or null after a kill. */
export async function endChild({ child }: ServedLake, signal: "SIGINT" | "SIGKILL"): Promise<number | null> {
  const exited = once(child, "exit");
  child.kill(signal);
  const [code] = await exited;
  return code;
}

/** Kills whatever a failed test has left running. */
export function killChildren(): void {
  for (const child of running) child.kill("SIGKILL");
}

function quietEnvironment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _unwanted, ...environment } = process.env;
  return { ...environment, NODE_NO_WARNINGS: "1" };
}
