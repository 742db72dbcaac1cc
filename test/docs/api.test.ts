import { resolve } from "node:path";
import { expect, test } from "vitest";
import { writeApiReference } from "./api-reference.ts";

const root = resolve(import.meta.dirname, "../..");

test("the API reference is what the docstrings say", { timeout: 60_000 }, async () => {
  await expect(writeApiReference(root)).toMatchFileSnapshot(resolve(root, "docs/api.md"));
});
