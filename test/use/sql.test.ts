/** SQL as people type it elsewhere. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Connection, connect, fromRows } from "../../src/index.ts";
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

test("a table's name as a value is refused with both ways to name a table", async () => {
  const name = "sales.orders";
  for (const sql of [() => lake.sql`SELECT id FROM ${name}`, () => lake.sql("SELECT 1 JOIN $1", [name])]) {
    expect(await refusal(sql)).toContain(
      "name the table in the text, as in FROM demo.sales, or put a frame in",
    );
  }
  expect(await ids(lake.sql`SELECT id FROM ${lake.read(name)} WHERE id = 1`)).toEqual([1]);
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

test("the catalog is listed by the statements and tables that databases have for it", async () => {
  const rows = (text: string) => lake.sql(text).toObjects();
  lake.use("sales");
  expect(await rows("SHOW TABLES;")).toEqual([{ name: "copies" }, { name: "orders" }]);
  expect(await rows("show tables from default")).toEqual([]);
  expect(await rows("SHOW ALL TABLES")).toContainEqual({ namespace: "sales", name: "orders" });
  expect(await rows("SHOW SCHEMAS")).toContainEqual({ name: "sales" });
  expect(
    await rows("SELECT count(*) AS n FROM information_schema.tables WHERE table_schema = 'sales'"),
  ).toEqual([{ n: 2n }]);
  await lake.declareTable("default.declared");
  expect(
    await rows(
      "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'orders' ORDER BY ordinal_position",
    ),
  ).toEqual([
    { column_name: "id", data_type: "int64" },
    { column_name: "price", data_type: "double" },
    { column_name: "name", data_type: "string" },
  ]);
  await lake.dropTable("default.declared");
  expect(await rows("DESCRIBE sales.orders")).toMatchObject([
    { column_name: "id", column_type: "BIGINT" },
    { column_name: "price" },
    { column_name: "name" },
  ]);
  expect((await rows("EXPLAIN SELECT 1")).length).toBe(1);
});

test("USE chooses the namespace at once, as does connect", async () => {
  expect(await lake.sql`USE "default"`.toObjects()).toEqual([{ namespace: "default" }]);
  expect(await refusal(() => lake.sql`SELECT * FROM orders`.collect())).toContain("TableNotFound");
  lake.sql("use sales");
  expect(await ids(lake.sql`SELECT id FROM orders`)).toEqual([1, 2, 3]);
  const other = await connect({ ...opened.local.config, namespace: "sales" });
  expect(await ids(other.read("orders"))).toEqual([1, 2, 3]);
  await other.close();
  expect(await refusal(() => connect({ ...opened.local.config, namespace: "a.b/c" }))).toContain(
    "database name",
  );
});

test("sums of whole numbers are int64, as those of frames, and refused beyond", async () => {
  const big = fromRows([{ n: 9223372036854775807n }, { n: 1n }]);
  expect(await lake.sql`SELECT sum(id) AS s, count(*) AS c FROM sales.orders`.toObjects()).toEqual([
    { s: 6n, c: 3n },
  ]);
  expect(await refusal(() => lake.sql`SELECT sum(n) AS s FROM ${big}`.collect())).toContain(
    "9223372036854775808 does not fit int64",
  );
  expect(await lake.sql`SELECT sum(n)::DECIMAL(38, 0) AS s FROM ${big}`.toObjects()).toEqual([
    { s: "9223372036854775808" },
  ]);
});

test("PIVOT with its values, and UNPIVOT", async () => {
  expect(
    await lake.sql`PIVOT (SELECT name, price FROM sales.orders) ON name IN ('a', 'b') USING sum(price)`.toObjects(),
  ).toEqual([{ a: 2.5, b: null }]);
  expect(
    await lake.sql`UNPIVOT (SELECT id, price FROM sales.orders WHERE id = 1) ON price INTO NAME n VALUE v`.toObjects(),
  ).toEqual([{ id: 1n, n: "price", v: 2.5 }]);
});

describe("what is wrong is said in one line", () => {
  test.each([
    [
      "SELECT prise FROM sales.orders",
      "TableColumnNotFound: Cannot run SQL: no column named prise; did you mean price?",
    ],
    [
      "SELECT nme FROM sales.orders",
      "TableColumnNotFound: Cannot run SQL: no column named nme; did you mean name?",
    ],
    ["SELECT o.nmae FROM sales.orders o", "no column named nmae; did you mean name?"],
    ["SELECT * EXCLUDE (nme) FROM sales.orders", "no column named nme; did you mean name?"],
    ["SELECT far_away FROM sales.orders", "no column named far_away; check its spelling"],
    [
      "SELECT x.name FROM sales.orders o",
      "InvalidInput: Cannot run SQL: no table named x in FROM; did you mean o?",
    ],
    ["SELECT other.name FROM sales.orders o", "no table named other in FROM; FROM has o"],
    ["SELECT {'a': 1}.b", "the struct has no field b; its fields are a"],
    ["SELECT {'city': 1, 'street': 2}.cty", "the struct has no field cty; did you mean city?"],
    [
      "SELECT 4326.00::DECIMAL(12, 2)::TINYINT",
      "InvalidInput: Cannot run SQL: cannot cast 4326 (decimal) to int8: the type cannot hold it; with try_cast(… AS …) such",
    ],
    [
      "SELECT CAST('abc' AS INTEGER)",
      'Cannot run SQL: cannot cast "abc" (string) to int32: the type cannot hold it',
    ],
    [
      "SELECT DATE '2024-02-30'",
      'cannot cast "2024-02-30" (string) to date: the type cannot hold it; with try_cast',
    ],
    ["SELECT 300::TINYINT", "cannot cast 300 (int32) to int8"],
    [
      "SELECT strptime('x', '%Y')",
      '"x" does not have the form "%Y"; correct the pattern, or with try_strptime',
    ],
    [
      "SELECT 100::TINYINT + 100::TINYINT",
      "Cannot run SQL: 100 + 100 does not fit INT8; cast one of them, as in CAST(name AS HUGEINT) or AS DOUBLE",
    ],
    ["SELECT sqrt(-1)", "Cannot run SQL: the square root of a number below zero; write CASE WHEN x >= 0"],
    ["SELECT map([1, 1], [2, 3])", "Cannot run SQL: Map keys must be unique"],
    [
      "SELECT sum(sum(price)) FROM sales.orders",
      "Cannot run SQL: an aggregate stands within another; compute the inner one",
    ],
    ["SELECT (SELECT price FROM sales.orders)", "returned several rows; add LIMIT 1, or an aggregate"],
    ["SELECT 'a' + 1", "no function takes these types: +(STRING, INTEGER); cast one of them"],
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
    ["SELECT FROM sales.orders", "SELECT clause without selection list; correct it"],
    ["SELECT name FROM sales.orders WHERE", "syntax error at end of input; correct it"],
    [
      "SELECT order FROM sales.orders",
      'order is a keyword; a column of that name stands in double quotes, as "order"',
    ],
    [
      "SELECT max(From) FROM sales.orders",
      'From is a keyword; a column of that name stands in double quotes, as "From"',
    ],
    [
      "SELECT order FROM sales.orders WHERE group IN ('end', \"end\") -- end",
      'order and group are keywords; columns of these names stand in double quotes, as "order"',
    ],
    ["SELECT * FROM sales.ordres", "did you mean sales.orders?"],
    [
      "SELECT * FROM 'a.parquet'",
      'read it with readFile() and put the frame in, as in FROM ${readFile("a.parquet")}',
    ],
    ["SELECT * FROM information_schema.views", "information_schema has the tables schemata, tables, columns"],
    ["USE sales.orders", "it names one namespace, as in USE sales"],
    [
      "PIVOT sales.orders ON name USING sum(price)",
      "list them, as in PIVOT sales ON city IN ('Bonn', 'Ulm')",
    ],
    ["INSERT INTO sales.orders VALUES (1)", "write rows with append()"],
    ["DROP TABLE sales.orders", "drop a table with lake.dropTable()"],
  ])("%s", async (statement, words) => {
    const message = await refusal(() => lake.sql(statement).collect());
    expect(message).toContain(words);
    expect(message).toMatch(/^\w+: Cannot [^\n]*[^.\n]$/);
  });
});
