/** What we rely on inside tslab: each of these breaks something when a new version moves it. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { loadTypeScript, onTslabDisplay } from "../../src/kernel/tslab.ts";

const load = createRequire(import.meta.url);

test("the versions are those that were tried", () => {
  expect(load("tslab/package.json").version).toBe("1.0.22");
  expect(load("tslab/package.json").exports).toBeUndefined();
  expect(loadTypeScript().version).toBe("5.0.4");
});

test("the modules that are imported past tslab's main file export what is used", () => {
  expect(load("tslab/dist/main.js")).toMatchObject({ startKernel: expect.any(Function) });
  expect(load("tslab/dist/jupyter.js")).toHaveProperty("lastWriteDisplayData");
});

test("tslab's display calls the function that is put into its module", () => {
  const shown: unknown[] = [];
  onTslabDisplay(load, (content, isUpdate) => shown.push([content, isUpdate ?? false]));
  load("tslab").display.html("<b>x</b>");
  expect(shown).toEqual([[{ data: { "text/html": "<b>x</b>" }, metadata: {}, transient: {} }, false]]);
});

test("so does the display of a copy that the notebook's folder has", () => {
  const folder = mkdtempSync(join(tmpdir(), "dlf-lance-tslab-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const ours = dirname(load.resolve("tslab/package.json"));
  mkdirSync(join(folder, "node_modules"));
  for (const name of readdirSync(dirname(ours)).filter((each) => each !== "tslab" && !each.startsWith("."))) {
    symlinkSync(join(dirname(ours), name), join(folder, "node_modules", name));
  }
  cpSync(ours, join(folder, "node_modules/tslab"), { recursive: true });
  const shown: unknown[] = [];
  const near = createRequire(join(folder, "cell.js"));
  onTslabDisplay(near, (content) => shown.push(content));
  expect(near.resolve("tslab")).not.toBe(load.resolve("tslab"));
  near("tslab").display.html("<b>y</b>");
  expect(shown).toEqual([{ data: { "text/html": "<b>y</b>" }, metadata: {}, transient: {} }]);
});
