/** Frames next to Daft and, where it has the query, PyLance, on the same files. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { startBridge } from "../../src/bridge/bridge.ts";
import { parseTableId } from "../../src/catalog/protocol/identifier.ts";
import { Frame } from "../../src/frame/frame.ts";
import { openLanceDatabase } from "../../src/table/native/lance.ts";
import type { BenchCase, BenchSide } from "./case.ts";
import { createContext, keys, queries, rows } from "./frame-queries.ts";

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
    const context = createContext(handles);
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
        python.close();
        for (const handle of Object.values(handles)) handle.close();
        database.close();
        await bridge.close();
      },
    };
  },
}));

const usualRowsPerFile = 1_000_000;

/** Written once, and kept for the next run. */
export async function dataset(
  python: Python,
  count: number,
  rowsPerFile = usualRowsPerFile,
): Promise<string> {
  const files = rowsPerFile === usualRowsPerFile ? "" : `-${rowsPerFile}-each`;
  const path = join(tmpdir(), "dlf-lance-bench", `rows-${count}${files}.lance`);
  if (!existsSync(path)) {
    await mkdir(dirname(path), { recursive: true });
    await python.order({ write: count, path, keys, perFile: rowsPerFile });
  }
  return path;
}

export interface Python {
  /** The rows it saw, and its peak memory in megabytes. */
  order(order: Readonly<Record<string, unknown>>): Promise<readonly [rows: number, megabytes: number]>;
  close(): void;
}

/** @param script its file in this folder */
export function startPython(script = "frames.py"): Python {
  const { testPython = "" } = JSON.parse(process.env.DLF_LANCE_PREPARED ?? "{}") as { testPython?: string };
  const child = spawn(testPython, [join(import.meta.dirname, script)], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, DAFT_RUNNER: "native" },
  });
  const lines = createInterface({ input: child.stdout });
  let said = "";
  child.stderr.on("data", (part) => {
    said = `${said}${part}`.slice(-2_000);
  });
  const ended = once(child, "close").then(() => Promise.reject(new Error(`${script} has ended:\n${said}`)));
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
