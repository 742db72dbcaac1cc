import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { installKernel } from "../../src/kernel/install.ts";

let prefix: string;

beforeEach(() => {
  prefix = mkdtempSync(join(tmpdir(), "dlf-lance-install-"));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(prefix, { recursive: true });
});

function readSpec(folder: string) {
  return JSON.parse(readFileSync(join(folder, "kernel.json"), "utf8"));
}

test("writes one file, with absolute paths", async () => {
  const installed = await installKernel({ prefix });
  expect(installed).toEqual({
    name: "dlf-lance",
    displayName: "TypeScript (DLF Lance)",
    folder: join(prefix, "share", "jupyter", "kernels", "dlf-lance"),
  });
  expect(readdirSync(installed.folder)).toEqual(["kernel.json"]);
  const { argv, ...rest } = readSpec(installed.folder);
  expect(rest).toMatchObject({ language: "typescript", display_name: "TypeScript (DLF Lance)" });
  expect(argv).toEqual([
    process.execPath,
    "--no-maglev",
    expect.stringMatching(/dist[\\/]run-kernel\.js$/),
    "{connection_file}",
  ]);
  expect(isAbsolute(argv[2])).toBe(true);
});

test("takes a name and a display name, and refuses a name that Jupyter would not find", async () => {
  const { folder } = await installKernel({ prefix, name: "lake-2", displayName: "Lake" });
  expect(readSpec(folder).display_name).toBe("Lake");
  for (const name of ["Lake", "../lake", "", "la ke"]) {
    await expect(installKernel({ prefix, name })).rejects.toMatchObject({ code: "InvalidInput" });
  }
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
