/**
 * The scaling table of docs/scale.md: the same frames on a Ray cluster of so many nodes, each of which gets a fixed share of a processor of this
 * machine, so that one node more is more to compute with (Linux, as root):
 *
 *     DLF_LANCE_PREPARED='{"rayPython": …, "testPython": …}' DLF_LANCE_BENCH_ROWS=6000000 node test/bench/scale-nodes.ts 1 2 3 --only 'filter, select'
 */
import { loadavg } from "node:os";
import { stopSidecars } from "../../src/daft/sidecars.ts";
import { Frame } from "../../src/frame/frame.ts";
import type { FrameContext } from "../../src/frame/run/frame-context.ts";
import { col, connect } from "../../src/index.ts";
import { startRayCluster } from "../daft/ray-cluster.ts";
import { countRequests } from "../lake/request-log.ts";
import { openTemporaryLake } from "../temporary-lake.ts";
import { dataset, startPython } from "./frame-cases.ts";
import { createContext, keys, rows } from "./frame-queries.ts";
import { openLanceFiles } from "./lance-files.ts";
import { scaleQueries } from "./scale-cases.ts";

const runs = 3;
/** Milliseconds after which there are fewer. */
const longest = 20_000;
/** Three of them leave the rest of two processors to the driver and the head. */
const share = 0.4;
/** Of the table whose requests are counted. */
const countedFragments = 12;
/** Of one row each: what the driver does for a task is nearly all of the work. */
const tinyFragments = 300;
const { rayPython = "", testPython = "" } = JSON.parse(process.env.DLF_LANCE_PREPARED ?? "{}") as {
  readonly rayPython?: string;
  readonly testPython?: string;
};
type ScaleQuery = (table: Frame, other: Frame) => Frame;
/** `1 2 3 --only sort` */
const given = process.argv.slice(2);
const argv = {
  nodes: given.filter((text) => /^\d+$/.test(text)).map(Number),
  only: given.includes("--only") ? given.slice(given.indexOf("--only") + 1) : [],
};

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

const counted = await openTemporaryLake({ faults: true });
await counted.lake.createTable("default.counted", [{ id: 0 }]);
for (let id = 1; id < countedFragments; id++) await counted.lake.append("default.counted", [{ id }]);

const names = argv.only.length === 0 ? Object.keys(scaleQueries) : argv.only;
const columns = [`${tinyFragments} fragments of one row`, ...names];
console.log(`| | ${columns.join(" | ")} | load |\n| ---${" | ---".repeat(columns.length + 1)} |`);
await measureRow("here", { engine: "here" });
await measureRow("Daft", { engine: "daft", scaleOut: { python: testPython } });
stopSidecars();
for (const nodes of argv.nodes) {
  const cluster = await startRayCluster(rayPython, { processors: 0, nodes, share });
  await measureRow(`Ray, nodes: ${nodes}`, {
    engine: "ray",
    scaleOut: { python: rayPython, address: cluster.address },
  });
  stopSidecars();
  await cluster.stop();
}
await Promise.all([table.close(), other.close(), tiny.close(), counted.close()]);
process.exit();

async function measureRow(name: string, where: Pick<FrameContext, "engine" | "scaleOut">): Promise<void> {
  const context = { ...files, ...where };
  process.stdout.write(`| ${name} |`);
  await measure(Frame.read(context, "bench.tiny").agg(col("id").add(1).sum().as("sum")));
  const { scaleOut: { python, address } = {} } = where;
  const runner = where.engine === "ray" ? "ray" : "native";
  const engine = { kind: "daft", runner, ...(python && { python }), ...(address && { address }) } as const;
  const lake = await connect({ ...counted.local.config, ...(where.engine === "here" ? {} : { engine }) });
  const sum = lake.read("default.counted").agg(col("id").add(1).sum().as("sum"));
  const { list } = await countRequests(counted.local, () => sum.collect());
  for (const query of names)
    await measure(
      (scaleQueries[query] as ScaleQuery)(
        Frame.read(context, "bench.table"),
        Frame.read(context, "bench.other"),
      ),
    );
  console.log(` ${loadavg()[0]?.toFixed(1)} |\n${name}: ${describeKinds(list)}`);
  await lake.close();
}

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
  const first = performance.now();
  for (let run = -1; run < runs; run++) {
    if (times.length > 0 && performance.now() - first > longest) break;
    const begun = performance.now();
    await frame.collect();
    if (run >= 0) times.push((performance.now() - begun) / 1_000);
  }
  const median = times.toSorted((one, next) => one - next)[times.length >> 1] ?? 0;
  process.stdout.write(` ${median.toFixed(2)} s |`);
}
