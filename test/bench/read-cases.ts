/** Reading a table: ours beside PyLance and Daft, on the same files of this machine. */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import type * as LanceDb from "@lancedb/lancedb";
import { arrow, type RecordBatch } from "../../src/arrow.ts";
import type { ScanRequest } from "../../src/table/native/scan-request.ts";
import { type BenchCase, type BenchSide, kernelEnvironment } from "./case.ts";
import { openLanceFiles } from "./lance-files.ts";
import { type PythonReader, startPythonReader } from "./python-reader.ts";

const execute = promisify(execFile);

/** Rows of an integer, a float, one of 20 texts and a timestamp each; the environment variable says otherwise. */
const rows = Number(process.env.DLF_LANCE_BENCH_ROWS ?? "2000000");
/** Keeps two of a hundred rows. */
const filter = "value > 0.98";

interface Bench {
  readonly uri: string;
  readonly python: PythonReader;
  /** Our scan, to one Arrow table; answers its rows. */
  readScan(request: ScanRequest): Promise<number>;
}

function readCase(name: string, makeSides: (bench: Bench) => readonly BenchSide[]): BenchCase {
  return {
    name: `${name}, ${rows} rows`,
    async prepare() {
      const folder = await mkdtemp(join(tmpdir(), "dlf-lance-bench-"));
      const uri = join(folder, "read.lance");
      const python = startPythonReader({ DAFT_RUNNER: "native" });
      await python.order({ generate: rows, uri });
      const files = await openLanceFiles(uri);
      const readScan = async (request: ScanRequest) => {
        const batches: RecordBatch[] = [];
        for await (const batch of files.table.scan(request)) batches.push(batch);
        return new arrow.Table(batches).numRows;
      };
      return {
        sides: makeSides({ uri, python, readScan }),
        async close() {
          python.close();
          await files.close();
          await rm(folder, { recursive: true });
        },
      };
    },
  };
}

function side(name: string, work: () => Promise<number>, expected: (seen: number) => boolean): BenchSide {
  return {
    name,
    async run() {
      const seen = await work();
      if (!expected(seen)) throw new Error(`${name} saw ${seen} rows`);
    },
  };
}

const isAll = (seen: number) => seen === rows;
const isPart = (seen: number) => seen > rows * 0.015 && seen < rows * 0.025;
const isTwenty = (seen: number) => seen === 20;

export const readCases: readonly BenchCase[] = [
  readCase("full scan to Arrow", ({ uri, python, readScan }) => [
    side("dlf-lance", () => readScan({}), isAll),
    side("PyLance", () => python.order({ table: uri }), isAll),
    side("Daft", () => python.order({ daft: uri }), isAll),
  ]),
  readCase("full scan to Arrow next to the native buffers", ({ uri, readScan }) => [
    side("dlf-lance", () => readScan({}), isAll),
    side(
      "native buffers alone",
      () => readBuffers(uri),
      (seen) => seen > 0,
    ),
  ]),
  readCase("filter and select", ({ uri, python, readScan }) => {
    const columns = ["id", "value"];
    return [
      side("dlf-lance", () => readScan({ filter, columns }), isPart),
      side("PyLance", () => python.order({ table: uri, filter, columns }), isPart),
      side("Daft", () => python.order({ daft: uri, filter, columns }), isPart),
    ];
  }),
  readCase("first 20 rows", ({ uri, python, readScan }) => [
    side("dlf-lance", () => readScan({ limit: 20 }), isTwenty),
    side("Daft", () => python.order({ daft: uri, limit: 20 }), isTwenty),
    side("PyLance", () => python.order({ table: uri, limit: 20 }), isTwenty),
  ]),
  readCase("streamed scan in a new process, peak memory below", ({ uri }) => {
    const { testPython } = JSON.parse(process.env.DLF_LANCE_PREPARED ?? "{}") as { testPython: string };
    const stream = (name: string, program: string, file: string): BenchSide => {
      let told = false;
      return side(
        name,
        async () => {
          const { stdout } = await execute(program, [join(import.meta.dirname, file), uri], {
            env: kernelEnvironment,
          });
          const [seen, kilobytes] = stdout.trim().split(" ").map(Number);
          if (!told) console.log(`  ${name}: ${((kilobytes ?? 0) / 1024).toFixed(0)} MB at most`);
          told = true;
          return seen ?? 0;
        },
        isAll,
      );
    };
    return [
      stream("dlf-lance", process.execPath, "stream-once.ts"),
      stream("PyLance", testPython, "stream_once.py"),
    ];
  }),
];

interface NativeQuery {
  getInner(): Promise<{ execute(batchRows: number): Promise<{ next(): Promise<Buffer | null> }> }>;
}

/** What the native library delivers, undecoded; answers the bytes. */
async function readBuffers(uri: string): Promise<number> {
  const lancedb = createRequire(import.meta.url)("@lancedb/lancedb") as typeof LanceDb;
  const database = await lancedb.connect(dirname(uri));
  const table = await database.openTable(basename(uri, ".lance"));
  const batches = await (await (table.query() as unknown as NativeQuery).getInner()).execute(65_536);
  let bytes = 0;
  for (let buffer = await batches.next(); buffer !== null; buffer = await batches.next()) {
    bytes += buffer.length;
  }
  table.close();
  database.close();
  return bytes;
}
