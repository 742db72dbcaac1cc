import { beforeAll, expect, test } from "vitest";
import { type NotebookRun, runNotebook } from "./run-notebook.ts";
import { expectStoredOutputs } from "./stored-outputs.ts";

let run: NotebookRun;

beforeAll(async () => {
  run = await runNotebook("01_tour.ipynb");
}, 180_000);

test("every cell runs without an error or a word on stderr", () => {
  expect(run.cells.map((cell) => cell.execution_count)).toEqual(run.cells.map((_, index) => index + 1));
  const outputs = run.cells.flatMap((cell) => cell.outputs);
  expect(outputs.filter(({ output_type, name }) => output_type === "error" || name === "stderr")).toEqual([]);
});

test("the stored outputs are those of this run", () => expectStoredOutputs("01_tour.ipynb", run));
