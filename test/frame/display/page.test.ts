import { afterAll, beforeAll, expect, test } from "vitest";
import { arrow } from "../../../src/arrow.ts";
import { displaySymbol, inspectText } from "../../../src/display/mime.ts";
import { col } from "../../../src/frame/builder/expr.ts";
import type { Page } from "../../../src/frame/display/page.ts";
import { Frame } from "../../../src/frame/frame.ts";
import { refusal } from "../../refusal.ts";
import { type LanceFolder, openLanceFolder } from "../lance-folder.ts";
import { buildTable } from "../sample-table.ts";

let folder: LanceFolder;
let frame: Frame;

beforeAll(async () => {
  folder = await openLanceFolder(2);
  const cells = Array.from({ length: 45 }, (_, row) => BigInt(row));
  frame = Frame.from(
    await folder.create("numbers", buildTable([{ name: "n", type: new arrow.Int64(), cells }])),
  );
});
afterAll(() => folder.remove());

function valuesOf(page: Page): number[] {
  return [...(page.table.getChild("n") ?? [])].map(Number);
}

function titleOf(page: Page): string {
  return inspectText(page[displaySymbol]()).split("\n")[0] ?? "";
}

test("pages follow each other through all rows, each row once", async () => {
  const seen: number[] = [];
  let page = await frame.page();
  for (;;) {
    seen.push(...valuesOf(page));
    if (page.isLast) break;
    page = await page.next();
  }
  expect(seen).toEqual(Array.from({ length: 45 }, (_, row) => row));
  expect(page.number).toBe(3);
  expect((await page.next()).number).toBe(3);
  expect((await (await page.previous()).previous()).number).toBe(1);
  expect((await (await frame.page(1)).previous()).number).toBe(1);
});

test("a page tells its place; how many there are only where counting is free", async () => {
  expect(titleOf(await frame.page(2))).toMatch(/numbers · rows 21–40 of 45$/);
  expect(titleOf(await frame.page(9, { size: 5 }))).toMatch(/rows 41–45 of 45$/);
  expect(titleOf(await frame.where(col("n").gte(5)).page(2, { size: 30 }))).toMatch(/rows 31–40$/);
  expect(titleOf(await frame.page(4))).toMatch(/no rows of 45$/);
  expect(titleOf(await frame.page(5, { size: 11 }))).toMatch(/ · row 45 of 45$/);
  expect(inspectText((await frame.page(3))[displaySymbol]())).toContain("page 3 of 3");
  const filtered = await frame.where(col("n").gte(5)).page(2, { size: 30 });
  expect(inspectText(filtered[displaySymbol]())).toMatch(/page 2(, the last one)?$/);
});

test("a page of a limited frame stays within the limit", async () => {
  const page = await frame.limit(7, { offset: 10 }).page(2, { size: 5 });
  expect([valuesOf(page), page.isLast, page.pages]).toEqual([[15, 16], true, 2]);
});

test("a number that names no page is refused", async () => {
  for (const call of [() => frame.page(0), () => frame.page(1.5), () => frame.page(1, { size: 501 })]) {
    expect(await refusal(call)).toMatch(/^InvalidInput: Cannot show a page: /);
  }
});
