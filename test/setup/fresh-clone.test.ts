import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const parts = readdirSync(join(root, "src", "setup")).filter((name) => name.endsWith(".cjs"));
let clone: string;

beforeAll(() => {
  clone = mkdtempSync(join(tmpdir(), "dlf-lance-clone-"));
  mkdirSync(join(clone, "src"));
  cpSync(join(root, "src", "setup"), join(clone, "src", "setup"), { recursive: true });
  for (const name of ["package.json", "package-lock.json", "src/launcher.cjs"]) {
    copyFileSync(join(root, name), join(clone, name));
  }
});

afterAll(() => rmSync(clone, { recursive: true, force: true }));

test("npm start reads its options before any package is installed", () => {
  const run = () =>
    execFileSync(process.execPath, ["src/setup/start.cjs", "--no-lap"], { cwd: clone, stdio: "pipe" });
  expect(run).toThrow(/Cannot run `npm start`: no option --no-lap/);
});

test("no part of the set-up loads a package when it is read", () => {
  const programs = ["start.cjs", "test.cjs", "unit.cjs", "cloud.cjs", "bench.cjs"];
  const read = parts.filter((name) => !programs.includes(name)).map((name) => `./src/setup/${name}`);
  expect(read.length).toBeGreaterThan(10);
  const code = `for (const file of ${JSON.stringify(read)}) require(file);`;
  expect(execFileSync(process.execPath, ["-e", code], { cwd: clone, encoding: "utf8" })).toBe("");
});
