import { beforeAll, expect, test } from "vitest";
import { type NotebookRun, runNotebook, textOf } from "./run-notebook.ts";
import { expectStoredOutputs } from "./stored-outputs.ts";

let run: NotebookRun;

beforeAll(async () => {
  run = await runNotebook("03_read_and_append.ipynb");
}, 180_000);

test("every cell runs, and only the one with a mistake fails, in words", () => {
  expect(run.cells.map((cell) => cell.execution_count)).toEqual(run.cells.map((_, index) => index + 1));
  const failed = run.cells.filter((cell) => cell.outputs.some(({ output_type }) => output_type === "error"));
  expect(failed.map(({ id }) => id)).toEqual(["mistake"]);
  const [error] = failed[0]?.outputs ?? [];
  expect(error).toMatchObject({ ename: "TableSchemaValidationError" });
  expect(error?.evalue).toMatch(/row 2, column id: [\s\S]*Nothing was written/);
});

test("the cells show what they say", () => {
  expect(textOf(run, "types")).toMatch(/storage format +Lance 2\.\d[\s\S]*timestamp\[ms[\s\S]*list<string>/);
  expect(textOf(run, "integers")).toMatch(/id: 1[\s\S]*chair|chair/);
  expect(textOf(run, "versions")).toContain("before-the-sale");
  expect(textOf(run, "travel")).toMatch(/then[\s\S]*240[\s\S]*now[\s\S]*216/);
  expect(textOf(run, "restore")).toMatch(/restored[\s\S]*3 → 4/);
  expect(textOf(run, "writers")).toContain("10 commits 13 rows");
  expect(textOf(run, "delete")).toMatch(/rows deleted +5/);
  expect(textOf(run, "merge")).toMatch(/rows inserted +1\s+rows updated +1/);
  expect(textOf(run, "columns")).toMatch(/standing desk[\s\S]*24000/);
  expect(textOf(run, "end")).toContain("dlf + lance + tables: ok");
});

test("no output holds a key", () => {
  expect(run.text).not.toMatch(/LOCAL[0-9A-F]{20}|STS\.ey/);
});

test("the stored outputs are those of this run", () => expectStoredOutputs("03_read_and_append.ipynb", run));
