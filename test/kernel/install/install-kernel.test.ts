import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { installKernel, listKernels, uninstallKernel } from "../../../src/kernel/install/install-kernel.ts";
import { describeStatus } from "../../../src/kernel/install/kernel-status.ts";

const packageFolder = `${resolve(import.meta.dirname, "../../..")}/`;

let prefix: string;

beforeEach(() => {
  prefix = mkdtempSync(join(tmpdir(), "dlf-lance-install-"));
  vi.stubEnv("XDG_STATE_HOME", join(prefix, "state"));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(prefix, { recursive: true });
});

function readSpec(folder: string) {
  return JSON.parse(readFileSync(join(folder, "kernel.json"), "utf8"));
}

test("writes the kernelspec with absolute paths, and icons", async () => {
  const installed = await installKernel({ prefix });
  expect(installed).toEqual({
    name: "dlf-lance",
    engine: "dlf-lance",
    displayName: "TypeScript (DLF Lance)",
    folder: join(prefix, "share", "jupyter", "kernels", "dlf-lance"),
    node: process.execPath,
    packageFolder,
  });
  expect(readdirSync(installed.folder).sort()).toEqual([
    "kernel.json",
    "logo-32x32.png",
    "logo-64x64.png",
    "logo-svg.svg",
  ]);
  const { argv, ...rest } = readSpec(installed.folder);
  expect(rest).toMatchObject({ language: "typescript", display_name: "TypeScript (DLF Lance)" });
  // Of the C library that Lance and DuckDB take memory from.
  expect(rest.env).toEqual({ MALLOC_MMAP_THRESHOLD_: "1048576", MALLOC_TRIM_THRESHOLD_: "67108864" });
  expect(argv).toEqual([
    process.execPath,
    "--max-old-space-size=8192",
    "--no-force-async-hooks-checks",
    expect.stringMatching(/dist[\\/]run-kernel\.js$/),
    "{connection_file}",
  ]);
  expect(isAbsolute(argv[3])).toBe(true);
});

test("registers plain tslab next to it", async () => {
  await installKernel({ prefix });
  const installed = await installKernel({ prefix, engine: "tslab" });
  expect(installed).toMatchObject({ name: "dlf-lance-tslab", engine: "tslab", node: process.execPath });
  const { argv, interrupt_mode } = readSpec(installed.folder);
  expect(argv).toEqual([
    process.execPath,
    "--no-force-async-hooks-checks",
    join(packageFolder, "dist", "run-tslab.js"),
    "{connection_file}",
  ]);
  expect(interrupt_mode).toBe("signal");
  const listed = await listKernels({ prefix });
  expect(listed.map(({ name, engine }) => [name, engine])).toEqual([
    ["dlf-lance", "dlf-lance"],
    ["dlf-lance-tslab", "tslab"],
  ]);
});

test("takes a name and a display name, and refuses a name that Jupyter would not find", async () => {
  const { folder } = await installKernel({ prefix, name: "lake-2", displayName: "Lake" });
  expect(readSpec(folder).display_name).toBe("Lake");
  for (const name of ["Lake", "../lake", "", "la ke"]) {
    await expect(installKernel({ prefix, name })).rejects.toMatchObject({ code: "InvalidInput" });
  }
});

test("sets how much memory the values of cells may take, and refuses what is no room for a kernel", async () => {
  const { folder } = await installKernel({ prefix, maxOldSpaceSize: 3000 });
  // V8 gets more than the values may take: a cell that wants more is stopped, and V8 would end the process.
  expect(readSpec(folder).argv[1]).toBe("--max-old-space-size=7096");
  expect(readSpec(folder).argv.at(-1)).toBe("--cell-memory=3000");
  for (const maxOldSpaceSize of [0, 100, 1.5, Number.NaN])
    await expect(installKernel({ prefix, name: "other", maxOldSpaceSize })).rejects.toThrow(
      `Cannot install the kernel with a memory of ${maxOldSpaceSize} MB: it takes a whole number of at least 256`,
    );
});

test("finds a kernel again that was installed into a folder by its name", async () => {
  const { folder } = await installKernel({ prefix, name: "far-away" });
  expect((await listKernels()).map((kernel) => kernel.folder)).toContain(folder);
  await uninstallKernel({ prefix, name: "far-away" });
  expect((await listKernels()).map((kernel) => kernel.folder)).not.toContain(folder);
});

test("installs again, but replaces another kernel only by force", async () => {
  const { folder } = await installKernel({ prefix });
  await installKernel({ prefix });
  writeFileSync(join(folder, "kernel.json"), "{}");
  await expect(installKernel({ prefix })).rejects.toThrow(/describes another one/);
  expect(readSpec(folder)).toEqual({});
  await installKernel({ prefix, force: true });
  expect(readSpec(folder).language).toBe("typescript");
});

test("writes to the user's Jupyter data folder when no prefix is given", async () => {
  vi.stubEnv("JUPYTER_DATA_DIR", join(prefix, "own"));
  expect((await installKernel()).folder).toBe(join(prefix, "own", "kernels", "dlf-lance"));
  if (process.platform !== "linux") return;
  vi.stubEnv("JUPYTER_DATA_DIR", undefined);
  vi.stubEnv("XDG_DATA_HOME", join(prefix, "xdg"));
  expect((await installKernel()).folder).toBe(join(prefix, "xdg", "jupyter", "kernels", "dlf-lance"));
});

test("installs into the active Python environment, and in one place only", async () => {
  vi.stubEnv("CONDA_PREFIX", undefined);
  vi.stubEnv("VIRTUAL_ENV", prefix);
  expect((await installKernel({ sysPrefix: true })).folder).toBe(
    join(prefix, "share", "jupyter", "kernels", "dlf-lance"),
  );
  await expect(installKernel({ sysPrefix: true, user: true })).rejects.toThrow(/in two places: choose one/);
  vi.stubEnv("VIRTUAL_ENV", undefined);
  await expect(installKernel({ sysPrefix: true })).rejects.toThrow(
    /Cannot install into a Python environment: none is active/,
  );
});

test("lists and removes its own kernels, and no other", async () => {
  await installKernel({ prefix });
  await installKernel({ prefix, name: "second" });
  const other = join(prefix, "share", "jupyter", "kernels", "other");
  mkdirSync(other);
  writeFileSync(
    join(other, "kernel.json"),
    JSON.stringify({ argv: ["python", "-m", "x"], display_name: "X" }),
  );
  expect((await listKernels({ prefix })).map(({ name }) => name)).toEqual(["dlf-lance", "second"]);
  await expect(uninstallKernel({ prefix, name: "other" })).rejects.toThrow(/holds no kernel of dlf-lance/);
  await uninstallKernel({ prefix, name: "second" });
  expect(readdirSync(join(prefix, "share", "jupyter", "kernels")).sort()).toEqual(["dlf-lance", "other"]);
});

test("tells the state of what is installed", async () => {
  const none = `no kernel starts this package, ${packageFolder.slice(0, -1)}: dlf-lance kernel install`;
  expect(await describeStatus({ prefix })).toEqual([none]);
  const { folder } = await installKernel({ prefix });
  expect(await describeStatus({ prefix })).toEqual([
    "dlf-lance: TypeScript (DLF Lance)",
    `  folder: ${folder}`,
    `  package: ${packageFolder} (this copy)`,
    `  node: ${process.execPath} (${process.version})`,
  ]);
  const spec = readSpec(folder);
  spec.argv[0] = join(prefix, "no-node");
  writeFileSync(join(folder, "kernel.json"), JSON.stringify(spec));
  expect(await describeStatus({ prefix })).toContainEqual(
    expect.stringMatching(/does not run: kernel install --force/),
  );
});

test("shows the kernels of this copy first, others where Jupyter looks, and counts the rest", async () => {
  vi.stubEnv("VIRTUAL_ENV", undefined);
  vi.stubEnv("CONDA_PREFIX", undefined);
  vi.stubEnv("JUPYTER_DATA_DIR", join(prefix, "user"));
  const remote = join(prefix, "remote");
  for (const place of [{}, { prefix: remote }]) {
    const { folder } = await installKernel({ ...place, name: "a-copy", displayName: "A copy" });
    const spec = readSpec(folder);
    spec.argv = spec.argv.map((word: string) => word.replace(packageFolder, `${prefix}/gone/`));
    writeFileSync(join(folder, "kernel.json"), JSON.stringify(spec));
  }
  await installKernel({ prefix: join(prefix, "elsewhere"), name: "own", displayName: "Own" });
  const names = (lines: readonly string[]) => lines.filter((line) => /: (?:Own|A copy)$/.test(line));
  const lines = await describeStatus();
  expect(lines).toContain("own: Own");
  expect(names(lines).at(-1)).toBe("a-copy: A copy");
  expect(lines.indexOf("own: Own")).toBeLessThan(lines.indexOf("a-copy: A copy"));
  expect(lines).toContain(`  package: ${prefix}/gone/ (gone or not built: kernel install --force)`);
  expect(lines.at(-1)).toBe(
    "1 kernel starts another copy of this package, from environments that are not active: kernel status --all",
  );
  expect(names(await describeStatus({ all: true })).filter((name) => name.startsWith("a-copy"))).toHaveLength(
    2,
  );
  expect(names(await describeStatus({ prefix: remote }))).toEqual(["a-copy: A copy"]);
});

test("keeps to the rules by which VS Code finds a kernel", async () => {
  const { folder } = await installKernel({ prefix });
  const spec = readSpec(folder);
  expect(isAbsolute(spec.argv[0])).toBe(true);
  expect(spec.argv).toContain("{connection_file}");
  expect(spec.argv.some((argument: string) => argument.includes("{resource_dir}"))).toBe(false);
  const known = ["argv", "display_name", "language", "interrupt_mode", "env", "metadata"];
  expect(Object.keys(spec).filter((key) => !known.includes(key))).toEqual([]);
});
