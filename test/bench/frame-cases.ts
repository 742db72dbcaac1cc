/**
 * Frames beside Daft and, where it has the query, PyLance, on the same files: `DLF_LANCE_BENCH_ROWS` rows, 10,000,000
 * unless told.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { startBridge } from "../../src/bridge/bridge.ts";
import { parseTableId } from "../../src/catalog/identifier.ts";
import { Frame } from "../../src/frame/frame.ts";
import type { FrameContext } from "../../src/frame/run/frame-context.ts";
import type { TableSource } from "../../src/frame/source.ts";
import { col } from "../../src/index.ts";
import { type LanceTable, openLanceDatabase } from "../../src/table/lance.ts";
import type { BenchCase, BenchSide } from "./case.ts";

const rows = Number(process.env.DLF_LANCE_BENCH_ROWS ?? "10000000");
const keys = Math.max(1, Math.round(rows / 10));

/** One query of ours and of the peers, theirs as Python for frames.py. */
interface FrameQuery {
  readonly ours: (table: Frame, other: Frame) => Pick<Frame, "collect"> | Promise<number>;
  readonly daft: string;
  /** Where PyLance has the query. */
  readonly pylance?: string;
}

const value = () => [col("v").count().as("n"), col("v").mean().as("mean"), col("v").sum().as("sum")] as const;
const daftValue = 'col("v").count().alias("n"), col("v").mean().alias("mean"), col("v").sum().alias("sum")';

const queries: Readonly<Record<string, FrameQuery>> = {
  "filter and select": {
    ours: (table) => table.where(col("v").gt(150)).select("id", "v"),
    daft: 'frame.where(col("v") > 150).select("id", "v")',
    pylance: 'dataset.to_table(filter="v > 150", columns=["id", "v"])',
  },
  "deep offset": {
    ours: (table) => table.offset(rows - 1_000).limit(20),
    daft: `frame.offset(${rows - 1_000}).limit(20)`,
    pylance: `dataset.to_table(offset=${rows - 1_000}, limit=20)`,
  },
  count: { ours: (table) => table.count(), daft: "frame.count_rows()", pylance: "dataset.count_rows()" },
  "filtered count": {
    ours: (table) => table.where(col("v").gt(150)).count(),
    daft: 'frame.where(col("v") > 150).count_rows()',
    pylance: 'dataset.count_rows("v > 150")',
  },
  "16 groups": {
    ours: (table) => table.groupBy("cat").agg(...value()),
    daft: `frame.groupby("cat").agg(${daftValue})`,
  },
  "1000 groups": {
    ours: (table) => table.groupBy("k").agg(...value()),
    daft: `frame.groupby("k").agg(${daftValue})`,
  },
  "1 M groups": {
    ours: (table) => table.groupBy("big").agg(...value()),
    daft: `frame.groupby("big").agg(${daftValue})`,
  },
  join: {
    ours: (table, other) =>
      table.sql`SELECT sum(a.v) AS sum, count(*) AS n FROM frame a JOIN ${other} b ON a.big = b.id`,
    daft:
      'frame.join(daft.read_lance(other), left_on="big", right_on="id", suffix="_r")' +
      '.agg(col("v").sum().alias("sum"), col("v").count().alias("n"))',
  },
  sort: {
    ours: (table) => table.sort({ by: "v", descending: true }).limit(100),
    daft: 'frame.sort("v", desc=True).limit(100)',
  },
  distinct: {
    ours: (table) => table.select("cat", "k").distinct(),
    daft: 'frame.select("cat", "k").distinct()',
  },
};

export const frameCases: readonly BenchCase[] = Object.entries(queries).map(([name, query]) => ({
  name: `${name} of ${rows} rows`,
  async prepare() {
    const python = startPython();
    const paths = { table: await dataset(python, rows), other: await dataset(python, keys) };
    const bridge = await startBridge(async ([, called = ""]) => ({
      location: called === "table" ? paths.table : paths.other,
      storageOptions: {},
    }));
    const database = await openLanceDatabase(bridge);
    const handles = {
      table: await database.open(parseTableId("bench.table")),
      other: await database.open(parseTableId("bench.other")),
    };
    const daft = { daft: query.daft, path: paths.table, other: paths.other };
    const [expected] = await python.order(daft);
    const sources = new Map(
      Object.entries(handles).map(([table, handle]) => [`bench.${table}`, openSource(handle, table)]),
    );
    const context: FrameContext = {
      tables: { find: (table) => sources.get(table) as TableSource },
      rows: new Map(),
      functions: new Map(),
    };
    const ours: BenchSide = {
      name: "ours",
      async run() {
        const asked = query.ours(Frame.read(context, "bench.table"), Frame.read(context, "bench.other"));
        const found = asked instanceof Promise ? await asked : (await asked.collect()).numRows;
        if (found !== expected) throw new Error(`${name}: ${found} of ${expected} rows`);
      },
    };
    return {
      sides: [
        ours,
        {
          name: "Daft",
          async run() {
            await python.order(daft);
          },
        },
        ...(query.pylance === undefined
          ? []
          : [
              {
                name: "PyLance",
                async run() {
                  await python.order({ pylance: query.pylance, path: paths.table });
                },
              },
            ]),
      ],
      async close() {
        const [, daftMegabytes] = await python.order(daft);
        const megabytes = Math.round(process.resourceUsage().maxRSS / 1024);
        console.log(`\npeak memory: ours ${megabytes} MB (of all cases so far), Daft ${daftMegabytes} MB`);
        python.close();
        for (const handle of Object.values(handles)) handle.close();
        database.close();
        await bridge.close();
      },
    };
  },
}));

/** Nothing writes to it: the newest version is the one that was opened. */
function openSource(handle: LanceTable, table: string): TableSource {
  return {
    name: `bench.${table}`,
    async resolve() {
      const [version, schema, rows] = await Promise.all([
        handle.version(),
        handle.schema(),
        handle.countRows(),
      ]);
      return {
        version,
        schema,
        rows,
        countRows: (filter) => handle.countRows(filter),
        scan: (request) => handle.scan(request),
        release() {},
      };
    },
  };
}

/** Written once, and kept for the next run. */
async function dataset(python: Python, count: number): Promise<string> {
  const path = join(tmpdir(), "dlf-lance-bench", `rows-${count}.lance`);
  if (!existsSync(path)) {
    await mkdir(dirname(path), { recursive: true });
    await python.order({ write: count, path, keys });
  }
  return path;
}

interface Python {
  /** The rows it saw, and its peak memory in megabytes. */
  order(order: Readonly<Record<string, unknown>>): Promise<readonly [rows: number, megabytes: number]>;
  close(): void;
}

function startPython(): Python {
  const { testPython = "" } = JSON.parse(process.env.DLF_LANCE_PREPARED ?? "{}") as { testPython?: string };
  const child = spawn(testPython, [join(import.meta.dirname, "frames.py")], {
    stdio: ["pipe", "pipe", "ignore"],
    env: { ...process.env, DAFT_RUNNER: "native" },
  });
  const lines = createInterface({ input: child.stdout });
  const ended = once(child, "exit").then(() => Promise.reject(new Error("frames.py has ended")));
  ended.catch(() => undefined);
  return {
    async order(order) {
      const answer = once(lines, "line");
      child.stdin.write(`${JSON.stringify(order)}\n`);
      const [text] = await Promise.race([answer, ended]);
      return JSON.parse(String(text));
    },
    close: () => child.stdin.end(),
  };
}
