/** A page in a notebook fetches the others over a comm, as its buttons do. */
import { resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type KernelClient, startKernelClient } from "./kernel-client.ts";

let kernel: KernelClient;

beforeAll(async () => {
  kernel = await startKernelClient({
    entry: resolve(import.meta.dirname, "../../dist/run-kernel.js"),
    environment: { DLF_LANCE_DATA: "lake" },
  });
}, 120_000);

afterAll(() => kernel.stop());

async function ask(data: object) {
  const content = { comm_id: `comm-${Math.random()}`, target_name: "dlf-lance.output", data };
  const published = await kernel.untilIdle(await kernel.send("comm_open", content));
  return published
    .filter(({ type }) => type.startsWith("comm"))
    .map(({ type, content: sent }) => ({ type, ...sent }));
}

test("buttons are a script with the kernel's id, and every page comes by its number", async () => {
  const rows = "Array.from({ length: 45 }, (_, n) => ({ n }))";
  await kernel.execute(`const lake = await connect(); await lake.createTable("default.numbers", ${rows});`);
  const { result } = await kernel.execute('await read("default.numbers").page(2, { size: 10 })');
  const html = String(result?.["text/html"]);
  const [, start = "{}"] = /\(document\.currentScript,(\{.*?\})\)<\/script>/.exec(html) ?? [];
  expect(JSON.parse(start)).toEqual({ kernelId: "0a1b", key: expect.any(String), number: 2, isLast: false });
  expect(String(result?.["text/plain"])).toMatch(/rows 11–20 of 45[\s\S]*page 2 of 5/);
  const { key } = JSON.parse(start) as { key: string };
  expect(await ask({ key, number: 5 })).toEqual([
    expect.objectContaining({
      type: "comm_msg",
      data: { html: expect.stringContaining("rows 41–45 of 45"), number: 5, isLast: true },
    }),
    expect.objectContaining({ type: "comm_close" }),
  ]);
  // Neither a page that cannot be nor an output that is not known gets more than a closed comm.
  for (const wrong of [{ key, number: 0 }, { key, number: "1" }, { key: "other", number: 1 }, {}]) {
    expect((await ask(wrong)).map(({ type }) => type)).toEqual(["comm_close"]);
  }
}, 60_000);
