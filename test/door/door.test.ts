import { execFileSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as api from "../../src/index.ts";

const root = resolve(import.meta.dirname, "../..");
const compiler = createRequire(import.meta.url).resolve("typescript/package.json");
let project: string;

/** The package as it is installed, beside the packages that its declarations name. */
beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), "dlf-lance-door-"));
  const modules = join(project, "node_modules");
  const installed = join(modules, "dlf-lance");
  mkdirSync(installed, { recursive: true });
  cpSync(join(root, "dist"), join(installed, "dist"), {
    recursive: true,
    filter: (file) => !file.endsWith(".js") && !file.endsWith(".cjs"),
  });
  cpSync(join(root, "package.json"), join(installed, "package.json"));
  for (const name of ["zod", "apache-arrow", "@types", "flatbuffers", "tslib", "undici-types"])
    symlinkSync(join(root, "node_modules", name), join(modules, name));
  cpSync(join(import.meta.dirname, "exported.ts"), join(project, "exported.ts"));
  writeFileSync(join(project, "every-function.ts"), exportEveryFunction());
  writeFileSync(join(project, "package.json"), '{ "type": "module" }');
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

/** Where the values come from whose types have parameters. */
const receivers: Readonly<Record<string, string>> = {
  Expression: 'api.col("a")',
  Frame: 'api.read("a.b")',
  GroupedFrame: 'api.read("a.b").groupBy("a")',
  LakeTable: '(await api.connect()).table("a.b")',
  When: 'api.when(api.col("a").gt(1), api.col("a"))',
  WindowFunction: "api.rank()",
};

/** A module that exports what every function, method and property of the door gives, for arguments that fit anything. */
function exportEveryFunction(): string {
  const call = (name: string, { length }: { readonly length: number }) =>
    `${name}(${Array.from({ length }, () => "anything").join(", ")})`;
  const lines = ['import * as api from "dlf-lance";', "declare const anything: never;"];
  const add = (name: string, value: string) =>
    lines.push(`export const ${name} = ${value};`, `export const awaited_${name} = await ${value};`);
  for (const [name, value] of Object.entries(api) as [string, unknown][]) {
    if (typeof value !== "function") add(`the_${name}`, `api.${name}`);
    else if (/^[a-z]/.test(name)) add(`of_${name}`, call(`api.${name}`, value));
    else {
      lines.push(`const one_${name} = ${receivers[name] ?? `anything as api.${name}`};`);
      for (const [member, made] of membersOf(value as unknown as { readonly prototype: object }))
        add(
          `${name}_${member}`,
          made === undefined ? `one_${name}.${member}` : call(`one_${name}.${member}`, made),
        );
    }
  }
  return lines.join("\n");
}

/** Names of methods and properties, with the functions that the methods are. */
function* membersOf({ prototype }: { readonly prototype: object }) {
  for (let at = prototype; at !== Object.prototype && at !== Error.prototype; at = Object.getPrototypeOf(at))
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(at)))
      if (name !== "constructor") yield [name, value as { readonly length: number } | undefined] as const;
}

/** Calls that names from elsewhere refuse, and what is internal, are not declared; nor does a call without arguments fit all. */
const isExpected = (line: string) => /^every-function\.ts.* error TS(?:2339|2551|2554):/.test(line);

test.each([
  ["esnext", "bundler"],
  ["node16", "node16"],
])(
  "a project exports what public functions give, without writing its type: %s, %s",
  (module, moduleResolution) => {
    const options = {
      target: "es2024",
      module,
      moduleResolution,
      strict: true,
      declaration: true,
      preserveSymlinks: true,
      skipLibCheck: true,
      types: ["node"],
      outDir: `out-${module}`,
    };
    writeFileSync(
      join(project, "tsconfig.json"),
      JSON.stringify({ compilerOptions: options, files: ["exported.ts", "every-function.ts"] }),
    );
    const tsc = join(dirname(compiler), "bin/tsc");
    let said = "";
    try {
      execFileSync(process.execPath, [tsc, "-p", "tsconfig.json"], {
        cwd: project,
        encoding: "utf8",
        stdio: "pipe",
      });
    } catch (error) {
      said = String((error as { stdout?: unknown }).stdout);
    }
    expect(said.split("\n").filter((line) => line !== "" && !isExpected(line))).toEqual([]);
  },
);

test("the door has some hundred names; what calls take is within one of them", () => {
  const declarations = readFileSync(join(root, "dist/index.d.ts"), "utf8");
  const names = [...declarations.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, list = ""]) =>
    list.split(",").flatMap((name) => name.replace(/^\s*type /, "").trim() || []),
  );
  expect(names).toContain("types");
  expect(names).toEqual(expect.arrayContaining(Object.keys(api)));
  expect(new Set(names).size).toBeLessThanOrEqual(115);
});

test("the declarations lead to no libraries but those that users share with us", () => {
  const named = readdirSync(join(root, "dist"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".d.ts"))
    .flatMap((file) => [
      ...readFileSync(join(root, "dist", file), "utf8").matchAll(/(?:from |import\()"([^".][^"]*)"/g),
    ])
    .flatMap(([, name = ""]) => (name.startsWith("node:") ? [] : name));
  expect([...new Set(named)].sort()).toEqual(["apache-arrow", "zod"]);
});

describe("importing the package", () => {
  const program = `
    import { registerHooks } from "node:module";
    const loaded = [];
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
    await import(${JSON.stringify(join(root, "dist/index.js"))});
    console.log(JSON.stringify(loaded));
  `;
  let loaded: readonly string[];
  beforeAll(() => {
    const flags = ["--input-type=module", "--no-warnings", "-e", program];
    loaded = JSON.parse(execFileSync(process.execPath, flags, { encoding: "utf8" })) as string[];
  });

  test("loads no engine, no writer of SQL or files, no schemas' or charts' library, no client, no native library", () => {
    const heavy =
      /(engines|aggregate|duckdb-engine|sql-reader|stream-rows|file-work|zod-library)-|node_modules\/(undici|vega|vega-lite|@duckdb|@lancedb|@resvg|commander|zeromq|typescript)\//;
    expect(loaded.filter((url) => heavy.test(url))).toEqual([]);
  });

  test("and showing a table loads no other file", () => {
    const shown = program
      .replace("console.log", "await show([{ a: 1 }]);\nconsole.log")
      .replace("await import", "const { show } = await import");
    const flags = ["--input-type=module", "--no-warnings", "-e", shown];
    const lines = execFileSync(process.execPath, flags, { encoding: "utf8" }).trimEnd().split("\n");
    const files = (urls: readonly string[]) => urls.filter((url) => url.startsWith("file:"));
    expect(lines.join("\n")).toContain("1 row × 1 column");
    expect(files(JSON.parse(lines.at(-1) ?? ""))).toEqual(files(loaded));
  });

  test("is a dozen files, and about a megabyte", () => {
    const own = loaded.filter((url) => url.startsWith("file:"));
    expect(own.length).toBeGreaterThan(2);
    expect(own.length).toBeLessThanOrEqual(16);
    const bytes = own.reduce((sum, url) => sum + statSync(new URL(url)).size, 0);
    expect(bytes).toBeLessThan(1_060_000);
  });

  test("says in words that Node is too old", () => {
    const old = `
      Object.defineProperty(process.versions, "node", { value: "22.18.0" });
      await import(${JSON.stringify(join(root, "dist/index.js"))}).catch((error) => console.log(error.message));
    `;
    const flags = ["--input-type=module", "--no-warnings", "-e", old];
    expect(execFileSync(process.execPath, flags, { encoding: "utf8" })).toContain(
      "Cannot load dlf-lance: this is Node 22.18.0, and it needs 22.19 or newer",
    );
  });

  test("loads few files, and of Node neither fetch nor TLS", () => {
    const own = pathToFileURL(join(root, "dist/")).href;
    expect(loaded.filter((url) => url.startsWith("file:") && !url.startsWith(own))).toEqual([]);
    expect(loaded.filter((url) => url.startsWith("file:")).length).toBeLessThan(60);
    // Named imports of node:http would bring Node's fetch along.
    expect(loaded.filter((url) => /^node:(https?|tls|http2|sqlite)$/.test(url))).toEqual([]);
  });

  test("the Arrow tables it makes are of the user's own copy", () => {
    const code = `
      import { toArrowTable } from ${JSON.stringify(join(root, "dist/index.js"))};
      import { createRequire } from "node:module";
      const { Table } = createRequire(${JSON.stringify(join(root, "package.json"))})("apache-arrow");
      console.log(toArrowTable([{ a: 1 }]) instanceof Table);
    `;
    const flags = ["--input-type=module", "--no-warnings", "-e", code];
    expect(execFileSync(process.execPath, flags, { encoding: "utf8" })).toBe("true\n");
  });

  test("the native library and the user's code share the Arrow of one file, which has all that the modules have", () => {
    const code = `
      import { fromRows } from ${JSON.stringify(join(root, "dist/index.js"))};
      import { createRequire } from "node:module";
      const table = await fromRows([{ a: 1 }]).collect();
      const require = createRequire(${JSON.stringify(join(root, "package.json"))});
      const path = require.resolve("apache-arrow");
      const one = require("apache-arrow");
      const modules = Object.keys(require.cache).filter((file) => file.startsWith(path.replace(/[^/]*$/, "")));
      const { makeArrowTable } = require("@lancedb/lancedb");
      const isShared = table instanceof one.Table && makeArrowTable([{ a: 1 }]) instanceof one.Table;
      delete require.cache[path];
      const whole = require("apache-arrow");
      const list = (arrow) => Object.entries(arrow).flatMap(([name, value]) => [
        name,
        ...Object.getOwnPropertyNames(Object(value)).map((key) => name + "." + key),
        ...Object.getOwnPropertyNames(value?.prototype ?? {}).map((key) => name + ".prototype." + key),
      ]);
      const found = new Set(list(one));
      const missing = list(whole).filter((name) => !found.has(name));
      console.log(JSON.stringify({ modules: modules.length, isShared, isOther: whole !== one, missing }));
    `;
    const flags = ["--input-type=module", "--no-warnings", "-e", code];
    expect(JSON.parse(execFileSync(process.execPath, flags, { encoding: "utf8" }))).toEqual({
      modules: 1,
      isShared: true,
      isOther: true,
      missing: [],
    });
  });

  test("takes at most twelve times as long as Node's own start", () => {
    const report = "const { user, system } = process.cpuUsage(); console.log(user + system);";
    const measure = (code: string): number =>
      Number(execFileSync(process.execPath, ["--input-type=module", "-e", code + report]));
    const door = JSON.stringify(join(root, "dist/index.js"));
    const runs = Array.from({ length: 5 }, () => [measure(""), measure(`import ${door};`)]);
    const least = (side: 0 | 1): number => Math.min(...runs.map((run) => run[side] as number));
    // 120 ms, where Node itself takes 20 when nothing else runs; more on a busy machine. A sixth of a second file by file was 20 times as long.
    expect(least(1) / least(0)).toBeLessThan(12);
  });
});
