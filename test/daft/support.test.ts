import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { describeSupport } from "../../src/frame/engines/daft/support.ts";

test("the page on scaling out names what runs on Daft as the code has it", async () => {
  const page = await readFile(join(import.meta.dirname, "../../docs/scale.md"), "utf8");
  const [, written] =
    /<!-- begin: what runs on Daft -->\n(.*?)\n<!-- end: what runs on Daft -->/s.exec(page) ?? [];
  expect(written).toBe(describeSupport());
});
