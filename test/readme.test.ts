import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect, inject, test } from "vitest";
import { serveLake } from "./interop/local-lake.ts";

const run = promisify(execFile);
const repository = resolve(import.meta.dirname, "..");
const readme = await readFile(join(repository, "README.md"), "utf8");

/** The fenced blocks of the README in one language, without those marked `no-run`: they need an account. */
function blocksIn(language: string): string[] {
  return [...readme.matchAll(/^```(\S+)( no-run)?\n(.*?)^```$/gms)]
    .filter((match) => match[1] === language && match[2] === undefined)
    .map((match) => match[3] ?? "");
}

test("every block is in a language that a test runs", () => {
  const languages = [...readme.matchAll(/^```(\S+)/gm)].map((match) => match[1]);
  expect([...new Set(languages)].sort()).toEqual(["python", "sh", "ts"]);
});

/** Runs a block as a module of this repository. */
async function runTypeScript(block: string, cwd: string, data: string): Promise<string> {
  const file = join(repository, ".dlf-lance", `readme-${process.pid}.ts`);
  await writeFile(file, block);
  try {
    const { stdout } = await run(process.execPath, [file], {
      cwd,
      env: { ...process.env, DLF_LANCE_DATA: data },
      timeout: 30_000,
    });
    return stdout;
  } finally {
    await rm(file);
  }
}

const served = (block: string) => block.includes("lake.json");

test.each(blocksIn("ts").filter((block) => !served(block)))(
  "TypeScript block %# runs and ends by itself",
  async (block) => {
    const data = await mkdtemp(join(tmpdir(), "dlf-lance-readme-"));
    const stdout = await runTypeScript(block, data, data);
    await rm(data, { recursive: true });
    expect(stdout).toContain("default.readings");
    expect(stdout).toContain("[ { f1: 'daft-b' }, { f1: 'daft-c' } ]");
  },
);

test.each([
  ...blocksIn("python").map((block) => ["Python", block] as const),
  ...blocksIn("ts")
    .filter(served)
    .map((block) => ["TypeScript", block] as const),
])("%s block %# runs against the local lake", async (language, block) => {
  const lake = await serveLake();
  const folder = await mkdtemp(join(tmpdir(), "dlf-lance-readme-"));
  await writeFile(join(folder, "lake.json"), JSON.stringify(lake));
  await writeFile(join(folder, "block.py"), block);
  const stdout =
    language === "Python"
      ? (await run(inject("testPython"), ["block.py"], { cwd: folder })).stdout
      : await runTypeScript(block, folder, folder);
  expect(stdout.trim()).toBe("[]");
  await lake.stop();
  await rm(folder, { recursive: true });
});

test("the shell commands are scripts and subcommands that exist", async () => {
  const { scripts } = JSON.parse(await readFile(join(repository, "package.json"), "utf8"));
  const commands = blocksIn("sh").flatMap((block) => block.trim().split("\n"));
  expect(commands).toHaveLength(3);
  expect(commands.slice(0, 2).map((command) => command.replace("npm ", ""))).toEqual(["start", "test"]);
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(["start", "test", "test:full", "bench"]));
  const { stdout } = await run(process.execPath, ["src/launcher.cjs", "local", "--help"], {
    cwd: repository,
  });
  for (const option of commands[2]?.match(/--(?!no-install)[a-z-]+/g) ?? []) expect(stdout).toContain(option);
});

test("the map names every folder and top-level file of src, and nothing else", async () => {
  const mapped = readme.slice(readme.indexOf("## Map of `src`"), readme.indexOf("## License"));
  const entries = await readdir(join(repository, "src"), { withFileTypes: true });
  const names = entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name));
  const unmapped = names.filter((name) => !mapped.includes(`\`${name}\``));
  expect(unmapped).toEqual([]);
});
