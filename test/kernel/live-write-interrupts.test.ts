/** The stop button in the middle of a write: the cell says whether it was committed, and the next cell works. */
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sizes } from "../sizes.ts";
import { type KernelClient, startKernelClient } from "./kernel-client.ts";

let kernel: KernelClient;

async function run(code: string): Promise<string> {
  const { error, result } = await kernel.execute(code);
  expect(error).toBeUndefined();
  return String(result?.["text/plain"] ?? "");
}

const printedBy = (id: string, name = "stdout") =>
  kernel.published
    .filter(({ parentId, content }) => parentId === id && content.name === name)
    .map(({ content }) => String(content.text))
    .join("");

beforeAll(async () => {
  kernel = await startKernelClient({
    entry: resolve(import.meta.dirname, "../../dist/run-kernel.js"),
    environment: { DLF_LANCE_DATA: "lake" },
  });
  await run(`
    const lake = await connect();
    const rowsOf = (first: number, count: number) => ({
      id: BigInt64Array.from({ length: count }, (_, row) => BigInt(first + row)),
      text: Array.from({ length: count }, (_, row) => String(first + row).repeat(40)),
    });
    await lake.createTable("default.t", rowsOf(0, 1_000));
    const t = lake.table("default.t" as string);
    const look = async (name: string) => {
      try { return (await lake.describe(name as string)).version + " " + await lake.read(name as string).count(); }
      catch (error) { return (error as { code: string }).code; }
    };`);
}, 120_000);

afterAll(() => kernel.stop());

let next = 0;
const writes: readonly { name: string; table?: (turn: number) => string; code(turn: number): string }[] = [
  {
    name: "append",
    code: (turn) => `await lake.append("default.t" as string, rowsOf(${turn}_000_000, 100_000));`,
  },
  {
    name: "overwrite",
    code: (turn) => `await lake.overwrite("default.t" as string, rowsOf(${turn}, 50_000 + ${turn}));`,
  },
  { name: "merge", code: (turn) => `await t.merge("id", rowsOf(${turn}_000_000, 20_000));` },
  { name: "update", code: () => "await t.update({ text: { sql: \"concat(text, 'x')\" } });" },
  { name: "delete", code: () => 'await t.delete("id % 7 = 3");' },
  { name: "compact", code: () => "await t.compact();" },
  {
    name: "createTable",
    table: (turn) => `default.made_${turn}`,
    code: (turn) => `await lake.createTable("default.made_${turn}", rowsOf(0, 100_000));`,
  },
];

test.each(writes)("$name", { timeout: 600_000 }, async ({ name, table, code }) => {
  for (let round = 0; round < (sizes.everyFault ? 20 : 3); round++) {
    const turn = ++next;
    const target = table?.(turn) ?? "default.t";
    const before = await run(`await look("${target}")`);
    const id = await kernel.send("execute_request", { code: `console.log("begun");\n${code(turn)}` });
    await expect.poll(() => printedBy(id)).toContain("begun");
    await sleep(Math.random() * 400);
    await kernel.request("interrupt_request", {}, "control");
    const { content } = await kernel.reply(id);
    await kernel.untilIdle(id);
    // The write goes on without its cell: the next one waits for it, as a user would look again.
    await sleep(2_500);
    const after = await run(`await look("${target}")`);
    const where = `${name}, round ${round}: ${content.evalue ?? "done"}; before ${before}, after ${after}`;
    const told = () => printedBy(id, "stderr");
    if (content.status === "error" && after !== before) {
      await expect
        .poll(told, { message: where })
        .toMatch(/It is done, as version|It came too late|goes on without you|^Cannot create table/);
    }
    expect(await run(`await lake.append("default.t" as string, rowsOf(${turn}_900_000, 1)); 1 + 1`)).toBe(
      "2",
    );
  }
});

test.each([
  [
    "has no end",
    "for (let id = 0n; ; id++) { yield [{ id, text: null }]; await new Promise((go) => setTimeout(go, 5)); }",
  ],
  ["has no end, and never waits", "for (let id = 0n; ; id++) yield [{ id, text: null }];"],
  ["never begins", "await new Promise(() => undefined); yield [{ id: 1n, text: null }];"],
])("an append whose source %s says what became of the table", async (_, source) => {
  const before = await run('await look("default.t")');
  const id = await kernel.send("execute_request", {
    code: `console.log("begun");
await lake.append("default.t" as string, (async function* () { ${source} })());`,
  });
  await expect.poll(() => printedBy(id)).toContain("begun");
  await sleep(700);
  await kernel.request("interrupt_request", {}, "control");
  expect((await kernel.reply(id)).content.status).toBe("error");
  await expect
    .poll(() => printedBy(id, "stderr"))
    .toBe("Interrupted: append to default.t. Nothing was changed\n");
  const shown = () =>
    kernel.published.filter(({ parentId, content }) => parentId === id && "transient" in content).length;
  const last = shown();
  expect(await run('await look("default.t")')).toBe(before);
  await sleep(1_500);
  // Nothing goes on.
  expect(shown()).toBe(last);
});
