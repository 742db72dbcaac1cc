/** A Ray cluster on this machine that is there before anybody connects. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

export interface RayCluster {
  /** `host:port` of its head. */
  readonly address: string;
  stop(): Promise<void>;
}

/** A head without processors and two workers with one each. */
export async function startRayCluster(python: string): Promise<RayCluster> {
  const child = spawn(python, [join(import.meta.dirname, "ray_cluster.py")], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  const lines = createInterface({ input: child.stdout });
  const [address] = (await once(lines, "line")) as [string];
  return {
    address,
    async stop() {
      child.stdin.end();
      if (child.exitCode === null) await once(child, "exit");
    },
  };
}
