import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type * as LanceDb from "@lancedb/lancedb";
import { serveLakeDirectly } from "../interop/local-lake.ts";
import type { BenchCase } from "./case.ts";
import { type PythonReader, startPythonReader } from "./python-reader.ts";

/** Gigabytes to scan; a quarter, unless the environment variable says otherwise. */
const gigabytes = Number(process.env.DLF_LANCE_BENCH_GB ?? "0.25");
const rows = Math.round(gigabytes * 1_000_000);

type Scan = (uri: string, options: Readonly<Record<string, string>>, python: PythonReader) => Promise<number>;

/** The same files, read through the local object store and read in place. */
function scanCase(client: string, scan: Scan): BenchCase {
  return {
    name: `scan ${gigabytes} GB with ${client}`,
    async prepare() {
      const lake = await serveLakeDirectly();
      const python = startPythonReader(lake.env);
      const options = {
        oss_endpoint: lake.oss.endpoint,
        oss_access_key_id: lake.config["dlf.access-key-id"] ?? "",
        oss_secret_access_key: lake.config["dlf.access-key-secret"] ?? "",
        addressing_style: "path",
      };
      const uri = `oss://${lake.oss.bucket}/bench/scan.lance`;
      await python.order({ write: rows, uri, options });
      const side = (name: string, place: string, storage: Readonly<Record<string, string>>) => ({
        name,
        async run() {
          const seen = await scan(place, storage, python);
          if (seen !== rows) throw new Error(`${name} saw ${seen} of ${rows} rows`);
        },
      });
      const files = join(lake.data, "buckets", uri.slice("oss://".length));
      return {
        sides: [side("local OSS", uri, options), side("the files themselves", files, {})],
        async close() {
          python.close();
          console.log(`\npeak memory of the server: ${peakMegabytes(lake.pid)} MB`);
          await lake.stop();
        },
      };
    },
  };
}

export const scanCases: readonly BenchCase[] = [
  scanCase("PyLance", (uri, options, python) => python.order({ scan: uri, options })),
  scanCase("lancedb for Node", scanWithNode),
];

interface NativeQuery {
  getInner(): Promise<{ execute(batchRows: number): Promise<{ next(): Promise<Buffer | null> }> }>;
}

async function scanWithNode(uri: string, storageOptions: Readonly<Record<string, string>>): Promise<number> {
  const lancedb = createRequire(import.meta.url)("@lancedb/lancedb") as typeof LanceDb;
  const { tableFromIPC } = createRequire(import.meta.url)("apache-arrow") as {
    tableFromIPC(bytes: Buffer): { numRows: number };
  };
  const database = await lancedb.connect(dirname(uri), { storageOptions: { ...storageOptions } });
  const table = await database.openTable("scan");
  const batches = await (await (table.query() as unknown as NativeQuery).getInner()).execute(65_536);
  let seen = 0;
  for (let bytes = await batches.next(); bytes !== null; bytes = await batches.next()) {
    seen += tableFromIPC(bytes).numRows;
  }
  table.close();
  database.close();
  return seen;
}

/** Linux only; elsewhere it is not known. */
function peakMegabytes(pid: number | undefined): string {
  try {
    const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return (Number(peak) / 1024).toFixed(0);
  } catch {
    return "?";
  }
}
