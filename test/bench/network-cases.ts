/**
 * Work over a network: every request to the catalog and the object store takes longer, for both sides, by the local
 * server's own faults.
 */
import { arrow } from "../../src/arrow.ts";
import { col, connect } from "../../src/index.ts";
import { type ServedLake, serveLakeDirectly } from "../interop/local-lake.ts";
import type { BenchCase, BenchSide } from "./case.ts";
import { guideSides } from "./guide-case.ts";
import { startPythonReader } from "./python-reader.ts";

/** What each request takes, in milliseconds, while a program that is up reads a table. */
const usualDelay = 40;
const fragments = 4;
const rowsOfFragment = Number(process.env.DLF_LANCE_BENCH_ROWS ?? "2000000") / fragments;
const rows = rowsOfFragment * fragments;
/** Keeps two of a hundred rows. */
const filter = "value > 0.98";

async function delayRequests({ faults }: ServedLake, milliseconds: number): Promise<void> {
  if (milliseconds === 0) return;
  const fault = { kind: "delay", milliseconds };
  const answer = await fetch(faults?.uri ?? "", {
    method: "PUT",
    headers: { authorization: `Bearer ${faults?.token}` },
    body: JSON.stringify({ faults: ["catalog", "oss"].map((on) => ({ on, times: 10_000_000, fault })) }),
  });
  if (!answer.ok) throw new Error(`the lake answered ${answer.status}`);
}

/** From connect to verified append, each time in a new process, imports included. */
function guideOver(milliseconds: number): BenchCase {
  return {
    name: `guide end to end, ${milliseconds} ms a request`,
    async prepare() {
      const { testPython } = JSON.parse(process.env.DLF_LANCE_PREPARED ?? "{}") as { testPython?: string };
      if (testPython === undefined) throw new Error("run this by: npm run bench");
      const lake = await serveLakeDirectly("--faults");
      await delayRequests(lake, milliseconds);
      const DLF_CONFIG = JSON.stringify(lake.config);
      const env = { ...process.env, ...lake.env, DLF_CONFIG, DAFT_RUNNER: "native" };
      return {
        sides: guideSides(testPython, env),
        close: async () => void (await lake.stop()),
      };
    },
  };
}

type Frame = ReturnType<Awaited<ReturnType<typeof connect>>["read"]>;

interface Step {
  readonly name: string;
  /** Answers the rows seen. */
  ours(frame: Frame, describe: () => Promise<number>): Promise<number>;
  /** Who does it in Python, in the order in which they are shown; the first is the base of the ratio. */
  readonly peers: readonly ("Daft" | "PyLance" | "lance-dlf and PyLance")[];
}

const steps: readonly Step[] = [
  { name: "show", ours: async (frame) => String(await frame.show()).length, peers: ["Daft", "PyLance"] },
  { name: "count", ours: (frame) => frame.count(), peers: ["PyLance", "Daft"] },
  {
    name: "filter and select",
    ours: async (frame) => (await frame.where(col("value").gt(0.98)).select("id", "name").collect()).numRows,
    peers: ["Daft", "PyLance"],
  },
  { name: "full scan", ours: async (frame) => (await frame.collect()).numRows, peers: ["Daft", "PyLance"] },
  {
    name: "group by",
    ours: async (frame) => {
      const grouped = frame
        .groupBy("name")
        .agg(col("value").mean().as("mean"), col("value").max().as("most"));
      return (await grouped.collect()).numRows;
    },
    peers: ["Daft"],
  },
  { name: "describe", ours: (_, describe) => describe(), peers: ["lance-dlf and PyLance"] },
];

/** A program that is up and has read the table before. */
function warmStep({ name, ours, peers }: Step): BenchCase {
  return {
    name: `${name}, ${rows} rows, warm, ${usualDelay} ms a request`,
    async prepare() {
      const served = await serveLakeDirectly("--faults");
      const lake = await connect(served.config);
      await lake.createTable("default.warm", createRows(0));
      for (let part = 1; part < fragments; part++) await lake.append("default.warm", createRows(part));
      const { location } = await lake.describe("default.warm");
      const python = startPythonReader({ ...served.env, DAFT_RUNNER: "native" });
      await delayRequests(served, usualDelay);
      const order = (peer: Step["peers"][number]) =>
        python.order({
          step: name,
          peer,
          uri: location,
          id: ["default", "warm"],
          config: served.config,
          filter,
        });
      const side = (called: string, work: () => Promise<number>): BenchSide => ({
        name: called,
        async run() {
          if ((await work()) <= 0) throw new Error(`${called} saw no rows`);
        },
      });
      const describe = async () => (await lake.describe("default.warm")).rows;
      return {
        sides: [
          side("dlf-lance", () => ours(lake.read("default.warm"), describe)),
          ...peers.map((peer) => side(peer, () => order(peer))),
        ],
        async close() {
          python.close();
          await lake.close();
          await served.stop();
        },
      };
    },
  };
}

/** A whole number, a float, one of 20 texts and a time in each row. */
function createRows(part: number) {
  const first = part * rowsOfFragment;
  const ids = BigInt64Array.from({ length: rowsOfFragment }, (_, row) => BigInt(first + row));
  const values = Float64Array.from({ length: rowsOfFragment }, () => Math.random());
  const names = Array.from(values, (value) => `category-${Math.floor(value * 20)}`);
  const times = BigInt64Array.from(ids, (id) => 1_700_000_000_000_000n + id * 1_000n);
  return new arrow.Table({
    id: arrow.makeVector(ids),
    value: arrow.makeVector(values),
    name: arrow.vectorFromArray(names, new arrow.Utf8()),
    time: arrow.makeVector(
      arrow.makeData({ type: new arrow.TimestampMicrosecond(), length: rowsOfFragment, data: times }),
    ),
  });
}

export const networkCases: readonly BenchCase[] = [0, 10, 40, 100].map(guideOver).concat(steps.map(warmStep));
