/** A connection that keeps tables open reads what is there now, whoever has changed it. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { CatalogMethods } from "../../src/catalog/catalog-methods.ts";
import { Connection } from "../../src/connection.ts";
import { col, connect, type Frame } from "../../src/index.ts";
import { refusal } from "../refusal.ts";
import { openTemporaryLake, type TemporaryLake } from "../temporary-lake.ts";
import { countRequests } from "./request-log.ts";

let temporary: TemporaryLake;
let lake: Connection;
let other: Connection;

beforeAll(async () => {
  temporary = await openTemporaryLake({ faults: true });
  lake = temporary.lake;
  other = await connect(temporary.local.config);
});

afterAll(async () => {
  await other?.close();
  await temporary?.close();
});

const valuesOf = async (connection: Connection, table: string) =>
  (await connection.read(table).toObjects()).map(({ a }) => a);

test("what others commit is seen by the next read, and not by one that has begun", async () => {
  await lake.createTable("default.shared", { a: [1] });
  const begun = lake.read("default.shared").batches();
  expect((await begun.next()).value?.numRows).toBe(1);
  await other.append("default.shared", { a: [2] });
  expect(await valuesOf(lake, "default.shared")).toEqual([1n, 2n]);
  expect((await begun.next()).done).toBe(true);
  await other.createTable("default.shared", { a: ["x"] }, { mode: "Overwrite" });
  expect(await valuesOf(lake, "default.shared")).toEqual(["x"]);
  await expect(lake.append("default.shared", { a: [3] })).rejects.toMatchObject({
    code: "TableSchemaValidationError",
  });
});

test.each([
  ["this connection", () => lake],
  ["another connection", () => other],
])("a table dropped and made anew by %s is the new one", async (who, chosen) => {
  const [changer, table] = [chosen(), `default.anew_${who.split(" ")[0]}`];
  await lake.createTable(table, { a: [1] });
  expect(await valuesOf(lake, table)).toEqual([1n]);
  await changer.dropTable(table);
  await expect(valuesOf(lake, table)).rejects.toMatchObject({ code: "TableNotFound" });
  await expect(lake.append(table, { a: [2] })).rejects.toMatchObject({ code: "TableNotFound" });
  await changer.createTable(table, { a: ["new"] });
  expect(await valuesOf(lake, table)).toEqual(["new"]);
  await changer.dropTable(table);
  await changer.createTable(table, { a: ["newer"] });
  expect((await lake.append(table, { a: ["more"] })).version).toBe(2);
  expect(await valuesOf(other, table)).toEqual(["newer", "more"]);
});

const sum = (frame: Frame) => frame.agg(col("a").sum().as("n"));

/** Ways of reading, each of which comes to the sum of column `a`. */
const readings: Readonly<Record<string, (table: string) => Promise<unknown>>> = {
  collect: async (table) =>
    [...((await lake.read(table).collect()).getChild("a") ?? [])].reduce((total, value) => total + value, 0n),
  batches: async (table) => {
    let total = 0n;
    for await (const batch of lake.read(table).batches())
      for (const value of batch.getChild("a") ?? []) total += value;
    return total;
  },
  "count with a filter": async (table) => BigInt(await lake.read(table).where(col("a").gte(1)).count()),
  groupBy: async (table) => (await lake.read(table).groupBy("b").agg(col("a").sum().as("n")).first())?.n,
  "self-join": async (table) => {
    const other = lake.read(table).distinct().rename({ a: "c" });
    return (await sum(lake.read(table).join(other, { on: "b" })).first())?.n;
  },
  sql: async (table) => (await lake.sql(`SELECT sum(a)::BIGINT AS n FROM ${table}`).first())?.n,
  mapBatches: async (table) => (await sum(lake.read(table).mapBatches((batch) => batch)).first())?.n,
};

test.each(Object.keys(readings))(
  "%s reads what others have just committed, or made in its place",
  async (way) => {
    const read = readings[way] as (table: string) => Promise<unknown>;
    const table = `default.read_by_${Object.keys(readings).indexOf(way)}`;
    await lake.createTable(table, { a: [1], b: ["x"] });
    expect(await read(table)).toBe(1n);
    await other.append(table, { a: [1, 1], b: ["x", "x"] });
    expect(await read(table)).toBe(3n);
    await other.createTable(table, { b: ["x", "x"], a: [1, 1] }, { mode: "Overwrite" });
    expect(await read(table)).toBe(2n);
    await other.dropTable(table);
    await other.createTable(table, { a: [1, 1, 1, 1, 1], b: ["x", "x", "x", "x", "x"] });
    expect(await read(table)).toBe(5n);
  },
);

test("a function of the user is called for rows of the newest version alone", async () => {
  await lake.createTable("default.called", { a: [1] });
  await valuesOf(lake, "default.called");
  await other.append("default.called", { a: [2] });
  const seen: number[] = [];
  const rows = lake.read("default.called").mapBatches((batch) => {
    seen.push(batch.numRows);
    return batch;
  });
  expect(await rows.count()).toBe(2);
  expect(seen.reduce((total, count) => total + count, 0)).toBe(2);
});

test("a name given to another table is that table, also within the minute", async () => {
  await lake.createTable("default.one", { a: [1] });
  await lake.createTable("default.two", { a: [2] });
  expect([await valuesOf(lake, "default.one"), await valuesOf(lake, "default.two")]).toEqual([[1n], [2n]]);
  await lake.dropTable("default.one");
  await lake.renameTable("default.two", "default.one");
  expect(await valuesOf(lake, "default.one")).toEqual([2n]);
  await expect(valuesOf(lake, "default.two")).rejects.toMatchObject({ code: "TableNotFound" });
});

test("properties that this connection sets show in the next description", async () => {
  await lake.createTable("default.told_of", { a: [1] });
  await lake.describe("default.told_of");
  await lake.setTableProperties("default.told_of", { team: "data" });
  expect((await lake.describe("default.told_of")).properties).toMatchObject({ team: "data" });
});

test("a table in use is not closed under who uses it when many others are opened", async () => {
  const rows = Array.from({ length: 300_000 }, (_, index) => index);
  await lake.createTable("default.used", { a: rows });
  const begun = lake.read("default.used").batches();
  let seen = (await begun.next()).value?.numRows ?? 0;
  for (let index = 0; index < 70; index++) await lake.createTable(`default.many_${index}`, { a: [index] });
  for await (const batch of begun) seen += batch.numRows;
  expect(seen).toBe(rows.length);
  expect(await valuesOf(lake, "default.many_0")).toEqual([0n]);
  expect(await lake.read("default.used").count()).toBe(rows.length);
}, 120_000);

test("reads, appends and edits of one connection at once lose nothing", async () => {
  await lake.createTable("default.busy", { a: [0] });
  const table = lake.table("default.busy");
  await Promise.all([
    ...Array.from({ length: 8 }, (_, index) => table.append({ a: [index + 1] })),
    ...Array.from({ length: 8 }, () => valuesOf(lake, "default.busy")),
  ]);
  expect((await valuesOf(lake, "default.busy")).map(Number).sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  await table.delete("a = 0");
  expect(await table.count()).toBe(8);
});

test("an older version keeps its rows while the newest moves on, and needs no look at the catalog", async () => {
  await lake.createTable("default.aged", { a: [1] });
  await lake.append("default.aged", { a: [2] });
  const asked = await countRequests(temporary.local, async () => {
    expect(await lake.read("default.aged", { at: 1 }).toObjects()).toEqual([{ a: 1n }]);
  });
  expect(asked.list.filter((request) => request.startsWith("catalog"))).toEqual([]);
  await lake.table("default.aged").restore(1);
  expect(await valuesOf(lake, "default.aged")).toEqual([1n]);
  expect((await lake.describe("default.aged")).version).toBe(3);
});

/** A call of every method of a connection. */
const callsOf: Readonly<Record<string, (lake: Connection) => unknown>> = {
  append: (lake) => lake.append("default.left", { a: [2] }),
  createNamespace: (lake) => lake.createNamespace("late"),
  createTable: (lake) => lake.createTable("default.late", { a: [1] }),
  declareTable: (lake) => lake.declareTable("default.late"),
  deregisterTable: (lake) => lake.deregisterTable("default.left"),
  describe: (lake) => lake.describe("default.left"),
  describeNamespace: (lake) => lake.describeNamespace("default"),
  dropNamespace: (lake) => lake.dropNamespace("default"),
  dropTable: (lake) => lake.dropTable("default.left"),
  frame: (lake) => lake.frame({ version: 1, plan: {} }),
  getNamespaceProperties: (lake) => lake.getNamespaceProperties("default"),
  getTableProperties: (lake) => lake.getTableProperties("default.left"),
  insertOverwrite: (lake) => lake.insertOverwrite("default.left", { a: [2] }, { where: "a = 1", on: "a" }),
  iterateTables: (lake) => lake.iterateTables("default").next(),
  jobs: (lake) => lake.jobs(),
  listAllTables: (lake) => lake.listAllTables(),
  listNamespaces: (lake) => lake.listNamespaces(),
  listNamespacesPage: (lake) => lake.listNamespacesPage(),
  listTableDetails: (lake) => lake.listTableDetails("default"),
  listTables: (lake) => lake.listTables("default"),
  listTablesPage: (lake) => lake.listTablesPage("default"),
  namespaceExists: (lake) => lake.namespaceExists("default"),
  notifyCommit: (lake) => lake.notifyCommit("default.left"),
  overwrite: (lake) => lake.overwrite("default.left", { a: [2] }),
  read: (lake) => lake.read("default.left"),
  readFile: (lake) => lake.readFile("rows.csv"),
  registerTable: (lake) => lake.registerTable("default.late", { location: "oss://lake/late" }),
  removeNamespaceProperties: (lake) => lake.removeNamespaceProperties("default", ["a"]),
  removeTableProperties: (lake) => lake.removeTableProperties("default.left", ["a"]),
  renameTable: (lake) => lake.renameTable("default.left", "default.late"),
  rowSchema: (lake) => lake.rowSchema("default.left"),
  seedDemo: (lake) => lake.seedDemo(),
  setNamespaceProperties: (lake) => lake.setNamespaceProperties("default", { a: "b" }),
  setTableProperties: (lake) => lake.setTableProperties("default.left", { a: "b" }),
  sql: (lake) => lake.sql`SELECT 1`,
  table: (lake) => lake.table("default.left"),
  tableExists: (lake) => lake.tableExists("default.left"),
  use: (lake) => lake.use("default"),
};

test("a closed connection says that it is closed and how to go on, whatever is asked", async () => {
  const closed = await connect(temporary.local.config);
  await closed.createTable("default.left", { a: [1] });
  const frame = closed.read("default.left");
  const table = closed.table("default.left");
  await closed.close();
  const methods = [Connection.prototype, CatalogMethods.prototype].flatMap((prototype) =>
    Object.entries(Object.getOwnPropertyDescriptors(prototype)).flatMap(([name, { value }]) =>
      typeof value === "function" ? [name] : [],
    ),
  );
  const silent = ["close", "constructor", "namespaceId"];
  expect([...new Set(methods)].filter((name) => !silent.includes(name)).sort()).toEqual(Object.keys(callsOf));
  const works: readonly (readonly [string, () => unknown])[] = [
    ...Object.entries(callsOf).map(([name, call]) => [name, () => call(closed)] as const),
    ["a table's delete", () => table.delete("a = 1")],
    ["a table's count", () => table.count()],
    ["a table's tags", () => table.tags()],
    ["a frame's rows", () => frame.toObjects()],
    ["a frame's show", () => frame.show()],
    ["a frame's plan", () => frame.explain()],
  ];
  for (const [name, work] of works) {
    expect(`${name}: ${await refusal(async () => work())}`).toMatch(
      /^[\w' ]+: InvalidInput: Cannot .*: the connection is closed; connect again with connect\(\)/,
    );
  }
});
