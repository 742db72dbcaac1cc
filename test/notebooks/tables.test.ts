import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, inject, test } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");
const notebook = path.join(root, "notebooks", "03_read_and_append.ipynb");
const run = promisify(execFile);

interface Output {
  readonly output_type: string;
  readonly ename?: string;
  readonly evalue?: string;
  readonly text?: string | string[];
  readonly data?: Record<string, string | string[]>;
}

interface Cell {
  readonly id: string;
  readonly cell_type: string;
  readonly execution_count: number | null;
  readonly outputs: readonly Output[];
}

let folder: string;
let executed: string;
let cells: readonly Cell[];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "dlf-lance-notebook-"));
  const launcher = path.join(root, "src", "launcher.cjs");
  await run(process.execPath, [launcher, "kernel", "install", "--prefix", folder]);
  const env = {
    ...process.env,
    JUPYTER_PATH: path.join(folder, "share", "jupyter"),
    DLF_LANCE_DATA: path.join(folder, "lake"),
  };
  const convert = ["-m", "nbconvert", "--to=notebook", "--execute", "--ExecutePreprocessor.timeout=120"];
  await run(inject("jupyterPython"), [...convert, `--output-dir=${folder}`, "--output=run", notebook], {
    env,
  });
  executed = await readFile(path.join(folder, "run.ipynb"), "utf8");
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

test("every cell runs, and only the one with a mistake fails, in words", () => {
  expect(cells.map((cell) => cell.execution_count)).toEqual(cells.map((_, index) => index + 1));
  const failed = cells.filter((cell) => cell.outputs.some(({ output_type }) => output_type === "error"));
  expect(failed.map(({ id }) => id)).toEqual(["mistake"]);
  const [error] = failed[0]?.outputs ?? [];
  expect(error).toMatchObject({ ename: "TableSchemaValidationError" });
  expect(error?.evalue).toMatch(/id[\s\S]*row 1[\s\S]*Nothing was written/);
});

test("the cells show what they say", () => {
  expect(textOf("types")).toMatch(/storage format +Lance 2\.\d[\s\S]*timestamp\[ms[\s\S]*list<string>/);
  expect(textOf("integers")).toMatch(/id: 1[\s\S]*chair|chair/);
  expect(textOf("versions")).toContain("before-the-sale");
  expect(textOf("travel")).toMatch(/then[\s\S]*240[\s\S]*now[\s\S]*216/);
  expect(textOf("restore")).toMatch(/restored[\s\S]*3 → 4/);
  expect(textOf("writers")).toContain("10 commits 13 rows");
  expect(textOf("delete")).toMatch(/rows deleted +5/);
  expect(textOf("merge")).toMatch(/rows inserted +1\s+rows updated +1/);
  expect(textOf("columns")).toMatch(/standing desk[\s\S]*24000/);
  expect(textOf("nearest")).toContain("_distance");
  expect(textOf("index")).toMatch(/embedding_idx[\s\S]*text_idx/);
  expect(textOf("text")).toMatch(/cooking[\s\S]*garlic/);
  expect(textOf("hybrid")).toContain("_relevance_score");
  expect(textOf("end")).toContain("dlf + lance + tables: ok");
});

test("no output holds a key", () => {
  expect(executed).not.toMatch(/LOCAL[0-9A-F]{20}|STS\.ey/);
});
