/** The real language server, in folders at several depths outside this package. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { serverSettings } from "../../../src/kernel/language/cell-project.ts";
import type { Checker, Problem } from "../../../src/kernel/language/checker.ts";
import { startLanguageServer } from "../../../src/kernel/language/language-server.ts";
import { beginsStatement } from "../../../src/kernel/language/name-completion.ts";
import { startChecker } from "../../../src/kernel/language/start-checker.ts";
import { analyseCell } from "../../../src/kernel/source/cell-source.ts";

const root = mkdtempSync(join(tmpdir(), "dlf-lance-checker-"));
const opened: Checker[] = [];

afterAll(() => {
  for (const checker of opened) checker.close();
  rmSync(root, { recursive: true, force: true });
});

const ownTypes = resolve(import.meta.dirname, "../../../dist/index.d.ts");

interface Notebook {
  readonly folder: string;
  readonly checker: ReturnType<typeof startChecker>;
  /** Checks a cell, and takes it to have run whole where it is right; its problems as `line:column TS… text`. */
  run(code: string): Promise<readonly string[]>;
  write(name: string, text: string): void;
}

function openNotebook(depth: string, files: Readonly<Record<string, string>> = {}): Notebook {
  const folder = join(root, depth);
  mkdirSync(folder, { recursive: true });
  const write = (name: string, text: string): void => {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), text);
  };
  for (const [name, text] of Object.entries(files)) write(name, text);
  const scope = {
    module: "dlf-lance",
    types: ownTypes,
    names: ["append", "col", "connect", "describe", "lit", "read", "redact", "show"],
    rareTypes: { module: "zod", names: ["rowSchema"] },
    declarations: "/** Shows a value. */\ndeclare function display(value: unknown): Promise<void>;\n",
  };
  const checker = startChecker(folder, scope, startLanguageServer(folder, serverSettings));
  opened.push(checker);
  let count = 0;
  return {
    folder,
    checker,
    write,
    run: async (code) => {
      count += 1;
      const source = analyseCell(code);
      const problems = await checker.check(count, source);
      if (problems.length === 0) checker.keep(count, source.names.keys());
      return problems.map(tell);
    },
  };
}

function tell({ code, text, start }: Problem): string {
  return `${start.line}:${start.column} TS${code} ${text}`;
}

describe.each(["flat", "three/levels/deep"])("in %s", (depth) => {
  let notebook: Notebook;
  beforeAll(() => {
    notebook = openNotebook(depth);
  });

  test("types are whole in later cells, and a wrong method is an error with a suggestion", async () => {
    expect(await notebook.run("const lake = await connect();\nconst frame = read('demo.sales')")).toEqual([]);
    expect(await notebook.run("1;\n  lake.tables()")).toEqual([
      "2:8 TS2551 Property 'tables' does not exist on type 'Connection'. Did you mean 'table'?",
    ]);
    const { matches, start, end } = await notebook.checker.complete("lake.ta", 7);
    expect(matches[0]).toEqual({ text: "table", kind: "method" });
    expect([start, end]).toEqual([5, 7]);
    expect((await notebook.checker.complete("frame.", 6)).matches.map(({ text }) => text)).toContain("where");
  });

  test("writes nothing into the notebook's folder", () => {
    expect(readdirSync(notebook.folder)).toEqual([]);
  });
});

describe("one notebook", () => {
  let notebook: Notebook;
  beforeAll(() => {
    notebook = openNotebook("one");
  });

  test.each([
    ['const fs = await import("node:fs")', 'fs.readFileSync("x").length'],
    ['const vl = await import("vega-lite")', "vl.compile"],
    ["const headers = new Headers({}); const form = new FormData()", 'headers.get("a"); form.has("b")'],
    ['const answer = new Response("x")', "(await answer.text()).length"],
    [
      'import { tableFromArrays } from "apache-arrow"; const tt = tableFromArrays({ a: [1] })',
      'const child = tt.getChild("a")',
    ],
    ["const Counter = class { private n = 1; add() { return this.n } }", "new Counter().add()"],
    ["export const exported = 1", "exported.toFixed()"],
    ["declare global { interface Array<T> { ownLast(): T } }", "[1].ownLast().toFixed()"],
    ["{ a: 1, b: 2 }", "typeof require, typeof module"],
    ['const c = await (await import("dlf-lance")).connect()', "c.namespaceId()"],
    ["await (Promise.resolve(1)); await [1]; await +'1'", "if (true) { var inBlock = 7 }"],
    ["inBlock.toFixed()", "const list = []; let later; list.push(1); later = list"],
    [
      "list.push(2); later.anything",
      "const f = (x) => x; function g(a, ...b) {}; const { q } = JSON.parse('{}')",
    ],
    ["using handle = { [Symbol.dispose]() {} }", "handle[Symbol.dispose]()"],
    ["const present = [1, null].filter((x) => x !== null)", "present.map((x) => x + 1)"],
    ['import data from "./data.json" with { type: "json" }', "data.a.toFixed()"],
    ["const at = Iterator.from([1]).map((x) => x).toArray()", "new Float16Array(at).length"],
    ["function dec<T>(value: T, context: ClassMethodDecoratorContext) {}", "class D { @dec m() {} }"],
    ['const from = await import("data:text/javascript,export const a = 1")', "from.a"],
    [
      "type Row<T = number> = { value: T }; interface Point { x: number } enum Color { Red }",
      "const row: Row = { value: Color.Red }; const p: Point = { x: 1 }",
    ],
    [
      "namespace Space { export type Inner = 1; export const n: Inner = 1 }",
      "const inner: Space.Inner = Space.n",
    ],
    [
      "class Base<T> { constructor(readonly value: T) {} }",
      "class Derived extends Base<string> {} new Derived('a').value.length",
    ],
    [
      'import type { Stats } from "node:fs"; import path from "node:path"; import * as os from "node:os"',
      "let stats: Stats | undefined; path.join(os.tmpdir(), 'a')",
    ],
    ["async function* numbers() { yield 1 }", "for await (const n of numbers()) n.toFixed()"],
    ["import.meta.dirname + import.meta.url.length + __dirname + require('node:os').EOL", "display(1)"],
    [
      '/// <reference lib="dom" />\nconst title = (page: Document) => page.title',
      "title({ title: 1 } as never).length",
    ],
    ['import * as tslab from "tslab"', "tslab.display.html('a')"],
  ])("right: %s, then: %s", async (first, second) => {
    notebook.write("data.json", '{ "a": 1 }');
    expect(await notebook.run(first)).toEqual([]);
    expect(await notebook.run(second)).toEqual([]);
  });

  test("an earlier `let` is assigned to, and the assignment checked", async () => {
    await notebook.run("let limit = 5; var width = 1; const fixed = 3; function fn() {} class Cls {}");
    expect(await notebook.run("limit = limit + 10; width++; [limit] = [3]")).toEqual([]);
    expect(await notebook.run('limit = "x"')).toEqual([
      "1:1 TS2322 Type 'string' is not assignable to type 'number'.",
    ]);
    expect(await notebook.run("fixed = 4;\nfn = () => {}; Cls = class {}; read = 4")).toEqual([
      "1:1 TS2632 Cannot assign to 'fixed' because it is a constant.",
      "2:1 TS2632 Cannot assign to 'fn' because it is a function.",
      "2:16 TS2632 Cannot assign to 'Cls' because it is a class.",
      "2:32 TS2632 Cannot assign to 'read' because it is a constant.",
    ]);
  });

  const kinds = [
    "let again = 1",
    "const again = 'text'",
    "function again() { return 1 }",
    "class again { x = 1 }",
    "enum again { A }",
    "namespace again { export const y = 1 }",
    "interface again { z: 1 } const again: again = { z: 1 }",
    "import again from 'node:path'",
    "import { readFileSync as again } from 'node:fs'",
    "import * as again from 'node:fs'",
    "export const again = [1]",
    "const { again } = { again: true }",
    "var again = 2",
  ];

  test.each(kinds)("a name is declared again by: %s", async (declaration) => {
    const start = kinds.indexOf(declaration);
    for (const step of [1, 2, 3, 5, 8]) {
      expect(await notebook.run(kinds[(start + step) % kinds.length] ?? "")).toEqual([]);
      expect(await notebook.run(declaration)).toEqual([]);
    }
    expect(await notebook.run("void again")).toEqual([]);
  });

  test("a redeclared name has its new type, and what an earlier cell made of the old keeps its own", async () => {
    await notebook.run("class Part { old = 1 } const parts = [new Part()]");
    await notebook.run("class Part { fresh = 'a' }");
    expect(await notebook.run("parts[0]?.old.toFixed(); new Part().fresh.length")).toEqual([]);
    const [problem] = await notebook.run("const wrong: Part[] = parts");
    expect(problem).toMatch(/Type 'Part \(cell \d+\)\[\]' is not assignable to type 'Part \(cell \d+\)\[\]'/);
  });

  test("a name of the scope is redeclared, and comes back by an import", async () => {
    expect(await notebook.run("const describe = 3; describe.toFixed()")).toEqual([]);
    expect(
      await notebook.run("describe.toFixed(); function display(x: number) { return x } display(1).toFixed()"),
    ).toEqual([]);
    expect(await notebook.run('import { describe } from "dlf-lance"; describe("a.b")')).toEqual([]);
  });

  test("what failed or was discarded is not in scope; what failed half way is, as far as it came", async () => {
    const source = analyseCell("const reached = 1; type Always = 2; const unreached = 3");
    const number = 100_000;
    expect(await notebook.checker.check(number, source)).toEqual([]);
    notebook.checker.keep(number, ["reached"]);
    expect(await notebook.run("const always: Always = 2; reached.toFixed()")).toEqual([]);
    expect(await notebook.run("unreached")).toEqual(["1:1 TS2304 Cannot find name 'unreached'."]);
    expect(await notebook.checker.check(number + 1, analyseCell("const dropped = 1"))).toEqual([]);
    notebook.checker.discard(number + 1);
    expect(await notebook.run("dropped")).toEqual(["1:1 TS2304 Cannot find name 'dropped'."]);
  });

  test.each([
    ["// @ts-ignore\nconst n: number = 'x'"],
    ["// @ts-expect-error\nconst n: number = 'x'"],
    ["// @ts-nocheck\nconst n: number = 'x'; nothing.of(this)"],
    ["function open(a, { b, c }, [d]) {} const o = {}; o['k']; const e = null"],
    ["const unused = 1; switch (1 as number) { case 1: 'a'; default: 2 } throw 1; 3"],
  ])("runs: %j", async (code) => {
    expect(await notebook.run(code)).toEqual([]);
  });

  test.each([
    ["const n: number =\n  'x'", "1:7 TS2322 Type 'string' is not assignable to type 'number'."],
    [
      "const maybe: { a?: number } = {};\nmaybe.a.toFixed()",
      "2:1 TS18048 'maybe.a' is possibly 'undefined'.",
    ],
    ["{ a: 1, b: nothing }", "1:12 TS2304 Cannot find name 'nothing'."],
    ["const a = `abc", "1:15 TS1160 Unterminated template literal."],
    ["if (true) {\n  f(", "2:5 TS1005 ')' expected."],
    ["/* abc", "1:7 TS1010 '*/' expected."],
    ["foo())", "1:6 TS1005 ';' expected."],
    ["lakee", "1:1 TS2304 Cannot find name 'lakee'."],
    ["x1 = 5", "1:1 TS2304 Cannot find name 'x1': write const x1 = …, or let x1 = … where it changes."],
    [
      "1;\nfor x in [1]:\n    pass",
      "2:5 TS1005 Cannot read the line: for … in …: is Python; write for (const value of values) { … }",
    ],
    ["print(1)", "1:1 TS2304 Cannot find name 'print': write console.log(value), or show(value)."],
    [
      "const f = (rows: Frame) => rows",
      "1:18 TS2304 Cannot find name 'Frame': write import type { Frame } from \"dlf-lance\".",
    ],
    [
      "const p = Promise.resolve(1); p + 1",
      "1:31 TS2365 A promise is not its value yet; write await before it",
    ],
    [
      "const q = Promise.resolve(1); q === 1",
      "1:31 TS2367 A promise is not its value yet; write await before it",
    ],
  ])("refuses %j", async (code, problem) => {
    expect((await notebook.run(code))[0]).toBe(problem);
  });

  test("tells how to install what is missing", async () => {
    expect(await notebook.run('import x from "no-such-package-at-all"')).toEqual([
      "1:15 TS2307 Cannot find module 'no-such-package-at-all' or its corresponding type declarations.\n" +
        "In the notebook's folder, run: npm install no-such-package-at-all",
    ]);
    expect((await notebook.run('await import("@no-such/thing/deep")'))[0]).toMatch(
      /npm install @no-such\/thing$/,
    );
    expect((await notebook.run('import zod from "npm:no-such-zod"'))[0]).toMatch(
      /npm install no-such-zod and import it as "no-such-zod"$/,
    );
    expect((await notebook.run('import x from "./nowhere.ts"'))[0]).not.toMatch(/npm install/);
  });
});

describe("conditions of rows", () => {
  const { run } = openNotebook("conditions");

  test.each([
    [
      'const c1 = col("a").eq(1) && col("b")',
      "1:12 TS2774 Cannot join conditions of rows with &&, which drops the first: write first.and(second)",
    ],
    [
      'const c2 = col("a").eq(1).or(lit(true)) || col("b").eq(2)',
      "1:12 TS2774 Cannot join conditions of rows with ||, which drops the second: write first.or(second)",
    ],
    [
      'const paid = col("paid").eq(true);\nconst c3 = paid && col("b").eq(2)',
      "2:12 TS2774 Cannot join conditions of rows with &&, which drops the first: write first.and(second)",
    ],
    [
      'const c4 = !col("paid")',
      "1:12 TS2774 Cannot turn a condition of rows round with !, which makes it false: write condition.not()",
    ],
    [
      'const c5 = col("a").gt(1) ? 1 : 2',
      "1:12 TS2774 Cannot choose by a condition of rows with ?, which takes it for true: write when(condition, value).otherwise(other)",
    ],
    [
      'if (col("a").gt(1)) show(1)',
      "1:1 TS2774 Cannot choose by a condition of rows with if, which takes it for true: write when(condition, value).otherwise(other)",
    ],
  ])("%s is refused", async (code, problem) => {
    expect(await run(code)).toEqual([problem]);
  });

  test.each([
    'const d1 = col("a").eq(1).and(col("b").eq(2))',
    'const d2 = [1].length > 0 && col("a").eq(1)',
    'const d3 = col("a").toString() === "a" ? 1 : 2',
    '// @ts-ignore\nconst d4 = col("a").eq(1) && col("b")',
    'const d5 = ((col: (n: string) => boolean) => 1)(() => true); const d6 = "col(1) && col(2)"',
  ])("%s is not", async (code) => {
    expect(await run(code)).toEqual([]);
  });

  test("also of earlier cells, by their types", async () => {
    expect(await run('const isLarge = col("a").gt(1)')).toEqual([]);
    for (const code of ["isLarge && isLarge", "isLarge.and(isLarge) || isLarge"])
      expect((await run(code)).join("\n")).toContain("Cannot join conditions of rows");
    expect((await run("const e1 = !isLarge")).join("\n")).toContain("write condition.not()");
  });

  test("nor what has another col", async () => {
    expect(
      await run("const col = (name: string): boolean => name !== ''; const d7 = col('a') && col('b')"),
    ).toEqual([]);
    expect(await run("const d8 = col('a') && !col('b')")).toEqual([]);
  });
});

test("names of cells mean the same when many cells have followed", async () => {
  const { run, checker } = openNotebook("many");
  await run(
    "class Vault<T> { #inner: T; constructor(inner: T) { this.#inner = inner } open() { return this.#inner } }",
  );
  await run("let state: string | undefined; const lake = await connect(); if (!state) state = 'on'");
  await run(
    "function over(x: number): string; function over(x: string): number; function over(x: any): any { return x }",
  );
  await run(
    "const vault = new Vault(state); enum Level { Low } type Rows = Level[]; export const { q, r: [s] } = { q: 1, r: ['a'] }",
  );
  await run("if (true) { var hoisted = 1 } import { sep } from 'node:path'");
  for (let index = 0; index < 20; index++) await run(`const after${index} = ${index}; void vault`);
  expect(
    await run(
      "const rows: Rows = [Level.Low]; over(1).length; over('a').toFixed(); state = undefined; state = 'x'",
    ),
  ).toEqual([]);
  expect(
    await run("q.toFixed(); s.length; hoisted.toFixed(); sep.length; after3.toFixed(); lake.table"),
  ).toEqual([]);
  expect(await run("state = 5;\nvault.open().length;\nconst v: Vault<number> = vault;\nlake = 3")).toEqual([
    "1:1 TS2322 Type 'number' is not assignable to type 'string'.",
    "2:1 TS2532 Object is possibly 'undefined'.",
    expect.stringContaining(
      "3:7 TS2322 Type 'Vault<string | undefined>' is not assignable to type 'Vault<number>'.",
    ),
    "4:1 TS2632 Cannot assign to 'lake' because it is a constant.",
  ]);
  await run("class Vault<T> { other = 1 as T }");
  expect((await run("const other: Vault<string | undefined> = vault"))[0]).toMatch(
    /missing in type 'Vault \(cell 1\)<string \| undefined>' but required in type 'Vault \(cell \d+\)<string/,
  );
  const shown = await checker.inspect("vault.open", 3);
  expect(shown?.text).toMatch(/^const vault: Vault<string \| undefined>$/);
  const { matches } = await checker.complete("after1", 6);
  expect(matches.map(({ text }) => text)).toEqual(expect.arrayContaining(["after1", "after10", "after19"]));
  expect((await checker.complete("", 0)).matches.filter(({ text }) => /[~ː]/.test(text))).toEqual([]);
});

test("a word is completed as its name means it now, however it was begun", async () => {
  const { run, checker } = openNotebook("words");
  const complete = async (code: string): Promise<readonly string[]> =>
    (await checker.complete(code, code.length)).matches.map(({ text }) => text);
  await run("let value = 'text'");
  expect(await complete("value.toU")).toEqual(["toUpperCase"]);
  expect(await complete("value.toLocaleU")).toEqual(["toLocaleUpperCase"]);
  await run("const value = 1");
  expect(await complete("value.toLocaleU")).toEqual([]);
  expect(await complete("value.toE")).toEqual(["toExponential"]);
  expect(await complete("{ const value = [1]; value.toE")).toEqual([]);
  expect(await complete("{ const value = [1]; value.toS")).toEqual(
    ["toString", "toSorted", "toSpliced"].sort(),
  );
});

describe("the names that may begin a statement are those that the server offers in a block", () => {
  const notebook = openNotebook("names");
  beforeAll(() => notebook.run("const parcel = 1; let partner = 'a'; class Party {}"));

  const texts = (matches: Awaited<ReturnType<Checker["complete"]>>["matches"]) =>
    matches.map(({ text, kind }) => `${text} ${kind}`);

  test.each([
    "par",
    "const parrot = 1 + 1; par",
    "let parcel = [1]; class Parquet {} enum Parity { A } function parse() {}\npar",
    "const [part, { park }] = [1, { park: 2 }];\nconsole.log(part)\npar",
    "type Parrot = 1; interface Parade {} const x = `${1}`\npar",
    "var par = 1; pa",
    "Par",
  ])("%s", async (code) => {
    const { matches, start, end } = await notebook.checker.complete(code, code.length);
    const inBlock = await notebook.checker.complete(`{ ${code}`, code.length + 2);
    expect(texts(matches)).toEqual(texts(inBlock.matches));
    expect([start, end]).toEqual([inBlock.start - 2, inBlock.end - 2]);
    expect(matches.length).toBeGreaterThan(0);
  });

  test.each([
    "// par",
    "/* par",
    "'par",
    "`a ${1} par",
    "({ par",
    "parcel.par",
    "const x: par",
    "new\npar",
    "import { par",
    "if (1) {\nconst a = 1; par",
  ])("%s is none", (code) => {
    expect(beginsStatement(code, code.length)).toBe(false);
  });

  test("once a cell has run, its names are there and those that it has hidden are not", async () => {
    const offered = async (code: string) =>
      texts((await notebook.checker.complete(code, code.length)).matches);
    expect(await offered("parc")).toEqual(["parcel variable"]);
    await notebook.run("function parcel() {} const parchment = 1");
    expect(await offered("parc")).toEqual(["parcel variable", "parchment variable"]);
  });
});

test("a library that few names lead to is read once one of them stands in a cell", async () => {
  const { run, checker } = openNotebook("rare");
  expect(await run("const lake = await connect()")).toEqual([]);
  expect(
    await run('const schema = await lake.rowSchema("a.b"); const wrong: number = schema.extend({})'),
  ).toEqual([expect.stringMatching(/^1:51 TS2322 Type 'ZodObject<.* is not assignable to type 'number'/)]);
  const code = 'const row = await lake.rowSchema("a.b"); row.exten';
  expect((await checker.complete(code, code.length)).matches.map(({ text }) => text)).toContain("extend");
});

describe("a cell of thousands of statements", () => {
  const long = (first: string, line: (index: number) => string): string =>
    [first, ...Array.from({ length: 6_000 }, (_, index) => line(index))].join("\n");

  test("is checked as fast where each statement uses what the one before it changed", async () => {
    const { run } = openNotebook("long");
    expect(await run("const warm = 1;")).toEqual([]);
    const time = async (code: string): Promise<number> => {
      const start = performance.now();
      expect(await run(code)).toEqual([]);
      return performance.now() - start;
    };
    const apart = await time(long("", (index) => `const apart${index} = ${index};`));
    const assigned = await time(long("let total = 0;", (index) => `total += ${index};`));
    const called = await time(long("const list = [];", (index) => `list.push(${index}); // next`));
    // Without places where the checker remembers, 15 and 6 times.
    expect(Math.max(assigned, called)).toBeLessThan(4 * apart);
  });

  test("is refused at the place that was written, and may hold overloads anywhere", async () => {
    const { run } = openNotebook("long-wrong");
    const wrong = long("let total = 0;", (index) => (index === 5_000 ? "total = 'x';" : "total += 1;"));
    expect(await run(wrong)).toEqual(["5002:1 TS2322 Type 'string' is not assignable to type 'number'."]);
    const overloads = Array.from({ length: 300 }, (_, index) => [
      `function f${index}(value: string): void;`,
      `export function g${index}(): void; export function g${index}(): void {}`,
      `function f${index}(value: unknown): void {}`,
    ]);
    expect(await run(overloads.map(([one, , three]) => `${one}\n${three}`).join("\n"))).toEqual([]);
    expect(await run(overloads.map(([, two]) => `${two}`).join("\n"))).toEqual([]);
  });
});

describe("files beside the notebook", () => {
  let notebook: Notebook;
  beforeAll(() => {
    notebook = openNotebook("with/files", {
      "h.ts": 'import { deep } from "./lib/deep";\nexport const f = (n: number) => n + deep;',
      "lib/deep.ts": "export const deep = 1; export type Deep = 'a';",
      "data.json": '{ "a": 1 }',
      "plain.js": "export const fromJs = 'a'",
    });
  });

  test("an edit is seen by the next cell, whatever it is and however far away", async () => {
    const cell = 'import { f } from "./h.ts"; f(1).toFixed()';
    expect(await notebook.run(cell)).toEqual([]);
    notebook.write("lib/deep.ts", "export const deep = 'now text'; export type Deep = 'a';");
    expect(await notebook.run(cell)).toEqual([
      "1:34 TS2551 Property 'toFixed' does not exist on type 'string'. Did you mean 'fixed'?",
    ]);
    notebook.write("h.ts", 'import { other } from "./lib/other.ts";\nexport const f = (n: string) => other;');
    expect((await notebook.run(cell))[0]).toMatch(/^1:31 TS2345/);
    notebook.write("lib/other.ts", "export const other: true = true");
    expect(await notebook.run('import { f } from "./h"; const b: true = f("a")')).toEqual([]);
    notebook.write("lib/other.ts", "export const other: false = false");
    expect((await notebook.run('import { f } from "./h"; const b: true = f("a")'))[0]).toMatch(
      /^1:32 TS2322/,
    );
    expect(
      await notebook.run(
        'import j from "./data.json"; j.a.toFixed(); import { fromJs } from "./plain.js"; fromJs.length',
      ),
    ).toEqual([]);
    notebook.write("data.json", '{ "b": 1 }');
    notebook.write("plain.js", "export const fromJs = 4");
    expect(
      await notebook.run(
        'import j from "./data.json"; j.b.toFixed(); import { fromJs } from "./plain.js"; fromJs.toFixed()',
      ),
    ).toEqual([]);
  });

  test("a file that was missing is found once it is there, and gone once it is deleted", async () => {
    const cell = 'import { late } from "./late"; late.toFixed()';
    expect((await notebook.run(cell))[0]).toMatch(/TS2307/);
    notebook.write("late.ts", "export const late = 1");
    expect(await notebook.run(cell)).toEqual([]);
    rmSync(join(notebook.folder, "late.ts"));
    expect((await notebook.run(cell))[0]).toMatch(/TS2307/);
  });

  test("what an earlier cell has of an edited file follows the edit", async () => {
    notebook.write("row.ts", "export type Row = { a: number }; export const row: Row = { a: 1 }");
    await notebook.run('import { row, type Row } from "./row"');
    notebook.write("row.ts", "export type Row = { b: number }; export const row: Row = { b: 1 }");
    expect(await notebook.run("const mine: Row = { b: row.b }")).toEqual([]);
  });

  test("completes paths, and names of packages", async () => {
    const paths = await notebook.checker.complete('import { f } from "./l', 22);
    expect(paths.matches.map(({ text }) => text)).toContain("lib");
    const names = await notebook.checker.complete('import { read } from "dlf', 25);
    expect(names.matches.map(({ text }) => text)).toEqual(["dlf-lance"]);
  });
});

describe("a tsconfig.json beside the notebook", () => {
  test("holds for cells and files, whatever would keep a cell from being one is left out", async () => {
    const notebook = openNotebook("configured", {
      "base.json": '{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }',
      "tsconfig.json": `{ // a comment
        "extends": "./base.json", "include": ["src"], "files": ["missing.ts"],
        "compilerOptions": { "strict": true, "noUncheckedIndexedAccess": true, "composite": true, "isolatedDeclarations": true,
          "verbatimModuleSyntax": true, "noUnusedLocals": true, "module": "nodenext", "lib": ["esnext"] } }`,
      "src/tools.ts": "export const tool = (n: number) => n; export type Tool = 1",
    });
    expect(
      await notebook.run('import { tool, Tool } from "@/tools";\nconst all = [1]; tool(all[0])'),
    ).toEqual([
      "2:23 TS2345 Argument of type 'number | undefined' is not assignable to parameter of type 'number'.\n" +
        "  Type 'undefined' is not assignable to type 'number'.",
    ]);
    expect(
      await notebook.run("const lake = await connect(); import z from 'zod'; z.string().parse('a').length"),
    ).toEqual([]);
    notebook.write("src/tools.ts", "export const tool = (n?: number) => n; export type Tool = 1");
    expect(await notebook.run('import { tool } from "@/tools";\nconst all = [1]; tool(all[0])')).toEqual([]);
    notebook.write("tsconfig.json", '{ "compilerOptions": { "strict": false } }');
    expect(await notebook.run("const maybe: { a?: number } = {}; maybe.a.toFixed()")).toEqual([]);
    rmSync(join(notebook.folder, "tsconfig.json"));
    expect((await notebook.run("const maybe2: { a?: number } = {}; maybe2.a.toFixed()"))[0]).toMatch(
      /TS18048/,
    );
  });
});

test("a package beside the notebook comes before one beside us", async () => {
  const notebook = openNotebook("packaged", {
    "node_modules/zod/package.json": '{ "name": "zod", "version": "0.0.1", "types": "index.d.ts" }',
    "node_modules/zod/index.d.ts": "export declare const own: 'the notebook\\'s';",
  });
  expect(await notebook.run('import { own } from "zod"; own.length')).toEqual([]);
  expect((await notebook.run('import { later } from "later"; later'))[0]).toMatch(/npm install later/);
  notebook.write(
    "node_modules/later/package.json",
    '{ "name": "later", "version": "0.0.1", "types": "index.d.ts" }',
  );
  notebook.write("node_modules/later/index.d.ts", "export declare const later: 1;");
  expect(await notebook.run('import { later } from "later"; later')).toEqual([]);
  symlinkSync(
    resolve(import.meta.dirname, "../../../node_modules/fast-check"),
    join(notebook.folder, "node_modules/fast-check"),
  );
  expect(await notebook.run('import fc from "fast-check"; fc.integer()')).toEqual([]);
});

describe("a server that is lost", () => {
  test("is replaced, and its successor knows the cells", async () => {
    const notebook = openNotebook("lost");
    await notebook.run("const lake = await connect(); type Own = 1");
    const before = notebook.checker.processId() ?? 0;
    process.kill(before, "SIGKILL");
    expect(await notebook.run("lake.tables")).toEqual([
      "1:6 TS2551 Property 'tables' does not exist on type 'Connection'. Did you mean 'table'?",
    ]);
    expect(notebook.checker.processId()).not.toBe(before);
  });

  test("while it is asked: the question is asked again", async () => {
    const notebook = openNotebook("lost-asked");
    const running = notebook.run("const lake = await connect(); lake.tables");
    process.kill(notebook.checker.processId() ?? 0, "SIGSTOP");
    process.kill(notebook.checker.processId() ?? 0, "SIGKILL");
    expect((await running)[0]).toMatch(/Did you mean 'table'/);
  });

  test("when it hangs and its question is cancelled", async () => {
    const notebook = openNotebook("hung");
    await notebook.run("const kept = 1");
    const before = notebook.checker.processId() ?? 0;
    process.kill(before, "SIGSTOP");
    const reason = new Error("stopped");
    const stop = new AbortController();
    const asked = notebook.checker.check(50, analyseCell("kept"), stop.signal);
    asked.catch(() => {});
    await nextTurn();
    stop.abort(reason);
    await expect(asked).rejects.toBe(reason);
    expect(await notebook.run("kept.toFixed()")).toEqual([]);
    expect(notebook.checker.processId()).not.toBe(before);
  }, 20_000);
});
