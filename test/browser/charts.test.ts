import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { LabCell } from "./lab-page.ts";
import { type KernelView, viewWithKernel } from "./view-with-kernel.ts";

const notebook = path.resolve(import.meta.dirname, "../../notebooks/05_charts.ipynb");
const chartType = "application/vnd.vegalite.v5+json";

let view: KernelView;
let cells: Map<string, LabCell>;

beforeAll(async () => {
  view = await viewWithKernel(notebook, "charts");
  const { cells: sources } = JSON.parse(view.saved) as { cells: { id: string }[] };
  cells = new Map(view.cells.map((cell, index) => [sources[index]?.id ?? "", cell]));
}, 240_000);

test.each(["histogram", "customers", "spend", "time", "by-paid", "scatter", "heatmap", "box", "own"])(
  "JupyterLab draws the chart of cell %s itself",
  (id) => {
    const [output] = cells.get(id)?.outputs ?? [];
    expect(output?.drawn).toBe(chartType);
    expect(output?.height).toBeGreaterThan(200);
    expect(cells.get(id)?.html).toMatch(/<(?:canvas|svg)[^>]*class="marks"/);
    expect(cells.get(id)?.text).not.toMatch(/error/i);
  },
);

test("the page's own scripts met no error", () => {
  expect(view.pageErrors).toEqual([]);
});
