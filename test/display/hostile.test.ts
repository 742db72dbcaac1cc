import fc from "fast-check";
import { expect, test } from "vitest";
import { arrow } from "../../src/arrow.ts";
import { renderError } from "../../src/display/card/error-card.ts";
import { renderObject } from "../../src/display/card/object-card.ts";
import { renderProperties } from "../../src/display/card/properties.ts";
import { renderSchema } from "../../src/display/card/schema.ts";
import { renderLines } from "../../src/display/card/text-block.ts";
import { html } from "../../src/display/html/html.ts";
import { renderDataTable, renderTable } from "../../src/display/table/data-table.ts";
import { viewRowObjects } from "../../src/display/table/row-objects-view.ts";
import { showControls } from "../../src/display/text/visible-text.ts";
import { DlfLanceError } from "../../src/errors.ts";
import { renderLazyFrame } from "../../src/frame/display/frame-display.ts";
import { sizes } from "../sizes.ts";
import { hostileText } from "./hostile-text.ts";
import { findAll, readMarkup, textOf } from "./read-markup.ts";
import { strings, tableOf, variable } from "./sample-columns.ts";

const unsafeCharacters = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069\ud800-\udfff]/u;

function expectHarmless(bundle: Readonly<Record<string, unknown>>): ReturnType<typeof readMarkup> {
  const root = readMarkup(String(bundle["text/html"]));
  for (const cell of [...findAll(root, "td"), ...findAll(root, "th")]) {
    const shown = findAll(cell, "pre").length === 0 ? textOf(cell) : textOf(cell).replaceAll("\n", "");
    expect(shown).not.toMatch(unsafeCharacters);
  }
  for (const line of String(bundle["text/plain"]).split("\n")) expect(line).not.toMatch(unsafeCharacters);
  return root;
}

test("no cell, column name, title or caption becomes markup", () => {
  fc.assert(
    fc.property(
      fc.array(hostileText, { minLength: 5, maxLength: 5 }),
      ([name, cell, bytes, title, caption]) => {
        if (name === undefined || cell === undefined || bytes === undefined) return;
        const table = tableOf([
          { name: `0${name}`, data: strings([cell, null]) },
          {
            name: `1${cell}`,
            data: variable(new arrow.Binary(), [
              Buffer.from(bytes),
              Buffer.from("\x89PNG\r\n\x1a\n".concat(bytes, cell), "latin1"),
            ]),
          },
          {
            name: `2${name}`,
            data: listOfStrings([cell, bytes]),
            metadata: new Map([
              ["ARROW:extension:name", cell],
              [name, bytes],
            ]),
          },
        ]);
        const root = expectHarmless(renderDataTable(table, { title, caption }));
        expect(findAll(root, "th")).toHaveLength(6);
        expect(findAll(root, "td")).toHaveLength(6);
        expectHarmless(renderSchema(table.schema, { title, caption }));
        const rows = [{ [`0${name}`]: cell, [`1${cell}`]: { [bytes]: [new Map([[cell, name]])] }, n: 1 }];
        const view = viewRowObjects(rows);
        if (view === undefined) throw new Error("no table");
        const shown = expectHarmless(renderTable(view, { title, caption, bars: ["n"] }));
        expect(findAll(shown, "td")).toHaveLength(3);
        expectHarmless({ ...renderObject({ [name]: cell, deep: rows }), "text/plain": "" });
        expectHarmless(renderError(new DlfLanceError("Internal", cell, { requestId: name })));
        expectHarmless(renderLines([name, cell, bytes]));
        const frame = { name, plan: cell };
        expectHarmless(renderLazyFrame(frame, { table, totalRows: "more", version: 1 }, { title, caption }));
        expectHarmless(
          renderProperties({
            title: cell,
            rows: [
              [name, bytes],
              [cell, [name, cell]],
              [bytes, html`<i>${showControls(cell)}</i>`],
            ],
            table,
          }),
        );
      },
    ),
    { numRuns: sizes.generatedCases },
  );
});

test("what is escaped is what a reader sees", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."<>&\"'`abc ;#"), maxLength: 40 }), (text) => {
      const root = readMarkup(String(html`<td style="">x${text}</td><div title="${text}"></div>`));
      expect(textOf(root)).toBe(`x${text}`);
      expect(findAll(root, "div")[0]?.attributes.get("title")).toBe(text);
    }),
    { numRuns: sizes.generatedCases },
  );
});

test("a picture that claims to be larger than memory is not handed to the browser", () => {
  const png = Buffer.alloc(64);
  png.write("\x89PNG\r\n\x1a\n", "latin1");
  png.writeUInt32BE(100_000, 16);
  png.writeUInt32BE(100_000, 20);
  const bundle = renderDataTable(tableOf([{ name: "picture", data: variable(new arrow.Binary(), [png]) }]));
  expect(bundle["text/html"]).not.toContain("<img");
  expect(bundle["text/html"]).toContain("PNG 100000×100000 64 B");
});

function listOfStrings(values: readonly string[]) {
  const list = new arrow.List(new arrow.Field("item", new arrow.Utf8(), true));
  return arrow.makeData({
    type: list,
    length: 2,
    nullCount: 0,
    valueOffsets: Int32Array.of(0, values.length, values.length),
    child: strings(values) as never,
  });
}
