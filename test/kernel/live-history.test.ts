/** Real kernel processes, one after another: the history that they leave to each other. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { type KernelClient, startKernelClient } from "./kernel-client.ts";

const state = mkdtempSync(join(tmpdir(), "dlf-lance-state-"));
const folder = join(state, "dlf-lance", "history");

afterAll(() => rmSync(state, { recursive: true }));

async function withKernel(choice: string, work: (kernel: KernelClient) => Promise<void>): Promise<void> {
  const environment = { XDG_STATE_HOME: state, DLF_LANCE_HISTORY: choice };
  const kernel = await startKernelClient({ environment });
  try {
    await work(kernel);
    await kernel.request("shutdown_request", { restart: false }, "control");
    await expect.poll(() => kernel.process.exitCode, { timeout: 10_000 }).toBe(0);
    expect(kernel.terminal()).toBe("");
  } finally {
    await kernel.stop();
  }
}

async function find(kernel: KernelClient, content: object): Promise<unknown> {
  return (await kernel.request("history_request", content)).content.history;
}

test("cells are found across restarts, without secrets, by this user alone", async () => {
  await withKernel("", async (kernel) => {
    await kernel.execute("1 + 1");
    await kernel.execute("const key = 'open sesame, quickly';");
    await kernel.execute("const unknown = (;");
    await kernel.execute("'not kept'", { store_history: false });
    await kernel.execute("remember('open ' + 'sesame, quickly'); key");
  });
  const [name = "", ...others] = readdirSync(folder);
  expect(others).toEqual([]);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  const kept = [
    "1 + 1",
    "const key = '<redacted>';",
    "const unknown = (;",
    "remember('open ' + 'sesame, quickly'); key",
  ];
  const text = readFileSync(join(folder, name), "utf8");
  expect(text).toBe(kept.map((source, index) => `${JSON.stringify([index + 1, source])}\n`).join(""));

  // What a kernel that was killed has left half written harms nobody.
  writeFileSync(join(folder, name), `${text}[5,"cut`);
  await withKernel("", async (kernel) => {
    await kernel.execute("2 + 2");
    expect(await find(kernel, { hist_access_type: "tail", n: 2, output: true })).toEqual([
      [1, 4, [kept[3], null]],
      [2, 1, ["2 + 2", "4"]],
    ]);
    expect(await find(kernel, { hist_access_type: "search", pattern: "1 *" })).toEqual([[1, 1, "1 + 1"]]);
    for (const session of [-1, 1])
      expect(await find(kernel, { hist_access_type: "range", session, start: 1, stop: 2 })).toEqual([
        [1, 1, "1 + 1"],
      ]);
    for (const session of [0, 2])
      expect(await find(kernel, { hist_access_type: "range", session, start: 1, stop: 9 })).toEqual([
        [2, 1, "2 + 2"],
      ]);
    expect(await find(kernel, { hist_access_type: "range", session: -5 })).toEqual([]);
  });
});

test("whoever does not want it has none", async () => {
  const list = () => (existsSync(folder) ? readdirSync(folder) : []);
  const before = list();
  await withKernel("off", async (kernel) => {
    await kernel.execute("3 + 3");
    expect(await find(kernel, { hist_access_type: "tail", n: 5 })).toEqual([[1, 1, "3 + 3"]]);
  });
  expect(list()).toEqual(before);
});
