import { inspect } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { displaySymbol } from "../../src/display/bundle.ts";
import { htmlToText, raw } from "../../src/display/html/html.ts";
import { html, md } from "../../src/notebook/markup.ts";

test("values of HTML are text, between tags and in attributes; markup is kept, lists follow each other", () => {
  const page = html`<p title="${'"><script>'}">${["a<b", html`<b>${1n}</b>`, null, undefined, [true]]}</p>`;
  expect(page[displaySymbol]()["text/html"]).toBe(
    '<p title="&quot;&gt;&lt;script&gt;">a&lt;b<b>1</b>true</p>',
  );
  expect(inspect(page)).toBe(page.text);
  expect(html`<a title=${"a b onclick=c"} id= ${["d"]} >1 = ${"e f"}</a>`.text).toBe(
    '<a title="a b onclick=c" id= "d" >1 = e f</a>',
  );
  expect(html`<a href="?a=1&k=${"v w"}" data-x='y=${5}'>`.text).toBe(`<a href="?a=1&k=v w" data-x='y=5'>`);
  expect(html`<a title="a > b" id=${"c d"}/><a href=/x/${"e f"}?g=${"h i"} id=j${"k"}l>`.text).toBe(
    '<a title="a > b" id="c d"/><a href=/x/e&#32;f?g=h&#32;i id=jkl>',
  );
  fc.assert(
    fc.property(fc.string({ unit: "grapheme-ascii" }), (text) => {
      expect(htmlToText(raw(html`<i>${text}</i>`.text))).toBe(text);
    }),
  );
});

test("values of Markdown are text, whatever signs they hold", () => {
  const text = md`# ${"*a* _b_ <i> [x](y) `c`\n- d"}\n${html`<br>`}`;
  expect(text[displaySymbol]()["text/markdown"]).toBe(
    "# \\*a\\* \\_b\\_ \\<i\\> \\[x\\]\\(y\\) \\`c\\` \\- d\n<br>",
  );
});
