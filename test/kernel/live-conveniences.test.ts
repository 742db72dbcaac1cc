/** A real kernel process with this package's own prelude: what cells have at hand. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type KernelClient, startKernelClient } from "./kernel-client.ts";

let kernel: KernelClient;

beforeAll(async () => {
  kernel = await startKernelClient({
    entry: fileURLToPath(new URL("../../dist/run-kernel.js", import.meta.url)),
  });
});

afterAll(() => kernel.stop());

/** The text of a cell's result. */
async function resultOf(code: string): Promise<unknown> {
  const { error, result } = await kernel.execute(code);
  expect(error).toBeUndefined();
  return result?.["text/plain"];
}

test("_ is the last result, of a numbered cell that has one", async () => {
  expect(await resultOf("_")).toBeUndefined();
  expect(await resultOf("6 * 7")).toBe("42");
  await kernel.execute("const unseen = 1;");
  await kernel.execute("throw new Error('none')");
  await kernel.execute("7", { user_expressions: { a: "8" }, store_history: false, silent: true });
  expect(await resultOf("_ + 1")).toBe("43");
  expect(await resultOf("const _ = 'mine'; 5")).toBe("5");
  expect(await resultOf("_")).toBe("mine");
});

test("a function shows its text, a timer one line", async () => {
  expect(await resultOf("const limit = 5; (n: number) => n > limit")).toBe("(n) => n > limit");
  expect(await resultOf("async function wait() { await null; return limit } wait")).toMatch(
    /^async function wait\(\) \{\s+\(?await null\)?;\s+return limit;\s+\}$/,
  );
  expect(await resultOf("class Point {} Point")).toBe("[class Point]");
  expect(await resultOf("Math.max")).toBe("[Function: max]");
  expect(await resultOf("const timer = setTimeout(() => {}, 60_000); timer")).toBe(
    "Timeout: runs in 60000 ms; clearTimeout(_) stops it",
  );
  expect(await resultOf("clearTimeout(timer); timer")).toBe("Timeout: has run, or was stopped");
  expect(await resultOf("const every = setInterval(() => {}, 500); every")).toMatch(
    /^Interval: runs every 500 ms/,
  );
  await kernel.execute("clearInterval(every)");
});

test("a promise in a text is said to be one, once in a cell", async () => {
  const said = "[object Promise] is a promise as text: put await in front to have its value\n";
  const printed = await kernel.execute("for (const p of [1, 2]) console.log(`rows: ${Promise.resolve(p)}`)");
  expect([printed.stdout, printed.stderr]).toEqual([
    "rows: [object Promise]\nrows: [object Promise]\n",
    said,
  ]);
  const result = await kernel.execute("'rows: ' + String(Promise.resolve(1))");
  expect([result.result?.["text/plain"], result.stderr]).toEqual(["rows: [object Promise]", said]);
  expect((await kernel.execute("display(`${Promise.resolve(1)}`); 0")).stderr).toBe(said);
});

test("of a very long text the beginning is shown, and of a long line what an error is about", async () => {
  const shown = await resultOf("'ab'.repeat(25_000_000)");
  expect(String(shown)).toHaveLength(
    1_000_000 + "…\n49,000,000 more characters are not shown: write them to a file, or show a slice".length,
  );
  expect(String(shown).slice(-120)).toMatch(/abab…\n49,000,000 more characters are not shown/);
  const filler = "x".repeat(300);
  const { error } = await kernel.execute(`const a = "${filler}"; unknown1; const b = "${filler}"; unknown2`);
  const lines = error?.traceback.join("\n").split("\n") ?? [];
  expect(lines.filter((line) => line.length > 200)).toEqual([]);
  expect(
    lines
      .filter((line) => line.includes("…"))
      .map((line, index) => line.slice(4).indexOf(`unknown${index + 1}`)),
  ).toEqual([61, 61]);
  expect(lines.filter((line) => line.includes("^"))).toEqual(Array(2).fill(`${" ".repeat(65)}^^^^^^^^`));
});

test("time shows a small table and returns the value; bench says how long a call takes", async () => {
  const timed = await kernel.execute("await time(async () => [1, 2].length)");
  expect(timed.error).toBeUndefined();
  const shown = timed.published.find(({ type }) => type === "display_data")?.content.data as Record<
    string,
    string
  >;
  expect(shown["text/plain"]).toMatch(/elapsed[\s\S]*computed[\s\S]*memory[\s\S]*\d (ms|µs|ns|s)/);
  expect(timed.result?.["text/plain"]).toBe("2");
  const slow = await resultOf(
    "const slow = await bench(() => new Promise((end) => setTimeout(end, 20)), { runs: 3 }); slow",
  );
  expect(slow).toMatch(/runs[\s\S]*median[\s\S]*3[\s\S]*\d\d(\.\d)? ms/);
  expect(
    await resultOf(
      "[slow.runs, slow.minimum >= 19, slow.minimum <= slow.median, slow.median <= slow.maximum]",
    ),
  ).toBe("[ 3, true, true, true ]");
  expect(await resultOf("const quick = await bench(() => 1, { seconds: 0.05 }); quick.median < 0.01")).toBe(
    "true",
  );
  expect((await kernel.execute("await bench(() => 1, { secnds: 1 } as object)")).error?.evalue).toBe(
    "Cannot bench: no option named secnds; did you mean seconds?",
  );
  expect((await kernel.execute("await bench(() => 1, { runs: 0 })")).error?.evalue).toMatch(
    /^Cannot bench: runs is 0; pass 1 or more$/,
  );
  expect((await kernel.execute("await time(5 as never)")).error?.evalue).toMatch(/^Cannot time a value: /);
});

test("show() and plot() of a frame show it wherever they stand in a cell", async () => {
  const cell = `const cities = fromRows([{ city: "Oslo", share: 0.7 }, { city: "Bergen", share: 0.3 }]);
for (const name of ["Oslo", "Bergen"]) {
  console.log(name);
  await cities.where(col("city").eq(name)).show();
}
await cities.plot({ x: "city" });
await cities.limit(1).show();
const kept = await cities.show();
const other = { show: async () => "theirs" };
await other.show();
await cities.show()`;
  const { published, error } = await kernel.execute(cell);
  expect(error).toBeUndefined();
  const shown = published.flatMap(({ type, content }) => {
    if (type === "stream") return [String(content.text).trim()];
    if (type !== "display_data" && type !== "execute_result") return [];
    const data = content.data as Record<string, string>;
    const rows = /(\d) rows? ×/.exec(data["text/plain"] ?? "")?.[0];
    return [`${type}: ${rows ?? "chart"}`];
  });
  expect(shown).toEqual([
    "Oslo",
    "display_data: 1 row ×",
    "Bergen",
    "display_data: 1 row ×",
    "display_data: chart",
    "display_data: 1 row ×",
    "execute_result: 2 rows ×",
  ]);
});

test("html and md show markup", async () => {
  const { result } = await kernel.execute("html`<b>${'<i>'}</b>`");
  expect(result).toMatchObject({ "text/html": "<b>&lt;i&gt;</b>" });
  expect((await kernel.execute("md`**${'*'}**`")).result).toMatchObject({ "text/markdown": "**\\***" });
});

test("sh shows what a command writes while it runs, or returns it, and throws when it fails", async () => {
  const id = await kernel.send("execute_request", {
    code: "await sh`echo ${'$(first)'}; while [ ! -e go ]; do sleep 0.05; done; echo last >&2`",
  });
  const textOf = () =>
    kernel.published
      .filter(({ parentId, type }) => parentId === id && type === "stream")
      .map(({ content }) => content.text);
  await expect.poll(textOf).toEqual(["$(first)\n"]);
  writeFileSync(join(kernel.folder, "go"), "");
  const { content } = await kernel.reply(id);
  expect(content.status).toBe("ok");
  await kernel.untilIdle(id);
  expect(textOf()).toEqual(["$(first)\n", "last\n"]);
  expect(await resultOf("await sh`printf 'a\\nb\\n'`.text()")).toBe("a\nb");
  expect(await resultOf("sh`echo never`")).toBe("a command that has not run: add await");
  const failed = await kernel.execute("await sh`echo why >&2; exit 3`");
  expect(failed.stderr).toBe("why\n");
  expect(failed.error).toMatchObject({
    ename: "CommandFailed",
    evalue: "Cannot run the command: it exited with code 3; see its output",
  });
});

test("the stop button stops a command and all it has started", async () => {
  const id = await kernel.send("execute_request", { code: "await sh`sleep 100 & echo $!; wait`" });
  const found = () => kernel.published.find(({ parentId, type }) => parentId === id && type === "stream");
  await expect.poll(found).toBeDefined();
  await kernel.request("interrupt_request", {}, "control");
  expect((await kernel.reply(id)).content).toMatchObject({ status: "error", ename: "Interrupted" });
  const child = Number(found()?.content.text);
  const isGone = () =>
    !existsSync(`/proc/${child}`) || /\) Z /.test(readFileSync(`/proc/${child}/stat`, "utf8"));
  await expect.poll(isGone).toBe(true);
});

test("a cell's own names win", async () => {
  expect(
    await resultOf(
      "const time = 5; const html = 'h', md = 1, sh = 2; function bench() { return 3 } [time, html, md, sh, bench()]",
    ),
  ).toBe("[ 5, 'h', 1, 2, 3 ]");
});
