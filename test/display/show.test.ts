import { execFile } from "node:child_process";
import { chmod, readdir } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { expect, inject, test } from "vitest";
import { startKernelClient } from "../kernel/kernel-client.ts";
import { installApart } from "./install-apart.ts";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "../..");

const text = [
  "┌────────┐",
  "│      a │",
  "│ number │",
  "├────────┤",
  "│      1 │",
  "└────────┘",
  "1 row × 1 column",
];

test("in a terminal: as text, and what is no table as console.log has it", async () => {
  const program = `import { show } from ${JSON.stringify(resolve(root, "src/index.ts"))};
    await show([{ a: 1 }]);
    await show("plain");
    await show({ a: new Map([[1, 2]]) });
    await show([{ a: 1 }], { bars: ["b"] }).catch((error) => console.log(error.code));
    await show([{ a: 1 }], { bars: "a" }).catch((error) => console.log(error.message));
    await show([{ a: 1 }], { maxRow: 1 }).catch((error) => console.log(error.message));`;
  const { stdout, stderr } = await run(process.execPath, ["--input-type=module", "-e", program]);
  expect(stdout.trimEnd().split("\n")).toEqual([
    ...text,
    "plain",
    "{ a: Map(1) { 1 => 2 } }",
    "InvalidInput",
    'Cannot show the value: bars is "a"; pass a list',
    "Cannot show the value: no option named maxRow; did you mean maxRows?",
  ]);
  expect(stderr).toBe("");
});

test("in our kernel: as a display of the cell, in its order, also unawaited", async () => {
  const kernel = await startKernelClient({ entry: resolve(root, "dist/run-kernel.js") });
  try {
    const cell =
      'show([{ a: 1 }], { title: "first" });\nconsole.log("then");\nshow([{ a: 1 }], { bars: ["b"] })';
    const { published, result, error, stderr } = await kernel.execute(cell);
    expect(error).toBeUndefined();
    expect(result).toBeUndefined();
    const shown = published.filter(({ type }) => ["display_data", "stream"].includes(type));
    expect(shown.map(({ type, content }) => content.name ?? type)).toEqual([
      "display_data",
      "stdout",
      "stderr",
    ]);
    const { data } = shown[0]?.content ?? {};
    expect((data as Record<string, string>)["text/plain"]).toBe(["first", ...text].join("\n"));
    expect((data as Record<string, string>)["text/html"]).toContain("<table");
    expect(stderr).toContain("no column named b; the columns are a");
  } finally {
    await kernel.stop();
  }
}, 120_000);

/** What cells publish in a kernel that is not ours, but for their states and their sources. */
async function runCells(kernel: readonly string[], cells: readonly string[], environment = {}) {
  const program = [resolve(import.meta.dirname, "run_cells.py"), ...kernel];
  const running = run(inject("testPython"), program, { env: { ...process.env, ...environment } });
  running.child.stdin?.end(JSON.stringify(cells));
  const { stdout } = await running;
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as [type: string, content: Record<string, unknown>])
    .filter(([type]) => !["status", "execute_input"].includes(type));
}

const displayed = [
  "display_data",
  {
    data: { "text/html": expect.stringContaining("<table"), "text/plain": text.join("\n") },
    metadata: {},
    transient: {},
  },
];

test("in plain tslab: as a display", async () => {
  const tslab = [process.execPath, resolve(root, "node_modules/tslab/bin/tslab")];
  const told = await runCells(
    [...tslab, "kernel", "--config-path", "{connection_file}"],
    [`import { show } from ${JSON.stringify(resolve(root, "dist/index.js"))};`, "await show([{ a: 1 }]);"],
  );
  expect(told).toEqual([displayed]);
}, 120_000);

test("in Deno: as a display", async () => {
  const folder = resolve(await installApart("deno@2.9.6"), "node_modules/@deno");
  const [platform = ""] = await readdir(folder);
  const deno = resolve(folder, platform, process.platform === "win32" ? "deno.exe" : "deno");
  await chmod(deno, 0o755);
  const told = await runCells(
    [deno, "jupyter", "--kernel", "--conn", "{connection_file}"],
    [
      `import { show } from ${JSON.stringify(pathToFileURL(resolve(root, "dist/index.js")).href)};`,
      "await show([{ a: 1 }]);",
    ],
    { DENO_DIR: resolve(root, ".dlf-lance/deno-cache"), DENO_NO_UPDATE_CHECK: "1" },
  );
  expect(told).toEqual([displayed]);
}, 120_000);
