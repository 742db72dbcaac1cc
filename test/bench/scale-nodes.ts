/**
 * The scaling table of docs/scale.md: the same frames on a Ray cluster of so many nodes, each of which gets a fixed share of a processor of this
 * machine, so that one node more is more to compute with (Linux, as root):
 *
 *     DLF_LANCE_PREPARED='{"rayPython": …, "testPython": …}' DLF_LANCE_BENCH_ROWS=6000000 node test/bench/scale-nodes.ts 1 2 3
 */
import { loadavg } from "node:os";
import { stopSidecars } from "../../src/daft/sidecars.ts";
import { Frame } from "../../src/frame/frame.ts";
import { type Connection, col, connect } from "../../src/index.ts";
import { startRayCluster } from "../daft/ray-cluster.ts";
import { countRequests } from "../lake/request-log.ts";
import { openTemporaryLake } from "../temporary-lake.ts";
import { dataset, startPython } from "./frame-cases.ts";
import { createContext, keys, rows } from "./frame-queries.ts";
import { openLanceFiles } from "./lance-files.ts";
import { scaleQueries } from "./scale-cases.ts";

const runs = 3;
/** Three of them leave the rest of two processors to the driver and the head. */
const share = 0.4;
/** Of the table in a slow store, and what each of its requests for data waits, in milliseconds. */
const slowFragments = 24;
const wait = 500;
/** Of one row each: what the driver does for a task is nearly all of the work. */
const tinyFragments = 1_000;
const { rayPython = "" } = JSON.parse(process.env.DLF_LANCE_PREPARED ?? "{}") as { rayPython?: string };

const maker = startPython();
const paths = {
  table: await dataset(maker, rows),
  other: await dataset(maker, keys),
  tiny: await dataset(maker, tinyFragments, 1),
};
maker.close();
const [table, other, tiny] = await Promise.all([
  openLanceFiles(paths.table),
  openLanceFiles(paths.other),
  openLanceFiles(paths.tiny),
]);
const files = createContext({ table: table.table, other: other.table, tiny: tiny.table }, "bench", paths);

const slow = await openTemporaryLake({ faults: true });
await slow.lake.createTable("default.slow", [{ id: 0 }]);
for (let id = 1; id < slowFragments; id++) await slow.lake.append("default.slow", [{ id }]);
const { location } = await slow.lake.describe("default.slow");

const columns = [
  ...Object.keys(scaleQueries),
  `${tinyFragments} fragments of one row`,
  `${slowFragments} fragments, ${wait} ms a request`,
];
console.log(`| nodes | ${columns.join(" | ")} |\n| ---${" | ---".repeat(columns.length)} |`);
for (const nodes of process.argv.slice(2).map(Number)) {
  const cluster = await startRayCluster(rayPython, { processors: 0, nodes, share });
  const scaleOut = { python: rayPython, address: cluster.address };
  const context = { ...files, engine: "ray" as const, scaleOut };
  process.stdout.write(`| ${nodes} |`);
  for (const query of Object.values(scaleQueries))
    await measure(query(Frame.read(context, "bench.table"), Frame.read(context, "bench.other")));
  await measure(Frame.read(context, "bench.tiny").agg(col("id").add(1).sum().as("sum")));
  const engine = { kind: "daft", runner: "ray", ...scaleOut } as const;
  const lake: Connection = await connect({ ...slow.local.config, engine });
  const path = `${new URL(location).pathname}/data/`;
  const fault = { kind: "delay", milliseconds: wait };
  const sum = lake.read("default.slow").agg(col("id").add(1).sum().as("sum"));
  const { list } = await countRequests(slow.local, () => sum.collect());
  await slow.orderFaults([{ on: "oss", method: "GET", path, times: 100_000, fault }]);
  await measure(sum);
  await slow.orderFaults([]);
  console.log(` load ${loadavg()[0]?.toFixed(1)}`);
  console.log(`${nodes}: ${describeKinds(list)}`);
  await lake.close();
  stopSidecars();
  await cluster.stop();
}
await Promise.all([table.close(), other.close(), tiny.close(), slow.close()]);
process.exit();

/** How many requests of each kind there were, names of files left out. */
function describeKinds(requests: readonly string[]): string {
  const kinds = Map.groupBy(requests, (request) =>
    request.replace(/[^/ =]*-?[0-9a-f]{8,}[^/ ]*/g, "#").replace(/\?.*/, "?"),
  );
  return [...kinds].map(([kind, { length }]) => `${length} × ${kind}`).join(", ");
}

/** Prints the median in seconds, behind a run that has the cluster start its workers. */
async function measure(frame: Pick<Frame, "collect">): Promise<void> {
  const times: number[] = [];
  for (let run = -1; run < runs; run++) {
    const begun = performance.now();
    await frame.collect();
    if (run >= 0) times.push((performance.now() - begun) / 1_000);
  }
  const median = times.toSorted((one, next) => one - next)[runs >> 1] ?? 0;
  process.stdout.write(` ${median.toFixed(2)} s |`);
}
