/** A real kernel process whose cells want more memory than they may have: each is stopped, and the kernel goes on. */
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type KernelClient, startKernelClient } from "./kernel-client.ts";

let kernel: KernelClient;
const limit = 256;

const small = {
  nodeOptions: [`--max-old-space-size=${limit + 4096}`],
  arguments: [`--cell-memory=${limit}`],
};

beforeAll(async () => {
  kernel = await startKernelClient(small);
});

afterAll(() => kernel.stop());

test.each([
  ["lists of objects", "const a = []; for (;;) a.push(Array.from({ length: 1e4 }, (_, x) => ({ x })));"],
  ["mapped lists", "const l = []; for (;;) l.push(new Array(1e3).fill({}).map((_, x) => ({ x })));"],
  ["maps", "const m = new Map(); for (let i = 0; ; i++) m.set(i, new Map([[i, new Array(1e4).fill(i)]]));"],
  [
    "texts of JSON",
    "const t = []; const r = Array(1e3).fill('row '.repeat(250)); for (;;) t.push(JSON.stringify(r));",
  ],
  [
    "closures",
    "let f = () => 0; for (;;) { const g = f, x = new Array(1e4).fill(1); f = () => g() + x.length; }",
  ],
  [
    "what it throws and catches",
    "const e = []; for (;;) try { throw new Array(1e4).fill(1) } catch (x) { e.push(x) }",
  ],
  ["lists, and pauses", "const w = []; for (;;) { w.push(new Array(1e5).fill(0.5)); await null }"],
])(
  "a cell without end that keeps %s is stopped with a sentence",
  async (_, code) => {
    const { error, reply } = await kernel.execute(`{ ${code} }`);
    expect(reply.content.status).toBe("error");
    expect(error?.ename).toBe("OutOfMemory");
    expect(error?.evalue).toMatch(
      /^Cannot finish the cell: its values take [\d,]+ MB of the 256 MB that the kernel has for them; let go of .* --max-old-space-size 1000$/,
    );
    expect((await kernel.execute("1 + 1")).result).toEqual({ "text/plain": "2" });
  },
  60_000,
);

test("values that a stopped cell has kept can be let go of, and what is garbage does not count", async () => {
  const { error } = await kernel.execute(
    "let kept: unknown[] = []; for (;;) kept.push(new Array(1e4).fill(1))",
  );
  expect(error?.ename).toBe("OutOfMemory");
  expect((await kernel.execute("kept.length > 2_000")).result).toEqual({ "text/plain": "true" });
  expect((await kernel.execute("kept = []")).error).toBeUndefined();
  const garbage =
    "let n = 0; for (let i = 0; i < 100; i++) n += Array.from({ length: 1e5 }, (_, x) => ({ x })).length; n";
  expect((await kernel.execute(garbage)).result).toEqual({ "text/plain": "10000000" });
  expect(kernel.terminal()).toBe("");
}, 60_000);

test("what a cell has left running ends the kernel with a sentence in that cell, and in the log", async () => {
  const other = await startKernelClient(small);
  try {
    const exit = once(other.process, "exit");
    await other.execute("const l: number[][] = []; setInterval(() => l.push(new Array(1e6).fill(1)), 1); 1");
    await exit;
    const sentence =
      /^Cannot go on with what a cell has left running: its values take [\d,]+ MB of the 256 MB .* The kernel ends\.$/m;
    expect(other.published.map(({ content }) => String(content.text ?? "")).join("")).toMatch(sentence);
    expect(other.terminal().replace("dlf-lance kernel: ", "")).toMatch(sentence);
  } finally {
    await other.stop();
  }
}, 120_000);

test("a call beyond V8's sizes is named in the log, and by the kernel that Jupyter starts next", async () => {
  const sentence =
    /^Cannot finish cell 2: its kernel ended in the middle of it, most likely because a single call /m;
  const other = await startKernelClient(small);
  let words = "";
  try {
    await other.execute("1 + 1");
    const listWatchers = () =>
      spawnSync("pgrep", ["-P", String(other.process.pid), "-f", "cat > /dev/null"], { encoding: "utf8" });
    await expect.poll(() => listWatchers().stdout, { timeout: 20_000, interval: 200 }).not.toBe("");
    const exit = once(other.process, "close");
    await other.send("execute_request", { code: '"x".repeat(2 ** 27 + 9).split("")' });
    await exit;
    words = readFileSync(join(other.folder, "kernel-0a1b.running"), "utf8");
    expect(words).toMatch(sentence);
    expect(other.terminal()).toMatch(sentence);
  } finally {
    await other.stop();
  }
  const next = await startKernelClient({
    command: (file) => {
      writeFileSync(file.replace(/json$/, "running"), words);
      return [
        process.execPath,
        "--no-force-async-hooks-checks",
        join(import.meta.dirname, "fixtures/run-test-kernel.ts"),
        file,
      ];
    },
  });
  try {
    expect((await next.execute("1 + 1")).stderr).toMatch(sentence);
    expect((await next.execute("1 + 1")).stderr).toBe("");
  } finally {
    await next.stop();
  }
}, 120_000);
