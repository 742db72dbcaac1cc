/** The catalog client beside lance-dlf, against one local DLF. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { buildSync } from "esbuild";
import { CatalogClient } from "../../src/catalog/client.ts";
import { parseConfig } from "../../src/catalog/configuration/config.ts";
import { parseTableId } from "../../src/catalog/protocol/identifier.ts";
import { startLocalLake } from "../../src/local/start.ts";
import type { BenchCase, BenchSide } from "./case.ts";

const execute = promisify(execFile);
const listedTables = 10_000;

interface Bench {
  readonly config: Record<string, string>;
  readonly python: string;
  readonly environment: NodeJS.ProcessEnv;
}

function catalogCase(
  name: string,
  tables: number,
  makeSides: (bench: Bench) => Promise<{ sides: BenchSide[]; close?: () => Promise<void> }>,
): BenchCase {
  return {
    name,
    async prepare() {
      const { testPython } = JSON.parse(process.env.DLF_LANCE_PREPARED ?? "{}") as { testPython?: string };
      if (testPython === undefined) throw new Error("run this by: npm run bench");
      const data = await mkdtemp(join(tmpdir(), "dlf-lance-bench-"));
      const lake = await startLocalLake({ data });
      await declareTables(lake.config, tables);
      const environment = { ...process.env, ...lake.environment, DLF_CONFIG: JSON.stringify(lake.config) };
      const made = await makeSides({ config: lake.config, python: testPython, environment });
      return {
        sides: made.sides,
        async close() {
          await made.close?.();
          await lake.close();
          await rm(data, { recursive: true, force: true });
        },
      };
    },
  };
}

async function declareTables(config: Record<string, string>, count: number): Promise<void> {
  const client = await CatalogClient.connect(parseConfig(config));
  await client.createNamespace("bench");
  let next = 0;
  const work = async () => {
    for (let index = next++; index < count; index = next++) {
      await client.declareTable(parseTableId(["bench", `t${index}`]));
    }
  };
  await Promise.all(Array.from({ length: 16 }, work));
  await client.close();
}

/** lance-dlf in one process that has everything imported. */
async function startPython({ python, environment }: Bench, work: string) {
  const child = spawn(python, [join(import.meta.dirname, "catalog.py"), work], { env: environment });
  child.stderr.pipe(process.stderr);
  const lines = createInterface({ input: child.stdout });
  await once(lines, "line");
  return {
    async run(expected: number) {
      const answered = once(lines, "line");
      child.stdin.write("\n");
      const [line] = (await answered) as [string];
      if (Number(line) !== expected) throw new Error(`lance-dlf answered ${line}, not ${expected}`);
    },
    async close() {
      child.stdin.end();
      await once(child, "exit");
    },
  };
}

async function describeOnce(config: Record<string, string>): Promise<void> {
  const client = await CatalogClient.connect(parseConfig(config));
  const id = parseTableId("bench.t0");
  await Promise.all([client.getTable(id), client.vendCredentials(id)]);
  await client.close();
}

async function listOnce(config: Record<string, string>): Promise<void> {
  const client = await CatalogClient.connect(parseConfig(config));
  const names = await client.listTables("bench");
  if (names.length !== listedTables) throw new Error(`listed ${names.length}`);
  await client.close();
}

export const catalogCases: readonly BenchCase[] = [
  catalogCase("catalog: connect and describe, warm process", 1, async (bench) => {
    const peer = await startPython(bench, "describe");
    const sides = [
      { name: "dlf-lance", run: () => describeOnce(bench.config) },
      { name: "lance-dlf", run: () => peer.run(5) },
    ];
    return { sides, close: peer.close };
  }),
  catalogCase("catalog: connect and describe, cold process", 1, async ({ python, environment }) => {
    const side = (name: string, program: string, ...arguments_: string[]): BenchSide => ({
      name,
      async run() {
        await execute(program, arguments_, { cwd: import.meta.dirname, env: environment });
      },
    });
    // Built as the package is: a cold process reads few files.
    const outfile = resolve(import.meta.dirname, "../../.dlf-lance/bench/catalog-once.mjs");
    const entryPoints = [join(import.meta.dirname, "catalog-once.mjs")];
    const external = ["undici", "@alicloud/credentials"];
    buildSync({ entryPoints, outfile, bundle: true, platform: "node", format: "esm", external });
    const sides = [
      side("dlf-lance", process.execPath, outfile),
      side("lance-dlf", python, "catalog.py", "describe", "--once"),
    ];
    return { sides };
  }),
  catalogCase(
    `catalog: connect and list ${listedTables} tables, warm process`,
    listedTables,
    async (bench) => {
      const peer = await startPython(bench, "list");
      const sides = [
        { name: "dlf-lance", run: () => listOnce(bench.config) },
        { name: "lance-dlf", run: () => peer.run(listedTables) },
      ];
      return { sides, close: peer.close };
    },
  ),
];
