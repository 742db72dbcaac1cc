/** Programs cut into cells anywhere do what they do as one module of Node's. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import { Script } from "node:vm";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { createBoxes } from "../../../src/kernel/cells/boxes.ts";
import { createCellTools } from "../../../src/kernel/cells/cell-tools.ts";
import { bindNames } from "../../../src/kernel/source/bind.ts";
import { analyseCell } from "../../../src/kernel/source/cell-source.ts";
import { emitCell } from "../../../src/kernel/source/emit.ts";
import { sizes } from "../../sizes.ts";

const folder = mkdtempSync(join(tmpdir(), "dlf-lance-programs-"));
afterAll(() => rmSync(folder, { recursive: true }));

const holder = globalThis as unknown as { out: (...values: unknown[]) => void };

/** What the code says by `out`, in order. */
async function record(run: () => Promise<void>): Promise<string[]> {
  const said: string[] = [];
  holder.out = (...values) => said.push(inspect(values, { depth: 5 }));
  await run();
  return said;
}

let programs = 0;

async function runAsModule(program: string): Promise<void> {
  const file = join(folder, `program-${++programs}.mjs`);
  writeFileSync(file, (await emitCell({ code: program, language: "ts", valueStart: undefined }, {})).code);
  await import(/* @vite-ignore */ pathToFileURL(file).href);
}

async function runAsCells(cells: readonly string[]): Promise<void> {
  const boxes = createBoxes();
  const known = new Set<string>();
  for (const cell of cells) {
    const source = analyseCell(cell);
    const values = [...source.names].filter(([, { isType }]) => !isType);
    const declared = new Set(values.map(([name]) => name));
    const fresh = new Set(values.filter(([, { kind }]) => kind === "enum").map(([name]) => name));
    const { code } = await emitCell(source, {});
    const bound = bindNames(code, { declared, fresh, known, hasValue: source.hasValue });
    const trace = createCellTools(
      boxes,
      { meta: import.meta } as never,
      () => {},
      async () => {},
      { protect: (work) => work() },
    );
    await new Script(bound.code).runInThisContext()(
      trace.tools,
      ...bound.names.map((name) => boxes.get(name)),
    );
    expect([...trace.reached].sort()).toEqual([...declared].sort());
    for (const name of declared) known.add(name);
  }
}

/** Each makes a statement; `name` gives an assignable name that is there, `fresh` a new one. */
type Template = (name: () => string, fresh: () => string) => string;

const templates: readonly Template[] = [
  (name, fresh) => `let ${fresh()} = ${name()} + 1, ${fresh()} = 2;`,
  (name, fresh) => `var ${fresh()} = ${name()} * 2;`,
  (_name, fresh) => `let ${fresh()}; var ${fresh()};`,
  (name) =>
    `${name()} = ${name()} + 3; ${name()} += 1; ${name()}++; --${name()}; ${name()} ??= 4; ${name()} ||= 5;`,
  (name) => `out({ ${name()}, other: ${name()} }, [${name()}], \`\${${name()}}\`);`,
  (name) => `out(typeof ${name()}, typeof neverDeclared, -${name()}, ${name()} in { 1: 1 });`,
  (name, fresh) => {
    const [parameter, assigned, own] = [name(), name(), fresh()];
    return `function ${own}f(x: number = ${parameter}): number { ${assigned} = x; return ${assigned} + x; }\nout(${own}f(), ${own}f(2), ${own}f.name); let ${own} = 1;`;
  },
  (name, fresh) => {
    const [shadowed, own] = [name(), fresh()];
    return `const ${own}s = (${shadowed}: number) => { let inner = ${shadowed}; { let ${shadowed} = 9; inner += ${shadowed}; } return inner; };\nout(${own}s(${shadowed}), ${own}s.name); let ${own} = ${own}s(1);`;
  },
  (name, fresh) => {
    const own = fresh();
    return `let { a: ${own} = ${name()}, ...${own}rest } = { a: ${name()}, b: 2 }, [${own}x, ${own}y = ${own}x] = [1];\nout(${own}, ${own}rest, ${own}x, ${own}y);`;
  },
  (name) => {
    const target = name();
    return `[${target}, ${name()} = 4] = [1, undefined]; ({ ${target} } = { ${target}: 5 }); ({ a: ${target} = 6 } = {} as any); out(${target});`;
  },
  (name) => {
    const target = name();
    return `for (${target} of [1, 2]) out(${target}); for (let ${target} = 0; ${target} < 2; ${target}++) out(${target}); out(${target});`;
  },
  (name, fresh) => {
    const own = fresh();
    return `for (var ${own} = 0, ${own}n = 2; ${own} < ${own}n; ${own}++) { var ${own}in = ${own} + ${name()}; }\nfor (var [${own}of] of [[3]]) if (${own}of) var ${own}g = () => ${own}of; out(${own}, ${own}in, ${own}g!(), ${own}g!.name);`;
  },
  (name) => {
    const shadowed = name();
    return `try { throw ${shadowed} + 1; } catch (${shadowed}) { out(${shadowed}); } out(${shadowed});`;
  },
  (name, fresh) => {
    const own = fresh();
    return `class ${own}C { static made = ${name()}; field = ${name()}; #p = 1; static { out(${own}C.made); } get p() { return this.#p + ${name()}; } has(o: object) { return #p in o; } m() { return [${own}C.made, this.field]; } }\nout(new ${own}C().p, new ${own}C().m(), new ${own}C().has({}), ${own}C.name); let ${own} = ${own}C.made; class ${own}B extends ${own}C { m() { return [...super.m(), 0]; } } out(new ${own}B().m());`;
  },
  (name, fresh) => {
    const own = fresh();
    return `outer${own}: for (const i of [1, 2, 3]) { for (const j of [1, 2]) { if (j === 2) continue outer${own}; ${name()} += i * j; } } let ${own} = 0;`;
  },
  (name, fresh) => {
    const own = fresh();
    return `const ${own}s: (() => number)[] = []; for (let i = 0; i < 3; i++) ${own}s.push(() => i + ${name()}); out(${own}s.map((f) => f())); let ${own} = ${own}s.length;`;
  },
  (name, fresh) => {
    const [own, target] = [fresh(), name()];
    return `function* ${own}g() { yield ${target}; ${target} = 7; yield ${target}; } out([...${own}g()]); let ${own} = 1;`;
  },
  (name) => `{ using r = { [Symbol.dispose]() { out("disposed", ${name()}); } }; out("used"); }`,
  (name, fresh) => {
    const own = fresh();
    return `enum ${own}E { A, B = 5 } out(${own}E.B, ${own}E[0]); let ${own} = ${own}E.B + ${name()};`;
  },
  (name, fresh) => {
    const own = fresh();
    return `function ${own}log(f: any, c: any) { out(c.kind, c.name); return f; }\nclass ${own}D { @${own}log m() { return ${name()}; } } out(new ${own}D().m()); let ${own} = 2;`;
  },
  (name, fresh) => {
    const own = fresh();
    return `out(await Promise.resolve(${name()})); async function ${own}a() { await null; return ${name()}; } let ${own} = await ${own}a(); for await (const x of [${name()}]) out(x);`;
  },
  (name, fresh) => {
    const own = fresh();
    return `function ${own}t(this: unknown, parts: TemplateStringsArray, ...rest: unknown[]) { return [this, parts.length, rest]; } out(${own}t\`a\${${name()}}b\`, ${own}t?.([] as any)); let ${own} = 1;`;
  },
  (name, fresh) => {
    const own = fresh();
    return `let ${own}h: any; ${own}h = () => {}; out(${own}h.name); ${own}h ??= 1; ${own}h &&= function () {}; out(${own}h.name); let ${own} = 3; switch (${name()}) { default: { let ${own} = 4; out(${own}); } } out(${own});`;
  },
];

const statements = fc.array(
  fc.record({
    template: fc.nat(templates.length - 1),
    picks: fc.array(fc.nat(), { minLength: 8, maxLength: 8 }),
    isCut: fc.boolean(),
  }),
  { minLength: 2, maxLength: 14 },
);

test("generated programs", async () => {
  const used = new Set<number>();
  await fc.assert(
    fc.asyncProperty(statements, async (drawn) => {
      const names = ["first"];
      let made = 0;
      const cells = ["let first = 1;"];
      for (const { template, picks, isCut } of drawn) {
        used.add(template);
        let pick = 0;
        const before = [...names];
        const name = (): string => before[(picks[pick++ % picks.length] ?? 0) % before.length] ?? "first";
        const fresh = (): string => {
          const own = `v${++made}`;
          names.push(own);
          return own;
        };
        const text = templates[template]?.(name, fresh) ?? "";
        if (isCut) cells.push(text);
        else cells.push(`${cells.pop() ?? ""}\n${text}`);
      }
      const asModule = await record(() => runAsModule(cells.join("\n")));
      const asCells = await record(() => runAsCells(cells));
      expect(asCells).toEqual(asModule);
    }),
    { numRuns: sizes.generatedCases },
  );
  expect(used.size).toBe(templates.length);
}, 600_000);
