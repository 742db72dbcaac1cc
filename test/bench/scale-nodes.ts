/**
 * The frames of the scaling table in docs/scale.md, on a Ray cluster of so many nodes on this machine, each with one processor:
 *
 *     DLF_LANCE_PREPARED='{"rayPython": …}' node test/bench/scale-nodes.ts 1 2 3
 */
import { loadavg } from "node:os";
import { stopSidecars } from "../../src/daft/sidecars.ts";
import { Frame } from "../../src/frame/frame.ts";
import { startRayCluster } from "../daft/ray-cluster.ts";
import { dataset, startPython } from "./frame-cases.ts";
import { createContext, keys, rows } from "./frame-queries.ts";
import { openLanceFiles } from "./lance-files.ts";
import { scaleQueries } from "./scale-cases.ts";

const runs = 3;
const { rayPython = "" } = JSON.parse(process.env.DLF_LANCE_PREPARED ?? "{}") as { rayPython?: string };

const maker = startPython();
const paths = { table: await dataset(maker, rows), other: await dataset(maker, keys) };
maker.close();
const [table, other] = await Promise.all([openLanceFiles(paths.table), openLanceFiles(paths.other)]);
const local = createContext({ table: table.table, other: other.table }, "bench", paths);

console.log(`| nodes | ${Object.keys(scaleQueries).join(" | ")} |`);
for (const nodes of process.argv.slice(2).map(Number)) {
  const cluster = await startRayCluster(rayPython, { processors: 1, nodes: nodes - 1 });
  const scaleOut = { python: rayPython, address: cluster.address };
  const context = { ...local, engine: "ray" as const, scaleOut };
  const medians: string[] = [];
  for (const query of Object.values(scaleQueries)) {
    const frame = query(Frame.read(context, "bench.table"), Frame.read(context, "bench.other"));
    const times: number[] = [];
    for (let run = -1; run < runs; run++) {
      const begun = performance.now();
      await frame.collect();
      if (run >= 0) times.push(performance.now() - begun);
    }
    medians.push(`${((times.toSorted((a, b) => a - b)[runs >> 1] ?? 0) / 1_000).toFixed(2)} s`);
  }
  console.log(`| ${nodes} | ${medians.join(" | ")} |  load ${loadavg()[0]?.toFixed(1)}`);
  stopSidecars();
  await cluster.stop();
}
await Promise.all([table.close(), other.close()]);
process.exit();
