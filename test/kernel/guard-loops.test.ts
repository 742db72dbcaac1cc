/** What is written into cells' code so that it can be stopped: it changes nothing else. */
import { createRequire, SourceMap } from "node:module";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { guardKey, guardLoops } from "../../src/kernel/guard-loops.ts";
import type { TypeScript } from "../../src/kernel/tslab-types.ts";

const ts = createRequire(import.meta.url)("@tslab/typescript-for-tslab") as typeof TypeScript;

function guard(source: string) {
  const output = ts.transpileModule(source, {
    fileName: "cell.js",
    compilerOptions: { target: ts.ScriptTarget.ES2022, sourceMap: true, module: ts.ModuleKind.ESNext },
    transformers: { before: [guardLoops(ts)] },
  });
  const map = new SourceMap(JSON.parse(output.sourceMapText ?? ""));
  return { code: output.outputText.replace(/\n\/\/# source.*/, ""), map };
}

/** Runs guarded code whose check counts how often it is called, and stops at the given call. */
function run(source: string, isSet: boolean, stopAt = Number.POSITIVE_INFINITY) {
  let calls = 0;
  const stopIfInterrupted = (): void => {
    calls += 1;
    if (calls >= stopAt) throw new Error("stopped");
  };
  const context = {
    result: undefined,
    Symbol,
    [guardKey]: { flags: new Int32Array([isSet ? 1 : 0]), stopIfInterrupted },
  };
  const outcome = (): unknown => {
    try {
      runInNewContext(guard(source).code, context, { timeout: 5_000 });
      return context.result;
    } catch (error) {
      return String(error);
    }
  };
  return { outcome: outcome(), calls };
}

const endless = [
  "for (;;) {}",
  "for (;;);",
  "while (true);",
  "do {} while (true)",
  "do ; while (true)",
  "for (const x of (function* () { while (true) yield 1; })());",
  "const o = {}; for (let n = 0; ; n++) for (const key in o) break;",
  "a: while (true) { b: while (true) { continue a; } }",
  "const f = () => f() + f(); try { f() } catch (error) { if (error.name !== 'RangeError') throw error }",
  "const f = function () { return g(); }; const g = () => { try { return f() + f() } finally { f() } }; f()",
  "class A { get x() { return this.y() } y() { return this.x + this.x } constructor() { this.x } }\nnew A()",
  "class A { static { while (true); } }",
];

test.each(endless)("%s is stopped", (source) => {
  expect(run(source, true, 50).outcome).toBe("Error: stopped");
});

const ending: readonly (readonly [source: string, result: unknown])[] = [
  ["let n = 0; for (let i = 0; i < 5; i++) n += i; result = n", 10],
  [
    "result = []; a: for (const x of [1, 2]) for (const y of [3, 4]) { if (y === 4) continue a; result.push(x * y); }",
    [3, 6],
  ],
  [
    "const fs = []; for (let i = 0; i < 3; i++) fs.push(() => Math.abs(i)); result = fs.map((f) => f())",
    [0, 1, 2],
  ],
  ["function f() { 'use strict'; isNaN(1); return this === undefined; } result = f()", true],
  ["const f = (a, { b = Math.abs(a) } = {}) => ({ a, b: Math.abs(b) }); result = f(-1)", { a: -1, b: 1 }],
  ["function* g() { for (const x of [1, 2]) yield Math.abs(x); } result = [...g()]", [1, 2]],
  [
    "class A { n = 1; constructor() { this.n += Math.abs(-1); } }\nclass B extends A { constructor() { super(); this.n *= Math.abs(-3); } }\nresult = new B().n",
    6,
  ],
  ["let i = 0; do i++; while (i < 3); result = i", 3],
  ["result = [3, 1].map((n) => n + 1)", [4, 2]],
];

test.each(ending)("%s comes to the same", (source, result) => {
  expect(run(source, true).outcome).toEqual(result);
  const calm = run(source, false);
  expect(calm).toEqual({ outcome: result, calls: 0 });
});

test("a loop that waits asks whom it belongs to each time, others only when something is to stop", () => {
  const { code } = guard("for (const x of y) await x; for (const x of y) z(x);");
  expect(code.match(/typeof \$dlfLanceStop === "function"/g)).toHaveLength(1);
  expect(code.match(/\$dlfLanceFlags\[0\] !== 0/g)).toHaveLength(1);
});

test("code without a loop or a call in a function is left as it is", () => {
  const source = "const a = 1;\nconst b = (n) => n + a;\nconsole.log(b(2));";
  expect(guard(source).code).toBe(source);
});

test("places in the code still lead to their lines", () => {
  const { code, map } = guard("let n = 0;\nwhile (n < 3) {\n  n += 1;\n  throw new Error('here');\n}\n");
  const line = code.split("\n").findIndex((text) => text.includes("throw"));
  const column = code.split("\n")[line]?.indexOf("throw") ?? -1;
  expect(map.findEntry(line, column)).toMatchObject({ originalLine: 3, originalColumn: 2 });
});
