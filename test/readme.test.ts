import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { readBlocks } from "./docs/blocks.ts";

const run = promisify(execFile);
const repository = resolve(import.meta.dirname, "..");
const blocks = readBlocks(await readFile(join(repository, "README.md"), "utf8"));
const codeIn = (language: string) =>
  blocks.filter((block) => block.language === language && block.mark === undefined).map(({ code }) => code);

test("every block is in a language that a test runs", () => {
  expect([...new Set(blocks.map(({ language }) => language))].sort()).toEqual(["sh", "ts"]);
});

test.each(codeIn("ts"))("TypeScript block %# runs as a module, and its process exits", async (code) => {
  const data = await mkdtemp(join(tmpdir(), "dlf-lance-readme-"));
  const file = join(repository, ".dlf-lance", `readme-${process.pid}.ts`);
  await writeFile(file, code);
  try {
    const { stdout } = await run(process.execPath, [file], {
      cwd: data,
      env: { ...process.env, DLF_LANCE_DATA: data },
      timeout: 30_000,
    });
    expect(stdout).toContain("default.readings");
    expect(stdout).toContain("[ { f1: 'daft-b' }, { f1: 'daft-c' } ]");
  } finally {
    await rm(file);
    await rm(data, { recursive: true });
  }
});

test("the first two commands are scripts of the package", async () => {
  const { scripts } = JSON.parse(await readFile(join(repository, "package.json"), "utf8"));
  expect(codeIn("sh").slice(0, 2)).toEqual(["npm start\n", "npm test\n"]);
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(["start", "test", "test:cloud"]));
});

test("the lines for people who come from Python name functions that exist", async () => {
  const readme = await readFile(join(repository, "README.md"), "utf8");
  const table = readme.slice(
    readme.indexOf("## Coming from Python"),
    readme.indexOf("## In your own project"),
  );
  const ours = [...table.matchAll(/\| [^|]* \| (.*) \|$/gm)].map(([, cell = ""]) => cell).join("\n");
  const { append, connect, describe, read, col, Frame, Connection } = await import("../src/index.ts");
  const known = {
    append,
    connect,
    describe,
    read,
    col,
    ...prototypeOf(Frame),
    ...prototypeOf(Connection),
    ...prototypeOf(col("a")),
  };
  const called = [...ours.matchAll(/(\w+)\(/g)].map(([, name = ""]) => name);
  expect(called.length).toBeGreaterThan(8);
  expect(called.filter((name) => !(name in known))).toEqual([]);
});

/** The names of a class's methods, or of those of a value's class. */
function prototypeOf(of: object): Record<string, true> {
  const names: Record<string, true> = {};
  const start = typeof of === "function" ? of.prototype : Object.getPrototypeOf(of);
  for (
    let level = start;
    level !== Object.prototype && level !== null;
    level = Object.getPrototypeOf(level)
  ) {
    for (const name of Object.getOwnPropertyNames(level)) names[name] = true;
  }
  return names;
}
