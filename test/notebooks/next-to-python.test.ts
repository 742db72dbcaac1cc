import { beforeAll, expect, inject, test, vi } from "vitest";
import { type NotebookRun, runNotebook, textOf } from "./run-notebook.ts";
import { expectStoredOutputs } from "./stored-outputs.ts";

let run: NotebookRun;

beforeAll(async () => {
  vi.stubEnv("DLF_LANCE_PYTHON", inject("testPython"));
  run = await runNotebook("08_next_to_python.ipynb");
}, 300_000);

test("every cell runs, and only the one with a mistake fails, in words", () => {
  expect(run.cells.map((cell) => cell.execution_count)).toEqual(run.cells.map((_, index) => index + 1));
  const failed = run.cells.filter((cell) => cell.outputs.some(({ output_type }) => output_type === "error"));
  expect(failed.map(({ id }) => id)).toEqual(["mistake"]);
  expect(textOf(run, "mistake")).toContain("did you mean seconds?");
});

test("each side reads what the other wrote", () => {
  expect(textOf(run, "daft-reads")).toContain("{'id': 2, 'page': '/docs', 'seconds': 80.0}");
  expect(textOf(run, "daft-appends")).toContain("rows 4");
  expect(textOf(run, "we-see")).toMatch(/\/blog[\s\S]*7/);
  expect(textOf(run, "create")).toContain("oss_secret_access_key");
  expect(textOf(run, "append")).toMatch(/Ada[\s\S]*Grace[\s\S]*Edsger/);
  expect(textOf(run, "versions")).toContain("[1, 2] {'name': 'Edsger', 'born': 1930}");
  expect(textOf(run, "tidy")).toContain("python + typescript: ok");
});

test("no output holds a key", () => {
  expect(run.text).not.toMatch(/LOCAL[0-9A-F]{20}|STS\.ey/);
});

test("the stored outputs are those of this run", () => expectStoredOutputs("08_next_to_python.ipynb", run));
