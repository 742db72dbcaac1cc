/** What Daft in a separate process costs over plain Python, and the same frames here, on Daft and on Ray. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { SidecarOptions } from "../../src/daft/sidecar.ts";
import { runProgram, stopSidecars } from "../../src/daft/sidecars.ts";
import { Frame } from "../../src/frame/frame.ts";
import { col } from "../../src/index.ts";
import { type BenchCase, type BenchSide, kernelEnvironment } from "./case.ts";
import { dataset, startPython } from "./frame-cases.ts";
import { createContext, keys, rows } from "./frame-queries.ts";
import { handoverFloorCase } from "./handover-floor-case.ts";
import { openLanceFiles } from "./lance-files.ts";
import { scanProgram } from "./scan-program.ts";

const { testPython, rayPython } = JSON.parse(process.env.DLF_LANCE_PREPARED ?? "{}") as {
  readonly testPython?: string;
  readonly rayPython?: string;
};

function overheadCase(name: string, limit?: number): BenchCase {
  return {
    name,
    async prepare() {
      const maker = startPython();
      const path = await dataset(maker, rows);
      maker.close();
      const python = startPython("scale.py");
      const program = scanProgram(path, limit);
      const expected = limit ?? rows;
      const check = (found: number) => {
        if (found !== expected) throw new Error(`${name}: ${found} of ${expected} rows`);
      };
      return {
        sides: [
          {
            name: "Daft through dlf-lance",
            async run() {
              let found = 0;
              for await (const batch of runProgram(
                { python: testPython },
                { program, tables: [], action: "read the table" },
              ))
                found += batch.numRows;
              check(found);
            },
          },
          {
            // The same program in a warm process, to Arrow batches that are counted and dropped.
            name: "Daft in Python",
            async run() {
              const [found] = await python.order({ program });
              check(found);
            },
          },
          ...(limit === undefined
            ? [
                {
                  name: "with the kernel's settings",
                  run: async () => (await readOnce(path, 4)).milliseconds,
                },
              ]
            : []),
        ],
        async close() {
          python.close();
          stopSidecars();
        },
      };
    },
  };
}

/** In a process that does nothing else, and has the kernel's environment. */
async function readOnce(path: string, times: number) {
  const script = join(import.meta.dirname, "scale-once.ts");
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [script, testPython ?? "", path, String(times)],
    { env: kernelEnvironment },
  );
  const [megabytes = Number.NaN, milliseconds = Number.NaN] = stdout.trim().split(" ").map(Number);
  return { megabytes, milliseconds };
}

/** Of processes that do nothing else, while all rows pass. */
const memoryCase: BenchCase = {
  name: `Daft: peak memory while all of ${rows} rows pass`,
  unit: "MB",
  async prepare() {
    const maker = startPython();
    const path = await dataset(maker, rows);
    maker.close();
    return {
      sides: [
        {
          name: "the process that takes them",
          run: async () => (await readOnce(path, 1)).megabytes,
        },
        {
          name: "Daft in Python",
          async run() {
            const python = startPython("scale.py");
            const [, megabytes] = await python.order({ program: scanProgram(path) });
            python.close();
            return megabytes;
          },
        },
      ],
      close: async () => undefined,
    };
  },
};

/** As frames, so that each runs on every engine; all are sorted or counted, so that it gives the same rows. */
export const scaleQueries: Readonly<Record<string, (table: Frame, other: Frame) => Frame>> = {
  "filter, select": (table) => table.where(col("v").gt(150)).select("id", "v"),
  "16 groups": (table) => table.groupBy("cat").agg(col("v").count().as("n"), col("v").max().as("most")),
  "1 M groups": (table) => table.groupBy("big").agg(col("k").sum().as("sum")),
  join: (table, other) =>
    table
      .join(other.select(col("id").as("big"), col("k").as("other")), { on: "big" })
      .agg(col("other").sum().as("sum"), col("id").count().as("n")),
  sort: (table) => table.sort({ by: "v", descending: true }, "id").limit(100),
};

function engineCase(query: string): BenchCase {
  return {
    name: `here, Daft, Ray: ${query} of ${rows} rows`,
    async prepare() {
      const maker = startPython();
      const paths = { table: await dataset(maker, rows), other: await dataset(maker, keys) };
      maker.close();
      const [table, other] = await Promise.all([openLanceFiles(paths.table), openLanceFiles(paths.other)]);
      const local = createContext({ table: table.table, other: other.table }, "bench", paths);
      let expected: number | undefined;
      const side = (name: string, engine: "here" | "daft" | "ray", python?: string): BenchSide => {
        const context = { ...local, engine, scaleOut: { python } };
        const frame = scaleQueries[query]?.(
          Frame.read(context, "bench.table"),
          Frame.read(context, "bench.other"),
        );
        return {
          name,
          async run() {
            const found = (await frame?.collect())?.numRows;
            expected ??= found;
            if (found !== expected) throw new Error(`${query} on ${name}: ${found} of ${expected} rows`);
          },
        };
      };
      return {
        sides: [
          side("here", "here"),
          side("Daft", "daft", testPython),
          ...(rayPython === undefined ? [] : [side("Ray on this machine", "ray", rayPython)]),
        ],
        async close() {
          await Promise.all([table.close(), other.close()]);
        },
      };
    },
  };
}

/** What the first frame of a session pays: no process waits, and no cluster runs. */
const startCase: BenchCase = {
  name: "Daft, Ray: from nothing to the first 3 rows",
  async prepare() {
    const maker = startPython();
    const path = await dataset(maker, rows);
    maker.close();
    const side = (name: string, options: SidecarOptions): BenchSide => ({
      name,
      async run() {
        stopSidecars();
        const program = scanProgram(path, 3);
        for await (const _ of runProgram(options, { program, tables: [], action: "read the table" }));
      },
    });
    return {
      sides: [
        side("Daft", { python: testPython }),
        ...(rayPython === undefined
          ? []
          : [side("Ray on this machine", { python: rayPython, runner: "ray" })]),
      ],
      close: async () => stopSidecars(),
    };
  },
};

export const scaleCases: readonly BenchCase[] = [
  startCase,
  overheadCase("Daft: the first 3 rows", 3),
  overheadCase(`Daft: all of ${rows} rows`),
  handoverFloorCase,
  memoryCase,
  ...Object.keys(scaleQueries).map(engineCase),
];
