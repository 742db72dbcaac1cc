import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";

const load = createRequire(import.meta.url);
const { finishAll, runLogged, stepError } = load("../../src/setup/step.cjs") as {
  runLogged(
    name: string,
    program: string,
    programArguments: string[],
    options: { next: string },
  ): Promise<void>;
  finishAll<T>(works: Record<string, Promise<T>>): Promise<Record<string, T>>;
  stepError(sentence: string, next: string): Error;
};
const { hasNodePackages } = load("../../src/setup/node-packages.cjs") as {
  hasNodePackages(folder: string): boolean;
};

test("a failing program is told with its status, its last lines, its log and what to do next", async () => {
  const code = "for (let line = 1; line <= 40; line++) console.log('line ' + line); process.exitCode = 3";
  const run = () => runLogged("test-of-a-failure", process.execPath, ["-e", code], { next: "do this." });
  await expect(run()).rejects.toThrow(/ended with status 3\.\n {2}\| line 26\n/);
  await expect(run()).rejects.toThrow(
    / {2}\| line 40\nFull log: \.dlf-lance\/logs\/test-of-a-failure\.log\nNext: do this\.$/,
  );
});

test("a program that is not there is told as that", async () => {
  const run = () => runLogged("test-of-a-failure", "no-such-program", ["now"], { next: "install it." });
  await expect(run()).rejects.toThrow(/^`no-such-program now` is not installed\./);
});

test("work done at the same time is finished, and every failure is told once", async () => {
  const failure = Promise.reject(stepError("no disk", "free some"));
  let isDone = false;
  const slow = failure
    .catch(() => setImmediate())
    .then(() => {
      isDone = true;
    });
  const other = Promise.reject(stepError("no network", "plug it in"));
  const ending = finishAll({ failure, same: failure.then(() => undefined), slow, other });
  await expect(ending).rejects.toThrow(/^no disk\nNext: free some\n\nno network\nNext: plug it in$/);
  expect(isDone).toBe(true);
  expect(await finishAll({ a: Promise.resolve(1), b: Promise.resolve(2) })).toEqual({ a: 1, b: 2 });
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "packages-"));
  mkdirSync(path.join(folder, "node_modules"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function writeLocks(wanted: object, installed: object): void {
  const write = (name: string, packages: object) =>
    writeFileSync(path.join(folder, name), JSON.stringify({ packages }));
  write("package-lock.json", { "": {}, ...wanted });
  write("node_modules/.package-lock.json", installed);
}

test.each([
  ["the same versions", { a: { version: "1.0.0" } }, { a: { version: "1.0.0" } }, true],
  ["another version", { a: { version: "1.0.1" } }, { a: { version: "1.0.0" } }, false],
  ["a missing package", { a: { version: "1.0.0" } }, {}, false],
  ["a missing package of another platform", { a: { version: "1.0.0", optional: true } }, {}, true],
  [
    "an optional dependency of our own missing",
    { "": { optionalDependencies: { b: "1" } }, "node_modules/b": { version: "1.0.0", optional: true } },
    {},
    false,
  ],
])("with %s installed", (_case, wanted, installed, expected) => {
  writeLocks(wanted, installed);
  expect(hasNodePackages(folder)).toBe(expected);
});

test("without node_modules", () => {
  rmSync(path.join(folder, "node_modules"), { recursive: true });
  expect(hasNodePackages(folder)).toBe(false);
});
