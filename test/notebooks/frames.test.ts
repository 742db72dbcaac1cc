import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, inject, test } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");
const notebook = path.join(root, "notebooks", "04_frames_and_sql.ipynb");
const run = promisify(execFile);

interface Output {
  readonly output_type: string;
  readonly evalue?: string;
  readonly text?: string | string[];
  readonly data?: Record<string, string | string[]>;
}

interface Cell {
  readonly id: string;
  readonly cell_type: string;
  readonly outputs: readonly Output[];
}

let folder: string;
let cells: readonly Cell[];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "dlf-lance-notebook-"));
  const launcher = path.join(root, "src", "launcher.cjs");
  await run(process.execPath, [launcher, "kernel", "install", "--prefix", folder]);
  const env = { ...process.env, TMPDIR: folder, JUPYTER_PATH: path.join(folder, "share", "jupyter") };
  const convert = [
    "-m",
    "nbconvert",
    "--to=notebook",
    "--execute",
    "--allow-errors",
    "--ExecutePreprocessor.timeout=120",
  ];
  await run(inject("jupyterPython"), [...convert, `--output-dir=${folder}`, "--output=run", notebook], {
    env,
  });
  const executed = await readFile(path.join(folder, "run.ipynb"), "utf8");
  cells = (JSON.parse(executed) as { cells: Cell[] }).cells.filter((cell) => cell.cell_type === "code");
}, 180_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

function textOf(id: string): string {
  const outputs = cells.find((cell) => cell.id === id)?.outputs ?? [];
  return outputs
    .flatMap(({ text, data, evalue }) => [text, data?.["text/plain"], evalue])
    .flat()
    .join("");
}

test("every cell runs", () => {
  const failed = cells.filter((cell) => cell.outputs.some(({ output_type }) => output_type === "error"));
  expect(failed.map(({ id }) => [id, textOf(id)])).toEqual([]);
});

test("the cells show what they say", () => {
  expect(textOf("lazy")).toContain("lazy: nothing is read until");
  expect(textOf("shown")).toMatch(/3 rows × 4 columns/);
  expect(textOf("pushed")).toMatch(/filter {3}`price` > [\s\S]*limit {4}3\s+offset {3}2[\s\S]*nothing/);
  expect(textOf("unpushed")).toMatch(/columns {2}all[\s\S]*filter {3}none[\s\S]*engine memory/);
  expect(textOf("same")).toMatch(/^(\d+) \1 true/);
  expect(textOf("columns")).toMatch(/city[\s\S]*month[\s\S]*amount[\s\S]*kind/);
  expect(textOf("groups")).toMatch(/Berlin[\s\S]*4 rows × 4 columns/);
  expect(textOf("windows")).toMatch(/Berlin[\s\S]*Nairobi[\s\S]*杭州[\s\S]*4 rows/);
  expect(textOf("joins")).toMatch(/inner join with the rows above on city/);
  expect(textOf("joined")).toMatch(/percent/);
  expect(textOf("sql")).toMatch(/customer-\d{3}[\s\S]*3 rows × 3 columns/);
  expect(textOf("typed")).toMatch(/\d+: [\w-]+ took 9/);
  expect(textOf("write")).toContain("4");
});
