import { execFile } from "node:child_process";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { installApart } from "./display/install-apart.ts";
import { installPackage, installTime } from "./installed-package.ts";

const run = promisify(execFile);
const repository = resolve(import.meta.dirname, "..");
const manifestShape = z.object({
  version: z.string(),
  dependencies: z.record(z.string(), z.string()),
  devDependencies: z.record(z.string(), z.string()),
});

const lockShape = z.object({
  packages: z.record(
    z.string(),
    z.object({ optionalDependencies: z.record(z.string(), z.string()).optional() }),
  ),
});

const packShape = z.tuple([
  z.object({
    size: z.number(),
    unpackedSize: z.number(),
    files: z.array(z.object({ path: z.string() })),
  }),
]);

let project: string;
let launcher: string;

beforeAll(async () => {
  ({ project, launcher } = await installPackage());
}, installTime);

const workflow = `
  const lake = await connect();
  await lake.createTable("default.t", [{ a: 1 }]);
  await append("default.t", [{ a: 2 }]);
  console.log(JSON.stringify((await read("default.t").toObjects()).map((row) => String(row.a))));
  await lake.close();
`;

test.each([
  ["import", "uses.mjs", `import { append, connect, read } from "dlf-lance";\n${workflow}`],
  [
    "require",
    "uses.cjs",
    `const { append, connect, read } = require("dlf-lance");\n(async () => {${workflow}})();`,
  ],
])("works from an installed tarball by %s, and the process ends by itself", async (_, file, source) => {
  await writeFile(join(project, file), source);
  const data = join(project, `data-${file}`);
  const { stdout } = await run(process.execPath, [file], {
    cwd: project,
    env: { ...process.env, DLF_LANCE_DATA: data },
    timeout: 30_000,
  });
  expect(stdout).toBe('["1","2"]\n');
});

async function runTenLines(program: string, options: readonly string[]): Promise<string> {
  const readme = await readFile(join(repository, "README.md"), "utf8");
  const [, lines = ""] = /^## Ten lines\n\n```ts\n(.*?)^```$/ms.exec(readme) ?? [];
  await writeFile(join(project, "ten-lines.mts"), lines);
  const { stdout } = await run(program, [...options, "ten-lines.mts"], {
    cwd: project,
    env: { ...process.env, NO_COLOR: "1", DLF_LANCE_DATA: join(project, `data-${basename(program)}`) },
    timeout: 60_000,
  });
  return stdout;
}

test("the ten lines of the README run under Deno", async () => {
  const folder = await installApart("deno@2.9.6");
  const [platform = ""] = await readdir(join(folder, "node_modules", "@deno"));
  const stdout = await runTenLines(join(folder, "node_modules", "@deno", platform, "deno"), ["run", "-A"]);
  expect(stdout).toContain("default.readings");
  expect(stdout).toContain('[ { f1: "daft-b" }, { f1: "daft-c" } ]');
}, 120_000);

test("they run under Bun", async () => {
  const folder = await installApart("bun@1.4.0");
  const [platform = ""] = await readdir(join(folder, "node_modules", "@oven"));
  const stdout = await runTenLines(join(folder, "node_modules", "@oven", platform, "bin", "bun"), ["run"]);
  expect(stdout).toContain("default.readings");
  expect(stdout).toMatch(/f1: "daft-b",\s.*f1: "daft-c",/s);
}, 120_000);

test.runIf(process.env.DLF_LANCE_TEST_SIZE === "full")(
  "they run under the oldest Node that we take",
  async () => {
    const name = `node-${process.platform}-${process.arch}`;
    const folder = await installApart(`${name}@22.19.0`);
    const stdout = await runTenLines(join(folder, "node_modules", name, "bin", "node"), []);
    expect(stdout).toContain("[ { f1: 'daft-b' }, { f1: 'daft-c' } ]");
  },
  120_000,
);

test("nothing that a user does not need is in it", async () => {
  const { stdout } = await run("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: repository,
  });
  const [packed] = packShape.parse(JSON.parse(stdout));
  const others = packed.files
    .map(({ path }) => path)
    .filter((path) => !/^dist\/.*\.(?:js|js\.map|d\.ts)$/.test(path));
  const expected =
    /^(?:LICENSE|dist\/shared\/(?:zod-LICENSE|apache-arrow-(?:[\d.]+\.cjs|LICENSE|NOTICE))|README\.md|kernel\.json|package\.json|src\/launcher\.cjs|src\/daft\/python\/.*\.(?:py|txt)|src\/kernel\/.*\.(?:png|svg|cjs))$/;
  expect(others.filter((path) => !expected.test(path))).toEqual([]);
  const top = new Set(packed.files.map(({ path }) => path.split("/")[0]));
  expect([...top].sort()).toEqual(["LICENSE", "README.md", "dist", "kernel.json", "package.json", "src"]);
  expect(packed.size).toBeLessThan(1_300_000);
  expect(packed.unpackedSize).toBeLessThan(5_200_000);
});

test("the sizes that RELEASING.md states are those of the installed packages", async () => {
  const sizes = new Map(
    await Promise.all(
      (await readdir(modules(), { withFileTypes: true }))
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => sizeOfPackage(name)),
    ),
  );
  const releasing = await readFile(join(repository, "RELEASING.md"), "utf8");
  const rows = [...releasing.matchAll(/^\| (?<what>.+) \| (?<megabytes>\d+) MB \|$/gm)].map(({ groups }) => ({
    names: [...(groups?.what ?? "").matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name),
    stated: Number(groups?.megabytes),
  }));
  const measured = rows.map(({ names, stated }) => {
    const parts = names.length > 0 ? names : [...sizes.keys()];
    return {
      names,
      stated,
      megabytes: parts.reduce((sum, name) => sum + (sizes.get(name) ?? Number.NaN), 0),
    };
  });
  expect(measured.filter(({ stated, megabytes }) => !(Math.abs(megabytes / stated - 1) < 0.2))).toEqual([]);
  const large = [...sizes.keys()].filter((name) => (sizes.get(name) ?? 0) >= 10);
  expect(large.filter((name) => !rows.some(({ names }) => names.includes(name)))).toEqual([]);
});

const modules = () => join(project, "node_modules");

/** Megabytes of a package, or of all packages of a scope. */
async function sizeOfPackage(name: string): Promise<[string, number]> {
  const entries = await readdir(join(modules(), name), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(
    files.map(async (file) => (await stat(join(file.parentPath, file.name))).size),
  );
  return [name, sizes.reduce((sum, size) => sum + size, 0) / 1e6];
}

test("licence, keywords and Node are stated, and nothing of ours runs when it is installed", async () => {
  const manifest = JSON.parse(await readFile(join(repository, "package.json"), "utf8"));
  expect(manifest).toMatchObject({
    license: "Apache-2.0",
    keywords: expect.arrayContaining(["lance", "dlf", "jupyter"]),
    engines: { node: ">=22.19" },
  });
  const hooks = ["preinstall", "install", "postinstall", "prepare", "prepublish"];
  expect(Object.keys(manifest.scripts).filter((name) => hooks.includes(name))).toEqual([]);
});

test.each(["import", "require"])("works inside the clone by its own name by %s", async (way) => {
  const script =
    way === "import"
      ? 'import("dlf-lance").then((api) => console.log(typeof api.connect))'
      : 'console.log(typeof require("dlf-lance").connect)';
  const { stdout } = await run(process.execPath, ["-e", script], { cwd: repository });
  expect(stdout).toBe("function\n");
});

test("the installed command answers its version", async () => {
  const { version } = manifestShape.parse(
    JSON.parse(await readFile(join(repository, "package.json"), "utf8")),
  );
  const { stdout } = await run(process.execPath, [launcher, "--version"], { cwd: project });
  expect(stdout.trim()).toBe(version);
});

test("the installed command installs the kernel", async () => {
  const { stdout } = await run(process.execPath, [launcher, "kernel", "install", "--prefix", project], {
    cwd: project,
  });
  expect(stdout).toMatch(/^kernel installed: .*dlf-lance$/m);
});

test("versions are exact", async () => {
  const manifest = manifestShape.parse(JSON.parse(await readFile(join(repository, "package.json"), "utf8")));
  const versions = Object.values({ ...manifest.dependencies, ...manifest.devDependencies });
  expect(versions.filter((version) => !/^(npm:[^@]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
});

test("the lock file holds the packages of every platform, and no download address", async () => {
  const text = await readFile(join(repository, "package-lock.json"), "utf8");
  expect(text).not.toMatch(/"resolved": "http/);
  const { packages } = lockShape.parse(JSON.parse(text));
  const optional = Object.values(packages).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}));
  // npm leaves out what its registry does not offer, and then refuses the lock file in `npm ci`.
  const missing = optional.filter(
    (name) => /^@(biomejs|lancedb)\/(cli|lancedb)-/.test(name) && !(`node_modules/${name}` in packages),
  );
  expect(missing).toEqual([]);
});
