/** The kernel as a person at JupyterLab meets it: completion, errors, progress, interrupt, restart. */
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { readBlocks } from "../docs/blocks.ts";
import { type OpenNotebook, openInJupyterLab, waitUntilIdle } from "./jupyter-lab.ts";
import { installKernel } from "./view-with-kernel.ts";

const screenshots = path.resolve(import.meta.dirname, "../../.dlf-lance/screenshots/kernel");

const page = readFileSync(path.resolve(import.meta.dirname, "../../docs/kernel.md"), "utf8");

const sources = {
  declare:
    "let state = 1;\nconst pause = (ms: number) => new Promise((done) => setTimeout(done, ms));\nstate",
  complete: "",
  tables: "const lake = await connect();\n(await lake.seedDemo()).length",
  typed: "",
  fail: "function fail(n: number): never {\n  throw new RangeError('too far: ' + n);\n}\nfail(3)",
  progress:
    "display('0 of 40', { display_id: 'progress' });\nfor (let done = 1; done <= 40; done++) {\n  await pause(50);\n  display(done + ' of 40', { display_id: 'progress', update: true });\n}",
  compute: "await pause(1);\nstate = 2;\nconsole.log('computing');\nwhile (true) {}",
  after: "state",
  slider: readBlocks(page).find(({ code }) => code.includes("openComm"))?.code ?? "",
};
type CellName = keyof typeof sources;

let folder: string;
let notebook: OpenNotebook;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "dlf-lance-lab-"));
  await installKernel(folder);
  const file = path.join(folder, "kernel.ipynb");
  await writeFile(file, formatNotebook());
  await mkdir(screenshots, { recursive: true });
  notebook = await openInJupyterLab({
    jupyterPython: inject("jupyterPython"),
    chromium: inject("chromium"),
    notebook: file,
    folder,
    screenshots,
    environment: {
      JUPYTER_PATH: path.join(folder, "share", "jupyter"),
      DLF_LANCE_DATA: path.join(folder, "lake"),
    },
  });
  await waitUntilIdle(notebook.page);
}, 240_000);

afterAll(async () => {
  await notebook?.close();
  await rm(folder, { recursive: true, force: true });
});

function formatNotebook(): string {
  const cells = Object.entries(sources).map(([id, source]) => ({
    ...{ cell_type: "code", id, execution_count: null, metadata: {}, outputs: [] },
    source,
  }));
  const kernelspec = { name: "dlf-lance", display_name: "TypeScript (DLF Lance)", language: "typescript" };
  return JSON.stringify({ cells, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 });
}

function cellOf(name: CellName): Locator {
  return notebook.page.locator(".jp-Notebook .jp-Cell").nth(Object.keys(sources).indexOf(name));
}

function outputOf(name: CellName): Locator {
  return cellOf(name).locator(".jp-OutputArea-output");
}

async function run(name: CellName): Promise<void> {
  await cellOf(name).locator(".cm-content").click();
  await notebook.page.keyboard.press("Control+Enter");
}

async function press(command: string): Promise<void> {
  await notebook.page.locator(`.jp-NotebookPanel-toolbar [data-command="${command}"]`).first().click();
}

/** Presses Tab until the list holds a text: JupyterLab waits one second for a kernel, which may be less than its first check. */
async function openList(offered: string): Promise<void> {
  const { page } = notebook;
  const popup = page.locator(".jp-Completer");
  await expect
    .poll(
      async () => {
        if (!(await popup.isVisible())) await page.keyboard.press("Tab");
        return (await popup.isVisible()) ? popup.textContent() : "";
      },
      { interval: 1_500, timeout: 60_000 },
    )
    .toContain(offered);
}

test("completes a helper's name, with its documentation", async () => {
  const { page } = notebook;
  await cellOf("complete").locator(".cm-content").click();
  await page.keyboard.type("rea");
  await openList("read");
  await expect
    .poll(() => page.locator(".jp-Completer-docpanel").textContent(), { timeout: 20_000 })
    .toContain("lazy frame over a table");
  await page.screenshot({ path: path.join(screenshots, "completion.png") });
  await page.keyboard.press("Escape");
}, 120_000);

test("completes tables, and columns with their types, while a cell is written", async () => {
  const { page } = notebook;
  await run("tables");
  await expect
    .poll(async () => (await outputOf("tables").allTextContents()).at(-1), { timeout: 90_000 })
    .toMatch(/^3\s*$/);
  const drafts = [
    ['read("', "demo.documents"],
    ['read("demo.sales").where(col("', "handling_time"],
    ['read("demo.sales").groupBy("cus").agg(col("order', "ordered_at"],
    ["lake.sql`SELECT * FROM demo.sales s WHERE s.", "tracking_number"],
  ] as const;
  for (const [index, [draft, offered]] of drafts.entries()) {
    await cellOf("typed").locator(".cm-content").click();
    await page.keyboard.press("Control+A");
    await page.keyboard.type(draft);
    await openList(offered);
    // The panel beside the list inspects what is chosen.
    await expect
      .poll(() => page.locator(".jp-Completer-docpanel").textContent(), { timeout: 20_000 })
      .not.toBe("");
    await page.screenshot({ path: path.join(screenshots, `typed-${index + 1}.png`) });
    await page.keyboard.press("Escape");
  }
}, 180_000);

test("draws an error with the lines it came from", async () => {
  await run("fail");
  await expect.poll(() => outputOf("fail").count()).toBe(1);
  const text = ((await outputOf("fail").textContent()) ?? "").replaceAll("\u00a0", " ");
  expect(text).toMatch(/^RangeError: too far: 3\n/);
  expect(text).toMatch(/ cell \d+, line 2, in fail\n/);
  expect(text).toMatch(/ cell \d+, line 4\n\s+fail\(3\)\n/);
  expect(await outputOf("fail").locator("pre").count()).toBe(1);
  expect(await cellOf("fail").locator('[data-mime-type="application/vnd.jupyter.stderr"]').count()).toBe(1);
});

test("updates one display while its cell runs", async () => {
  await run("declare");
  await run("progress");
  await expect
    .poll(() => outputOf("progress").textContent(), { interval: 20, timeout: 20_000 })
    .toMatch(/^[1-9]\d? of 40\s*$/);
  const early = Number.parseInt((await outputOf("progress").textContent()) ?? "", 10);
  expect(early).toBeLessThan(40);
  await expect.poll(() => outputOf("progress").textContent(), { timeout: 20_000 }).toMatch(/^40 of 40\s*$/);
  expect(await outputOf("progress").count()).toBe(1);
});

test("shows what a busy loop prints, and the stop button ends the loop and keeps the state", async () => {
  await waitUntilIdle(notebook.page);
  await run("compute");
  await expect.poll(() => cellOf("compute").textContent(), { timeout: 20_000 }).toContain("computing\n");
  await press("notebook:interrupt-kernel");
  await expect
    .poll(() => cellOf("compute").textContent(), { timeout: 20_000 })
    .toContain("Interrupted: the cell was interrupted");
  await run("after");
  await expect
    .poll(() => outputOf("after").allTextContents(), { timeout: 20_000 })
    .toEqual([expect.stringMatching(/^2\s*$/)]);
  await notebook.page.screenshot({ path: path.join(screenshots, "interrupted.png") });
});

test("draws the slider of the docs, which filters a frame", async () => {
  await run("slider");
  const slider = cellOf("slider").locator("input[type=range]");
  await slider.waitFor({ timeout: 90_000 });
  const shown = async (): Promise<readonly number[]> => {
    const quantities = outputOf("slider").last().locator("tbody td:nth-child(2)");
    return (await quantities.allTextContents()).map(Number);
  };
  await expect.poll(async () => (await shown()).length, { timeout: 30_000 }).toBe(5);
  expect(Math.min(...(await shown()))).toBeLessThan(8);
  await slider.fill("8");
  await expect.poll(async () => Math.min(...(await shown())), { timeout: 30_000 }).toBeGreaterThanOrEqual(8);
  expect((await shown()).length).toBe(5);
  await notebook.page.screenshot({ path: path.join(screenshots, "slider.png") });
}, 180_000);

test("restarts, also while a cell computes, and forgets what was declared", async () => {
  await run("compute");
  await expect.poll(() => cellOf("compute").textContent()).toContain("computing\n");
  await press("notebook:restart-kernel");
  await notebook.page.locator(".jp-Dialog .jp-mod-accept").click();
  await waitUntilIdle(notebook.page);
  await run("after");
  await expect
    .poll(() => cellOf("after").textContent(), { timeout: 30_000 })
    .toContain("TypeScriptError: Cannot find name 'state'");
  expect(notebook.pageErrors).toEqual([]);
});
