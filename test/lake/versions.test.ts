import { afterAll, beforeAll, expect, test } from "vitest";
import type { Connection, LakeTable } from "../../src/index.ts";
import { refusal } from "../refusal.ts";
import { openTemporaryLake, type TemporaryLake } from "../temporary-lake.ts";

let temporary: TemporaryLake;
let lake: Connection;

beforeAll(async () => {
  temporary = await openTemporaryLake();
  lake = temporary.lake;
});

afterAll(() => temporary?.close());

async function makeTable(name: string, values: readonly number[]): Promise<LakeTable> {
  await lake.createTable(`default.${name}`, { a: values });
  return lake.table(`default.${name}`);
}

const valuesOf = async (frame: ReturnType<LakeTable["read"]>) =>
  (await frame.toObjects()).map(({ a }) => Number(a));

test("versions tell what they hold, and each is read by number, tag and time", async () => {
  const table = await makeTable("travel", [1, 2]);
  await table.append({ a: [3] });
  await table.createTag("two");
  await table.delete("a = 1");
  const versions = await table.versions();
  expect(versions.map(({ version, rows, deletedRows, tags }) => [version, rows, deletedRows, tags])).toEqual([
    [1, 2, 0, []],
    [2, 3, 0, ["two"]],
    [3, 2, 1, []],
  ]);
  expect(versions.every(({ bytes, fragments }) => bytes > 0 && fragments > 0)).toBe(true);
  expect(await valuesOf(table.at(1))).toEqual([1, 2]);
  expect(await valuesOf(table.at("two"))).toEqual([1, 2, 3]);
  expect(await valuesOf(table.at(versions[1]?.time ?? new Date(0)))).toEqual([1, 2, 3]);
  expect(await valuesOf(table.at(new Date()))).toEqual([2, 3]);
  expect(await table.at(2).where("a > 1").count()).toBe(2);
  expect(await valuesOf(table.read())).toEqual([2, 3]);
});

test("tags are made, moved, listed and deleted", async () => {
  const table = await makeTable("tags", [1]);
  await table.append({ a: [2] });
  expect(await table.createTag("first", 1)).toEqual({ tag: "first", version: 1 });
  await table.createTag("last");
  // Of one such tag Lance finds none any more.
  await expect(table.createTag("é")).rejects.toMatchObject({
    code: "InvalidInput",
    message: expect.stringMatching(
      /^Cannot create tag "é" of .*: "é" cannot stand in a tag; choose a name of a to z/,
    ),
  });
  await table.updateTag("first", 2);
  expect(await table.tags()).toEqual([
    { tag: "first", version: 2 },
    { tag: "last", version: 2 },
  ]);
  await table.deleteTag("first");
  expect(await table.tags()).toEqual([{ tag: "last", version: 2 }]);
});

test("an older version is restored as a new one, and none is lost", async () => {
  const table = await makeTable("restored", [1]);
  await table.append({ a: [2] });
  const result = await table.restore(1);
  expect([result.versionBefore, result.version, result.rows]).toEqual([2, 3, 1]);
  expect(await valuesOf(table.read())).toEqual([1]);
  expect(await valuesOf(table.at(2))).toEqual([1, 2]);
  await table.append({ a: [4] });
  expect(await valuesOf(table.read())).toEqual([1, 4]);
});

test("a version that is not there is refused in words", async () => {
  const table = await makeTable("refused", [1]);
  await table.createTag("here");
  const name = "default.refused";
  const alone = "the table has version 1 alone";
  const old = /nothing is as old as 1970-01-01T00:00:00\.000Z; the oldest version, 1, is of \d{4}-/;
  const refusals: readonly (readonly [call: () => Promise<unknown>, told: string | RegExp])[] = [
    [
      () => table.at(9).collect(),
      `TableVersionNotFound: Cannot read version 9 of ${name}: no version 9; ${alone}`,
    ],
    [
      () => table.at("there").count(),
      `TableTagNotFound: Cannot read ${name}: no tag "there"; the table has here`,
    ],
    [() => table.at(new Date(0)).collect(), old],
    [() => table.createTag("new", new Date(0)), old],
    [() => table.restore(new Date(0)), old],
    [async () => table.at(0), /^InvalidInput: /],
    [
      () => table.createTag("here"),
      `TableTagAlreadyExists: Cannot create tag "here" of ${name}: there is one of this name already; ` +
        "updateTag() moves it to another version",
    ],
    [
      () => table.createTag("new", 9),
      `TableVersionNotFound: Cannot create tag "new" of ${name}: no version 9; ${alone}`,
    ],
    [
      () => table.createTag("new", "gone"),
      `TableTagNotFound: Cannot create tag "new" of ${name}: no tag "gone"; the table has here`,
    ],
    [
      () => table.updateTag("here", 9),
      `TableVersionNotFound: Cannot update tag "here" of ${name}: no version 9; ${alone}`,
    ],
    [
      () => table.updateTag("gone", 1),
      `TableTagNotFound: Cannot update tag "gone" of ${name}: no tag "gone"; the table has here`,
    ],
    [
      () => table.deleteTag("gone"),
      `TableTagNotFound: Cannot delete tag "gone" of ${name}: no tag "gone"; the table has here`,
    ],
    [() => table.restore(7), `TableVersionNotFound: Cannot restore ${name}: no version 7; ${alone}`],
    [
      () => table.restore("gone"),
      `TableTagNotFound: Cannot restore ${name}: no tag "gone"; the table has here`,
    ],
  ];
  for (const [call, told] of refusals) {
    const said = await refusal(call);
    if (typeof told === "string") expect(said).toBe(told);
    else expect(said).toMatch(told);
  }
  expect((await table.versions()).length).toBe(1);
  expect(await table.tags()).toEqual([{ tag: "here", version: 1 }]);
});

test("a tag takes what can name a file of every store", async () => {
  const table = await makeTable("tagged_so", [1]);
  const taken = ["v1.0", "a-b_c", "2024-05-01", "A", "-x", "x".repeat(250)];
  for (const tag of taken) await table.createTag(tag);
  expect((await table.tags()).map(({ tag }) => tag).sort()).toEqual([...taken].sort());
  for (const tag of ["a b", "a/b", ".a", "a.", "a..b", "a.lock", "é", "a@b", "a\n", "a\0", ".."]) {
    expect(await refusal(() => table.createTag(tag))).toMatch(
      /^InvalidInput: Cannot create tag .*; choose a name of a to z, A to Z, 0 to 9, "-" and "_", with single dots within$/s,
    );
  }
  expect(await refusal(() => table.createTag("x".repeat(251)))).toContain(
    "it has 251 characters, and a tag at most 250; choose a name of",
  );
  expect(await table.tags()).toHaveLength(taken.length);
});
