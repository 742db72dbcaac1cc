/** A real kernel process with this package in scope, three folders deep in an empty one: the language of cells. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { coreCells } from "./core-cells.ts";
import { type KernelClient, startKernelClient } from "./kernel-client.ts";

let kernel: KernelClient;

beforeAll(async () => {
  const { DLF_LANCE_TEST_KERNEL: installed } = process.env;
  const entry = installed ?? resolve(import.meta.dirname, "../../dist/run-kernel.js");
  kernel = await startKernelClient({ below: "one/two/three", entry });
});

afterAll(() => kernel.stop());

/** Runs cells one after another and answers what the last one shows, or the name of its error. */
async function run(...cells: string[]): Promise<string> {
  let shown = "";
  for (const cell of cells) {
    const { result, error } = await kernel.execute(cell);
    shown = error === undefined ? String(result?.["text/plain"] ?? "") : `${error.ename}: ${error.evalue}`;
  }
  return shown;
}

function put(name: string, text: string): void {
  const path = join(kernel.folder, name);
  mkdirSync(resolve(path, ".."), { recursive: true });
  writeFileSync(path, text);
}

describe("types of earlier cells", () => {
  test("a wrong method of ours is refused with a suggestion, before anything runs", async () => {
    await run("const lake = await connect();");
    const { error, stdout } = await kernel.execute("console.log('ran'); lake.tabels()");
    expect(stdout).toBe("");
    expect(error?.evalue).toMatch(/Property 'tabels' does not exist on type 'Connection'/);
    const { content } = await kernel.request("complete_request", { code: "lake.", cursor_pos: 5 });
    expect(content.matches).toEqual(expect.arrayContaining(["createTable", "read"]));
  });
});

describe("right code runs", () => {
  test.each([
    ["a module object", ["const fs = await import('node:fs')", "typeof fs.readFileSync"], "function"],
    ["a chart library", ["const vl = await import('vega-lite')", "typeof vl.compile"], "function"],
    ["Headers", ["const h = new Headers({ a: 'b' })", "h.get('a')"], "b"],
    ["FormData", ["const form = new FormData(); form.set('a', 'b')", "form.get('a')"], "b"],
    ["Response", ["const r = new Response('x')", "await r.text()"], "x"],
    [
      "a column of an Arrow table",
      [
        "import { tableFromArrays } from 'apache-arrow'; const tt = tableFromArrays({ a: [1] });",
        "const column = tt.getChild('a'); column?.length",
      ],
      "1",
    ],
    [
      "a class expression with private members",
      ["const Made = class { #n = 3; get n() { return this.#n } }", "new Made().n"],
      "3",
    ],
    ["export", ["export const a1 = 1", "a1 + 1"], "2"],
    [
      "declare global",
      ["declare global { interface Window2 { n: number } }\nconst w2: Window2 = { n: 4 }", "w2.n"],
      "4",
    ],
    ["an object as the last line", ["{ a: 1, b: 2 }"], "{ a: 1, b: 2 }"],
    ["a list of types", ["typeof require, typeof module"], "undefined"],
    [
      "our package by import()",
      ["const c2 = await (await import('dlf-lance')).connect()", "typeof c2.createTable"],
      "function",
    ],
    ["await of a parenthesis", ["await (Promise.resolve(9))"], "9"],
    ["await of an array", ["await [1, 2]"], "[ 1, 2 ]"],
    ["await of a sign", ["await +3"], "3"],
    [
      "names of everyday words",
      [
        "const here = 1, cell = 2, tools = 3, box = 4, scope = 5, kernel = 6",
        "await 0; [here, cell, tools, box, scope, kernel].join()",
      ],
      "1,2,3,4,5,6",
    ],
    ["a negative number", ["[1, 2]; -1"], "-1"],
    ["minus zero", ["-0"], "-0"],
    ["a sign before a constant", ["1; 2; !0"], "true"],
    ["the type of a constant", ["typeof null"], "object"],
    ["texts put together", ['"a" + "b"'], "ab"],
    ["no number", ["5; NaN"], "NaN"],
    ["no value after a value", ["5; undefined"], ""],
    ["var in a block", ["if (true) { var v7 = 7 }", "v7"], "7"],
    ["var in a loop", ["for (var i7 = 0; i7 < 3; i7++);", "i7"], "3"],
    ["using", ["let open = 0; { using z = (open++, { [Symbol.dispose]() { open-- } }); }", "open"], "0"],
    [
      "a decorator",
      [
        "function twice(f: (n: number) => number, _: unknown) { return (n: number) => f(n) * 2 }\nclass D { @twice m(n: number) { return n } }",
        "new D().m(4)",
      ],
      "8",
    ],
    ["inferred predicates", ["[1, null].filter((x) => x !== null).map((x) => x + 1)"], "[ 2 ]"],
    ["iterator helpers", ["[1, 2].values().map((x) => x * 2).toArray()"], "[ 2, 4 ]"],
    [
      "an enum and a namespace",
      ["enum Color { Red, Green }\nnamespace N { export const n = 5 }", "[Color.Green, Color[0], N.n]"],
      "[ 1, 'Red', 5 ]",
    ],
    ["TSX", ["const React = { createElement: (...all: unknown[]) => all.length };\n// @ts-nocheck\n1"], "1"],
  ])("%s", async (_name, cells, shown) => {
    expect(await run(...cells)).toBe(shown);
  });
});

describe("live names", () => {
  test.each([
    ["a variable", ["let limit = 5; const over = (x: number) => x > limit", "limit = 10; over(7)"], "false"],
    [
      "a redefined helper",
      [
        "function unit() { return 'kg' } function label() { return unit() }",
        "function unit() { return 'lb' }",
        "label()",
      ],
      "lb",
    ],
    [
      "a list made anew",
      ["let list: number[] = []; const add = (n: number) => list.push(n)", "list = []; add(1); list.length"],
      "1",
    ],
    [
      "a const as another kind",
      [
        "const k = 1",
        "function k() { return 2 }",
        "class k {}",
        "let k = 'x'",
        "enum k { A }",
        "const k = 4; k",
      ],
      "4",
    ],
    ["an enum anew", ["enum E2 { A = 'a' }", "enum E2 { B = 'b' }", "E2"], "{ B: 'b' }"],
    [
      "destructuring",
      ["const { x: [p, q = 2], ...others } = { x: [1], y: 3 }", "[p, q, others]"],
      "[ 1, 2, { y: 3 } ]",
    ],
    [
      "names of functions",
      ["const named = () => 1; let other = class {}", "named.name + other.name"],
      "namedother",
    ],
    [
      "a name that is assigned a function",
      ["let later2: () => void; later2 = () => {}; later2.name"],
      "later2",
    ],
    ["process", ["let process = 3; process", "await import('node:os'); process"], "3"],
    ["fetch", ["function fetch() { return 'mine' }", "fetch()"], "mine"],
    ["window", ["let window = 1", "window + 1"], "2"],
    [
      "instanceof",
      [
        "[] instanceof Array && Buffer.from('x') instanceof Uint8Array && await (await import('node:fs')).promises.readFile('/no').catch((e) => e instanceof Error)",
      ],
      "true",
    ],
  ])("%s", async (_name, cells, shown) => {
    expect(await run(...cells)).toBe(shown);
  });
});

describe("errors", () => {
  test("are told by cell and line where a cell prints them", async () => {
    const { stdout, reply } = await kernel.execute(
      "\n\nconst e = new Error('printed');\nconsole.log(e); console.log(e.stack)",
    );
    const cell = `cell-${String(reply.content.execution_count)}`;
    expect(stdout).toBe(`Error: printed\n    at ${cell}:3:11\n`.repeat(2));
  });

  test("of our own calls point at the line that called, after native waits too", async () => {
    await run(
      "const lake3 = await connect(); await lake3.createTable('default.traced', [{ a: 1 }], { overwrite: true } as never).catch(() => lake3.createTable('default.traced', [{ a: 1 }]));",
    );
    const { error } = await kernel.execute(
      "const one = 1;\n\nawait read('default.traced').where(col('nope').gt(1)).toObjects();\none",
    );
    expect(error?.traceback.join("\n")).toMatch(/cell \d+, line 3/);
    expect(error?.traceback.join("\n")).not.toMatch(/node_modules|node:|dist\//);
  });

  test("name what was called as it was written", async () => {
    expect(await run("const notCalled: any = 5; notCalled()")).toBe("TypeError: notCalled is not a function");
  });

  test("@ts-ignore, @ts-expect-error and @ts-nocheck let a cell run", async () => {
    expect(await run("// @ts-ignore\nconst n8: number = 'x'; n8")).toBe("x");
    expect(await run("// @ts-expect-error\nconst n9: number = 'x'; n9")).toBe("x");
    expect(await run("// @ts-nocheck\nconst n10: number = 'x'; n10.nothing")).toBe("");
  });
});

describe("local modules", () => {
  test.each(["ts", "mts", "js"])("an edit of a .%s file is seen by the next import", async (extension) => {
    put(`edited.${extension}`, "export const value = 1;");
    expect(await run(`import { value } from "./edited.${extension}"; value`)).toBe("1");
    put(`edited.${extension}`, "export const value = 'two';");
    expect(await run(`import { value } from "./edited.${extension}"; value`)).toBe("two");
  });

  test("an edit of JSON, and of what a module imports, is seen", async () => {
    put("data.json", '{ "n": 1 }');
    put("deep/inner.ts", "export const inner = 1;");
    put("outer.ts", 'import { inner } from "./deep/inner"; export const outer = () => inner;');
    const cell =
      'import data from "./data.json" with { type: "json" }; import { outer } from "./outer"; [data.n, outer()]';
    expect(await run(cell)).toBe("[ 1, 1 ]");
    put("data.json", '{ "n": 22 }');
    put("deep/inner.ts", "export const inner = 333;");
    expect(await run(cell)).toBe("[ 22, 333 ]");
  });

  test("a module exists once, whatever its spelling, and may wait", async () => {
    put("once.ts", "export const made = await Promise.resolve({});");
    expect(
      await run(
        `import { made as a9 } from "./once"; import { made as b9 } from "./once.ts"; import { made as c9 } from "./once.js"; a9 === b9 && b9 === c9`,
      ),
    ).toBe("true");
  });

  test("enums, parameter properties and imported types work beside a package.json of CommonJS", async () => {
    put("common/package.json", '{ "type": "commonjs" }');
    put("common/types.ts", "export interface Shape { size: number }");
    put(
      "common/mk.ts",
      'import { Shape } from "./types"; export enum Kind { A, B }\nclass P { constructor(readonly size: number) {} }\nexport const mk = (size: number): Shape => new P(size);',
    );
    put("common/plain.js", "export const plain = 1;");
    expect(
      await run(
        'import { mk, Kind } from "./common/mk"; import { plain } from "./common/plain.js"; [mk(3).size, Kind.B, plain]',
      ),
    ).toBe("[ 3, 1, 1 ]");
  });

  test("a module's live export is live in cells", async () => {
    put("counter.ts", "export let count = 0; export const inc = () => { count += 1 };");
    expect(await run('import { count, inc } from "./counter"; inc();', "inc(); count")).toBe("2");
  });

  test("paths of tsconfig.json are obeyed", async () => {
    put(
      "tsconfig.json",
      '{ "compilerOptions": { /* ours */ "strict": true, "paths": { "@lib/*": ["./lib/*"] }, } }',
    );
    put("lib/tool.ts", "export const tool = 'found';");
    expect(await run('import { tool } from "@lib/tool"; tool')).toBe("found");
  });

  test("import.meta, __dirname and require are those of the notebook's folder", async () => {
    const text = await run(
      "[import.meta.dirname === __dirname, import.meta.url.startsWith('file:'), require('node:path').basename(__dirname), (await import('node:path')).join(__dirname, 'x') === require.resolve('./once.ts').replace('once.ts', 'x')]",
    );
    expect(text).toBe("[ true, true, 'three', true ]");
  });

  test("a missing package, or one by npm:, tells what to install", async () => {
    expect(await run('import zz from "zz-missing"')).toMatch(/npm install zz-missing/);
    expect(await run('await import("zz-" + "missing")')).toMatch(/npm install zz-missing/);
    expect(await run('// @ts-ignore\nimport zz from "npm:zz-missing@1"; zz')).toMatch(
      /npm install zz-missing/,
    );
  });
});

describe("a cell that replaces built-in functions", () => {
  test("can neither switch the filter off nor stop the kernel", async () => {
    const other = await startKernelClient();
    try {
      await other.execute("const secret = remember('zK9-q/Vt+2m' + 'Lw7_Rx4pB1e'); 0");
      const { error } = await other.execute(
        "JSON.stringify = () => 'null'; String.prototype.replaceAll = function () { return String(this) };\n" +
          "Buffer.prototype.toString = () => 'broken'; Set.prototype.has = () => false; Set.prototype.add = function () { return this }; 0",
      );
      expect(error).toBeUndefined();
      const before = other.received.length;
      const { result, stdout } = await other.execute("console.log(secret); secret");
      expect(result).toEqual({ "text/plain": "<redacted>" });
      expect(stdout).toBe("<redacted>\n");
      expect((await other.execute("throw new Error(secret)")).error?.evalue).toBe("<redacted>");
      expect(other.received.slice(before).join("")).not.toContain("Lw7_Rx4pB1e");
      const late = await other.execute(
        "const lateSecret = remember('another-one-' + 'kept-as-well'); lateSecret",
      );
      expect(late.result).toEqual({ "text/plain": "<redacted>" });
      const { content } = await other.request("complete_request", { code: "secre", cursor_pos: 5 });
      expect(content.matches).toContain("secret");
    } finally {
      await other.stop();
    }
  });
});

test("a loop at the top of a cell is as fast as one in a function", async () => {
  const loop = (name: string) => `let ${name} = 0; for (let i = 0; i < 1e7; i++) ${name} += i;`;
  await run(
    `const inFunction = () => { const start = performance.now(); ${loop("s")} return [performance.now() - start, s] };`,
  );
  const [first = 0] = JSON.parse(await run("JSON.stringify(inFunction())"));
  const top = await run(`const start8 = performance.now(); ${loop("s8")} performance.now() - start8`);
  // Copied through an object of exports, it took 35 times as long.
  expect(Number(top)).toBeLessThan(Math.max(20 * first, 400));
});

describe("short notebooks", () => {
  test.each(coreCells)("$name", async ({ files = [], cells, shows }) => {
    let shown = "";
    for (const [index, cell] of cells.entries()) {
      for (const { name, text, before = 0 } of files) if (before === index) put(name, text);
      const { result, error, stderr } = await kernel.execute(cell);
      expect(stderr).toBe("");
      if (index < cells.length - 1) expect(error).toBeUndefined();
      shown = error === undefined ? String(result?.["text/plain"] ?? "") : `${error.ename}: ${error.evalue}`;
    }
    if (typeof shows === "string") expect(shown).toBe(shows);
    else expect(shown).toMatch(shows);
  });
});
