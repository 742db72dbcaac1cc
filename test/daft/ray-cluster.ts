/** A Ray cluster on this machine that is there before anybody connects. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

export interface RayCluster {
  /** `host:port` of its head, or `ray://host:port` of its client server, where it has one. */
  readonly address: string;
  /** Of its dashboard, which takes jobs; empty where it has none. */
  readonly dashboard: string;
  stop(): Promise<void>;
}

export interface ClusterSize {
  /** Of the head. */
  readonly processors: number;
  /** Besides the head, with one processor each. */
  readonly nodes: number;
  /** A dashboard is eight processes more. */
  readonly hasDashboard?: boolean;
  /** Whether it can be reached from outside, over `ray://`. */
  readonly hasClientServer?: boolean;
  /** Of a processor that each node besides the head gets; without it they share those of the machine. Needs root, and Linux. */
  readonly share?: number;
}

/** Three nodes, unless it is said otherwise: the head does no work. Resolves when all are ready. */
export async function startRayCluster(
  python: string,
  { processors, nodes, hasDashboard = false, hasClientServer = false, share }: ClusterSize = {
    processors: 0,
    nodes: 2,
  },
): Promise<RayCluster> {
  const script = join(import.meta.dirname, "ray_cluster.py");
  const child = spawn(
    python,
    [script, JSON.stringify({ processors, nodes, hasDashboard, hasClientServer, share: share ?? null })],
    {
      stdio: ["pipe", "pipe", "pipe"],
    },
  );
  let errors = "";
  child.stderr.on("data", (part: Buffer) => {
    errors = (errors + part.toString()).slice(-4_000);
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const [address, dashboard] = [await lines.next(), await lines.next()].map(({ value }) => value as string);
  if (address === undefined || dashboard === undefined)
    throw new Error(`The cluster did not start: ${errors}`);
  return {
    address,
    dashboard,
    async stop() {
      child.stdin.end();
      if (child.exitCode === null) await once(child, "exit");
    },
  };
}
