import { describe, expect, test } from "vitest";
import { analyseCell, placeInCell } from "../../../src/kernel/source/cell-source.ts";

function kindsOf(code: string): Record<string, string> {
  const { names } = analyseCell(code);
  return Object.fromEntries([...names].map(([name, { kind }]) => [name, kind]));
}

describe("what a cell declares", () => {
  test.each([
    ["let a = 1, b; var c; const d = 2", { a: "let", b: "let", c: "let", d: "const" }],
    [
      "const { a, b: { c = 1, ...d }, ['e']: [f, , ...g] } = x",
      { a: "const", c: "const", d: "const", f: "const", g: "const" },
    ],
    ["using a = open(); await using b = open()", { a: "const", b: "const" }],
    ["function f() {} async function* g() {} class C {}", { f: "function", g: "function", C: "class" }],
    [
      "enum E { A } namespace N { export const x = 1 } type T = 1; interface I {}",
      { E: "enum", N: "namespace", T: "type", I: "type" },
    ],
    [
      "import a, { b as c, type D } from 'x'; import * as e from 'y'; import type F from 'z'",
      { a: "import", c: "import", D: "type", e: "import", F: "type" },
    ],
    ["import fs = require('node:fs')", { fs: "import" }],
    [
      "namespace A.B { export let c = 1 } namespace T.U { export type V = 1 } declare module 'x' {}",
      { A: "namespace", T: "type" },
    ],
    [
      "export const a = 1; export function f() {} export default class K {}",
      { a: "const", f: "function", K: "class" },
    ],
    ["export default 3; export { x } from 'y'; export * from 'z'; declare global { var q: number }", {}],
    ["const at = <div title={title}>{text}</div>", { at: "const" }],
  ])("%s", (code, expected) => {
    expect(kindsOf(code)).toEqual(expected);
  });

  test("`var` in blocks belongs to the cell, other declarations in blocks do not", () => {
    const code = `
      if (1) { var a = 1; let x = 1 } else var b = 2;
      for (var c = 0; ;) { var d; } for (var [e] of y) {} for (const z in y) { try { var f } catch { var g } finally { var h } }
      outer: while (1) { switch (1) { case 1: var i } }
      { function inBlock() { var inFunction } class K { static { var inClass } } }
      (() => { var inArrow })();`;
    expect(Object.keys(kindsOf(code)).sort().join("")).toBe("abcdefghi");
  });

  test("a value and a type of one name are one name, of the value's kind", () => {
    const { names } = analyseCell("interface Point { x: number } const Point = 1; class C {} interface C {}");
    expect(names.get("Point")).toMatchObject({ kind: "const", isType: false });
    expect(names.get("C")).toMatchObject({ kind: "class", isType: false });
    expect(analyseCell("type T = 1").names.get("T")).toMatchObject({ kind: "type", isType: true });
  });

  test("`declare` makes no value, unless something else of that name does", () => {
    const { names } = analyseCell(
      "declare const a: 1; declare function b(): void; function c(x: 1): 1; function c(x: unknown) { return 1 }",
    );
    expect([...names].map(([name, { isAmbient }]) => [name, isAmbient])).toEqual([
      ["a", true],
      ["b", true],
      ["c", false],
    ]);
  });

  test("what the cell itself exports is marked", () => {
    const { names } = analyseCell("export const a = 1; const b = 2, c = 3, d = 4; export { b, c as other }");
    expect([...names].filter(([, { exported }]) => exported).map(([name]) => name)).toEqual(["a", "b"]);
  });
});

test("a cell with tags that cannot be read is told of as one", () => {
  expect(analyseCell("const a = <div>{1}</div>;\nconst b = <p>x</q>").language).toBe("tsx");
  expect(analyseCell("const a = <number>1;\nconst b = = 2").language).toBe("ts");
});

test("what it uses: every name in the text", () => {
  const { identifiers } = analyseCell("const größe: Meter = <Row a={\u{20000}x} />; $0.limit; `${in_}`");
  for (const name of ["größe", "Meter", "Row", "\u{20000}x", "$0", "limit", "in_"])
    expect(identifiers).toContain(name);
});

test.each([
  ["1 + 1", true],
  ["const a = 1; a;;", true],
  ["'use strict'", true],
  ["export default 3", true],
  ["export default function f() {}", false],
  ["const a = 1", false],
  ["a\nif (a) b", false],
  ["", false],
  ["// only words", false],
  ["const = 3", false],
])("%j has a value: %s", (code, expected) => {
  expect(analyseCell(code).hasValue).toBe(expected);
});

test.each([
  ["let x: number = 1", "ts"],
  ["const f = <T>(x: T) => x; <number>f(1)", "ts"],
  ["<b>text</b>", "tsx"],
  ["const = <", "ts"],
])("%j is %s", (code, expected) => {
  expect(analyseCell(code).language).toBe(expected);
});

describe("an object as the last line", () => {
  test.each([
    ["{ a: 1, b: 2 }", ";({ a: 1, b: 2 })"],
    ["{ a }", ";({ a })"],
    ["{ ...a, b() { return 1 } };", ";({ ...a, b() { return 1 } });"],
    [
      "const a = 1\n  {\n a, // the first\n b: 2 }\n// end",
      "const a = 1\n  ;({\n a, // the first\n b: 2 })\n// end",
    ],
  ])("%j", (code, expected) => {
    const source = analyseCell(code);
    expect(source.code).toBe(expected);
    expect(source.hasValue).toBe(true);
  });

  test.each([
    "{ let a = 1; f(a) }",
    "{}",
    "{ f() }\ng()",
    "if (a)\n{ b }",
    "const f = () =>\n{ a }",
    "{ a; b }",
    "f(\n{ a: 1 })",
  ])("%j stays what it is", (code) => {
    expect(analyseCell(code).code).toBe(code);
  });

  test("places lead back to what was written", () => {
    const source = analyseCell("let a = 1\n { a: x, b: 2 }\n// z");
    const place = (line: number, column: number) => Object.values(placeInCell(source, { line, column }));
    expect(place(1, 9)).toEqual([1, 9]);
    expect(place(2, 1)).toEqual([2, 1]);
    const column = source.code.split("\n")[1]?.indexOf("x") ?? 0;
    expect(place(2, column + 1)).toEqual([2, " { a: x".indexOf("x") + 1]);
    expect(place(3, 4)).toEqual([3, 4]);
  });
});
