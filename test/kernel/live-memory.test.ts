/** A real kernel process whose cells want more memory than they may have: each is stopped, and the kernel goes on. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type KernelClient, startKernelClient } from "./kernel-client.ts";

let kernel: KernelClient;
const limit = 256;

beforeAll(async () => {
  kernel = await startKernelClient({
    nodeOptions: [`--max-old-space-size=${limit + 4096}`],
    arguments: [`--cell-memory=${limit}`],
  });
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
