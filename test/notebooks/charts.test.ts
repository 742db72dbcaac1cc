import { beforeAll, expect, test } from "vitest";
import { readPicture } from "../chart/picture.ts";
import { type NotebookOutput, type NotebookRun, runNotebook, textOf } from "./run-notebook.ts";
import { expectStoredOutputs } from "./stored-outputs.ts";

let run: NotebookRun;

beforeAll(async () => {
  run = await runNotebook("05_charts.ipynb", { makesPage: true });
}, 180_000);

const charts = [
  ["histogram", "Histogram: distribution of price"],
  ["customers", "Bar chart: rows by customer"],
  ["spend", "Bar chart: The customers who spend most"],
  ["time", "Area chart: total price by "],
  ["by-paid", "Histogram: distribution of ordered_at (Asia/Shanghai) by paid"],
  ["scatter", "Scatter plot: price by weight_kg"],
  ["heatmap", "Heat map: rows by weight_kg and price"],
  ["box", "Box plot: price by paid"],
  ["own", "Chart of tick marks"],
] as const;

test("every cell runs without a word on stderr, and only the one with a mistake fails", () => {
  expect(run.cells.map((cell) => cell.execution_count)).toEqual(run.cells.map((_, index) => index + 1));
  const isBad = ({ output_type, name }: NotebookOutput) => output_type === "error" || name === "stderr";
  const failed = run.cells.filter((cell) => cell.outputs.some(isBad));
  expect(failed.map(({ id }) => [id, textOf(run, id)])).toEqual([
    ["mistake", expect.stringContaining("did you mean price?")],
  ]);
});

test.each(charts)("cell %s is a chart, a picture and a text", (id, text) => {
  expect(textOf(run, id)).toContain(text);
  const [output] = run.cells.find((cell) => cell.id === id)?.outputs ?? [];
  const types = ["application/vnd.vegalite.v5+json", "image/png", "text/plain"];
  expect(Object.keys(output?.data ?? {}).sort()).toEqual(types);
  const picture = readPicture(Buffer.from(String(output?.data?.["image/png"]), "base64"));
  expect(picture.width).toBeGreaterThan(300);
});

test("nbconvert's page shows the pictures", () => {
  expect(run.html.match(/<img[^>]+src="data:image\/png;base64,/g)).toHaveLength(charts.length);
});

test("the pages follow each other", () => {
  expect(textOf(run, "page")).toMatch(/demo\.sales · rows 1–8 of 1,000|demo\.sales · rows 1–8/);
  expect(textOf(run, "next")).toMatch(/demo\.sales · rows 9–16/);
  expect(textOf(run, "keep")).toMatch(/^Bar chart: rows by quantity/);
});

test("the stored outputs are those of this run", () => expectStoredOutputs("05_charts.ipynb", run));
