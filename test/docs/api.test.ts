import { resolve } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { writeApiReference } from "./api-reference.ts";

const root = resolve(import.meta.dirname, "../..");
let reference: string;

beforeAll(() => {
  reference = writeApiReference(root);
}, 60_000);

test("the API reference is what the docstrings say", async () => {
  await expect(reference).toMatchFileSnapshot(resolve(root, "docs/api.md"));
});

test("every entry says what it is", () => {
  const entries = reference.split(/^(?=#{2,4} )/m).filter((entry) => entry.startsWith("#### "));
  expect(entries.length).toBeGreaterThan(150);
  const silent = entries.filter((entry) => /^#### .*\n\n?(?:```|$)/.test(entry));
  expect(silent.map((entry) => entry.split("\n")[0])).toEqual([]);
});
