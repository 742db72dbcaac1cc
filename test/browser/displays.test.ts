/** The gallery in a real JupyterLab, by its own sanitiser, and where JupyterLab is not there to help. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { type GalleryItem, makeGallery } from "../display/gallery.ts";
import { leaveForGitHub } from "../display/github-page.ts";
import { findAll, readMarkup, textOf } from "../display/read-markup.ts";
import { type JupyterServer, startJupyterServer } from "./jupyter-server.ts";
import { isNotebookReady, readCells, showNotebookAlone } from "./lab-page.ts";

const pictures = path.resolve(import.meta.dirname, "../../.dlf-lance/screenshots/displays");

let folder: string;
let gallery: readonly GalleryItem[];
let server: JupyterServer;
let browser: Browser;
let page: Page;
const happened: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "dlf-lance-displays-"));
  gallery = await makeGallery();
  await mkdir(path.join(folder, "notebooks"));
  await mkdir(pictures, { recursive: true });
  await writeFile(path.join(folder, "notebooks", "gallery.ipynb"), JSON.stringify(toNotebook(gallery)));
  server = await startJupyterServer({
    python: inject("jupyterPython"),
    folder: path.join(folder, "notebooks"),
    state: folder,
    environment: {},
  });
  browser = await chromium.launch({ executablePath: inject("chromium"), args: ["--no-sandbox"] });
  page = await browser.newPage({ viewport: { width: 1100, height: 1600 }, reducedMotion: "reduce" });
  page.setDefaultTimeout(120_000);
  page.on("dialog", (dialog) => void dialog.dismiss().then(() => happened.push(dialog.message())));
  await page.goto(server.page("lab/tree/gallery.ipynb"), { waitUntil: "domcontentloaded" });
  await page.waitForFunction(isNotebookReady);
  await page.evaluate(showNotebookAlone);
}, 240_000);

afterAll(async () => {
  await browser?.close();
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

function toNotebook(items: readonly GalleryItem[]): object {
  const cells = items.map(({ title, bundle }, index) => ({
    cell_type: "code",
    id: `item-${index}`,
    execution_count: index + 1,
    metadata: {},
    source: `// ${title}`,
    outputs: [{ output_type: "execute_result", execution_count: index + 1, metadata: {}, data: bundle }],
  }));
  const kernelspec = { name: "python3", display_name: "Python 3", language: "python" };
  return { cells, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 };
}

interface LabWindow {
  readonly jupyterapp: {
    readonly commands: { execute(command: string, options?: object): Promise<unknown> };
    readonly shell: {
      readonly currentWidget: {
        readonly content: {
          readonly rendermime: { readonly sanitizer: { sanitize(markup: string): string } };
          readonly widgets: readonly { readonly model: { trusted: boolean } }[];
        };
      };
    };
  };
}

/** JupyterLab's own sanitiser, as it works on notebooks that are not trusted. */
function sanitizeAll(markups: readonly string[]): string[] {
  const { sanitizer } = (globalThis as unknown as LabWindow).jupyterapp.shell.currentWidget.content
    .rendermime;
  return markups.map((markup) => sanitizer.sanitize(markup));
}

function trustCells(): void {
  for (const { model } of (globalThis as unknown as LabWindow).jupyterapp.shell.currentWidget.content
    .widgets) {
    model.trusted = true;
  }
}

function changeTheme(theme: string): Promise<unknown> {
  return (globalThis as unknown as LabWindow).jupyterapp.commands.execute("apputils:change-theme", { theme });
}

async function takePictures(name: string): Promise<void> {
  const cells = page.locator(".jp-Notebook-cell");
  for (let index = 0; index < gallery.length; index++) {
    const cell = cells.nth(index);
    await cell.scrollIntoViewIfNeeded();
    await cell.screenshot({ path: path.join(pictures, `${name}-${String(index).padStart(2, "0")}.png`) });
  }
}

function positionOfHeader(): string {
  const { document, getComputedStyle } = globalThis as unknown as {
    document: { querySelector(selector: string): object };
    getComputedStyle(element: object): { readonly position: string };
  };
  return getComputedStyle(document.querySelector(".jp-OutputArea-output thead")).position;
}

/** A style's declarations as a browser reads them, in an order of their own. */
function declarationsOf(style: string | undefined): string[] {
  return (style ?? "")
    .split(";")
    .map((declaration) => declaration.replaceAll(/\s/g, ""))
    .filter((declaration) => declaration !== "")
    .sort();
}

test("JupyterLab's sanitiser takes nothing but the style block", async () => {
  const markups = gallery.map(({ bundle }) => String(bundle["text/html"]));
  const left = await page.evaluate(sanitizeAll, markups);
  for (const [index, markup] of markups.entries()) {
    const before = readMarkup(markup.replaceAll(/<style>.*?<\/style>/gs, ""));
    const after = readMarkup((left[index] ?? "").replaceAll(/ \/>/g, ">"));
    expect(textOf(after)).toBe(textOf(before));
    for (const tag of ["div", "span", "table", "tr", "th", "td", "i", "img", "details", "summary", "pre"]) {
      const [expected, found] = [findAll(before, tag), findAll(after, tag)];
      expect(found).toHaveLength(expected.length);
      for (const [place, element] of expected.entries()) {
        const kept = found[place]?.attributes;
        for (const [name, value] of element.attributes) {
          if (name === "style") expect(declarationsOf(kept?.get(name))).toEqual(declarationsOf(value));
          else expect(kept?.get(name), `${name} of <${tag}>`).toBe(value);
        }
      }
    }
  }
}, 120_000);

test("an untrusted notebook shows every display as HTML, and a trusted one fixes the headers", async () => {
  const outputs = page.locator(".jp-OutputArea-output");
  await expect.poll(() => outputs.count(), { timeout: 60_000 }).toBe(gallery.length);
  const cells = await page.evaluate(readCells);
  expect(cells.map((cell) => cell.outputs.map(({ drawn }) => drawn))).toEqual(
    gallery.map(() => ["text/html"]),
  );
  for (const cell of cells) expect(cell.html).not.toContain("<style>");
  await takePictures("light-untrusted");
  await page.evaluate(trustCells);
  await expect.poll(() => page.locator(".jp-OutputArea-output style").count()).toBeGreaterThan(5);
  expect(await page.evaluate(positionOfHeader)).toBe("sticky");
  await takePictures("light-trusted");
}, 240_000);

test("in the dark theme too", async () => {
  await page.evaluate(changeTheme, "JupyterLab Dark");
  await page.locator('body[data-jp-theme-light="false"]').waitFor({ state: "attached" });
  await takePictures("dark-trusted");
  expect(happened).toEqual([]);
}, 240_000);

test("as nbconvert's page, and as GitHub would leave it", async () => {
  const notebook = path.join(folder, "notebooks", "gallery.ipynb");
  const convert = ["-m", "nbconvert", "--to=html", "--output=page", `--output-dir=${folder}`, notebook];
  await promisify(execFile)(inject("jupyterPython"), convert);
  const sections = gallery.map(
    ({ title, bundle }) => `<h2>${title}</h2>${leaveForGitHub(String(bundle["text/html"]))}`,
  );
  const style =
    "body{font:14px sans-serif}td,th{border:1px solid #d0d7de;padding:6px 13px}table{border-collapse:collapse}";
  const github = `<!doctype html><meta charset="utf-8"><style>${style}</style>${sections.join("")}`;
  await writeFile(path.join(folder, "github.html"), github);
  const plain = await browser.newPage({ viewport: { width: 1100, height: 900 } });
  for (const name of ["page", "github"]) {
    await plain.goto(`file://${path.join(folder, `${name}.html`)}`, { waitUntil: "domcontentloaded" });
    expect(await plain.locator("table").count()).toBeGreaterThanOrEqual(gallery.length);
    await plain.screenshot({ path: path.join(pictures, `${name}.png`), fullPage: true });
  }
}, 120_000);
