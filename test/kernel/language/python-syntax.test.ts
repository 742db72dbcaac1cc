import { expect, test } from "vitest";
import { explainPython } from "../../../src/kernel/language/python-syntax.ts";

test.each([
  ["def f(x):", "def is Python; write function f(x) { return x }"],
  ["  for x in rows:", "for … in …: is Python; write for (const value of values) { … }"],
  ["if x > 3:", "a block behind a colon is Python; write if (condition) { … }, or while (condition) { … }"],
  ["elif x:", "elif is Python; write else if (condition) { … } or else { … }"],
  ["except ValueError as e:", "try: is Python; write try { … } catch (error) { … }"],
  ["import pandas as pd", 'import is Python; write import * as name from "package"'],
  ["from a.b import c", 'from … import is Python; write import { name } from "package"'],
  ["raise ValueError('x')", 'raise is Python; write throw new Error("…")'],
  ["# a comment", "# is Python; write // before a comment"],
  ["!pip install x", "! is Python; write await sh`…`"],
  ["%%time", "%time is Python; write await time(() => …)"],
  ["lake?", "? is Python; write the name alone, and press Shift+Tab on it"],
  ["name = f'{x}'", 'f"…" is Python; write `… ${value} …` in backticks'],
  ["key = lambda row: row.a", "lambda is Python; write (x) => …"],
  [
    "[x + 1 for x in rows]",
    "a comprehension is Python; write values.map((value) => …), or values.filter((value) => …)",
  ],
  ["1 if a else 2", "… if … else … is Python; write condition ? first : second"],
  ["x = not y", "not is Python; write !condition, or condition.not() for rows"],
  [
    "a and b // c or d",
    "and is Python; write first && second or first || second; for conditions of rows first.and(second)",
  ],
])("%s", (line, words) => {
  expect(explainPython(line)).toBe(`Cannot read the line: ${words}`);
});

test.each([
  "f(a, b)) // this and that",
  "x; if (a) b else c",
  "#count = 1 1",
  "!done && f(",
  "for (const key in value {",
  "const text = 'a and b",
  "if (a {",
  "<p>this and that",
  "import { a } form 'b'",
  "class A { #x; if }",
  "case 1: f(",
  "raise(1",
])("not %s", (line) => {
  expect(explainPython(line)).toBeUndefined();
});
