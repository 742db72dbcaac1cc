/** Lines of Python, which many readers of a notebook write first, and how they are written here. */

/** What a line that TypeScript cannot read has, and what stands for it. The first that is found counts. */
const forms: readonly (readonly [pattern: RegExp, word: string, instead: string])[] = [
  [/^(?:async\s+)?def\s+\w+\s*\(/, "def", "function f(x) { return x }"],
  [/^for\s+[\w, ]+\s+in\b.*:/, "for … in …:", "for (const value of values) { … }"],
  [/^(?:elif|else\s*:)/, "elif", "else if (condition) { … } or else { … }"],
  [
    /^(?:if|while)\b[^({]*:\s*(?:#.*)?$/,
    "a block behind a colon",
    "if (condition) { … }, or while (condition) { … }",
  ],
  [/^(?:try|finally)\s*:|^except\b/, "try:", "try { … } catch (error) { … }"],
  [/^with\b.*:\s*$/, "with", "using name = … in a block of braces"],
  [/^class\s+\w+\s*(?:\([\w., ]*\))?\s*:/, "class …:", "class Name extends Other { … }"],
  [/^import\s+[\w.]+(?:\s+as\s+\w+)?\s*$/, "import", 'import * as name from "package"'],
  [/^from\s+[\w.]+\s+import\b/, "from … import", 'import { name } from "package"'],
  [/^raise\s+\w/, "raise", 'throw new Error("…")'],
  [/^del\s/, "del", "name = undefined, or declare the name again"],
  [/^#(?:\s|\w+\s+\w)/, "#", "// before a comment"],
  [/^!\s*[\w./-]+(?:\s+[\w./*=-]+)+$/, "!", "await sh`…`"],
  [/^%{1,2}time(?:it)?\b/, "%time", "await time(() => …)"],
  [/^%{1,2}\w/, "%", "what it does in TypeScript: this kernel has no magic commands"],
  [/^[\w.]+\?{1,2}\s*$/, "?", "the name alone, and press Shift+Tab on it"],
  [/^[^"'`]*\b[fF](?:"[^"]*"|'[^']*')/, 'f"…"', "`… $" + "{value} …` in backticks"],
  [/^[^"'`]*\blambda\b[^"'`]*:/, "lambda", "(x) => …"],
  [
    /^[^"'`]*[[({].*\bfor\s+[\w, ]+\s+in\b/,
    "a comprehension",
    "values.map((value) => …), or values.filter((value) => …)",
  ],
  [/^[^"'`;{}]*[^\s;{}]\s+if\s+[^(].*\selse\s/, "… if … else …", "condition ? first : second"],
  [/^(?:[^"'`]*[\s(=])?not\s+\w/, "not", "!condition, or condition.not() for rows"],
  [
    /^[^"'`<]*\s(?:and|or)\s/,
    "and",
    "first && second or first || second; for conditions of rows first.and(second)",
  ],
];

/** Says how to write a line that TypeScript cannot read, where it is Python; undefined where it is not. */
export function explainPython(line: string): string | undefined {
  const text = line.replace(/(?:^|\s)\/\/.*/, "").trim();
  const found = forms.find(([pattern]) => pattern.test(text));
  return found && `Cannot read the line: ${found[1]} is Python; write ${found[2]}`;
}
