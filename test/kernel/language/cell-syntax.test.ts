import { expect, test } from "vitest";
import { readSyntax } from "../../../src/kernel/language/cell-syntax.ts";

test.each([
  "",
  "1 + 1",
  "const a = 1;\nfunction f() {}",
  "<b>text</b>",
  "{ a: 1, b: 2 }",
  "await f()",
  "// words",
  "nothing.of(this)",
  "const n: number = 'x'",
])("%j is whole", (code) => {
  expect(readSyntax(code)).toBe("whole");
});

test.each([
  "foo(",
  "foo(\n",
  "const a = `one line",
  "const a = `${b",
  "`a${b} c",
  "/* words",
  "if (a)",
  "if (a) {\n  b();\n",
  "for (const a of b) {",
  "const a = ",
  "a +",
  "a.",
  "a?.",
  "const f = (a) =>\n",
  "class A {",
  "type A = {",
  "({ a: 1,",
  "{ a: 1,",
  "import { a",
  "import { a } from",
  "try { a() }",
  "@decorated",
  "<div>\n",
])("%j wants more", (code) => {
  expect(readSyntax(code)).toBe("unfinished");
});

test.each([
  "foo)",
  "const = 3",
  'const a = "one line',
  "const a = /b",
  "const a = 1;;}",
  "%timeit 1",
  "return 5",
])("%j is wrong", (code) => {
  expect(readSyntax(code)).toBe("wrong");
});
