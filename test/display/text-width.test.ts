import fc from "fast-check";
import { expect, test } from "vitest";
import { renderDataTable } from "../../src/display/table/data-table.ts";
import { cutToWidth, padToWidth, textWidth } from "../../src/display/text/text-width.ts";
import { cutText, showControls } from "../../src/display/text/visible-text.ts";
import { sizes } from "../sizes.ts";
import { sampleColumns, strings, tableOf } from "./sample-columns.ts";

const runs = { numRuns: sizes.generatedCases };

test.each([
  ["abc", 3],
  ["", 0],
  ["数据", 4],
  ["한국어", 6],
  ["カタカナ", 8],
  ["ｶﾀｶﾅ", 4],
  ["Ａ１！", 6],
  ["、。「」", 8],
  ["e\u0301te\u0301", 3],
  ["🐼", 2],
  ["👩‍👩‍👧", 2],
  ["🇨🇳", 2],
  ["❤️", 2],
  ["ไทย", 3],
  ["é ü ß …", 7],
])("%j is %i columns wide", (text, width) => {
  expect(textWidth(text)).toBe(width);
});

test("cut text is never wider than allowed, and whole where it fits", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 1, max: 30 }), (text, limit) => {
      const cut = cutToWidth(text, limit);
      expect(textWidth(cut)).toBeLessThanOrEqual(limit);
      if (textWidth(text) <= limit) expect(cut).toBe(text);
      else expect(cut.endsWith("…")).toBe(true);
      expect(textWidth(padToWidth(cut, limit, "right"))).toBe(limit);
    }),
    runs,
  );
});

test("cutting by characters splits none of them", () => {
  expect(cutText("🐼🐼🐼🐼", 3)).toBe("🐼🐼…");
  expect(cutText("🐼🐼🐼", 3)).toBe("🐼🐼🐼");
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.integer({ min: 1, max: 10 }), (text, limit) => {
      const points = [...text];
      const expected = points.length <= limit ? text : `${points.slice(0, limit - 1).join("")}…`;
      expect(cutText(text, limit)).toBe(expected);
    }),
    runs,
  );
});

test("control characters are seen", () => {
  expect(showControls("a\tb\nc\r\u0000\u001b\u007f\u0085\u202e\ufeff\u2028\ud800")).toBe(
    "a⇥b⏎c␍␀␛␡\\u{85}\\u{202e}\\u{feff}\\u{2028}\\u{d800}",
  );
  expect(showControls("می‌خواهم 👩‍👧 数据")).toBe("می‌خواهم 👩‍👧 数据");
});

test("all lines of a table are equally wide, at most 120 columns unless one number needs more", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme", maxLength: 60 })), {
        minLength: 1,
        maxLength: 12,
      }),
      (names) => {
        const columns = names.map(([name, value]) => ({ name, data: strings([value, null]) }));
        const lines = boxLines(String(renderDataTable(tableOf(columns), { maxRows: 1 })["text/plain"]));
        expect(new Set(lines.map(textWidth)).size).toBe(1);
        expect(textWidth(lines[0] ?? "")).toBeLessThanOrEqual(120);
      },
    ),
    runs,
  );
  const lines = boxLines(String(renderDataTable(tableOf(sampleColumns))["text/plain"]));
  expect(new Set(lines.map(textWidth)).size).toBe(1);
});

test("numbers are never cut in text", () => {
  const integers = sampleColumns.filter(({ name }) => /^(u?int64|decimal256|timestamp_ns)$/.test(name));
  for (const column of integers) {
    const many = Array.from({ length: 20 }, (_, index) => ({ ...column, name: `${column.name} ${index}` }));
    const body = boxLines(String(renderDataTable(tableOf(many))["text/plain"])).slice(4);
    for (const cell of body.flatMap((line) => line.split(/[│┼─]/))) {
      expect(cell.trim()).not.toMatch(/\d…$/);
    }
  }
});

function boxLines(text: string): string[] {
  return text.split("\n").slice(0, -1);
}
