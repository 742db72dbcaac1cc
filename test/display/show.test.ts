import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { expect, inject, test } from "vitest";
import { startKernelClient } from "../kernel/kernel-client.ts";

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
    await show([{ a: 1 }], { bars: ["b"] }).catch((error) => console.log(error.code));`;
  const { stdout, stderr } = await run(process.execPath, ["--input-type=module", "-e", program]);
  expect(stdout.trimEnd().split("\n")).toEqual([
    ...text,
    "plain",
    "{ a: Map(1) { 1 => 2 } }",
    "InvalidInput",
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
    expect(stderr).toContain("there is no column b; the columns are a");
  } finally {
    await kernel.stop();
  }
}, 120_000);

test("in plain tslab: as a display", async () => {
  const tslab = resolve(root, "node_modules/tslab/bin/tslab");
  const cells = [
    `import { show } from ${JSON.stringify(resolve(root, "dist/index.js"))};`,
    "await show([{ a: 1 }]);",
  ];
  const process_ = run(inject("testPython"), [
    resolve(import.meta.dirname, "plain_tslab.py"),
    process.execPath,
    tslab,
  ]);
  process_.child.stdin?.end(JSON.stringify(cells));
  const { stdout } = await process_;
  const messages = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as [string, Record<string, unknown>]);
  const told = messages.filter(([type]) => !["status", "execute_input"].includes(type));
  expect(told).toEqual([
    [
      "display_data",
      {
        data: { "text/html": expect.stringContaining("<table"), "text/plain": text.join("\n") },
        metadata: {},
        transient: {},
      },
    ],
  ]);
}, 120_000);
