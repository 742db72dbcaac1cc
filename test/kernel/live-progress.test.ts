/** Real front ends: the progress of a cell's work is one entry of its output. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { type Executed, type KernelClient, startKernelClient } from "./kernel-client.ts";

let kernel: KernelClient;

beforeAll(async () => {
  kernel = await startKernelClient();
});

afterAll(() => kernel.stop());

const begin = (title: string) =>
  `(globalThis as any)[Symbol.for("dlf-lance.progress-watcher")](${JSON.stringify(title)}, { rows: 1000 })`;

/** Cell code that works for a while and tells of it a hundred times a second. */
const work = (title: string, milliseconds: number) => `{
  const progress = ${begin(title)};
  for (const start = Date.now(); Date.now() - start < ${milliseconds}; ) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    progress.advance({ rows: 1 });
  }
  progress.end();
}`;

function entriesOf({ published }: Executed): { type: string; id: string; text: string; html: string }[] {
  return published
    .filter(({ type }) => type.endsWith("display_data"))
    .map(({ type, content }) => {
      const data = content.data as Record<string, string>;
      return {
        type,
        id: (content.transient as { display_id: string }).display_id,
        text: data["text/plain"] ?? "",
        html: data["text/html"] ?? "",
      };
    });
}

test("two pieces of work share one entry, updated at most ten times a second", async () => {
  const entries = entriesOf(await kernel.execute(`${work("one", 1_200)}\n${work("two", 800)}`));
  expect(entries[0]?.type).toBe("display_data");
  expect(new Set(entries.slice(1).map(({ type }) => type))).toEqual(new Set(["update_display_data"]));
  expect(new Set(entries.map(({ id }) => id)).size).toBe(1);
  expect(entries.length).toBeGreaterThan(3);
  expect(entries.length).toBeLessThanOrEqual(20);
  expect(entries[0]?.text).toMatch(/^one [█░]{20} \d+ % · /);
  expect(entries[0]?.html).toContain("<progress");
  expect(entries.at(-1)?.text).toMatch(/^one done in 1\.\d s · \d+ of 1,000 rows · .*\ntwo done in 0\.\d s/);
});

test("with DLF_LANCE_PROGRESS=off nobody watches", async () => {
  const silent = await startKernelClient({ environment: { DLF_LANCE_PROGRESS: "off" } });
  try {
    const { result } = await silent.execute(
      'typeof (globalThis as any)[Symbol.for("dlf-lance.progress-watcher")]',
    );
    expect(result?.["text/plain"]).toBe("undefined");
  } finally {
    await silent.stop();
  }
});

test("short work shows nothing, and the next cell has its own entry", async () => {
  expect(entriesOf(await kernel.execute(work("short", 300)))).toEqual([]);
  const [first] = entriesOf(await kernel.execute(work("three", 700)));
  expect(first?.type).toBe("display_data");
  expect(first?.text).toMatch(/^three /);
});

test("a silent cell shows none, and work that failed says so", async () => {
  const id = await kernel.send("execute_request", { code: work("silent", 700), silent: true });
  expect((await kernel.untilIdle(id)).map(({ type }) => type)).toEqual(["status", "status"]);
  const failing = await kernel.execute(
    `const failing = ${begin("doomed")}; await new Promise((resolve) => setTimeout(resolve, 700)); failing.end("failed"); throw new Error("no");`,
  );
  expect(entriesOf(failing).at(-1)?.text).toMatch(/^doomed failed after 0\.\d s$/);
  expect(failing.error?.evalue).toBe("no");
});

test("nbclient keeps one output, in its last state, and nbconvert prints it", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "dlf-lance-progress-"));
  try {
    const launcher = path.resolve(import.meta.dirname, "../../src/launcher.cjs");
    await promisify(execFile)(process.execPath, [launcher, "kernel", "install", "--prefix", folder]);
    const notebook = path.join(folder, "progress.ipynb");
    const source = work("count the rows", 900);
    const cell = { cell_type: "code", id: "a", metadata: {}, execution_count: null, outputs: [], source };
    const kernelspec = { name: "dlf-lance", display_name: "TypeScript", language: "typescript" };
    await writeFile(
      notebook,
      JSON.stringify({ cells: [cell], metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 }),
    );
    const env = { ...process.env, JUPYTER_PATH: path.join(folder, "share", "jupyter") };
    const convert = (...options: string[]) =>
      promisify(execFile)(
        inject("jupyterPython"),
        ["-m", "nbconvert", ...options, `--output-dir=${folder}`, notebook],
        { env },
      );
    await convert("--execute", "--to=notebook", "--inplace");
    const { cells } = JSON.parse(await readFile(notebook, "utf8"));
    expect(cells[0].outputs).toHaveLength(1);
    expect([cells[0].outputs[0].data["text/plain"]].flat().join("")).toMatch(
      /^count the rows done in [\d.]+ s/,
    );
    await convert("--to=html");
    expect(await readFile(path.join(folder, "progress.html"), "utf8")).toMatch(
      /<b>count the rows<\/b> {2}done in/,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 120_000);
