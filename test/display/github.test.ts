import { expect, test } from "vitest";
import { makeGallery } from "./gallery.ts";
import { leaveForGitHub } from "./github-page.ts";
import { type Element, findAll, readMarkup, textOf } from "./read-markup.ts";

const gallery = await makeGallery();

/** The words of every cell, heading and summary, and how each is aligned. */
function wordsOf(root: Element): readonly (readonly [string, string | undefined])[] {
  return ["th", "td", "summary", "pre", "div"].flatMap((tag) =>
    findAll(root, tag).map((element) => [textOf(element), element.attributes.get("align")] as const),
  );
}

test.each(gallery.map(({ title, bundle }) => [title, String(bundle["text/html"])] as const))(
  "%s keeps its words and its columns where styles are taken away",
  (_, markup) => {
    const before = readMarkup(markup.replace(/<style>.*?<\/style>/s, ""));
    const left = leaveForGitHub(markup);
    expect(left).not.toMatch(/<style|style=|class=|data:/);
    const after = readMarkup(left.replaceAll(/ \/>/g, ">"));
    expect(wordsOf(after)).toEqual(wordsOf(before));
    for (const tag of ["tr", "th", "td", "details"]) {
      expect(findAll(after, tag)).toHaveLength(findAll(before, tag).length);
    }
    const pictures = (root: Element) => findAll(root, "img").map(({ attributes }) => attributes.get("alt"));
    expect(pictures(after)).toEqual(pictures(before));
  },
);

test("what GitHub forbids is taken away by the same list", () => {
  expect(leaveForGitHub('<p onclick="x()">a<script>alert(1)</script><svg onload="x()"></svg></p>')).toBe(
    "<p>a</p>",
  );
});
