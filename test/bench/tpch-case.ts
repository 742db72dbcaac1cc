/** TPC-H's 22 queries in a row, as SQL and as frames, next to DuckDB over the same Lance files by its own extension. */
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Frame } from "../../src/frame/frame.ts";
import { bindSql } from "../../src/frame/run/bind-sql.ts";
import { tpchFrames } from "../interop/tpch-frames.ts";
import type { BenchCase } from "./case.ts";
import { startPython } from "./frame-cases.ts";
import { createContext } from "./frame-queries.ts";
import { openLanceFiles } from "./lance-files.ts";

const scale = 0.1;

const tpch: BenchCase = {
  name: `TPC-H, scale ${scale}, 22 queries`,
  async prepare() {
    const python = startPython("tpch_lance.py");
    const folder = join(tmpdir(), "dlf-lance-bench", `tpch-${scale}`);
    await mkdir(folder, { recursive: true });
    const made: unknown = await python.order({ write: scale, folder });
    const [names, queries] = made as readonly [readonly string[], readonly string[]];
    const files = await Promise.all(
      names.map(async (name) => [name, await openLanceFiles(join(folder, `${name}.lance`))] as const),
    );
    const handles = Object.fromEntries(files.map(([name, { table }]) => [name, table]));
    const context = createContext(handles, "tpch");
    const expected: number[] = [];
    for (let number = 1; number <= queries.length; number++) {
      const [rows] = await python.order({ query: number });
      expected.push(rows);
    }
    const check = (index: number, rows: number) => {
      if (rows !== expected[index]) throw new Error(`query ${index + 1}: ${rows} of ${expected[index]} rows`);
    };
    const frames = tpchFrames((name) => Frame.read(context, `tpch.${name}`));
    return {
      sides: [
        {
          name: "ours",
          async run() {
            for (const [index, text] of queries.entries()) {
              const { plan, context: bound } = bindSql(text, [], context, []);
              check(index, (await new Frame(bound, plan).collect()).numRows);
            }
          },
        },
        {
          name: "DuckDB",
          async run() {
            for (let number = 1; number <= queries.length; number++) await python.order({ query: number });
          },
        },
        {
          name: "frames",
          async run() {
            for (const [index, frame] of frames.entries()) check(index, (await frame().toObjects()).length);
          },
        },
      ],
      async close() {
        python.close();
        for (const [, file] of files) await file.close();
      },
    };
  },
};

export const tpchCases: readonly BenchCase[] = [tpch];
