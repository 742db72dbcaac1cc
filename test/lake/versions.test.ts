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
  expect(await refusal(() => table.at(9).collect())).toMatch(
    /^TableVersionNotFound: Cannot read version 9 of default\.refused: no such version; it has versions 1 to 1/,
  );
  expect(await refusal(() => table.at("there").count())).toMatch(/^TableTagNotFound: .*it has here$/);
  expect(await refusal(() => table.at(new Date(0)).collect())).toMatch(
    /^TableVersionNotFound: .*its oldest version, 1, is of \d{4}-/,
  );
  expect(await refusal(() => table.at(0))).toMatch(/^InvalidInput: /);
  expect(await refusal(() => table.createTag("here"))).toMatch(/^TableTagAlreadyExists: /);
  expect(await refusal(() => table.createTag("a b"))).toMatch(/^InvalidInput: /);
  expect(await refusal(() => table.createTag("gone", 9))).toMatch(/^TableVersionNotFound: /);
  expect(await refusal(() => table.updateTag("gone", 1))).toMatch(/^TableTagNotFound: /);
  expect(await refusal(() => table.deleteTag("gone"))).toMatch(/^TableTagNotFound: /);
  expect(await refusal(() => table.restore(7))).toMatch(/^TableVersionNotFound: /);
  expect((await table.versions()).length).toBe(1);
});
