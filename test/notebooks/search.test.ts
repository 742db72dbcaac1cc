import { beforeAll, expect, test } from "vitest";
import { type NotebookRun, runNotebook, textOf } from "./run-notebook.ts";
import { expectStoredOutputs } from "./stored-outputs.ts";

let run: NotebookRun;

beforeAll(async () => {
  run = await runNotebook("07_search.ipynb");
}, 180_000);

test("every cell runs, and only the one with a mistake fails, in words", () => {
  expect(run.cells.map((cell) => cell.execution_count)).toEqual(run.cells.map((_, index) => index + 1));
  const failed = run.cells.filter((cell) => cell.outputs.some(({ output_type }) => output_type === "error"));
  expect(failed.map(({ id }) => id)).toEqual(["mistake"]);
  expect(textOf(run, "mistake")).toContain("createIndex");
});

test("the cells show what they say", () => {
  expect(textOf(run, "nearest")).toContain("_distance");
  expect(textOf(run, "topics")).toMatch(/closest[\s\S]*cooking/);
  expect(textOf(run, "index")).toMatch(/embedding_idx[\s\S]*text_idx/);
  expect(textOf(run, "words")).toMatch(/garlic[\s\S]*█/);
  expect(textOf(run, "hybrid")).toMatch(/_relevance_score[\s\S]*cooking/);
  // The four documents of both lists have long bars, the others short ones.
  const bars =
    textOf(run, "hybrid")
      .match(/█+/g)
      ?.map((bar) => bar.length) ?? [];
  expect(bars).toHaveLength(8);
  expect(Math.min(...bars.slice(0, 4))).toBeGreaterThan(Math.max(...bars.slice(4)) + 1);
  expect(textOf(run, "compare")).toMatch(/words: 20 documents, vectors: 20, in both lists: \d/);
  expect(textOf(run, "tidy")).toContain("vectors + text + images: ok");
});

test("the stored outputs are those of this run", () => expectStoredOutputs("07_search.ipynb", run));
