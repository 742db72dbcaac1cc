import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "..");
const read = (name: string) => readFile(join(root, name), "utf8");

test("the table of commands names the scripts there are, and all of them", async () => {
  const { scripts } = JSON.parse(await read("package.json")) as { scripts: Record<string, string> };
  const table = await read("CONTRIBUTING.md");
  const named = [...table.matchAll(/`npm (?:run )?([a-z:]+)/g)].map(([, name]) => name);
  expect([...new Set(named)].sort()).toEqual(Object.keys(scripts).sort());
});

test.each(["CONTRIBUTING.md", "ARCHITECTURE.md"])("the files that %s names are there", async (name) => {
  const text = await read(name);
  const paths = [...text.matchAll(/`((?:src|test|[a-z]+)\/[\w./-]+\.(?:ts|md))`/g)].map(
    ([, path]) => path ?? "",
  );
  const missing = paths.filter((path) => !["", "src"].some((folder) => existsSync(join(root, folder, path))));
  expect(paths.length).toBeGreaterThan(0);
  expect(missing).toEqual([]);
});

test("the map of src names every folder and top-level file, and nothing else", async () => {
  const text = await read("ARCHITECTURE.md");
  const map = text.slice(text.indexOf("## Map of `src`"));
  const entries = await readdir(join(root, "src"), { withFileTypes: true });
  const names = entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name));
  expect(names.filter((name) => !map.includes(`\`${name}\``))).toEqual([]);
});
