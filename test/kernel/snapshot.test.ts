/** Kernels whose compiler starts from a snapshot, and what happens where none can be used. */
import { execFile } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type KernelClient, startKernelClient } from "./kernel-client.ts";

const run = promisify(execFile);
const dist = resolve(import.meta.dirname, "../../dist");
const cache = mkdtempSync(join(tmpdir(), "dlf-lance-snapshot-"));
const folder = join(cache, "kernel");
const environment = { DLF_LANCE_CACHE: cache };
const kernels: KernelClient[] = [];

async function build(): Promise<boolean> {
  const [builder, prelude] = ["kernel/build-snapshot.js", "notebook-prelude.js"].map((file) =>
    join(dist, file),
  );
  const script =
    `import { buildSnapshot } from ${JSON.stringify(builder)};\n` +
    `import { notebookPrelude } from ${JSON.stringify(prelude)};\n` +
    "console.log((await buildSnapshot(notebookPrelude, { isUrgent: true })).isNew);";
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", script], {
    env: { ...process.env, ...environment },
  });
  return stdout === "true\n";
}

async function start(): Promise<KernelClient> {
  const kernel = await startKernelClient({ entry: join(dist, "run-kernel.js"), environment });
  kernels.push(kernel);
  return kernel;
}

/** Asks the system. */
async function isFromSnapshot(kernel: KernelClient): Promise<boolean> {
  const { stdout } = await run("ps", ["-o", "args=", "--ppid", String(kernel.process.pid)]);
  return stdout.includes("--snapshot-blob");
}

function find(ending: string): string {
  const [name, ...others] = readdirSync(folder).filter((file) => file.endsWith(ending));
  if (name === undefined || others.length > 0) throw new Error(`not one ${ending}: ${readdirSync(folder)}`);
  return join(folder, name);
}

beforeAll(async () => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const record = { packageFolder: `${resolve(dist, "..")}/`, node: process.execPath, nodeVersion: "v0.0.0" };
  writeFileSync(join(folder, "old.json"), JSON.stringify({ ...record, files: [["/gone", 1, 1]] }));
  writeFileSync(join(folder, "old.snapshot"), "old");
  // Of a builder that was killed: no process has this number.
  writeFileSync(join(folder, "old.snapshot.4194305"), "half");
  const built = await Promise.all([build(), build()]);
  expect(built.sort()).toEqual([false, true]);
});

afterEach(async () => {
  await Promise.all(kernels.splice(0).map((kernel) => kernel.stop()));
});

afterAll(() => rmSync(cache, { recursive: true }));

test("two builders at once leave one snapshot, for this user only, and no older one", () => {
  expect(readdirSync(folder).map((name) => name.replace(/^[0-9a-f]{16}/, "key"))).toEqual([
    "key.json",
    "key.snapshot",
  ]);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(find(".snapshot")).mode & 0o777).toBe(0o600);
});

test("a kernel from the snapshot checks and runs cells in a folder it has never seen", async () => {
  const kernel = await start();
  expect(await isFromSnapshot(kernel)).toBe(true);
  expect((await kernel.execute("process.cwd()")).result?.["text/plain"]).toBe(kernel.folder);
  const wrong = await kernel.execute("\nconst n: string = read('a.b').limit(1);");
  expect(wrong.error?.evalue).toMatch(
    /^Type 'Frame<Untyped>' is not assignable to type 'string'\. \(line 2, TS2322\)/,
  );
  const thrown = await kernel.execute("const fail = () => {\n  throw new RangeError('far');\n};\nfail()");
  expect(thrown.error?.traceback.join("\n")).toMatch(/cell 3, line 2, in fail\n {4} {2}throw new/);
  const { content } = await kernel.request("complete_request", { code: "conn", cursor_pos: 4 });
  expect(content.matches).toContain("connect");
});

test("a kernel from the snapshot loads modules of every kind, native ones and threads", async () => {
  const kernel = await start();
  expect(await isFromSnapshot(kernel)).toBe(true);
  writeFileSync(join(kernel.folder, "beside.ts"), "export const double = (n: number): number => 2 * n;\n");
  writeFileSync(join(kernel.folder, "data.json"), '{ "count": 4 }');
  writeFileSync(join(kernel.folder, "late.mjs"), "export const late = await Promise.resolve(3);\n");
  const modules = await kernel.execute(
    "import { double } from './beside';\nimport data from './data.json';\nimport { tableFromArrays } from 'apache-arrow';\n" +
      "import * as lancedb from '@lancedb/lancedb';\nimport { parse } from 'vega';\nimport { z } from 'zod';\n" +
      "[double(data.count), tableFromArrays({ a: [1] }).numRows, typeof lancedb.connect, typeof parse, z.number().parse(5)]",
  );
  expect(modules.error).toBeUndefined();
  expect(modules.result?.["text/plain"]).toBe("[ 8, 1, 'function', 'function', 5 ]");
  const thread = await kernel.execute(
    "import { once } from 'node:events';\nimport { Worker } from 'node:worker_threads';\n" +
      'const worker = new Worker(\'require("node:net"); require("node:worker_threads").parentPort.postMessage(6 * 7)\', { eval: true });\n' +
      "const [answer] = await once(worker, 'message'); answer",
  );
  expect(thread.result?.["text/plain"]).toBe("42");
  const own = await kernel.execute("typeof (await import('dlf-lance')).connect === typeof connect");
  expect(own.result?.["text/plain"]).toBe("true");
  const late = await kernel.execute("import { late } from './late.mjs'; late");
  expect([late.error, late.result?.["text/plain"]]).toEqual([undefined, "3"]);
});

test("a snapshot of another Node or of other files is not used", async () => {
  const text = readFileSync(find(".json"), "utf8");
  const record = JSON.parse(text);
  writeFileSync(find(".json"), JSON.stringify({ ...record, nodeVersion: "v22.0.0" }));
  expect(await isFromSnapshot(await start())).toBe(false);
  const [snapshot, [input, size, changed], ...others] = record.files;
  writeFileSync(
    find(".json"),
    JSON.stringify({ ...record, files: [snapshot, [input, size, changed - 1], ...others] }),
  );
  expect(await isFromSnapshot(await start())).toBe(false);
  writeFileSync(find(".json"), "no record");
  expect(await isFromSnapshot(await start())).toBe(false);
  writeFileSync(find(".json"), text);
  expect(await isFromSnapshot(await start())).toBe(true);
});

test("a snapshot that others could have written, or with other bytes, is not used", async () => {
  chmodSync(folder, 0o777);
  expect(await isFromSnapshot(await start())).toBe(false);
  chmodSync(folder, 0o700);
  expect(await isFromSnapshot(await start())).toBe(true);
  truncateSync(find(".snapshot"), 1_000_000);
  const plain = await start();
  expect(await isFromSnapshot(plain)).toBe(false);
  expect((await plain.execute("6 * 7")).result?.["text/plain"]).toBe("42");
});

test("a snapshot that does not start is removed, and the kernel starts without", async () => {
  expect(await build()).toBe(true);
  const [snapshot, record] = [find(".snapshot"), find(".json")];
  writeFileSync(snapshot, "no snapshot");
  const { files, ...others } = JSON.parse(readFileSync(record, "utf8"));
  const { size, mtimeMs } = statSync(snapshot);
  writeFileSync(record, JSON.stringify({ ...others, files: [[snapshot, size, mtimeMs], ...files.slice(1)] }));
  const kernel = await start();
  expect((await kernel.execute("6 * 7")).result?.["text/plain"]).toBe("42");
  expect(await isFromSnapshot(kernel)).toBe(false);
  // Kernels that were killed before may have left a part of one, and an idle kernel may be building another.
  expect(readdirSync(folder).filter((file) => !/\.snapshot\.\d+|\.lock$/.test(file))).toEqual([]);
});

test("a kernel that ends while it builds a snapshot leaves nothing of it", async () => {
  rmSync(folder, { recursive: true, force: true });
  const kernel = await start();
  await expect
    .poll(() => existsSync(folder) && readdirSync(folder).some((file) => /\.snapshot\.\d+$/.test(file)), {
      timeout: 50_000,
    })
    .toBe(true);
  const ended = once(kernel.process, "exit");
  await kernel.request("shutdown_request", { restart: false }, "control");
  await ended;
  expect(readdirSync(folder).filter((file) => /snapshot/.test(file))).toEqual([]);
});

test("a compiler that is killed is started again, and knows the cells that have run", async () => {
  expect(await build()).toBe(true);
  const kernel = await start();
  expect((await kernel.execute("const before: number = 6;")).error).toBeUndefined();
  expect((await kernel.execute("/** @module beside */\nexport const seven = 7;")).error).toBeUndefined();
  const { stdout } = await run("ps", ["-o", "pid=", "--ppid", String(kernel.process.pid)]);
  process.kill(Number(stdout), "SIGKILL");
  const after = await kernel.execute("import { seven } from './beside'; before * seven");
  expect([after.error, after.result?.["text/plain"]]).toEqual([undefined, "42"]);
  expect((await kernel.execute("const text: string = before;")).error?.ename).toBe("TypeScriptError");
});
