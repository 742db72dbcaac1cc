import fc from "fast-check";
import { chromium } from "playwright-core";
import { expect, inject, test } from "vitest";
import { renderProperties } from "../../src/display/card/properties.ts";
import { renderDataTable, renderTable } from "../../src/display/table/data-table.ts";
import { viewRowObjects } from "../../src/display/table/row-objects-view.ts";
import { hostileText } from "./hostile-text.ts";
import { findAll, readMarkup, textOf } from "./read-markup.ts";
import { strings, tableOf } from "./sample-columns.ts";

const tags = ["div", "span", "table", "tr", "th", "td", "i", "img", "details", "summary", "pre"];

test("a browser finds in 500 hostile tables what the strict reader finds, and nothing runs", async () => {
  const texts = fc.sample(hostileText, { numRuns: 1500, seed: 1 });
  const pages = Array.from({ length: 500 }, (_, index) => {
    const [name = "", cell = "", title = ""] = texts.slice(3 * index);
    const table = tableOf([{ name, data: strings([cell, null]) }]);
    const card = renderProperties({ title, rows: [[cell, [name, title]]], table });
    const view = viewRowObjects([{ [name]: cell, [`${title} `]: { [cell]: [name] } }]);
    const objects = view && renderTable(view, { title: name, bars: [name] });
    return `${card["text/html"]}${objects?.["text/html"]}`;
  });
  const browser = await chromium.launch({ executablePath: inject("chromium"), args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage();
    const happened: string[] = [];
    page.on("dialog", (dialog) => void dialog.dismiss().then(() => happened.push(dialog.message())));
    page.on("request", (request) => void happened.push(request.url().slice(0, 200)));
    page.on("pageerror", (error) => void happened.push(error.message));
    page.setDefaultTimeout(120_000);
    await page.setContent(`<!doctype html><meta charset="utf-8">${pages.join("<hr>")}`);
    const seen = await page.evaluate((wanted) => {
      const scope = globalThis as unknown as {
        document: {
          body: { querySelectorAll(selector: string): Iterable<{ textContent: string; title: string }> };
        };
      };
      const read = (tag: string) => Array.from(scope.document.body.querySelectorAll(tag));
      return wanted.map((tag) => read(tag).map(({ textContent, title }) => [textContent, title]));
    }, tags);
    const parsed = pages.map(readMarkup);
    for (const [index, tag] of tags.entries()) {
      const expected = parsed.flatMap((root) => findAll(root, tag));
      expect(seen[index]).toEqual(
        expected.map((found) => [textOf(found), found.attributes.get("title") ?? ""]),
      );
    }
    expect(await page.locator("script, svg, iframe, object, a, b, input").count()).toBe(0);
    expect(happened).toEqual([]);
  } finally {
    await browser.close();
  }
}, 180_000);

test("wide and long tables scroll in their own frame", async () => {
  const columns = Array.from({ length: 30 }, (_, column) => ({
    name: `a rather long column name ${column}`,
    data: strings(Array.from({ length: 60 }, (_, row) => `row ${row}`)),
  }));
  const markup = renderDataTable(tableOf(columns), { maxRows: 60 })["text/html"];
  const browser = await chromium.launch({ executablePath: inject("chromium"), args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage({ viewport: { width: 900, height: 700 } });
    await page.setContent(`<!doctype html><meta charset="utf-8"><body>${markup}`);
    const table = await page.locator("table").boundingBox();
    const frame = await page.locator("body > div").boundingBox();
    expect(table?.width).toBeGreaterThan(900);
    expect(frame?.width).toBeLessThanOrEqual(900);
    expect(frame?.height).toBeLessThan(600);
    await page.locator("td").last().scrollIntoViewIfNeeded();
    const heading = await page.locator("th").last().boundingBox();
    expect(heading?.y).toBeLessThan(60);
    expect(heading?.y).toBeGreaterThanOrEqual(0);
  } finally {
    await browser.close();
  }
});
