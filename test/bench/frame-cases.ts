/**
 * Frames beside Daft and, where it has the query, PyLance, on the same files: `DLF_LANCE_BENCH_ROWS` rows, 10,000,000
 * unless told.
 * With `DLF_LANCE_DUCKDB_EXTENSION` set, the cases through DuckDB are timed with its `lance` extension too.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { type Bridge, startBridge } from "../../src/bridge/bridge.ts";
import { parseTableId } from "../../src/catalog/identifier.ts";
import { Frame } from "../../src/frame/frame.ts";
import type { FrameContext } from "../../src/frame/frame-context.ts";
import type { TableSource } from "../../src/frame/source.ts";
import { col } from "../../src/index.ts";
import { type LanceTable, openLanceDatabase } from "../../src/table/lance.ts";
import type { BenchCase, BenchSide } from "./case.ts";

const rows = Number(process.env.DLF_LANCE_BENCH_ROWS ?? "10000000");
const keys = Math.max(1, Math.round(rows / 10));
const extension = process.env.DLF_LANCE_DUCKDB_EXTENSION;

type Query = (table: Frame, other: Frame) => Pick<Frame, "collect"> | Promise<number>;

const value = () => [col("v").count().as("n"), col("v").mean().as("mean"), col("v").sum().as("sum")] as const;

const queries: Readonly<Record<string, Query>> = {
  "filter and select": (table) => table.where(col("v").gt(150)).select("id", "v"),
  "deep offset": (table) => table.offset(rows - 1_000).limit(20),
  count: (table) => table.count(),
  "filtered count": (table) => table.where(col("v").gt(150)).count(),
  "16 groups": (table) => table.groupBy("cat").agg(...value()),
  "1000 groups": (table) => table.groupBy("k").agg(...value()),
  "1 M groups": (table) => table.groupBy("big").agg(...value()),
  join: (table, other) =>
    table.sql`SELECT sum(a.v) AS sum, count(*) AS n FROM frame a JOIN ${other} b ON a.big = b.id`,
  sort: (table) => table.sort({ by: "v", descending: true }).limit(100),
  distinct: (table) => table.select("cat", "k").distinct(),
};

const pylanceQueries = new Set(["filter and select", "deep offset", "count", "filtered count"]);
/** Those that DuckDB answers. */
const sqlQueries = new Set(["join", "sort", "distinct"]);

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
    const order = { daft: name, path: paths.table, other: paths.other };
    const pylance = { pylance: name, path: paths.table };
    const [expected] = await python.order(order);
    const ours = (attached: Bridge | undefined): BenchSide => {
      const sources = new Map(
        Object.entries(handles).map(([table, handle]) => [
          `bench.${table}`,
          openSource(handle, table, attached),
        ]),
      );
      const context: FrameContext = {
        tables: { find: (table) => sources.get(table) as TableSource },
        rows: new Map(),
        functions: new Map(),
      };
      return {
        name: attached === undefined ? "ours" : "ours, with the extension",
        async run() {
          const asked = query(Frame.read(context, "bench.table"), Frame.read(context, "bench.other"));
          const found = asked instanceof Promise ? await asked : (await asked.collect()).numRows;
          if (found !== expected) throw new Error(`${name}: ${found} of ${expected} rows`);
        },
      };
    };
    return {
      sides: [
        ours(undefined),
        {
          name: "Daft",
          async run() {
            await python.order(order);
          },
        },
        ...(pylanceQueries.has(name)
          ? [{ name: "PyLance", run: () => python.order(pylance).then(() => {}) }]
          : []),
        ...(extension !== undefined && sqlQueries.has(name) ? [ours(bridge)] : []),
      ],
      async close() {
        const [, daftMegabytes] = await python.order(order);
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

/** @param attached lets DuckDB's extension read the table by itself. */
function openSource(handle: LanceTable, table: string, attached: Bridge | undefined): TableSource {
  const source: TableSource = {
    name: `bench.${table}`,
    schema: () => handle.schema(),
    countRows: (filter) => handle.countRows(filter),
    scan: (request) => handle.scan(request),
  };
  if (attached === undefined) return source;
  const place = { endpoint: attached.uri, token: attached.token, namespace: "bench", table };
  return { ...source, place: async () => place };
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
