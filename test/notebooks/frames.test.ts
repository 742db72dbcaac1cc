import { beforeAll, expect, test } from "vitest";
import { type NotebookRun, runNotebook, textOf } from "./run-notebook.ts";
import { expectStoredOutputs } from "./stored-outputs.ts";

let run: NotebookRun;

beforeAll(async () => {
  run = await runNotebook("04_frames_and_sql.ipynb", { allowsErrors: true });
}, 180_000);

test("every cell runs, but for the one with a mistake", () => {
  const failed = run.cells.filter((cell) => cell.outputs.some(({ output_type }) => output_type === "error"));
  expect(failed.map(({ id }) => [id, textOf(run, id)])).toEqual([
    ["mistake", expect.stringContaining("did you mean quantity?")],
  ]);
});

test("the cells show what they say", () => {
  expect(textOf(run, "lazy")).toContain("lazy: nothing is read until");
  expect(textOf(run, "shown")).toMatch(/3 rows × 4 columns/);
  expect(textOf(run, "pushed")).toMatch(
    /Lance scan[\s\S]*filter {3}`price` > [\s\S]*limit {4}3\s+offset {3}2\s*$/,
  );
  expect(textOf(run, "unpushed")).toMatch(
    /In DuckDB:[\s\S]*columns {2}order_id, customer[\s\S]*filter {3}none/,
  );
  expect(textOf(run, "same")).toMatch(/(\d+) \1 true/);
  expect(textOf(run, "columns")).toMatch(/city[\s\S]*month[\s\S]*amount[\s\S]*kind/);
  expect(textOf(run, "groups")).toMatch(/Berlin[\s\S]*4 rows × 4 columns/);
  expect(textOf(run, "windows")).toMatch(/Berlin[\s\S]*Nairobi[\s\S]*杭州[\s\S]*4 rows/);
  expect(textOf(run, "joins")).toMatch(/inner join with the rows above on city/);
  expect(textOf(run, "joined")).toMatch(/percent/);
  expect(textOf(run, "sql")).toMatch(/customer-\d{3}[\s\S]*3 rows × 3 columns/);
  expect(textOf(run, "typed")).toMatch(/\d+: [\w-]+ took 9/);
  expect(textOf(run, "write")).toContain("4");
});

test("the stored outputs are those of this run", () => expectStoredOutputs("04_frames_and_sql.ipynb", run));
