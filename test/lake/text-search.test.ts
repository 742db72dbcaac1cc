/** Full-text search in scripts with and without spaces, by what the index makes of the text. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Connection, LakeTable } from "../../src/index.ts";
import type { IndexKind } from "../../src/table/native/table-indices.ts";
import { refusal } from "../refusal.ts";
import { openTemporaryLake, type TemporaryLake } from "../temporary-lake.ts";

let temporary: TemporaryLake;
let lake: Connection;

beforeAll(async () => {
  temporary = await openTemporaryLake();
  lake = temporary.lake;
});

afterAll(() => temporary?.close());

const texts = [
  "机器学习是人工智能的一个分支",
  "向量数据库支持近似搜索",
  "我爱北京天安门",
  "the quick brown fox",
  "a red fox in go",
  "Привет мир",
  "データベースを検索する",
  "ค้นหาข้อความ",
];
let made = 0;
const ngrams = (ngramMinLength: number) => ({ tokenizer: "ngram", ngramMinLength }) as const;

async function indexed(kind: Partial<Extract<IndexKind, { type: "fts" }>>, rows = texts): Promise<LakeTable> {
  const name = `default.texts_${++made}`;
  await lake.createTable(
    name,
    rows.map((s, id) => ({ id, s })),
  );
  const table = lake.table(name);
  await table.createIndex("s", { type: "fts", ...kind });
  return table;
}

async function search(table: LakeTable, text: string, where?: string): Promise<number[]> {
  const found = await table.search(text, where === undefined ? {} : { where });
  return [...(found.getChild("id") ?? [])].map(Number).sort();
}

test("text in any script is found by its words with the index that is built by default", async () => {
  const table = await indexed({});
  for (const [text, ids] of [
    ["人工智能", [0]],
    ["数据库", [1]],
    ["北京", [2]],
    ["fox", [3, 4]],
    ["go", [4]],
    ["мир", [5]],
    ["検索", [6]],
    ["ข้อความ", [7]],
    ["上海", []],
    ["fo", []],
  ] as const) {
    expect([text, await search(table, text)]).toEqual([text, ids]);
  }
});

test("one text in another script among many is noticed", async () => {
  const rows = Array.from({ length: 3_000 }, (_, row) => `row ${row}`);
  rows[rows.length - 3] = "我爱北京天安门";
  expect(await search(await indexed({}, rows), "北京")).toEqual([rows.length - 3]);
});

test("columns of Latin script alone are cut as before", async () => {
  const table = await indexed({}, ["snake_case and e-mail", "été à la plage"]);
  expect(await search(table, "mail")).toEqual([0]);
  expect(await search(table, "plage")).toEqual([1]);
  expect(await search(table, "pla")).toEqual([]);
});

test.each([undefined, "icu"] as const)(
  "words that are stop words of another language are found by %s",
  async (tokenizer) => {
    // In Danish, Romanian, German, French, Dutch, Portuguese and Chinese.
    const rows = ["running dogs", "a cat", "war and the sea", "den of sin", "a man", "très bien", "我的书"];
    const table = await indexed(tokenizer === undefined ? {} : { tokenizer }, rows);
    for (const [text, ids] of [
      ["dogs bien", [0, 5]],
      ["cat man", [1, 4]],
      ["war sin", [2, 3]],
      ["我的", [6]],
    ] as const)
      expect([text, await search(table, text)]).toEqual([text, ids]);
  },
);

test("a phrase needs the places of words, and finds them", async () => {
  const rows = ["the quick dogs run", "quick dogs are the best", "dogs are quick"];
  const table = await indexed({}, rows);
  expect(await refusal(() => search(table, '"quick dogs"'))).toMatch(
    /words in quotes are a phrase, .* createIndex\("<column>", \{ type: "fts", withPosition: true \}, \{ replace: true \}\)$/,
  );
  await table.createIndex("s", { type: "fts", withPosition: true }, { replace: true });
  expect(await search(table, '"quick dogs"')).toEqual([0, 1]);
  expect(await search(table, '"the quick dogs"')).toEqual([0]);
});

describe("a search that the tokenizer keeps from what is there says so", () => {
  test("spaces, in a script that has none", async () => {
    const table = await indexed({ tokenizer: "simple" });
    expect(await refusal(() => search(table, "北京"))).toBe(
      `InvalidInput: Cannot search ${table.name} for "北京": rows hold it, but index s_idx cuts text at spaces, ` +
        'which this script has none of; create it again, with createIndex("s", { type: "fts", tokenizer: "icu" }, { replace: true })',
    );
    expect(await refusal(() => table.read().search("北京", { k: 3 }).toObjects())).toMatch(
      /tokenizer: "icu"/,
    );
    expect(await search(table, "上海")).toEqual([]);
    expect(await search(table, "北京", "id = 1")).toEqual([]);
    await table.createIndex("s", { type: "fts", tokenizer: "icu" }, { replace: true });
    expect(await search(table, "北京")).toEqual([2]);
  });

  test("n-grams longer than the text", async () => {
    const table = await indexed({ tokenizer: "ngram" });
    expect(await refusal(() => search(table, "go"))).toBe(
      `InvalidInput: Cannot search ${table.name} for "go": rows hold it, but the n-grams of index s_idx have 3 ` +
        "characters or more; search for a longer text, or create the index again, with " +
        'createIndex("s", { type: "fts", tokenizer: "ngram", ngramMinLength: 2 }, { replace: true })',
    );
    expect(await search(table, "zz")).toEqual([]);
    await table.createIndex(
      "s",
      { type: "fts", tokenizer: "ngram", ngramMinLength: 2, ngramMaxLength: 4 },
      { replace: true },
    );
    expect(await search(table, "go")).toEqual([4]);
    expect(await search(table, "北京")).toEqual([2]);
  });

  test("stop words", async () => {
    const table = await indexed({ tokenizer: "simple", removeStopWords: true });
    expect(await refusal(() => search(table, "the"))).toMatch(
      /rows hold it, but index s_idx leaves out this word; create it again, with createIndex\("s", \{ type: "fts", removeStopWords: false \}, \{ replace: true \}\)$/,
    );
  });

  const long = "x".repeat(40);
  test.each<[tokenizer: string | undefined, row: string, text: string, said: string, way: object]>([
    ["whitespace", "foo-bar baz", "foo", 'cuts their text into "foo-bar", "baz"; ', { tokenizer: "simple" }],
    [
      "whitespace",
      "Hello, World!",
      "hello",
      'cuts their text into "hello,", "world!"; ',
      { tokenizer: "simple" },
    ],
    ["raw", "foo bar", "bar", 'cuts their text into "foo bar"; ', { tokenizer: "simple" }],
    [undefined, "한국어를 공부한다", "한국어", 'cuts their text into "한국어를", "공부한다"; ', ngrams(2)],
    [undefined, "天安门", "天安", 'cuts their text into "天安门"; ', ngrams(2)],
    [undefined, "天安门", "安", 'cuts their text into "天安门"; ', ngrams(1)],
    [undefined, "カタカナ", "カタ", 'cuts their text into "カタカナ"; ', ngrams(2)],
    ["simple", "the cat", "the dog", "leaves out this word; ", { removeStopWords: false }],
    ["ngram", "foobar", "f", "have 3 characters or more; ", ngrams(1)],
    ["ngram", "foobar", "fo", "have 3 characters or more; ", ngrams(2)],
    ["simple", `a ${long} b`, long, "leaves out words of 40 bytes or more; ", ngrams(2)],
    ["icu", "é".repeat(20), "é".repeat(20), "leaves out words of 40 bytes or more; ", ngrams(2)],
  ])("tokenizer %s, %s searched for %s", async (tokenizer, row, text, said, way) => {
    const kind = tokenizer === undefined ? {} : { tokenizer: tokenizer as "simple" };
    const table = await indexed(kind, [row, "something else"]);
    const told = await refusal(() => search(table, text));
    const settings = JSON.stringify(way)
      .slice(1)
      .replaceAll(/"(\w+)":/g, "$1:");
    expect(told).toContain(said);
    expect(told.replaceAll(" ", "")).toContain(`{type:"fts",${settings},{replace:true}`);
    await table.createIndex("s", { type: "fts", ...kind, ...way }, { replace: true });
    expect(await search(table, text)).toEqual([0]);
  });

  test.each([
    ["simple", "foobar", "foo"],
    ["simple", "running dogs", "cat"],
    ["whitespace", "foo-bar", "oo"],
    ["raw", "foobar", "foo"],
    ["ngram", "foobar", "zzz"],
    ["icu", "天安门", "上海"],
  ])("tokenizer %s finds nothing in %s for %s, and that is so", async (tokenizer, row, text) => {
    expect(await search(await indexed({ tokenizer: tokenizer as "simple" }, [row]), text)).toEqual([]);
  });
});

test.each<[settings: object, told: RegExp]>([
  [
    { tokenizer: "ICU" },
    /: tokenizer is "ICU"; pass "simple", "whitespace", "raw", "ngram", "icu" or "icu\/split"$/,
  ],
  [{ tokenizer: "jiebas" }, /: tokenizer is "jiebas"; pass /],
  [
    { tokenizer: "ngram", ngramMinLength: 5, ngramMaxLength: 2 },
    /: ngramMinLength is 5 and ngramMaxLength is 2; pass the lower one as ngramMinLength$/,
  ],
  [
    { ngramMinLength: 2 },
    /: ngramMinLength is a setting of n-grams; pass \{ tokenizer: "ngram" \} too, or leave it out$/,
  ],
  [{ tokenizer: "simple", prefixOnly: true }, /: prefixOnly is a setting of n-grams; /],
])("an index with %o is refused", async (settings, told) => {
  expect(await refusal(() => indexed(settings))).toMatch(/^InvalidInput: Cannot index column s of /);
  expect(await refusal(() => indexed(settings))).toMatch(told);
});

test.each([
  [{ ngramMinLength: 5 }, "quick", "quic"],
  [{ ngramMaxLength: 2 }, "qu", "q"],
])("one length of n-grams is enough: %o", async (lengths, found, tooShort) => {
  const table = await indexed({ tokenizer: "ngram", ...lengths });
  expect(await search(table, found)).toContain(3);
  expect(await refusal(() => search(table, tooShort))).toMatch(/characters or more/);
});

test("a tokenizer without its dictionary says where that belongs", async () => {
  const kind = { tokenizer: "jieba/default" } as const;
  expect(await refusal(() => indexed(kind))).toMatch(
    /^InvalidInput: .*: the dictionary of tokenizer jieba\/default belongs in \/.*\/jieba\/default, which is missing; .*LANCE_LANGUAGE_MODEL_HOME.*"icu"/,
  );
});
