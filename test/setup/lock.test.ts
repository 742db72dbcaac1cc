import { execFile, spawnSync } from "node:child_process";
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";

const lockModule = path.resolve(import.meta.dirname, "../../src/setup/lock.cjs");
const { withLock } = createRequire(import.meta.url)(lockModule) as {
  withLock<T>(file: string, work: () => T | Promise<T>): Promise<T>;
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "lock-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("processes that want the lock at once work one after the other", async () => {
  const lock = path.join(folder, "lock");
  const diary = path.join(folder, "diary");
  appendFileSync(diary, "");
  const program = `
    const { appendFileSync } = require("node:fs");
    const { withLock } = require(${JSON.stringify(lockModule)});
    withLock(${JSON.stringify(lock)}, async () => {
      appendFileSync(${JSON.stringify(diary)}, "in ");
      await new Promise((resolve) => setTimeout(resolve, 50));
      appendFileSync(${JSON.stringify(diary)}, "out ");
    });`;
  const run = promisify(execFile);
  await Promise.all(Array.from({ length: 4 }, () => run(process.execPath, ["-e", program])));
  expect(readFileSync(diary, "utf8")).toBe("in out ".repeat(4));
  expect(existsSync(lock)).toBe(false);
});

test("a lock left by a process that is gone is taken over", async () => {
  const lock = path.join(folder, "lock");
  const gone = spawnSync(process.execPath, ["-e", ""]).pid;
  writeFileSync(lock, String(gone));
  expect(await withLock(lock, () => readFileSync(lock, "utf8"))).toBe(String(process.pid));
});

test("work that throws gives the lock back", async () => {
  const lock = path.join(folder, "lock");
  const fail = () => {
    throw new Error("work failed");
  };
  await expect(withLock(lock, fail)).rejects.toThrow("work failed");
  expect(existsSync(lock)).toBe(false);
});
