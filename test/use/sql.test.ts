/** SQL as people type it elsewhere. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Connection, fromRows } from "../../src/index.ts";
import { refusal } from "../refusal.ts";
import { openTemporaryLake, type TemporaryLake } from "../temporary-lake.ts";

let opened: TemporaryLake;
let lake: Connection;

beforeAll(async () => {
  opened = await openTemporaryLake();
  ({ lake } = opened);
  await lake.createNamespace("sales");
  await lake.createTable("sales.orders", [
    { id: 1n, price: 2.5, name: "a" },
    { id: 2n, price: 4, name: "it's $1" },
    { id: 3n, price: null, name: null },
  ]);
});
afterAll(() => opened.close());

const ids = async (frame: { toObjects(): Promise<unknown> }) =>
  ((await frame.toObjects()) as { id: bigint }[]).map(({ id }) => Number(id)).sort();

test("a statement is a text, with numbered values in a list or one by one", async () => {
  expect(await ids(lake.sql("SELECT id FROM sales.orders"))).toEqual([1, 2, 3]);
  expect(await ids(lake.sql("SELECT id FROM sales.orders WHERE id > $1 AND price = $2", [1, 4]))).toEqual([
    2,
  ]);
  expect(await ids(lake.sql("SELECT id FROM sales.orders WHERE id > $1 AND price = $2", 1, 4))).toEqual([2]);
  expect(await ids(lake.sql("SELECT id FROM sales.orders WHERE id = $1 OR id - 1 = $1", [1]))).toEqual([
    1, 2,
  ]);
  expect(await ids(lake.sql("SELECT id FROM sales.orders -- $1\nWHERE name = 'it''s $1'"))).toEqual([2]);
  expect(
    await ids(lake.sql("SELECT id FROM $1 WHERE id IN $2", [fromRows([{ id: 7 }, { id: 8 }]), [8, 9]])),
  ).toEqual([8]);
  expect(await ids(lake.read("sales.orders").sql("SELECT id FROM frame WHERE id = $1", [3]))).toEqual([3]);
  expect(await refusal(() => lake.sql("SELECT $2", [1]))).toContain("$2 has no value");
});

test("a list is what IN takes", async () => {
  expect(await ids(lake.sql`SELECT id FROM sales.orders WHERE id IN ${[1, 3]}`)).toEqual([1, 3]);
  expect(await ids(lake.sql`SELECT id FROM sales.orders WHERE id IN (${[1n, 3n]})`)).toEqual([1, 3]);
  expect(await ids(lake.sql`SELECT id FROM sales.orders WHERE name IN ${["it's $1"]}`)).toEqual([2]);
  expect(await ids(lake.sql`SELECT id FROM sales.orders WHERE id IN ${[]}`)).toEqual([]);
  expect(await ids(lake.sql`SELECT id FROM sales.orders WHERE id NOT IN ${[]}`)).toEqual([1, 2, 3]);
  expect(await ids(lake.sql`SELECT id FROM sales.orders WHERE id IN (${[1, 3]}, 2)`)).toEqual([1, 2, 3]);
  expect(await ids(lake.sql("SELECT id FROM sales.orders WHERE id in -- chosen\n $1", [[1, 3]]))).toEqual([
    1, 3,
  ]);
});

test("a list anywhere but after IN is refused, where it would be a row or several arguments", async () => {
  const list = [1, 2];
  for (const sql of [
    () => lake.sql`SELECT ${list} AS l`,
    () => lake.sql("SELECT $1 AS l", [list]),
    () => lake.sql`SELECT greatest(${list}) AS l`,
    () => lake.sql`SELECT list_contains(${list}, id) FROM sales.orders`,
    () => lake.sql`SELECT id FROM sales.orders WHERE id = ANY(${list})`,
    () => lake.sql`SELECT id FROM sales.orders WHERE id IN (0, ${list})`,
    () => lake.sql`SELECT id FROM sales.orders WHERE id IN (${list} + 1)`,
    () => lake.sql`SELECT "IN" ${list}`,
    () => lake.sql("SELECT 1 -- IN \n, $1", [list]),
    () => lake.sql`SELECT main.in(${list})`,
    () => lake.sql`SELECT built_in(${list})`,
  ])
    expect(await refusal(sql), String(sql)).toMatch(
      /^InvalidInput: Cannot read SQL: a list stands only after IN; /,
    );
  expect(await lake.sql`SELECT [${1}, ${2}] AS l`.toObjects()).toEqual([{ l: [1n, 2n] }]);
});

test("a value between quotes is refused, as it would be a part of the text", async () => {
  const message = await refusal(() => lake.sql`SELECT id FROM sales.orders WHERE name = '${"a"}'`);
  expect(message).toContain("a value stands between quotes");
  expect(await ids(lake.sql`SELECT id FROM sales.orders WHERE name = ${"a"} AND name <> 'b'`)).toEqual([1]);
});

test("columns of one name are told apart as after a join of frames", async () => {
  const rows =
    await lake.sql`SELECT * FROM sales.orders a JOIN sales.orders b ON a.id = b.id + 1 WHERE a.id = 2`.toObjects();
  expect(rows).toEqual([
    { id: 2n, price: 4, name: "it's $1", id_right: 1n, price_right: 2.5, name_right: "a" },
  ]);
});

test("one word alone names a table of the namespace in use", async () => {
  expect(await refusal(() => lake.read("orders"))).toContain('lake.use("database")');
  lake.use("sales");
  expect(await ids(lake.read("orders"))).toEqual([1, 2, 3]);
  expect(await ids(lake.sql`SELECT id FROM orders WHERE id = ${2}`)).toEqual([2]);
  expect((await lake.describe("orders")).rows).toBe(3);
  expect(await lake.table("orders").count()).toBe(3);
  await lake.read("sales.orders").limit(1).write("copies");
  expect(await lake.listTables("sales")).toEqual(["copies", "orders"]);
  expect(await refusal(() => lake.use("a/b"))).toContain("database name");
});

describe("what is wrong is said in one line", () => {
  test.each([
    [
      "SELECT prise FROM sales.orders",
      "TableColumnNotFound: Cannot run SQL: no column named prise; did you mean price?",
    ],
    [
      "SELECT uper(name) FROM sales.orders",
      "InvalidInput: Cannot run SQL: no function named uper; did you mean upper?",
    ],
    [
      "SELECT name, sum(price) FROM sales.orders",
      "column name is neither in GROUP BY nor in an aggregate; add it",
    ],
    [
      "SELECT name + 1 FROM sales.orders",
      "no function takes these types: +(VARCHAR, INTEGER); cast one of them",
    ],
    ["SELEC 1", 'syntax error at or near "SELEC"; correct it'],
    ["SELECT * FROM sales.ordres", "did you mean sales.orders?"],
    [
      "SELECT * FROM 'a.parquet'",
      'read it with readFile() and put the frame in, as in FROM ${readFile("a.parquet")}',
    ],
    ["SHOW TABLES", 'list them with await lake.listTables("default")'],
    ["SELECT * FROM information_schema.tables", 'list tables with await lake.listTables("default")'],
    ["USE sales", 'choose the namespace with lake.use("default")'],
    ["PIVOT sales.orders ON name USING sum(price)", "use pivot() of a frame"],
    ["INSERT INTO sales.orders VALUES (1)", "write rows with append()"],
    ["DROP TABLE sales.orders", "drop a table with lake.dropTable()"],
  ])("%s", async (statement, words) => {
    const message = await refusal(() => lake.sql(statement).collect());
    expect(message).toContain(words);
    expect(message).toMatch(/^\w+: Cannot [^\n]*[^.\n]$/);
  });
});
