/** Names of columns: refused at the door when Lance cannot address them, and usable everywhere else. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { arrow } from "../../src/arrow.ts";
import { type Connection, col } from "../../src/index.ts";
import { refusal } from "../refusal.ts";
import { openTemporaryLake, type TemporaryLake } from "../temporary-lake.ts";

let temporary: TemporaryLake;
let lake: Connection;
let tables = 0;

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
  ["a\0b", 'no SQL can name a zero byte; call it "a_b"'],
  ["_rowid", 'Lance reserves this name; call it "rowid"'],
  ["_rowoffset", 'Lance reserves this name; call it "rowoffset"'],
  ["_row_created_at_version", 'Lance reserves this name; call it "row_created_at_version"'],
  ["_distance", 'Lance reserves this name; call it "distance"'],
  ["_score", 'Lance reserves this name; call it "score"'],
  ["_relevance_score", 'Lance reserves this name; call it "relevance_score"'],
  ["__merge_source_sentinel", 'Lance reserves this name; call it "merge_source_sentinel"'],
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

test.each([
  ["", "the name is empty; give it one"],
  ["a.b", 'a dot stands between a struct and its field; call it "a_b"'],
  ["a\0b", 'no SQL can name a zero byte; call it "a_b"'],
])("a field of a struct called %j is refused wherever it would be made", async (name, problem) => {
  const struct = { [name]: 1, z: 2 };
  for (const [given, column] of [
    [{ st: struct }, "st"],
    [{ st: [struct] }, "st"],
    [{ st: { inner: struct } }, "st.inner"],
  ] as const) {
    expect(await refusal(() => lake.createTable("default.refused", [{ id: 1, ...given }]))).toBe(
      `InvalidInput: Cannot create table default.refused: field ${JSON.stringify(name)} of column ${column}: ${problem}`,
    );
  }
  const type = new arrow.Struct([new arrow.Field(name, new arrow.Int32(), true)]);
  await lake.createTable("default.altered_structs", [{ id: 1, st: { a: 1 } }], { mode: "ExistOk" });
  const table = lake.table("default.altered_structs");
  expect(await refusal(() => table.addColumns({ made: { type } }))).toBe(
    `InvalidInput: Cannot add columns to default.altered_structs: field ${JSON.stringify(name)} of column made: ${problem}`,
  );
  expect(await refusal(() => table.alterColumns({ "st.a": { rename: name } }))).toBe(
    `InvalidInput: Cannot alter columns of default.altered_structs: field ${JSON.stringify(name)} of column st: ${problem}`,
  );
});

test.each(["_rowid", "_distance", "a`b", "x y"])("a field of a struct may be called %j", async (name) => {
  const full = `default.field_${++tables}`;
  await lake.createTable(full, [{ id: 1, st: { [name]: 5, z: 2 } }]);
  await lake.append(full, [{ id: 2, st: { [name]: 6, z: 3 } }]);
  expect(await lake.read(full).where(col("st").field(name).gt(5)).select("id").toObjects()).toEqual([
    { id: 2n },
  ]);
  expect(await lake.sql(`SELECT st."${name}" AS v FROM ${full} WHERE id = 2`).toObjects()).toEqual([
    { v: 6n },
  ]);
});

test("two columns of one name are refused, of which one would be lost", async () => {
  const field = new arrow.Field("x", new arrow.Int32(), true);
  const data = new arrow.Table(new arrow.Schema([field, field]));
  expect(await refusal(() => lake.createTable("default.twice", data))).toMatch(
    /column "x": there are two of this name; rename one$/,
  );
});

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

test("fields of structs may have names that columns may not", async () => {
  for (const name of ["`", "_rowid", '"', "\n"]) {
    const full = `default.nested_${++tables}`;
    await lake.createTable(full, [{ id: 1, s: { [name]: 5 } }]);
    await lake.table(full).merge("id", [{ id: 1, s: { [name]: 6 } }]);
    expect(await lake.read(full).toObjects()).toEqual([{ id: 1n, s: { [name]: 6n } }]);
  }
});
