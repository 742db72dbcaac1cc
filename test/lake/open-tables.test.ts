/** A connection that keeps tables open reads what is there now, whoever has changed it. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Connection, connect } from "../../src/index.ts";
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

test("a closed connection says that it is closed and how to go on, whatever is asked", async () => {
  const closed = await connect(temporary.local.config);
  await closed.createTable("default.left", { a: [1] });
  const frame = closed.read("default.left");
  await closed.close();
  const works: readonly (() => Promise<unknown>)[] = [
    () => closed.listNamespaces(),
    () => closed.describe("default.left"),
    () => closed.append("default.left", { a: [2] }),
    () => closed.createTable("default.late", { a: [1] }),
    () => closed.table("default.left").delete("a = 1"),
    () => frame.toObjects(),
    () => frame.show(),
  ];
  for (const work of works) {
    expect(await refusal(work)).toMatch(
      /^Interrupted: Cannot .*: the connection is closed; connect again with connect\(\)/,
    );
  }
});
