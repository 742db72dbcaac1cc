import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import { findSecrets } from "../secrets.ts";
import { type KernelView, viewWithKernel } from "./view-with-kernel.ts";

/** Cells that do their worst: they read the key from its file and show it in every way a notebook can. */
const cellsFile = path.join(import.meta.dirname, "fixtures", "leaks.txt");

async function writeNotebook(file: string): Promise<void> {
  const cells = (await readFile(cellsFile, "utf8")).split(/^(?=\/\/ %%)/m).map((source, index) => ({
    cell_type: "code",
    id: `cell-${index}`,
    execution_count: null,
    metadata: {},
    outputs: [],
    source: source.trimEnd(),
  }));
  const kernelspec = { name: "dlf-lance", display_name: "TypeScript (DLF Lance)", language: "typescript" };
  await writeFile(file, JSON.stringify({ cells, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 }));
}

let view: KernelView;

beforeAll(async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "leaks-"));
  try {
    const notebook = path.join(folder, "leaks.ipynb");
    await writeNotebook(notebook);
    view = await viewWithKernel(notebook, "leaks");
  } finally {
    await rm(folder, { recursive: true });
  }
}, 240_000);

test("every cell shows something, and only the last one an error", () => {
  expect(view.cells.map((cell) => (cell.outputs.length === 0 ? "nothing" : "something"))).toEqual(
    view.cells.map(() => "something"),
  );
  const failed = view.cells.filter((cell) => cell.outputs.some((output) => output.type === "error"));
  expect(failed.map((cell) => cell.text)).toEqual([expect.stringContaining("the key is <redacted>")]);
});

test("the key is neither on the page nor in the saved notebook", () => {
  expect(findSecrets(view.html, view.secrets)).toEqual([]);
  expect(findSecrets(view.saved, view.secrets)).toEqual([]);
});
