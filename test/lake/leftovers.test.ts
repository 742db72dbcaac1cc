/** What writes that fail leave behind: a create nothing, the others files that a cleanup removes. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { refusal } from "../refusal.ts";
import { openTemporaryLake, type TemporaryLake } from "../temporary-lake.ts";

let temporary: TemporaryLake;

beforeAll(async () => {
  temporary = await openTemporaryLake({ faults: true });
});

afterAll(() => temporary?.close());

function order(faults: readonly object[]): Promise<Response> {
  const { uri, token } = temporary.local.faults ?? { uri: "", token: "" };
  const headers = { authorization: `Bearer ${token}` };
  return fetch(uri, { method: "PUT", headers, body: JSON.stringify({ faults }) });
}

/** Paths of all objects, from the table's folder on. */
function listObjects(): string[] {
  return readdirSync(join(temporary.data, "buckets"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
}

const before = [
  { id: 1, x: 1 },
  { id: 2, x: 2 },
];
const asRead = before.map(({ id, x }) => ({ id: BigInt(id), x: BigInt(x) }));

test.each([
  { method: "PUT", path: "/data/", times: 3 },
  { method: "PUT", path: "/_transactions/", times: 3 },
  { method: "PUT", path: "/_versions/", times: 1 },
  { method: "PUT", path: "/data/", times: 3, when: "after" },
  { method: "GET", path: "/", times: 10_000 },
])("a create whose connection breaks leaves nothing behind: $method of $path", async (fault) => {
  const { lake } = temporary;
  const objects = listObjects();
  const { when = "before", ...request } = fault;
  await order([{ on: "oss", ...request, fault: { kind: "drop", when } }]);
  expect(await refusal(() => lake.createTable("default.none", before))).toBe(
    "ServiceUnavailable: Cannot create table default.none: the connection to the object store broke; run this again",
  );
  await order([]);
  expect(await lake.listTables("default")).not.toContain("none");
  expect(listObjects()).toEqual(objects);
});

test("work before a commit is repeated when its connection breaks", async () => {
  const { lake } = temporary;
  await order(
    ["/data/", "/_transactions/"].map((path) => ({
      on: "oss",
      method: "PUT",
      path,
      fault: { kind: "drop", when: "before" },
    })),
  );
  await lake.createTable("default.repeated", before);
  expect(await lake.read("default.repeated").sort("id").toObjects()).toEqual(asRead);
});

type Table = ReturnType<TemporaryLake["lake"]["table"]>;

const writes: Readonly<Record<string, (table: Table) => Promise<unknown>>> = {
  append: (table) => table.append([{ id: 3, x: 3 }]),
  overwrite: (table) => temporary.lake.overwrite(table.name, [{ id: 3, x: 3 }]),
  merge: (table) => table.merge("id", [{ id: 1, x: 9 }]),
  update: (table) => table.update({ x: { sql: "x + 1" } }),
  delete: (table) => table.delete("id = 1"),
  addColumns: (table) => table.addColumns({ y: { sql: "x + 1" } }),
  createIndex: (table) => table.createIndex("id", { type: "btree" }),
};

test("other writes whose commit breaks leave files that no reader sees, and a cleanup after the next change removes", async () => {
  const { lake } = temporary;
  await lake.createTable("default.kept", before);
  const table = lake.table("default.kept");
  const objects = listObjects();
  for (const [name, write] of Object.entries(writes)) {
    const fault = { kind: "drop", when: "before" };
    await order([{ on: "oss", method: "PUT", path: "/_versions/", fault }]);
    expect([name, await refusal(() => write(table))]).toEqual([
      name,
      expect.stringMatching(
        /^ServiceUnavailable: Cannot .*the connection to the object store broke; run this again$/,
      ),
    ]);
    expect(await table.read().sort("id").toObjects()).toEqual(asRead);
  }
  await order([]);
  const left = listObjects().filter((object) => !objects.includes(object));
  expect(left.length).toBeGreaterThanOrEqual(Object.keys(writes).length - 1);
  await table.append([{ id: 3, x: 3 }]);
  await table.cleanup({ olderThan: new Date(), allowRecent: true });
  expect(listObjects().filter((object) => left.includes(object))).toEqual([]);
  expect(await table.read().count()).toBe(3);
});

test("a cleanup whose requests go wrong loses no row, and none of the versions that it keeps", async () => {
  const { lake } = temporary;
  const table = lake.table("default.cleaned");
  await lake.createTable(table.name, before);
  await table.createTag("first");
  const failures: string[] = [];
  let rows = before.length;
  for (const method of ["GET", "PUT", "DELETE"]) {
    for (const fault of [
      { kind: "drop", when: "before" },
      { kind: "status", status: 503 },
    ]) {
      for (const place of [0, 2]) {
        for (let append = 0; append < 2; append++) await table.append([{ id: ++rows, x: 0 }]);
        const passing = { on: "oss", method, times: place, fault: { kind: "delay", milliseconds: 0 } };
        await order([...(place === 0 ? [] : [passing]), { on: "oss", method, fault }]);
        const error = await table.cleanup({ olderThan: new Date(), allowRecent: true }).then(
          () => undefined,
          (reason: unknown) => reason,
        );
        if (error !== undefined) failures.push(`${method} ${place} ${JSON.stringify(fault)} ${error}`);
        await order([]);
        expect(await table.read().count()).toBe(rows);
      }
    }
  }
  expect(failures).toEqual([]);
  await table.cleanup({ olderThan: new Date(), allowRecent: true });
  const kept = (await table.versions()).map(({ version }) => version);
  expect(kept).toHaveLength(2);
  expect(await Promise.all(kept.map((at) => lake.read(table.name, { at }).count()))).toEqual([2, rows]);
}, 120_000);
