/** Words that stand out, and results of searches. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { matchWords } from "../../src/display/html/mark-words.ts";
import { formatForDisplay } from "../../src/display/mime.ts";
import { searchLooks } from "../../src/frame/display/search-looks.ts";
import { hostileText } from "./hostile-text.ts";

const markedOf = async (text: string, marks: readonly string[]) => {
  const bundle = await formatForDisplay([{ text }], { marks });
  const cells = /<tbody>.*<\/tbody>/s.exec(String(bundle["text/html"]))?.[0] ?? "";
  return [...cells.matchAll(/<strong>(.*?)<\/strong>/g)].map(([, word]) => word);
};

test("words stand out where they stand alone, in any case", async () => {
  expect(await markedOf("Rain and raincoat, rain!", ["rain"])).toEqual(["Rain", "rain"]);
  expect(await markedOf("a.b axb", ["a.b"])).toEqual(["a.b"]);
  expect(await markedOf("北京下雨", ["下雨"])).toEqual(["下雨"]);
  expect(await markedOf("nothing", [" "])).toEqual([]);
});

test("what is marked is text still, whatever it holds", async () => {
  await fc.assert(
    fc.asyncProperty(
      hostileText,
      hostileText.filter((text) => text !== ""),
      async (text, word) => {
        const plain = String((await formatForDisplay([{ text: `${word} ${text}` }]))["text/html"]);
        const marked = String(
          (await formatForDisplay([{ text: `${word} ${text}` }], { marks: [word] }))["text/html"],
        );
        const count = (markup: string) => markup.replaceAll(/<\/?strong>/g, "").length;
        expect(count(marked)).toBe(count(plain));
      },
    ),
    { numRuns: 50 },
  );
});

test("a search marks its words and draws its scores", () => {
  const fields = [{ name: "text" }, { name: "_score" }] as never;
  expect(searchLooks("garlic, broth", { fields })).toEqual({ bars: ["_score"], marks: ["garlic", "broth"] });
  expect(searchLooks(undefined, { fields })).toEqual({});
  expect(matchWords([])).toBeUndefined();
});
