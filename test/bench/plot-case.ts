import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Chart, type Frame, readFile } from "../../src/index.ts";
import { openTemporaryLake } from "../temporary-lake.ts";
import type { BenchCase, BenchSide } from "./case.ts";
import { type PythonReader, startPythonReader } from "./python-reader.ts";

/** Rows of the table; ten million, unless the environment variable says otherwise. */
const rows = Number(process.env.DLF_LANCE_BENCH_ROWS ?? 10_000_000);

interface PlottedTable {
  readonly frame: Frame;
  /** The dataset's folder. */
  readonly path: string;
  /** The dataset through the local store, as PyLance opens it. */
  readonly stored: { readonly uri: string; readonly options: Readonly<Record<string, string>> };
  readonly python: PythonReader;
  close(): Promise<void>;
}

async function openPlottedTable(count: number): Promise<PlottedTable> {
  const { lake, local, data, close } = await openTemporaryLake();
  await lake.createTable("default.plotted", [{ name: "name 00", value: 1.5 }]);
  const { location } = await lake.describe("default.plotted");
  const path = join(data, "buckets", location.slice("oss://".length));
  const python = startPythonReader({}, "plotter.py");
  await python.order({ write: count, path });
  return {
    frame: lake.read("default.plotted"),
    path,
    stored: {
      uri: location,
      options: {
        oss_endpoint: local.oss.endpoint,
        oss_access_key_id: local.config["dlf.access-key-id"] ?? "",
        oss_secret_access_key: local.config["dlf.access-key-secret"] ?? "",
        addressing_style: "path",
      },
    },
    python,
    async close() {
      python.close();
      await close();
    },
  };
}

type Kind = "histogram" | "bar";

function plot(kind: Kind, frame: Frame): Promise<Chart> {
  return kind === "histogram" ? frame.plot({ x: "value" }) : frame.plot({ x: "name", y: "value" });
}

function drawOurs(kind: Kind, frame: Frame): BenchSide {
  return {
    name: "frame.plot, as PNG",
    async run() {
      const png = await (await plot(kind, frame)).png();
      if (png === undefined) throw new Error("the chart has no picture");
    },
  };
}

function drawTheirs(name: string, python: PythonReader, order: Readonly<Record<string, unknown>>): BenchSide {
  return {
    name,
    async run() {
      const seen = await python.order(order);
      if (seen !== rows) throw new Error(`Python saw ${seen} of ${rows} rows`);
    },
  };
}

/** Both read the same Parquet file of this machine. */
function plotFileCase(kind: Kind): BenchCase {
  return {
    name: `plot a ${kind} of ${rows} rows of a Parquet file`,
    async prepare() {
      const folder = await mkdtemp(join(tmpdir(), "dlf-lance-bench-"));
      const path = join(folder, "plotted.parquet");
      const python = startPythonReader({}, "plotter.py");
      await python.order({ write: rows, path });
      return {
        sides: [drawOurs(kind, readFile(path)), drawTheirs("Altair on pandas", python, { [kind]: path })],
        async close() {
          python.close();
          await rm(folder, { recursive: true });
        },
      };
    },
  };
}

/** A table of a lake: both read through the local store, then Altair without it. */
function plotTableCase(kind: Kind): BenchCase {
  return {
    name: `plot a ${kind} of ${rows} rows of a table`,
    async prepare() {
      const { frame, path, stored, python, close } = await openPlottedTable(rows);
      return {
        sides: [
          drawOurs(kind, frame),
          drawTheirs("Altair through the store", python, { [kind]: stored.uri, options: stored.options }),
          drawTheirs("Altair on its files", python, { [kind]: path }),
        ],
        close,
      };
    },
  };
}

/** What each column holds: ours from the files; DuckDB's of rows in memory, and one scan that brings them there. */
function profileSides(
  frame: Frame,
  path: string,
  python: PythonReader,
  reader: string,
): readonly BenchSide[] {
  return [
    {
      name: "frame.profile",
      async run() {
        const { rows: seen } = await frame.profile();
        if (seen !== rows) throw new Error(`the profile saw ${seen} of ${rows} rows`);
      },
    },
    drawTheirs(`${reader} and SUMMARIZE`, python, { summarize: path }),
  ];
}

const profileCase: BenchCase = {
  name: `profile of ${rows} rows`,
  async prepare() {
    const { frame, path, python, close } = await openPlottedTable(rows);
    return { sides: profileSides(frame, path, python, "PyLance"), close };
  },
};

function profileFileCase(ending: ".parquet" | ".csv" | ".json" | ".arrow"): BenchCase {
  return {
    name: `profile of ${rows} rows of a ${ending} file`,
    async prepare() {
      const folder = await mkdtemp(join(tmpdir(), "dlf-lance-bench-"));
      const path = join(folder, `profiled${ending}`);
      const python = startPythonReader({}, "plotter.py");
      await python.order({ write: rows, path });
      return {
        sides: profileSides(readFile(path), path, python, ending === ".arrow" ? "PyArrow" : "DuckDB"),
        async close() {
          python.close();
          await rm(folder, { recursive: true });
        },
      };
    },
  };
}

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
  plotFileCase("histogram"),
  plotFileCase("bar"),
  plotTableCase("histogram"),
  plotTableCase("bar"),
  profileCase,
  profileFileCase(".parquet"),
  profileFileCase(".csv"),
  profileFileCase(".json"),
  profileFileCase(".arrow"),
  pictureCase,
];
