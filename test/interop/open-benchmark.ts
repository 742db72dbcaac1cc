/** Tables of a benchmark in a lake of their own, and its queries with DuckDB's answers. */
import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openTemporaryLake, type TemporaryLake } from "../temporary-lake.ts";
import { runPython } from "./run-python.ts";

export interface OpenBenchmark<Q> {
  readonly temporary: TemporaryLake;
  readonly queries: readonly Q[];
}

/**
 * @param namespace of its tables
 * @param file that writes each table into a folder, its last argument, and prints their names and the queries
 */
export async function openBenchmark<Q>(
  namespace: string,
  file: string,
  ...options: readonly string[]
): Promise<OpenBenchmark<Q>> {
  const temporary = await openTemporaryLake();
  const folder = await mkdtemp(join(tmpdir(), "dlf-lance-benchmark-"));
  try {
    const { tables, queries } = JSON.parse(await runPython({}, file, ...options, folder)) as {
      readonly tables: readonly string[];
      readonly queries: readonly Q[];
    };
    await temporary.lake.createNamespace(namespace);
    for (const table of tables) {
      const stream = createReadStream(join(folder, `${table}.arrows`));
      await temporary.lake.createTable(`${namespace}.${table}`, stream);
    }
    return { temporary, queries };
  } finally {
    await rm(folder, { recursive: true });
  }
}
