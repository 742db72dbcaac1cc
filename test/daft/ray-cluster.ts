/** A Ray cluster on this machine that is there before anybody connects. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

export interface RayCluster {
  /** `host:port` of its head. */
  readonly address: string;
  /** Of its dashboard, which takes jobs. */
  readonly dashboard: string;
  stop(): Promise<void>;
}

/** A head with two processors; or, of three nodes, one without any, and two workers with one each. */
export async function startRayCluster(python: string, nodes: 1 | 3 = 3): Promise<RayCluster> {
  const child = spawn(python, [join(import.meta.dirname, "ray_cluster.py"), String(nodes)], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const address = (await lines.next()).value as string;
  const dashboard = (await lines.next()).value as string;
  return {
    address,
    dashboard,
    async stop() {
      child.stdin.end();
      if (child.exitCode === null) await once(child, "exit");
    },
  };
}
