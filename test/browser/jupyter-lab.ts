/** Opens a notebook in a real JupyterLab in headless Chromium, runs it, and tells what a reader sees. */
import { copyFile, mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Browser, chromium, type Page } from "playwright-core";
import { startJupyterServer } from "./jupyter-server.ts";
import {
  changeTheme,
  hasRunAll,
  isNotebookReady,
  kernelStatus,
  type LabCell,
  readCells,
  saveNotebook,
  showCellsAlone,
  showNotebookAlone,
  startAllCells,
} from "./lab-page.ts";

export interface LabOptions {
  /** A Python with JupyterLab. */
  readonly jupyterPython: string;
  /** The browser's program. */
  readonly chromium: string;
  /** The notebook; it is copied, and stays as it is. */
  readonly notebook: string;
  /** An empty folder to work in; the copy of the notebook is run and saved in its `notebooks`. */
  readonly folder: string;
  /** Where `page.png` and `cell-NN.png` go. */
  readonly screenshots: string;
  /** Environment variables for the server and its kernels. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Of these cells, by their id, one picture in each theme is taken: `light.png` and `dark.png`. */
  readonly pictured?: readonly string[];
  /** False: only opens it, as a reader sees a notebook that is not trusted. */
  readonly run?: boolean;
}

export interface LabView {
  readonly cells: readonly LabCell[];
  /** The whole page's HTML. */
  readonly html: string;
  /** The notebook file as JupyterLab saved it. */
  readonly saved: string;
  /** Errors the page's own scripts threw. */
  readonly pageErrors: readonly string[];
}

const patience = 120_000;
/** JupyterLab draws outputs after the kernel is idle, and tells nobody when it is done. */
const drawingTime = 500;

/** A notebook open in JupyterLab. */
export interface OpenNotebook {
  readonly page: Page;
  /** Errors the page's own scripts threw so far. */
  readonly pageErrors: readonly string[];
  close(): Promise<void>;
}

export async function viewInJupyterLab(options: LabOptions): Promise<LabView> {
  const { page, pageErrors, close } = await openInJupyterLab(options);
  try {
    if (options.run !== false) await runAllCells(page);
    await sleep(drawingTime);
    const cells = await page.evaluate(readCells);
    const html = await page.content();
    await takePictures(page, cells, options.screenshots);
    await page.evaluate(saveNotebook);
    const saved = path.join(options.folder, "notebooks", path.basename(options.notebook));
    const text = await readFile(saved, "utf8");
    if (options.pictured !== undefined) {
      const { cells: sources } = JSON.parse(text) as { cells: { id: string }[] };
      const numbers = options.pictured.map((id) => sources.findIndex((cell) => cell.id === id));
      await pictureInBothThemes(page, numbers, options.screenshots);
    }
    return { cells, html, saved: text, pageErrors };
  } finally {
    await close();
  }
}

/** Opens a copy of the notebook and leaves it to the caller what is done with it. */
export async function openInJupyterLab(options: LabOptions): Promise<OpenNotebook> {
  const folder = path.join(options.folder, "notebooks");
  const name = path.basename(options.notebook);
  await mkdir(folder, { recursive: true });
  await mkdir(options.screenshots, { recursive: true });
  await copyFile(options.notebook, path.join(folder, name));
  const server = await startJupyterServer({
    python: options.jupyterPython,
    folder,
    state: options.folder,
    environment: options.environment ?? {},
  });
  let browser: Browser | undefined;
  const close = async (): Promise<void> => {
    await browser?.close();
    await server.close();
  };
  try {
    browser = await chromium.launch({ executablePath: options.chromium });
    const page = await browser.newPage({ viewport: { width: 1280, height: 1600 }, reducedMotion: "reduce" });
    const pageErrors: string[] = [];
    page.on("pageerror", (error) => pageErrors.push(String(error)));
    page.setDefaultTimeout(patience);
    await openNotebook(page, server.page(`lab/tree/${encodeURIComponent(name)}`));
    return { page, pageErrors, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openNotebook(page: Page, url: string): Promise<void> {
  await page.goto(url, { waitUntil: "domcontentloaded" });
  await page.waitForFunction(isNotebookReady);
  await page.evaluate(showNotebookAlone);
}

/** Waits until the kernel has nothing to do. */
export async function waitUntilIdle(page: Page): Promise<void> {
  await waitForKernel(page, "become idle", async (status) => status === "idle");
}

async function runAllCells(page: Page): Promise<void> {
  await waitUntilIdle(page);
  await page.evaluate(startAllCells);
  await waitForKernel(page, "run all cells", async (status) => status === "idle" && page.evaluate(hasRunAll));
}

async function waitForKernel(
  page: Page,
  action: string,
  isDone: (status: string | undefined) => Promise<boolean>,
): Promise<void> {
  const deadline = Date.now() + patience;
  for (;;) {
    const status = await page.evaluate(kernelStatus);
    if (await isDone(status)) return;
    if (status === "dead") throw new Error(`the kernel died before it could ${action}`);
    if (Date.now() > deadline) throw new Error(`the kernel (${status}) did not ${action} in time`);
    await sleep(100);
  }
}

async function takePictures(page: Page, cells: readonly LabCell[], folder: string): Promise<void> {
  await page.screenshot({ path: path.join(folder, "page.png") });
  for (const [number, cell] of cells.entries()) {
    if (cell.outputs.length === 0) continue;
    const box = page.locator(`[data-cell="${number}"]`);
    await box.scrollIntoViewIfNeeded();
    await box.screenshot({ path: path.join(folder, `cell-${String(number).padStart(2, "0")}.png`) });
  }
}

/** Pixels; above the first cell there is the line below the tool bar. */
const frameAround = 12;
const frameAbove = 6;

/** One picture of some cells in each theme, for pages that show it by the reader's own. */
async function pictureInBothThemes(page: Page, numbers: readonly number[], folder: string): Promise<void> {
  await page.setViewportSize({ width: 1000, height: 1400 });
  await page.evaluate(showCellsAlone, numbers);
  for (const [theme, isLight, name] of [
    ["JupyterLab Light", true, "light"],
    ["JupyterLab Dark", false, "dark"],
  ] as const) {
    await page.evaluate(changeTheme, theme);
    await page.locator(`body[data-jp-theme-light="${isLight}"]`).waitFor({ state: "attached" });
    await sleep(drawingTime);
    await page.locator(`[data-cell="${numbers[0]}"]`).scrollIntoViewIfNeeded();
    await sleep(drawingTime);
    const cells = await Promise.all(
      numbers.map((number) => page.locator(`[data-cell="${number}"]`).boundingBox()),
    );
    const boxes = cells.filter((box) => box !== null);
    const top = Math.min(...boxes.map(({ y }) => y)) - frameAbove;
    const bottom = Math.max(...boxes.map(({ y, height }) => y + height)) + frameAround;
    const [{ x, width } = { x: 0, width: 0 }] = boxes;
    await page.screenshot({
      path: path.join(folder, `${name}.png`),
      clip: { x, y: top, width, height: bottom - top },
    });
  }
}
