import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findSecrets } from "../secrets.ts";

const root = path.resolve(import.meta.dirname, "../..");
const notebook = path.join(root, "notebooks", "01_tour.ipynb");

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "start-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("npm start runs the tour, names the page, and leaves the notebook as it was", async () => {
  const before = await readFile(notebook, "utf8");
  const { stdout } = await promisify(execFile)(process.execPath, ["src/setup/start.cjs", "--no-lab"], {
    cwd: root,
    env: { ...process.env, DLF_LANCE_DATA: path.join(folder, "lake") },
  });
  const lines = stdout.trimEnd().split("\n");
  expect(lines.at(-1)).toBe("dlf + lance + typescript: ok");
  const codeCells = (JSON.parse(before) as { cells: { cell_type: string }[] }).cells.filter(
    (cell) => cell.cell_type === "code",
  );
  expect(lines.filter((line) => line.startsWith("    ✓ "))).toHaveLength(codeCells.length);
  const page = path.join(root, /^The tour with its results: (.+)$/m.exec(stdout)?.[1] ?? "");
  expect(await readFile(page, "utf8")).toContain("daft-d");
  const keys = JSON.parse(await readFile(path.join(folder, "lake", "keys.json"), "utf8"));
  const logs = path.join(root, ".dlf-lance", "logs");
  const written = [
    page,
    page.replace(/html$/, "ipynb"),
    ...(await readdir(logs)).map((log) => path.join(logs, log)),
  ];
  for (const text of [stdout, ...(await Promise.all(written.map((file) => readFile(file, "utf8"))))]) {
    expect(findSecrets(text, [keys.accessKeySecret, keys.tokenKey])).toEqual([]);
    expect(text).not.toMatch(/STS\.ey/);
  }
  expect(await readFile(notebook, "utf8")).toBe(before);
}, 240_000);
