import { beforeAll, expect, test } from "vitest";
import { type NotebookRun, runNotebook, textOf } from "./run-notebook.ts";
import { expectStoredOutputs } from "./stored-outputs.ts";

let run: NotebookRun;

beforeAll(async () => {
  run = await runNotebook("06_typed_tables.ipynb");
}, 180_000);

test("the cells with a mistake are refused, and all others run", () => {
  const failed = run.cells.filter(({ outputs }) =>
    outputs.some(({ output_type }) => output_type === "error"),
  );
  expect(failed.map(({ id }) => id)).toEqual(["typo", "append"]);
});

test("the cells show what they say", () => {
  expect(textOf(run, "rows")).toMatch(/1: customer-\d{3} paid \d+\.\d\d/);
  expect(textOf(run, "typo")).toMatch(/No column named pric; did you mean price\? \(line 1/);
  expect(textOf(run, "mended")).toMatch(/order_id[\s\S]*price/);
  expect(textOf(run, "null")).toContain("CUSTOMER-");
  expect(textOf(run, "append")).toMatch(/Column \w+ takes .*, and a text is given/);
  expect(textOf(run, "schema")).toMatch(/order_id[\s\S]*2 rows/);
  expect(textOf(run, "fresh")).toMatch(/\/docs/);
  expect(textOf(run, "end")).toContain("typed tables: ok");
});

test("the stored outputs are those of this run", () => expectStoredOutputs("06_typed_tables.ipynb", run));
