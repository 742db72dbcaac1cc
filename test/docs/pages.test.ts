/** Every page of docs runs as a notebook would: each block is a cell of one kernel, in the order of the page. */
import { execFile, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { serveLake } from "../interop/local-lake.ts";
import { type KernelClient, startKernelClient } from "../kernel/kernel-client.ts";
import { readBlocks } from "./blocks.ts";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "../..");
const folder = join(root, "docs");
const pages = (await readdir(folder)).filter((name) => name.endsWith(".md")).sort();
const texts = new Map(
  await Promise.all(pages.map(async (name) => [name, await readFile(join(folder, name), "utf8")] as const)),
);
const readme = await readFile(join(root, "README.md"), "utf8");
const { scripts } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
};

/** What the examples of the API reference take for granted. */
const beforeExamples = `
import { bench, connect, count, html, md, plot, readFile, sh, time } from "dlf-lance";
import { writeFile } from "node:fs/promises";
const lake = await connect();
await lake.seedDemo();
await lake.createTable("default.readings", [{ id: 1 }], { mode: "Overwrite" });
await writeFile("sales.csv", "city;price\\nOslo;120.50\\n");
process.env.SALES_TOKEN = "a token of the examples";`;

const afterExamples = `
import { rm } from "node:fs/promises";
await rm("sales.csv");
await lake.dropTable("default.readings");
await lake.close();`;

let kernel: KernelClient;

beforeAll(async () => {
  kernel = await startKernelClient({
    entry: join(root, "dist/run-kernel.js"),
    environment: { DLF_LANCE_DATA: "lake", DLF_LANCE_DAFT_PYTHON: inject("testPython") },
  });
}, 120_000);

afterAll(() => kernel.stop());

describe.each(pages)("%s", (name) => {
  const blocks = readBlocks(texts.get(name) ?? "");

  test("has blocks of known languages and marks alone", () => {
    for (const { language, mark } of blocks) {
      expect(["ts", "sh", "python", "text", "json"]).toContain(language);
      expect([undefined, "no-run", "raises", "refused", "served"]).toContain(mark);
    }
  });

  test("does what it says, cell by cell", { timeout: 120_000 }, async () => {
    if (name === "api.md") expect((await kernel.execute(beforeExamples)).error).toBeUndefined();
    for (const { code, mark } of blocks.filter(({ language }) => language === "ts")) {
      if (mark === "no-run" || mark === "served") continue;
      const { error } = await kernel.execute(code);
      const name = error?.ename;
      if (mark === undefined) expect(error?.traceback.join("\n"), code).toBeUndefined();
      else
        expect(name === "TypeScriptError", `${code}\n${error?.traceback.join("\n")}`).toBe(
          mark === "refused",
        );
      if (mark !== undefined) expect(error, code).toBeDefined();
    }
    if (name === "api.md") expect((await kernel.execute(afterExamples)).error).toBeUndefined();
  });
});

test("what the page on the local lake gives other programs works", { timeout: 120_000 }, async () => {
  const lake = await serveLake();
  await writeFile(join(kernel.folder, "lake.json"), JSON.stringify(lake));
  const blocks = readBlocks(texts.get("local-dlf.md") ?? "");
  const file = join(root, ".dlf-lance", `served-${process.pid}.ts`);
  for (const { code } of blocks.filter(({ mark }) => mark === "served")) {
    await writeFile(file, code);
    const { stdout } = await run(process.execPath, [file], { cwd: kernel.folder });
    expect(stdout.trim(), code).toBe("[]");
  }
  await rm(file);
  for (const { code } of blocks.filter(({ language }) => language === "python")) {
    expect((await run(inject("testPython"), ["-c", code], { cwd: kernel.folder })).stdout.trim()).toBe("[]");
  }
  await lake.stop();
});

test("every shell command is a command with these options", () => {
  const commands = [readme, ...texts.values()]
    .flatMap(readBlocks)
    .filter(({ language }) => language === "sh");
  const lines = commands.flatMap(({ code }) => code.trim().split("\n"));
  for (const line of lines.filter((line) => !/^npm (start|test|install dlf-lance)$/.test(line))) {
    const [, script, file] = /^npm run ([\w:]+)|^node (\S+)/.exec(line) ?? [];
    if (script !== undefined) expect(Object.keys(scripts), line).toContain(script);
    if (file !== undefined) expect(existsSync(join(root, file)), line).toBe(true);
    if (script !== undefined || file !== undefined) continue;
    const [, subcommand = ""] = /^npx --no-install dlf-lance ((?:[a-z]+ ?)+)/.exec(line) ?? [];
    expect(subcommand, line).not.toBe("");
    const help = spawnSync(
      process.execPath,
      [join(root, "src/launcher.cjs"), ...subcommand.trim().split(" "), "--help"],
      { encoding: "utf8" },
    ).stdout;
    for (const option of line.replace("--no-install", "").match(/--[a-z-]+/g) ?? [])
      expect(help, line).toContain(option);
  }
});

const notebooks = (await readdir(join(root, "notebooks"))).filter((name) => name.endsWith(".ipynb"));

const documents = [
  "README.md",
  "ARCHITECTURE.md",
  "CHANGELOG.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "RELEASING.md",
  "notebooks/gallery.md",
  ...pages.map((name) => `docs/${name}`),
  ...notebooks.map((name) => `notebooks/${name}`),
];

test.each(documents)("the links of %s lead somewhere", async (name) => {
  const text = await readProse(name);
  const links = [...text.matchAll(/\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+)"/g)].map(
    ([, target, picture]) => target ?? picture ?? "",
  );
  for (const target of links) {
    if (/^[a-z]+:/.test(target)) {
      expect(["https:", "data:"], `${name}: ${target}`).toContain(new URL(target).protocol);
      continue;
    }
    const [path = "", anchor] = target.split("#");
    const file = path === "" ? name : join(dirname(name), path);
    expect(existsSync(join(root, file)), `${name}: ${target}`).toBe(true);
    if (anchor !== undefined)
      expect(anchorsOf(await readProse(file)), `${name}: ${target}`).toContain(anchor);
  }
});

test.each(notebooks)("%s shows a mistake, and ends with what comes next", async (name) => {
  const text = await readFile(join(root, "notebooks", name), "utf8");
  const { cells } = JSON.parse(text) as { cells: readonly NotebookCell[] };
  expect(cells.some(({ id }) => /^(?:mistake|typo)$/.test(id))).toBe(true);
  const last = cells.at(-1);
  expect(last?.cell_type).toBe("markdown");
  expect([last?.source].flat().join("")).toMatch(
    /## What comes next[\s\S]*\]\((?:\d\d_\w+\.ipynb|\.\.\/docs\/\w+\.md)\)/,
  );
});

interface NotebookCell {
  readonly cell_type: string;
  readonly id: string;
  readonly source: string | readonly string[];
}

/** A page without its blocks of code; of a notebook, the cells of text. */
async function readProse(name: string): Promise<string> {
  const text = await readFile(join(root, name), "utf8");
  if (!name.endsWith(".ipynb")) return text.replaceAll(/^```.*?^```$/gms, "");
  const { cells } = JSON.parse(text) as { cells: readonly NotebookCell[] };
  return cells
    .filter(({ cell_type }) => cell_type === "markdown")
    .map(({ source }) => [source].flat().join(""))
    .join("\n\n");
}

/** The anchors that GitHub gives the headings of a page: of equal ones, the later have a number. */
function anchorsOf(page: string): string[] {
  const anchors: string[] = [];
  const taken = new Map<string, number>();
  for (const [, heading = ""] of page.matchAll(/^#+ (.*)$/gm)) {
    const anchor = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-");
    const times = taken.get(anchor) ?? 0;
    taken.set(anchor, times + 1);
    anchors.push(times === 0 ? anchor : `${anchor}-${times}`);
  }
  return anchors;
}
