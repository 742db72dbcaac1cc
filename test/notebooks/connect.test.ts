import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, inject, test } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");
const notebook = path.join(root, "notebooks", "02_connect.ipynb");
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
  const env = { ...process.env, JUPYTER_PATH: path.join(folder, "share", "jupyter") };
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
  expect(error).toMatchObject({
    ename: "TableNotFound",
    evalue: expect.stringContaining("no such table in catalog lake; did you mean sales.orders?"),
  });
});

test("the cells show what they say", () => {
  expect(textOf("server")).toMatch(/http:\/\/127\.0\.0\.1:\d+/);
  expect(textOf("python")).toMatch(/true[\s\S]*lake at 127\.0\.0\.1:\d+ as LOCAL/);
  expect(textOf("profile")).toContain("default");
  expect(textOf("function")).toMatch(/function \(\d+\)/);
  expect(textOf("namespaces")).toMatch(/sales[\s\S]*team: 'data'[\s\S]*region: 'east'/);
  expect(textOf("tables")).toMatch(/orders[\s\S]*id BIGINT[\s\S]*item STRING[\s\S]*east/);
  expect(textOf("codes")).toContain("NamespaceNotEmpty: Cannot drop namespace sales");
});

test("no output holds a key", () => {
  expect(executed).not.toMatch(/LOCAL[0-9A-F]{20}|STS\.ey/);
});
