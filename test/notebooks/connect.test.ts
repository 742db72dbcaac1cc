import { beforeAll, expect, test } from "vitest";
import { type NotebookRun, runNotebook, textOf } from "./run-notebook.ts";
import { expectStoredOutputs } from "./stored-outputs.ts";

let run: NotebookRun;

beforeAll(async () => {
  run = await runNotebook("02_connect.ipynb");
}, 180_000);

test("every cell runs, and only the one with a mistake fails, in words", () => {
  expect(run.cells.map((cell) => cell.execution_count)).toEqual(run.cells.map((_, index) => index + 1));
  const failed = run.cells.filter((cell) => cell.outputs.some(({ output_type }) => output_type === "error"));
  expect(failed.map(({ id }) => id)).toEqual(["mistake"]);
  const [error] = failed[0]?.outputs ?? [];
  expect(error).toMatchObject({
    ename: "TableNotFound",
    evalue: expect.stringContaining("no such table in catalog lake; did you mean sales.orders?"),
  });
});

test("the cells show what they say", () => {
  expect(textOf(run, "server")).toMatch(/http:\/\/127\.0\.0\.1:\d+/);
  expect(textOf(run, "python")).toMatch(/true[\s\S]*lake at 127\.0\.0\.1:\d+ as LOCAL/);
  expect(textOf(run, "profile")).toContain("default");
  expect(textOf(run, "function")).toMatch(/function \(\d+\)/);
  expect(textOf(run, "namespaces")).toMatch(/sales[\s\S]*team: 'data'[\s\S]*region: 'east'/);
  expect(textOf(run, "tables")).toMatch(/orders[\s\S]*id BIGINT[\s\S]*item STRING[\s\S]*east/);
  expect(textOf(run, "codes")).toContain("NamespaceNotEmpty: Cannot drop namespace sales");
});

test("no output holds a key", () => {
  expect(run.text).not.toMatch(/LOCAL[0-9A-F]{20}|STS\.ey/);
});

test("the stored outputs are those of this run", () => expectStoredOutputs("02_connect.ipynb", run));
