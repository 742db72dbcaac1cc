import { expect, test } from "vitest";
import { renderStageTree } from "../../../src/frame/display/stage-tree.ts";
import { leaveForGitHub } from "../../display/github-page.ts";
import { findAll, readMarkup, textOf } from "../../display/read-markup.ts";

test("a filter of a scan stands in plain SQL, and as it is in the text", () => {
  const line =
    "  filter   `price` > arrow_cast('10.00', 'Decimal128(12, 2)') AND `at` < arrow_cast('2026-01-31T08:00:00', 'Timestamp(Millisecond, None)') AND `a b` = 'it''s `x y`'";
  const { "text/html": markup, "text/plain": text } = renderStageTree({
    title: "Stages",
    lines: ["Lance scan of demo.sales, version 1:", line, "  limit    none"],
    folded: [],
    text: line,
  });
  expect(textOf(readMarkup(String(markup)))).toBe(
    "StagesLance scan of demo.sales, version 1filter price > 10.00 AND at < '2026-01-31T08:00:00' AND `a b` = 'it''s `x y`'",
  );
  expect(text).toBe(line);
});

test("columns that a stage takes of another are no heading", () => {
  const lines = ["In DuckDB:", "  columns a, b of:", "    Rows of the program: t"];
  const markup = readMarkup(
    String(renderStageTree({ title: "Stages", lines, folded: [], text: "" })["text/html"]),
  );
  expect(findAll(markup, "strong").map(textOf)).toEqual(["Stages", "In DuckDB"]);
  expect(textOf(markup)).toBe("StagesIn DuckDBcolumns a, b ofRows of the program: t");
});

test("levels are lists in lists, which stay where styles are taken away", () => {
  const lines = ["In DuckDB:", "  sort by a", "  Lance scan of demo.sales:", "    columns  a", "Below"];
  const markup = String(renderStageTree({ title: "Stages", lines, folded: [], text: "" })["text/html"]);
  const left = readMarkup(leaveForGitHub(markup));
  expect(findAll(left, "ul").map(textOf)).toEqual([
    "In DuckDBsort by aLance scan of demo.salescolumns aBelow",
    "sort by aLance scan of demo.salescolumns a",
    "columns a",
  ]);
});
