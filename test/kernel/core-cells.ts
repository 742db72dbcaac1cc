/** Short notebooks over what the language of cells promises, each a few cells that run one after another. */

export interface CoreCells {
  readonly name: string;
  /** Text of files next to the notebook, put before the cell of that index; without one, before the first. */
  readonly files?: readonly { readonly name: string; readonly text: string; readonly before?: number }[];
  readonly cells: readonly string[];
  /** What the last cell shows, or the name and text of its error. */
  readonly shows: string | RegExp;
}

const numbers = { name: "core/numbers.json", text: '{ "values": [1, 2, 3] }' };

export const coreCells: readonly CoreCells[] = [
  // Types from cell to cell.
  {
    name: "an expression of an earlier cell has its methods, and a wrong one is refused",
    cells: ["const cheap = col('price').lt(3);", "cheap.isNul()"],
    shows: /TypeScriptError.*Property 'isNul' does not exist.*Did you mean 'isNull'/s,
  },
  {
    name: "an inferred type is kept",
    cells: ["const pairs = new Map([['a', 1n]]);", "const wrongPair: string | undefined = pairs.get('a')"],
    shows: /Type 'bigint \| undefined' is not assignable to type 'string \| undefined'/,
  },
  {
    name: "a generic function keeps its parameter",
    cells: ["const last = <T>(of: readonly T[]) => of.at(-1);", "last(['x', 'y'])?.toUpperCase()"],
    shows: "Y",
  },
  // Right code runs.
  {
    name: "a built-in module as a value",
    cells: ["const paths = await import('node:path');", "paths.posix.join('a', '..', 'b')"],
    shows: "b",
  },
  {
    name: "web classes",
    cells: [
      "const target = new URL('http://h/p?q=1'); const blob = new Blob(['ab']); const asked = new Request(target);",
      "[target.searchParams.get('q'), await blob.text(), asked.method].join()",
    ],
    shows: "1,ab,GET",
  },
  {
    name: "a class expression with private and protected members",
    cells: [
      "const Sum = class { private n = 4; protected m = 5; sum() { return this.n + this.m } };",
      "new Sum().sum()",
    ],
    shows: "9",
  },
  {
    name: "exports of functions and classes",
    cells: [
      "export function twice(n: number) { return 2 * n }\nexport class Pair { left = 1 }",
      "twice(new Pair().left)",
    ],
    shows: "2",
  },
  {
    name: "a declared global variable",
    cells: ["declare global { var counted: number }\nglobalThis.counted = 3;", "counted + 1"],
    shows: "4",
  },
  {
    name: "an object with keys that are no names as the last line",
    cells: ['{ x: [1], "y-z": null }'],
    shows: "{ x: [ 1 ], 'y-z': null }",
  },
  { name: "a sequence as the last line", cells: ["void 0, typeof __filename"], shows: "string" },
  {
    name: "a column of a table of an earlier cell",
    cells: [
      "const { tableFromArrays } = await import('apache-arrow'); const drawn = tableFromArrays({ q: [2, 3] });",
      "const q = drawn.getChildAt(0);",
      "q?.get(1)",
    ],
    shows: "3",
  },
  // Live names.
  {
    name: "a function sees what a later cell assigns",
    cells: ["let rate = 2; function priceOf(n: number) { return n * rate }", "rate += 1; priceOf(5)"],
    shows: "15",
  },
  {
    name: "a caller sees a helper that is declared again",
    cells: [
      "const unit = () => 'kg'; const label = () => '1 ' + unit();",
      "const unit = () => 'g';",
      "label()",
    ],
    shows: "1 g",
  },
  {
    name: "a collection that is made again",
    cells: [
      "let seen = new Set<number>(); const note = (n: number) => { seen.add(n) };",
      "seen = new Set(); note(1); note(2); seen.size",
    ],
    shows: "2",
  },
  {
    name: "an earlier let takes what its type takes",
    cells: ["let wide: string | number = 1;", "wide = 'text'; wide.length"],
    shows: "4",
  },
  {
    name: "and nothing else",
    cells: ["wide = true"],
    shows: /Type 'boolean' is not assignable to type 'string \| number'/,
  },
  {
    name: "a name is declared again as every kind",
    cells: [
      "const same = 1;",
      "function same() { return 'f' }",
      "class same { static kind = 'class' }",
      "enum same { First = 7 }",
      "namespace same { export const kind = 'namespace' }\nsame.kind",
    ],
    shows: "namespace",
  },
  {
    name: "namespaces in namespaces, and one of types alone",
    cells: [
      "namespace Shop.Prices { export const vat = 0.5; export type Price = number }\nnamespace Units { export type Unit = 'kg' | 'g' }",
      "const gross: Shop.Prices.Price = 2 * (1 + Shop.Prices.vat); const unitOf: Units.Unit = 'kg'; `${gross} a ${unitOf}`",
    ],
    shows: "3 a kg",
  },
  { name: "a first line that names an interpreter", cells: ["#!/usr/bin/env node\n1 + 1"], shows: "2" },
  {
    name: "a destructured name, by shorthand in an object and as the head of a loop",
    cells: ["let [head, ...rest] = [1, 2, 3];", "for (head of rest) {}\n({ head, rest })"],
    shows: "{ head: 3, rest: [ 2, 3 ] }",
  },
  // Awaits and vars.
  { name: "await of a negated call", cells: ["await -Math.abs(3)"], shows: "-3" },
  { name: "await of a template", cells: ["await `x${1 + 1}`"], shows: "x2" },
  {
    name: "for await at the top",
    cells: [
      "let joined = ''; for await (const part of [Promise.resolve('a'), 'b']) joined += part;",
      "joined",
    ],
    shows: "ab",
  },
  {
    name: "var in the head of a loop and in a catch",
    cells: [
      "for (var step = 0; step < 3; step++) {}\ntry { throw 1 } catch { var caught = 'yes' }",
      "caught + step",
    ],
    shows: "yes3",
  },
  {
    name: "ten million steps at the top",
    cells: ["let total = 0; let at = 0; while (at < 1e7) { total += at; at++ }", "total"],
    shows: "49999995000000",
  },
  // Today's TypeScript.
  {
    name: "using",
    cells: [
      "const opened: string[] = []; { using file = { [Symbol.dispose]() { opened.push('closed') } }; opened.push(typeof file) }",
      "opened.join()",
    ],
    shows: "object,closed",
  },
  {
    name: "a decorator of a method",
    cells: [
      "function doubled(method: (this: Price) => number, _: ClassMethodDecoratorContext) { return function (this: Price) { return 2 * method.call(this) } }\n" +
        "class Price { constructor(readonly amount: number) {}\n@doubled get() { return this.amount } }",
      "new Price(21).get()",
    ],
    shows: "42",
  },
  {
    name: "an inferred predicate",
    cells: [
      "const given = ['a', undefined, 'b'].filter((v) => v !== undefined);",
      "given.map((v) => v.at(0)).join('')",
    ],
    shows: "ab",
  },
  {
    name: "helpers of iterators, and half-precision numbers",
    cells: ["[...new Set([1, 2, 3]).values().filter((n) => n > 1), new Float16Array([1.5])[0]]"],
    shows: "[ 2, 3, 1.5 ]",
  },
  // What may be loose, and what is asked for.
  {
    name: "annotations are not asked for, and unused names are no errors",
    cells: ["function loose(a, { b }) { const unused = 1; return a + b }\nloose(1, { b: 2 })"],
    shows: "3",
  },
  {
    name: "what a generator is sent, and what a function is called on, need no annotation",
    cells: [
      "function* ask() { const answer = yield 1; return answer }\nfunction Old() { this.x = 7 }",
      "const asked = ask(); asked.next(); [asked.next(5).value, new (Old as any)().x]",
    ],
    shows: "[ 5, 7 ]",
  },
  {
    name: "null is checked",
    cells: ["const found = [1].find((n) => n > 1); found + 1"],
    shows: /'found' is possibly 'undefined'/,
  },
  {
    name: "a line that is not to be checked",
    cells: ["// @ts-ignore\nconst off: string = 5; typeof off"],
    shows: "number",
  },
  {
    name: "a cell that is not to be checked",
    cells: ["// @ts-nocheck\nconst also: string = 6; also.nothing ?? 'ran'"],
    shows: "ran",
  },
  // Files next to the notebook.
  {
    name: "JSON by attribute and by require",
    files: [numbers],
    cells: [
      'import data from "./core/numbers.json" with { type: "json" };',
      'data.values.length + require("./core/numbers.json").values[2]',
    ],
    shows: "6",
  },
  {
    name: "a module of a CommonJS folder, with an enum, a parameter property and a top-level await, before and after an edit",
    files: [
      { name: "core/package.json", text: '{ "type": "commonjs" }' },
      {
        name: "core/shapes.mts",
        text: "export enum Side { Left = 1 } export class Shape { constructor(readonly side: Side) {} } export interface Named { name: string } export const size = await Promise.resolve(4);",
      },
      {
        name: "core/shapes.mts",
        text: "export enum Side { Left = 2, Right } export class Shape { constructor(readonly side: Side) {} } export interface Named { name: string } export const size = 'large';",
        before: 2,
      },
    ],
    cells: [
      'import { Named, Shape, Side, size } from "./core/shapes.mts"; const named: Named = { name: "n" };',
      "size.toFixed() + new Shape(Side.Left).side",
      'import { Shape, Side, size } from "./core/shapes.mts"; size.toUpperCase() + new Shape(Side.Right).side + named.name',
    ],
    shows: "LARGE3n",
  },
  {
    name: "one module, however it is named",
    files: [{ name: "core/once.ts", text: "export const token = {};" }],
    cells: [
      'import { token } from "./core/once.ts"; import { token as again } from "./core/once"; const late = await import("./core/../core/once.js");',
      "token === again && token === late.token",
    ],
    shows: "true",
  },
  {
    name: "where the notebook is",
    cells: [
      "[import.meta.dirname === __dirname, import.meta.url.startsWith('file:'), require('node:path').basename(__dirname)].join()",
    ],
    shows: "true,true,three",
  },
  {
    name: "a package that is not installed",
    cells: ['const absent = await import("npm:dlf-lance-absent-package");'],
    shows: /npm install dlf-lance-absent-package/,
  },
  {
    name: "a package that is not installed, by require",
    cells: ['require("@absent/dlf-lance-package/inside")'],
    shows: /npm install @absent\/dlf-lance-package"/,
  },
  // Errors and values.
  {
    name: "an error of an earlier cell's function says its cell and line",
    cells: [
      "const fail = (n: number) => {\n  if (n > 1) throw new RangeError('too many');\n};",
      "let told = ''; try { fail(2) } catch (error) { told = String((error as Error).stack) }\ntold",
    ],
    shows: /too many\n.*cell-\d+:2:\d+.*\n.*cell-\d+:1:/,
  },
  {
    name: "values are instances of the classes of the realm, and names of functions stay",
    cells: [
      "const made = () => {}; let Built = class {};",
      "[[] instanceof Array, (async () => {})() instanceof Promise, made.name, Built.name].join()",
    ],
    shows: "true,true,made,Built",
  },
  {
    name: "a module that Node calls experimental says nothing",
    cells: [
      "import { DatabaseSync } from 'node:sqlite'; new DatabaseSync(':memory:').prepare('select 5 as n').get()?.n",
    ],
    shows: "5",
  },
  // Last: what these cells replace stays replaced.
  {
    name: "names of the platform are the cell's, and no library sees them",
    cells: [
      "let Buffer = 3; const setTimeout = 'mine'; function structuredClone() { return 1 }",
      "const { readdir } = await import('node:fs/promises'); [Array.isArray(await readdir('.')), Buffer, setTimeout, structuredClone()].join()",
    ],
    shows: "true,3,mine,1",
  },
];
