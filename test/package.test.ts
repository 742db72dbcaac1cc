import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { installPackage } from "./installed-package.ts";

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

let project: string;
let launcher: string;

beforeAll(() => {
  ({ project, launcher } = installPackage());
}, 240_000);

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
