/** What is written when memory is full: nobody else reads it, and nothing stays of a process that was killed. */
import { execFileSync, spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Frame } from "../../../../src/frame/frame.ts";
import { col, fromRows } from "../../../../src/index.ts";

const source = new URL("../../../../src/frame/engines/duckdb/spill-folder.ts", import.meta.url).href;
let temporary: string;
beforeAll(async () => {
  temporary = await mkdtemp(join(tmpdir(), "dlf-lance-spill-test-"));
});
afterAll(() => rm(temporary, { recursive: true }));

/** A process that makes a folder, says its name and then what `rest` says. */
function makeFolder(rest: string) {
  const script = `
    const { createSpillFolder } = await import(${JSON.stringify(source)});
    console.log(createSpillFolder());
    ${rest}`;
  const child = spawn(process.execPath, ["--input-type=module", "--no-warnings", "-e", script], {
    env: { ...process.env, TMPDIR: temporary },
  });
  const folder = new Promise<string>((resolve) =>
    child.stdout.once("data", (text) => resolve(String(text).trim())),
  );
  const ended = new Promise((resolve) => child.once("close", resolve));
  return { child, folder, ended };
}

test("the folder is its user's alone, goes with its process, and after a kill with the next one", async () => {
  const killed = makeFolder("setInterval(() => undefined, 1000);");
  const left = await killed.folder;
  expect((await stat(left)).mode & 0o777).toBe(0o700);
  await writeFile(join(left, "block"), "rows");
  const alive = makeFolder("process.stdin.once('data', () => process.exit());");
  const kept = await alive.folder;
  killed.child.kill("SIGKILL");
  await killed.ended;
  const next = makeFolder("");
  await next.ended;
  expect(await readdir(temporary)).toEqual([kept.slice(temporary.length + 1)]);
  alive.child.stdin.write("\n");
  await alive.ended;
  expect(await readdir(temporary)).toEqual([]);
});

test("a sort and a self-join that do not fit the limit give the same rows", async () => {
  const rows = 120_000;
  const numbers = fromRows({
    id: Array.from({ length: rows }, (_, row) => BigInt((row * 7919) % rows)),
    text: Array.from({ length: rows }, (_, row) => `text of row ${row % 1000} `.repeat(3)),
  });
  const joined = numbers
    .join(numbers.select(col("id"), col("text").as("other")), { on: "id" })
    .sort({ by: "id", descending: true });
  const found = await joined.collect({ memoryLimit: 4e6 });
  expect(found.numRows).toBe(rows);
  expect([...(found.getChild("id") ?? [])].every((id, row) => id === BigInt(rows - 1 - row))).toBe(true);
  expect(String(found.get(5)?.toJSON().text)).toBe(String(found.get(5)?.toJSON().other));
  expect(joined).toBeInstanceOf(Frame);
});

test("work beyond the limit is interrupted", async () => {
  const frame = fromRows({ id: Array.from({ length: 200_000 }, (_, row) => BigInt(row)) });
  const abort = new AbortController();
  const work = frame
    .join(frame.select(col("id").as("other")), { how: "cross" })
    .agg(col("other").sum().as("sum"))
    .collect({ signal: abort.signal, memoryLimit: 1e6 });
  // In the middle of a native call that says nothing while it works.
  setTimeout(() => abort.abort(), 300);
  await expect(work).rejects.toMatchObject({ code: "Interrupted" });
});

test("lists do not go to disk: what does not fit says so", async () => {
  const rows = 20_000;
  const frame = fromRows({
    id: Array.from({ length: rows }, (_, row) => row % 3),
    text: Array.from({ length: rows }, (_, row) => `${row} ${"long ".repeat(800)}`),
  });
  const lists = frame.groupBy("id").agg(col("text").list().as("texts"));
  await expect(lists.collect({ memoryLimit: 1e6 })).rejects.toMatchObject({
    code: "Unsupported",
    message: expect.stringMatching(
      /^Cannot run the plan: it needs more memory than its limit of [\d.]+ MiB: not everything can be written to disk, such as lists that list\(\) collects, and a part of each join and sort; pass a higher memoryLimit, or make smaller groups and fewer joins$/,
    ),
  });
});

test("a full disk is called one", async ({ skip }) => {
  const disk = join(temporary, "small");
  await mkdir(disk);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=4m,mode=700", "tmpfs", disk], { stdio: "ignore" });
  } catch {
    return skip("no disk can be mounted here");
  }
  try {
    const script = `
      const { fromRows } = await import(${JSON.stringify(new URL("../../../../dist/index.js", import.meta.url).href)});
      const text = Array.from({ length: 150_000 }, (_, row) => row * 7919 % 150_000 + " long".repeat(100));
      await fromRows({ text }).sort("text").collect({ memoryLimit: 1e6 }).catch((error) => console.log(error.code + ": " + error.message));`;
    const run = spawn(process.execPath, ["--input-type=module", "--no-warnings", "-e", script], {
      env: { ...process.env, TMPDIR: disk },
    });
    let told = "";
    run.stdout.on("data", (text) => {
      told += String(text);
    });
    await new Promise((resolve) => run.once("close", resolve));
    expect(told.trim()).toBe(
      `Unsupported: Cannot run the plan: the disk of ${disk} is full; free some space there, or set TMPDIR to another disk`,
    );
    expect(await readdir(disk)).toEqual([]);
  } finally {
    execFileSync("umount", [disk]);
  }
});
