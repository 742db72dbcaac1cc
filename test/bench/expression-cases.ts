/** What an expression costs: days of a zone next to Polars, few rows, a fresh process, the event loop, memory. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout } from "node:timers/promises";
import { Frame } from "../../src/frame/frame.ts";
import { col, fromRows } from "../../src/index.ts";
import { type BenchCase, type BenchSide, kernelEnvironment } from "./case.ts";
import { dataset, startPython } from "./frame-cases.ts";
import { createContext, keys, queries, rows } from "./frame-queries.ts";
import { openLanceFiles } from "./lance-files.ts";

const timeRows = 6_000_000;

async function openFrame(path: string) {
  const files = await openLanceFiles(path);
  const frame = Frame.read(createContext({ table: files.table }), "bench.table");
  return { frame, close: () => files.close() };
}

const daysOfZone: BenchCase = {
  name: `groups by day of a zone, ${timeRows} rows`,
  async prepare() {
    const python = startPython();
    const path = join(tmpdir(), "dlf-lance-bench", `times-${timeRows}.lance`);
    if (!existsSync(path)) await python.order({ times: timeRows, path });
    const { frame, close } = await openFrame(path);
    const [expected] = await python.order({ polars: path });
    return {
      sides: [
        {
          name: "ours",
          async run() {
            const days = frame.groupBy(col("at").dateTrunc("day").as("day")).agg(col("at").count().as("n"));
            const { numRows } = await days.collect();
            if (numRows !== expected) throw new Error(`${numRows} of ${expected} days`);
          },
        },
        {
          name: "Polars",
          async run() {
            await python.order({ polars: path });
          },
        },
      ],
      async close() {
        python.close();
        await close();
      },
    };
  },
};

const fewRows: BenchCase = {
  name: "a frame of 1000 rows",
  async prepare() {
    const python = startPython();
    const { frame, close } = await openFrame(await dataset(python, 1_000));
    python.close();
    const compute = (rows: Frame) => rows.withColumn("w", col("v").mul(2)).where(col("w").gt(150));
    const held = fromRows(await frame.collect());
    const side = (name: string, asked: Frame): BenchSide => ({
      name,
      async run() {
        await asked.collect();
      },
    });
    const sides = [
      side("filter and column", compute(frame)),
      side("its scan", frame),
      side("filter and column of rows in memory", compute(held)),
    ];
    return { sides, close };
  },
};

const freshProcess: BenchCase = {
  name: "first expression of a process",
  async prepare() {
    const side = (
      name: string,
      place: number,
      pause: readonly string[] = [],
      script = "first-expression.mjs",
    ): BenchSide => ({
      name,
      async run() {
        const words = [join(import.meta.dirname, script), ...pause];
        return Number(execFileSync(process.execPath, words, { encoding: "utf8" }).trim().split(" ")[place]);
      },
    });
    return {
      sides: [
        // A second after a frame was looked at, as in a notebook.
        side("after a look at a frame", 0, ["1000"]),
        side("the second", 1),
        side("before anything else", 0),
        side("Arrow and DuckDB in a bare script", 0, [], "first-expression-floor.mjs"),
      ],
      async close() {},
    };
  },
};

/** The longest that a timer was late, in milliseconds. */
const heldLoop: BenchCase = {
  name: "event loop held by a frame",
  async prepare() {
    const python = startPython();
    const { frame, close } = await openFrame(await dataset(python, Math.min(rows, 2_000_000)));
    python.close();
    const side = (name: string, work: () => Promise<unknown>): BenchSide => ({
      name,
      async run() {
        const delay = monitorEventLoopDelay({ resolution: 1 });
        delay.enable();
        await work();
        await setTimeout(5);
        delay.disable();
        return delay.max / 1e6;
      },
    });
    const streamed = async () => {
      const computed = frame.withColumn("w", col("v").mul(2)).where(col("w").gt(150));
      for await (const _ of computed.batches());
    };
    return {
      sides: [
        side("column and filter", streamed),
        side("scan alone", async () => {
          for await (const _ of frame.batches());
        }),
        side("sort", () => frame.sort("v").limit(1_000).collect()),
        side("window", () => frame.agg(col("v").median().as("m")).collect()),
      ],
      close,
    };
  },
};

/** Each in a process that does nothing else. */
const memoryCases = Object.entries(queries).map(
  ([name, query]): BenchCase => ({
    name: `peak memory of ${name}, ${rows} rows`,
    unit: "MB",
    async prepare() {
      const python = startPython();
      const paths = [await dataset(python, rows), await dataset(python, keys)] as const;
      python.close();
      const once = join(import.meta.dirname, "frame-once.ts");
      return {
        sides: [
          {
            name: "ours",
            async run() {
              const text = execFileSync(process.execPath, ["--no-warnings", once, name, ...paths], {
                encoding: "utf8",
                env: kernelEnvironment,
              });
              return Number(text.trim().split(" ")[1]) / 1024;
            },
          },
          {
            name: "Daft",
            async run() {
              const fresh = startPython();
              const [, megabytes] = await fresh.order({ daft: query.daft, path: paths[0], other: paths[1] });
              fresh.close();
              return megabytes;
            },
          },
        ],
        async close() {},
      };
    },
  }),
);

export const expressionCases: readonly BenchCase[] = [
  daysOfZone,
  fewRows,
  freshProcess,
  heldLoop,
  ...memoryCases,
];
