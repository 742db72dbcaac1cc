import { expect, test } from "vitest";
import { createWordMemory } from "../../../src/kernel/language/word-memory.ts";

const items = [{ label: "table" }];

function cursorAt(marked: string): { text: string; offset: number } {
  const offset = marked.indexOf("|");
  return { text: marked.slice(0, offset) + marked.slice(offset + 1), offset };
}

test.each([
  ["lake.|", "lake.ta|", true],
  ["lake.tab|", "lake.t|", true],
  ["f(größ|, 1)", "f(größen|, 1)", true],
  ["lake.t|", "lane.t|", false],
  ["f(a|, 1)", "f(ab|, 2)", false],
  ["lake.t|", "lake.t.|", false],
  ["1|", "12|", false],
  ['import "./a|"', 'import "./ab|"', false],
  ["await import('./a|", "await import('./ab|", false],
])("%s is asked, then %s: the same word is %s", (first, then, isSame) => {
  const memory = createWordMemory();
  memory.keep(cursorAt(first), 1, items);
  expect(memory.recall(cursorAt(then), 1)).toBe(isSame ? items : undefined);
  expect(memory.recall(cursorAt(then), 2)).toBeUndefined();
});

test("what had no answer is asked again", () => {
  const memory = createWordMemory();
  memory.keep(cursorAt("a.|"), 1, []);
  expect(memory.recall(cursorAt("a.b|"), 1)).toBeUndefined();
});
