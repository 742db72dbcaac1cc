/** The notebooks in plain tslab, as `kernel install --engine tslab` of the installed package registers it. */
import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { beforeAll, expect, inject, test, vi } from "vitest";
import { type InstalledPackage, installPackage, installTime } from "../installed-package.ts";
import { sizes } from "../sizes.ts";
import { type NotebookRun, ownKernelTag, runNotebook } from "./run-notebook.ts";

const folder = resolve(import.meta.dirname, "../../notebooks");
const notebooks = readdirSync(folder).filter(
  (name) => name.endsWith(".ipynb") && sizes.tslabNotebooks.test(name),
);

let installed: InstalledPackage;
beforeAll(async () => {
  vi.stubEnv("DLF_LANCE_PYTHON", inject("testPython"));
  vi.stubEnv("DLF_LANCE_DAFT_PYTHON", inject("testPython"));
  installed = await installPackage();
}, installTime);

/** What the last words of some notebooks are; each word is of a cell that needs all cells before it. */
const lastWords: Readonly<Record<string, RegExp>> = {
  "01_tour.ipynb": /daft-d/,
  "02_connect.ipynb": /NamespaceNotEmpty: Cannot drop namespace sales/,
  "03_read_and_append.ipynb": /dlf \+ lance \+ tables: ok/,
  "04_frames_and_sql.ipynb": /took 9/,
  "05_charts.ipynb": /Bar chart: rows by quantity/,
  "07_search.ipynb": /vectors \+ text \+ images: ok/,
  "08_next_to_python.ipynb": /python \+ typescript: ok/,
  "09_scale_out.ipynb": /here \+ daft \+ ray: ok/,
};

test.each(notebooks)(
  "%s runs whole",
  async (name) => {
    const run = await runNotebook(name, { engine: "tslab", launcher: installed.launcher });
    const outputs = cellsOfTslab(run).flatMap((cell) => cell.outputs);
    expect(outputs.filter((output) => output.output_type === "error" || output.name === "stderr")).toEqual(
      [],
    );
    // Our own kernel answers with a result where tslab prints.
    expect(outputs.some((output) => output.output_type === "execute_result")).toBe(false);
    expect(run.text).toMatch(lastWords[name] ?? /ok/);
  },
  240_000,
);

function cellsOfTslab(run: NotebookRun) {
  return run.cells.filter(({ metadata }) => !metadata.tags?.includes(ownKernelTag));
}
