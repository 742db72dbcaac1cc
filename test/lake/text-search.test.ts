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

describe("a search that the tokenizer keeps from what is there says so", () => {
  test("spaces, in a script that has none", async () => {
    const table = await indexed({ tokenizer: "simple" });
    expect(await refusal(() => search(table, "北京"))).toBe(
      `InvalidInput: Cannot search ${table.name} for "北京": rows hold it, but index s_idx cuts text at spaces, ` +
        'which this script has none of; create it again with { tokenizer: "icu" }',
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
        'characters or more; search for a longer text, or create the index again with { tokenizer: "ngram", ngramMinLength: 2 }',
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
      /rows hold it, but index s_idx leaves out all its words; create it again with \{ removeStopWords: false \}$/,
    );
  });
});

test("a tokenizer without its dictionary says where that belongs", async () => {
  const kind = { tokenizer: "jieba/default" } as const;
  expect(await refusal(() => indexed(kind))).toMatch(
    /^InvalidInput: .*: the dictionary of tokenizer jieba\/default belongs in \/.*\/jieba\/default, which is missing; .*LANCE_LANGUAGE_MODEL_HOME.*"icu"/,
  );
});
