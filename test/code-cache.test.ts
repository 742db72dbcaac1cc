import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const cacheModule = resolve(import.meta.dirname, "../src/code-cache.ts");

let folder: string;
let library: string;
let kept: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dlf-lance-code-"));
  library = join(folder, "library.cjs");
  kept = join(folder, "cache", "dlf-lance");
  writeFileSync(library, "exports.twice = (number) => 2 * number;");
});

afterEach(() => rmSync(folder, { recursive: true }));

/** What the library of a new process makes of 21. */
function load(cacheHome = join(folder, "cache"), ...flags: string[]): number {
  const program = `
    import { loadThroughCache } from ${JSON.stringify(cacheModule)};
    console.log(loadThroughCache(${JSON.stringify(library)}).exports.twice(21));`;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ["--no-warnings", ...flags, "--input-type=module", "-e", program],
    { encoding: "utf8", env: { ...process.env, XDG_CACHE_HOME: cacheHome }, timeout: 20_000 },
  );
  expect(stderr).toBe("");
  return Number(stdout);
}

/** The only file that is kept, its number on the disk, and what it holds. */
function findKept() {
  const [name = "", ...others] = readdirSync(kept);
  expect(others).toEqual([]);
  const file = join(kept, name);
  return { file, number: statSync(file).ino, bytes: readFileSync(file) };
}

test("the first process keeps the code, readable by its user alone, and the next ones take it", () => {
  expect(load()).toBe(42);
  const first = findKept();
  expect(statSync(kept).mode & 0o777).toBe(0o700);
  expect(statSync(first.file).mode & 0o777).toBe(0o600);
  expect(load()).toBe(42);
  expect(findKept()).toEqual(first);
});

test.each([
  ["cut", (bytes: Buffer) => bytes.subarray(0, 200)],
  ["empty", () => Buffer.alloc(0)],
  ["changed", (bytes: Buffer) => bytes.fill(0x5a, 100, 300)],
])("a %s file is not taken, and a good one takes its place", (_, damage) => {
  load();
  const { file, bytes } = findKept();
  writeFileSync(file, damage(Buffer.from(bytes)));
  expect(load()).toBe(42);
  const next = findKept();
  expect(load()).toBe(42);
  expect(findKept()).toEqual(next);
});

test("a library that has changed, at the same length, has other code", () => {
  load();
  writeFileSync(library, "exports.twice = (number) => 4 * number;");
  expect(load()).toBe(84);
});

test("another setting of V8 has another file", () => {
  load();
  expect(load(undefined, "--no-opt")).toBe(42);
  expect(readdirSync(kept)).toHaveLength(2);
});

test.skipIf(process.platform === "win32").each([
  ["folder", () => kept],
  ["file", () => findKept().file],
])("a %s that others can write is not read", (_, find) => {
  load();
  const { file } = findKept();
  writeFileSync(file, "written by others");
  chmodSync(find(), 0o777);
  expect(load()).toBe(42);
  const isReplaced = readFileSync(file, "latin1") !== "written by others";
  expect(isReplaced).toBe(find() !== kept);
});

test.skipIf(process.platform === "win32")("a pipe in the place of a file is not opened", () => {
  load();
  const { file } = findKept();
  rmSync(file);
  execFileSync("mkfifo", ["-m", "600", file]);
  expect(load()).toBe(42);
  expect(statSync(file).isFile()).toBe(true);
});

test.each([
  ["below a file", () => join(library, "no folder")],
  ["in /proc", () => "/proc/dlf-lance-cache"],
  ["without a home", () => join(folder, "no home", "cache")],
  ["at a relative path", () => "relative"],
])("a folder %s costs nothing but the time", (_, place) => {
  expect(load(place())).toBe(42);
  expect(existsSync(kept)).toBe(false);
  expect(existsSync("relative")).toBe(false);
});

test.skipIf(process.platform === "win32")("a user without a home has none", () => {
  const program = `
    import os from "node:os";
    import { syncBuiltinESMExports } from "node:module";
    os.homedir = () => { throw new Error("no such user"); };
    syncBuiltinESMExports();
    const { loadThroughCache } = await import(${JSON.stringify(cacheModule)});
    console.log(loadThroughCache(${JSON.stringify(library)}).exports.twice(21));`;
  const { XDG_CACHE_HOME: _, ...environment } = process.env;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ["--no-warnings", "--input-type=module", "-e", program],
    { encoding: "utf8", env: environment, timeout: 20_000 },
  );
  expect([stdout, stderr]).toEqual(["42\n", ""]);
});
