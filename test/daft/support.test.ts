import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeSupport } from "../../src/frame/engines/daft/support.ts";
import { openTemporaryLake, type TemporaryLake } from "../temporary-lake.ts";
import { describeTypes } from "./describe-types.ts";

let temporary: TemporaryLake;
let page: string;

beforeAll(async () => {
  temporary = await openTemporaryLake();
  page = await readFile(join(import.meta.dirname, "../../docs/scale.md"), "utf8");
});
afterAll(() => temporary.close());

test("the page on scaling out names what runs on Daft as the code has it", () => {
  expect(readPart("what runs on Daft")).toBe(describeSupport());
});

test("the page on scaling out names the types that go to Daft, and the casts there, as the code has them", async () => {
  expect(readPart("types on Daft")).toBe(await describeTypes(temporary.lake));
});

function readPart(name: string): string | undefined {
  return new RegExp(`<!-- begin: ${name} -->\\n(.*?)\\n<!-- end: ${name} -->`, "s").exec(page)?.[1];
}
