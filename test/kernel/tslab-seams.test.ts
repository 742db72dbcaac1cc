/** What we rely on inside tslab: each of these breaks something when a new version moves it. */
import { createRequire } from "node:module";
import { expect, test } from "vitest";
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
  onTslabDisplay((content, isUpdate) => shown.push([content, isUpdate ?? false]));
  load("tslab").display.html("<b>x</b>");
  expect(shown).toEqual([[{ data: { "text/html": "<b>x</b>" }, metadata: {}, transient: {} }, false]]);
});
