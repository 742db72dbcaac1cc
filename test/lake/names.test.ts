/** Names of columns: refused at the door when Lance cannot address them, and usable everywhere else. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { arrow } from "../../src/arrow.ts";
import { type Connection, col } from "../../src/index.ts";
import { refusal } from "../refusal.ts";
import { openTemporaryLake, type TemporaryLake } from "../temporary-lake.ts";

let temporary: TemporaryLake;
let lake: Connection;

beforeAll(async () => {
  temporary = await openTemporaryLake();
  lake = temporary.lake;
});

afterAll(() => temporary?.close());

test.each([
  ["", "the name is empty; give it one"],
  ["`", 'no condition of Lance can name a backtick; call it "_"'],
  ["a`b", 'no condition of Lance can name a backtick; call it "a_b"'],
  ["a.b", 'a dot stands between a struct and its field; call it "a_b", or make it a struct'],
  [".", 'a dot stands between a struct and its field; call it "_", or make it a struct'],
  ["a\ud800", "it holds half a surrogate pair, which no file can; repair the text"],
  ["_rowid", "Lance reserves this name; choose another"],
])("a column called %j is refused wherever it would be made", async (name, problem) => {
  const told = (action: string) =>
    `InvalidInput: Cannot ${action}: column ${JSON.stringify(name)}: ${problem}`;
  const data = new arrow.Table({ [name]: arrow.vectorFromArray([1], new arrow.Int32()) });
  for (const given of [[{ id: 1, [name]: 2 }], { [name]: [1] }, data]) {
    expect(await refusal(() => lake.createTable("default.refused", given))).toBe(
      told("create table default.refused"),
    );
  }
  expect(await lake.listTables("default")).not.toContain("refused");
  await lake.createTable("default.altered", [{ id: 1 }], { mode: "ExistOk" });
  const table = lake.table("default.altered");
  expect(await refusal(() => table.addColumns({ [name]: { type: "string" } }))).toBe(
    told("add columns to default.altered"),
  );
  expect(await refusal(() => table.alterColumns({ id: { rename: name } }))).toBe(
    told("alter columns of default.altered"),
  );
});

test("two columns of one name are refused, of which one would be lost", async () => {
  const field = new arrow.Field("x", new arrow.Int32(), true);
  const data = new arrow.Table(new arrow.Schema([field, field]));
  expect(await refusal(() => lake.createTable("default.twice", data))).toMatch(
    /column "x": there are two of this name; rename one$/,
  );
});

let tables = 0;

test.each([
  '"',
  'a"b',
  "'",
  "it's",
  "a\nb",
  "a\\b",
  " a ",
  "数",
  "😀",
  "select",
  "A b",
  "a/b",
  "1",
  "%",
  "$1",
  "toString",
])("a column called %j is written, read, filtered, merged, changed and queried", async (name) => {
  const full = `default.odd_${++tables}`;
  await lake.createTable(full, [
    { id: 1, [name]: 5 },
    { id: 2, [name]: 6 },
  ]);
  const table = lake.table(full);
  await table.append([{ id: 3, [name]: 7 }]);
  await table.merge("id", [{ id: 1, [name]: 50 }]);
  await table.update({ [name]: 60 }, { where: col(name).eq(6) });
  expect((await table.delete({ [name]: 7 })).rowsDeleted).toBe(1);
  const wanted = [
    { id: 1n, [name]: 50n },
    { id: 2n, [name]: 60n },
  ];
  expect(await table.read().sort("id").toObjects()).toEqual(wanted);
  expect(await table.read().where(col(name).gt(50)).select(name).toObjects()).toEqual([{ [name]: 60n }]);
  const quoted = `"${name.replaceAll('"', '""')}"`;
  const statement = [`SELECT ${quoted} FROM frame WHERE ${quoted} > `, ""];
  const strings = Object.assign(statement, { raw: statement });
  expect(await table.read().sql(strings, 50).toObjects()).toEqual([{ [name]: 60n }]);
  await table.createIndex(name, { type: "btree" });
  expect(await table.read().where(col(name).eq(60)).count()).toBe(1);
  const merge = () => table.merge(name, [{ id: 9, [name]: 60 }]);
  if (name.includes('"')) {
    expect(await refusal(merge)).toMatch(/^Unsupported: .* name holds a double quote; rename it first/s);
    await table.alterColumns({ [name]: { rename: "plain" } });
    expect((await table.merge("plain", [{ id: 9, plain: 60 }])).rowsUpdated).toBe(1);
  } else expect((await merge()).rowsUpdated).toBe(1);
});

test("fields of structs may be called anything", async () => {
  for (const name of ["", "`", "a.b", '"', "\n"]) {
    const full = `default.nested_${++tables}`;
    await lake.createTable(full, [{ id: 1, s: { [name]: 5 } }]);
    await lake.table(full).merge("id", [{ id: 1, s: { [name]: 6 } }]);
    expect(await lake.read(full).toObjects()).toEqual([{ id: 1n, s: { [name]: 6n } }]);
  }
});
