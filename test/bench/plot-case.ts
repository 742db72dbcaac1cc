import { join } from "node:path";
import type { Chart, Frame } from "../../src/index.ts";
import { openTemporaryLake } from "../temporary-lake.ts";
import type { BenchCase } from "./case.ts";
import { type PythonReader, startPythonReader } from "./python-reader.ts";

/** Rows of the table; ten million, unless the environment variable says otherwise. */
const rows = Number(process.env.DLF_LANCE_BENCH_ROWS ?? 10_000_000);

interface PlottedTable {
  readonly frame: Frame;
  /** The dataset's own folder. */
  readonly path: string;
  readonly python: PythonReader;
  close(): Promise<void>;
}

async function openPlottedTable(count: number): Promise<PlottedTable> {
  const { lake, data, close } = await openTemporaryLake();
  await lake.createTable("default.plotted", [{ name: "name 00", value: 1.5 }]);
  const { location } = await lake.describe("default.plotted");
  const path = join(data, "buckets", location.slice("oss://".length));
  const python = startPythonReader({}, "plotter.py");
  await python.order({ write: count, path });
  return {
    frame: lake.read("default.plotted"),
    path,
    python,
    async close() {
      python.close();
      await close();
    },
  };
}

function plotCase(kind: "histogram" | "bar", plot: (frame: Frame) => Promise<Chart>): BenchCase {
  return {
    name: `plot a ${kind} of ${rows} rows`,
    async prepare() {
      const { frame, path, python, close } = await openPlottedTable(rows);
      return {
        sides: [
          {
            name: "frame.plot, as PNG",
            async run() {
              const png = await (await plot(frame)).png();
              if (png === undefined) throw new Error("there is no picture");
            },
          },
          {
            name: "Altair on pandas",
            async run() {
              const seen = await python.order({ [kind]: path });
              if (seen !== rows) throw new Error(`Python saw ${seen} of ${rows} rows`);
            },
          },
        ],
        close,
      };
    },
  };
}

/** What each column holds: ours from the files; DuckDB's of rows in memory, and one scan that brings them there. */
const profileCase: BenchCase = {
  name: `profile of ${rows} rows`,
  async prepare() {
    const { frame, path, python, close } = await openPlottedTable(rows);
    return {
      sides: [
        {
          name: "frame.profile",
          async run() {
            const { rows: seen } = await frame.profile();
            if (seen !== rows) throw new Error(`the profile saw ${seen} of ${rows} rows`);
          },
        },
        {
          name: "PyLance and SUMMARIZE",
          async run() {
            const seen = await python.order({ summarize: path });
            if (seen !== rows) throw new Error(`Python saw ${seen} of ${rows} rows`);
          },
        },
      ],
      close,
    };
  },
};

/** Drawing alone, of as many points as a chart may have. */
const pictureCase: BenchCase = {
  name: "draw a PNG of 5000 points",
  async prepare() {
    const { frame, python, close } = await openPlottedTable(5_000);
    const chart = await frame.plot({ x: "value", y: "value", color: "name", kind: "point" });
    return {
      sides: [
        {
          name: "vega and resvg",
          async run() {
            await chart.png();
          },
        },
        {
          name: "vl-convert",
          async run() {
            await python.order({ draw: chart.spec });
          },
        },
      ],
      close,
    };
  },
};

export const plotCases: readonly BenchCase[] = [
  plotCase("histogram", (frame) => frame.plot({ x: "value" })),
  plotCase("bar", (frame) => frame.plot({ x: "name", y: "value" })),
  profileCase,
  pictureCase,
];
