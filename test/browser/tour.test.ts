import { copyFile, readFile } from "node:fs/promises";
import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import { findSecrets } from "../secrets.ts";
import type { LabCell } from "./lab-page.ts";
import { type KernelView, viewWithKernel } from "./view-with-kernel.ts";

const root = path.resolve(import.meta.dirname, "../..");
const notebook = path.join(root, "notebooks/01_tour.ipynb");
const patience = 240_000;

let view: KernelView;
let cells: Map<string, LabCell>;

beforeAll(async () => {
  view = await viewWithKernel(notebook, "tour", ["describe", "read", "append"]);
  const { cells: sources } = JSON.parse(view.saved) as { cells: { id: string }[] };
  cells = new Map(view.cells.map((cell, index) => [sources[index]?.id ?? "", cell]));
}, patience);

test("every code cell runs, in order, without an error or a word on stderr", () => {
  const code = view.cells.filter((cell) => cell.kind === "code");
  expect(code.map((cell) => cell.count)).toEqual(code.map((_, index) => index + 1));
  expect(
    code
      .flatMap((cell) => cell.outputs)
      .filter((output) => /error|stderr/.test(`${output.type} ${output.drawn}`)),
  ).toEqual([]);
  expect(view.pageErrors).toEqual([]);
});

test.each([
  ["read", ["201", "202", "203"], ["daft-a", "daft-b", "daft-c"]],
  ["read-again", ["201", "202", "203", "204"], ["daft-a", "daft-b", "daft-c", "daft-d"]],
])("cell %s draws a table with every row", (id, numbers, texts) => {
  const cell = cells.get(id);
  expect(cell?.outputs.map((output) => output.drawn)).toContain("text/html");
  const drawn = [...(cell?.html ?? "").matchAll(/<td[^>]*>(.*?)<\/td>/gs)].map(([, inner]) =>
    inner?.replace(/<[^>]*>/g, "").trim(),
  );
  expect(drawn).toEqual(expect.arrayContaining([...numbers, ...texts]));
  for (const column of ["f0", "int64", "f1", "string"]) expect(cell?.text).toContain(column);
});

test("the description shows the location and the names of the storage options", () => {
  const text = cells.get("describe")?.text ?? "";
  expect(text).toMatch(/oss:\/\/\S+\/test_lance_ts_\d{8}_\d{6}/);
  for (const key of ["oss_endpoint", "oss_access_key_id", "oss_secret_access_key", "oss_security_token"]) {
    expect(text).toContain(key);
  }
});

test("the list names the table, and it is dropped afterwards", () => {
  expect(cells.get("list")?.text).toMatch(/test_lance_ts_\d{8}_\d{6}/);
  expect(cells.get("drop")?.outputs).toEqual([]);
});

test("no secret is on the page or in the saved notebook", () => {
  // The owner's two, and of the vended credentials at least key id, secret and token.
  expect(new Set(view.secrets).size).toBeGreaterThanOrEqual(5);
  expect(findSecrets(view.html, view.secrets)).toEqual([]);
  expect(findSecrets(view.saved, view.secrets)).toEqual([]);
  const temporaryKey = /STS\.ey/;
  expect(view.html).not.toMatch(temporaryKey);
  expect(view.saved).not.toMatch(temporaryKey);
});

test("the pictures of the README can be taken from it, light and dark", async () => {
  for (const theme of ["light", "dark"]) {
    const taken = path.join(root, ".dlf-lance", "screenshots", "tour", `${theme}.png`);
    const kept = path.join(root, "notebooks", "images", `tour-${theme}.png`);
    if (process.env.DLF_LANCE_STORE_OUTPUTS === "1") await copyFile(taken, kept);
    // The width in a PNG's header. Equal heights would ask for equal texts, and tables have times in their names.
    const widths = await Promise.all(
      [taken, kept].map(async (file) => (await readFile(file)).readUInt32BE(16)),
    );
    expect(widths[0]).toBe(widths[1]);
  }
});
